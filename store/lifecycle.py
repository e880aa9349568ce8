"""The phases a lead goes through, and the one table of transitions between them.

Source: "Service partnership lifecycle" of the procedure: Lead, Qualified Lead, Prospect, Partner; "if they
decide no, we close the lead". A closed lead reopens to the phase it left.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import pairwise


class Phase(StrEnum):
    LEAD = "Lead"
    QUALIFIED = "Qualified Lead"
    PROSPECT = "Prospect"
    PARTNER = "Partner"
    CLOSED = "Closed"


class CloseReason(StrEnum):
    NOT_A_FIT = "not a fit"
    REFERRED = "better suited elsewhere / referred"
    GRANTS = "grants or complex project"
    DECLINED = "declined"
    SILENT = "silent"
    OTHER = "other"


ARC = (Phase.LEAD, Phase.QUALIFIED, Phase.PROSPECT, Phase.PARTNER)

TRANSITIONS: dict[Phase, frozenset[Phase]] = {
    Phase.LEAD: frozenset({Phase.QUALIFIED, Phase.PROSPECT, Phase.PARTNER, Phase.CLOSED}),
    Phase.QUALIFIED: frozenset({Phase.PROSPECT, Phase.PARTNER, Phase.CLOSED}),
    Phase.PROSPECT: frozenset({Phase.PARTNER, Phase.CLOSED}),
    Phase.PARTNER: frozenset({Phase.CLOSED}),
    Phase.CLOSED: frozenset(ARC),
}


@dataclass(frozen=True)
class PhaseChange:
    """One entry of the transition log. `at` is aware UTC; `by` a Slack user id."""

    before: Phase | None
    after: Phase
    at: datetime
    by: str
    why: str


class TransitionRefused(ValueError):
    """The table does not allow this change of phase."""


def transition(
    log: tuple[PhaseChange, ...], to: Phase, *, at: datetime, by: str, why: str
) -> tuple[PhaseChange, ...]:
    """Return `log` with the change to `to` appended.

    A skipped phase is recorded as entered and left at the same moment. Reopening goes back to the phase
    that the lead was in when it was closed. Closing needs a reason.

    Raises `TransitionRefused` where the table does not allow the change.
    """
    if not log:
        raise TransitionRefused("A lead has no phase before it is created.")
    now = log[-1].after
    if to == now or to not in TRANSITIONS[now]:
        raise TransitionRefused(f"A lead cannot go from {now} to {to}.")
    if now is Phase.CLOSED and to != log[-1].before:
        raise TransitionRefused(f"A closed lead reopens to the phase it left: {log[-1].before}.")
    if to is Phase.CLOSED and not why:
        raise TransitionRefused("Closing a lead needs a reason.")
    return log + tuple(PhaseChange(before, after, at, by, why) for before, after in _steps_between(now, to))


def _steps_between(now: Phase, to: Phase) -> list[tuple[Phase, Phase]]:
    if Phase.CLOSED in (now, to):
        return [(now, to)]
    way = ARC[ARC.index(now) : ARC.index(to) + 1]
    return list(pairwise(way))
