"""The plan of a reply on the lead's ticket: the exact mail, and what the checks said."""

from __future__ import annotations

from dataclasses import dataclass

from sops.hail_plan import Check
from store.codec import Codec
from store.plan import Plan

NAME = "reply"


@dataclass(frozen=True)
class ReplyPlan:
    """The mail word for word; addresses are bare. `to` is the ticket's requester, or whoever asks while practising.

    `text` is what was typed, `body_html` what is sent. `known` are the ids of everything public that was on the
    ticket when the plan was made: anything else came after. `outsiders` counts the people outside it goes to.
    """

    lead_id: str
    organisation: str
    ticket_id: int
    from_address: str
    mailbox_id: int
    to: str
    cc: tuple[str, ...]
    subject: str
    text: str
    body_html: str
    known: tuple[int, ...]
    outsiders: int
    practice: bool
    checks: tuple[Check, ...]

    @property
    def blocked(self) -> tuple[Check, ...]:
        return tuple(check for check in self.checks if check.state == "block")


_CONTENT = Codec(ReplyPlan)


def to_content(reply: ReplyPlan) -> dict[str, object]:
    """The JSON kept in `Plan.content`."""
    return _CONTENT.encode(reply)


def of(plan: Plan) -> ReplyPlan:
    """The reply that a saved plan holds."""
    return _CONTENT.decode(plan.content)
