"""Mails of theirs that wait for our answer: until we answered, or a colleague did in Freshdesk, or a person says that
none is needed. Whatever the next step becomes meanwhile, they wait."""

from __future__ import annotations

from dataclasses import replace

from sops import blocks, next_steps
from sops.blocks import Block
from sops.clock import Clock
from sops.context import Context
from store.lead import Event, Lead, LeadSummary, Mail

NONE_NEEDED = "mail_needs_no_answer"
"""The action id of the button; its value is the lead's id and the number of the newest mail that it is about."""


def came(lead: Lead, mail: Mail) -> Lead:
    """Their mail waits; not where this is told only after it was answered."""
    if mail.number <= lead.settled_to:
        return lead
    waiting = {one.who: one for one in lead.unanswered}
    waiting[mail.who] = max(mail, waiting.get(mail.who, mail), key=lambda one: one.number)
    return replace(lead, unanswered=tuple(waiting.values()))


def answered(lead: Lead, to: int, clock: Clock) -> Lead:
    """Their mails up to the number `to` have their answer, told by us or not yet; with the last of them the next step
    goes on."""
    after = _settled(lead, to)
    return next_steps.answered(after, clock) if lead.unanswered and not after.unanswered else after


def none_needed_button(lead: Lead | LeadSummary) -> Block:
    newest = max(one.number for one in lead.unanswered)
    return blocks.button("No answer needed", NONE_NEEDED, f"{lead.id} {newest}")


def settle(context: Context, lead_id: str, to: int, by: str) -> None:
    """A person says that the mails up to the number `to` need no answer; told once, to the team. One that came after
    waits on, and the next step stays: we said nothing. Raises NoSuchLead."""
    now = context.clock.now()

    def telling(before: Lead, after: Lead) -> Event | None:
        gone = ", ".join(one.who for one in before.unanswered if one not in after.unanswered)
        return Event(f"no_answer:{to}", now, "mail", f"No answer needed: {gone}", by) if gone else None

    context.store.update(lead_id, lambda lead: _settled(lead, to), telling=telling)
    context.progress.card(lead_id)


def _settled(lead: Lead, to: int) -> Lead:
    left = tuple(one for one in lead.unanswered if one.number > to)
    return replace(lead, unanswered=left, settled_to=max(to, lead.settled_to))
