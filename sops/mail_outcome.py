"""What became of a mail, the same for every procedure that sends one: its intention and receipt, what a person says
of an outcome that is not known, and the mail word for word for whoever sends it by hand."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sops.blocks import escape
from sops.context import here
from sops.ends import NeedsPerson, Standing
from store.lead import Effect
from store.plan import Plan
from store.ports import NoSuchLead


@dataclass(frozen=True)
class Letter:
    """A planned mail as a person would send it by hand. `how` says where; `files` are names of attachments."""

    how: str
    from_address: str
    to: str
    cc: tuple[str, ...]
    subject: str
    body_html: str
    files: tuple[str, ...] = ()


@dataclass(frozen=True)
class Sending:
    """How a procedure sends its one mail: in `step`; `letter` is the mail of a plan, None where it has none.

    `why_not_its_ticket` judges the number of a ticket that a person gives as proof (plan id and number in, why it
    cannot be the mail's out); it is None where the mail's ticket is known and nothing has to be asked.
    """

    step: str
    letter: Callable[[Plan], Letter | None]
    why_not_its_ticket: Callable[[str, int], str] | None = None


_sendings: dict[str, Sending] = {}


def sends(sop: str, sending: Sending) -> None:
    """Say that the procedure `sop` sends a mail, and how."""
    _sendings[sop] = sending


def sending_of(sop: str) -> Sending | None:
    """How this procedure sends its mail; None for one that sends none."""
    return _sendings.get(sop)


def key(plan_id: str) -> str:
    """The key of the mail as an effect: its intention, and what Freshdesk numbered it by as its receipt."""
    return f"{plan_id}:mail"


def effect_of(plan_id: str) -> Effect | None:
    """The mail of this plan, from its intention on; None when it was never begun."""
    plan = here().store.plan(plan_id)
    try:
        return here().store.effect(plan.lead_id, key(plan_id)) if plan is not None else None
    except NoSuchLead:
        return None


def standing(plan_id: str, to: str, where: Callable[[str], str]) -> Standing:
    """What has left by now; `to` and what `where` makes of the receipt are for mrkdwn."""
    known = effect_of(plan_id)
    if known is None:
        return Standing(not_outside=nothing_left())
    if known.receipt is None:
        outside = f"It is not known whether the mail to {to} left. It was not sent again."
        return Standing(outside=outside, unsettled=True)
    return Standing(outside=f"The mail to {to} left ({where(known.receipt)}). It is not repeated.")


def nothing_left() -> str:
    return f"Nothing left {escape(here().team.organisation)}."


def begun_at(plan_id: str) -> datetime | None:
    """When the mail was last begun without a receipt (aware UTC): which attempt a person's answer is about."""
    known = effect_of(plan_id)
    return known.intended_at if known is not None and known.receipt is None else None


def was_sent(plan_id: str, ticket: int | None, by: str) -> None:
    """A person says that the mail left: write the receipt, so that the same run can go on."""
    plan, now = here().store.plan(plan_id), here().clock.now()
    if plan is None:
        raise KeyError(plan_id)
    receipt = str(ticket) if ticket is not None else "sent"
    effect = Effect(key(plan_id), now, detail=f"said by {by}", receipt=receipt, received_at=now)
    here().store.receive(plan.lead_id, effect)


def was_not_sent(plan_id: str, begun: datetime | None) -> None:
    """A person says that the mail begun at `begun` did not leave: clear that intention, so that the same run may
    send it now. One begun since is left alone: the answer was not about it."""
    plan = here().store.plan(plan_id)
    if plan is not None and begun is not None and begun_at(plan_id) == begun:
        here().store.forget(plan.lead_id, key(plan_id))


def refuse_old_plan(plan_id: str) -> None:
    """A plan that waited too long (a pause, a late Retry) is not what anybody would confirm today. Raises
    NeedsPerson."""
    plan = here().store.plan(plan_id)
    if plan is None or plan.expires_at <= here().clock.now():
        words = "This plan is more than a day old. Look at the new plan."
        raise NeedsPerson(words, not_outside=nothing_left(), reason="changed")


def refuse_before_settled(plan_id: str, lead_id: str) -> None:
    """No second mail to a lead while it is not known whether an earlier one left. Raises NeedsPerson."""
    for run in here().store.open_runs():
        if run.lead_id == lead_id and run.plan_id != plan_id and begun_at(run.plan_id) is not None:
            words = "An earlier mail to this lead may or may not have left. Settle that one first."
            raise NeedsPerson(words, not_outside="Nothing more was sent.", reason="unknown before")
