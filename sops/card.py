"""The lead's card: one message in the team's channel, rendered from state; its thread is the lead's thread."""

from __future__ import annotations

from dataclasses import replace

from sops import blocks, card_words, maniact, starting
from sops.blocks import Block, escape
from sops.context import Context
from sops.effects import once
from sops.links import ticket_words
from store.lead import Lead, Message
from store.lifecycle import Phase
from store.plan import End
from store.ports import NoSuchLead

CARD = "lead_card"
"""The metadata by which a card is found again."""
_CONTACTS_SHOWN = 3


def render(context: Context, lead: Lead) -> list[Block]:
    """One line tall when nothing needs doing; the primary button of what comes next below when something does."""
    more = blocks.button("More…", "lead_more", lead.id)
    card = [blocks.section(_line(context, lead), accessory=more)]
    button = starting.next_button(lead, context.clock.now())
    if button is not None and not _under_way(context, lead):
        card.append(blocks.actions(button))
    return card


def _line(context: Context, lead: Lead) -> str:
    since = card_words.days(lead.phase_since, context.clock.now())
    name = escape(blocks.cut(lead.organisation, 200))
    together = _all_read(lead)
    contacts = f"{_contacts(lead)} {together}".rstrip()
    parts = [f"*{name}*", f"{lead.phase} ({since})", f"<@{lead.owner}>", contacts]
    if lead.ticket_id is not None:
        parts.append(ticket_words(lead.ticket_id))
    parts += [_next(context, lead), *card_words.links(lead)]
    if not together:
        parts.append(card_words.readers(lead))
    if lead.answers:
        parts.append(maniact.seven_marks(lead))
    return " · ".join(part for part in parts if part)


def _next(context: Context, lead: Lead) -> str:
    if lead.phase is Phase.CLOSED:
        return escape(blocks.cut(lead.phases[-1].why, 200))
    if _under_way(context, lead):
        return "see its thread"
    step = card_words.ahead(lead, context.clock.today())
    if step:
        return f"next: {step}"
    return "not hailed yet" if lead.hailed_at is None else ""


def _under_way(context: Context, lead: Lead) -> bool:
    """Whether something that may have left, or is about to, is not settled yet."""
    settled = (End.DONE, End.CANCELLED)
    return any(run.lead_id == lead.id and run.end not in settled for run in context.store.open_runs())


def _contacts(lead: Lead) -> str:
    shown = ", ".join(escape(contact.address) for contact in lead.contacts[:_CONTACTS_SHOWN])
    rest = len(lead.contacts) - _CONTACTS_SHOWN
    return f"{shown} and {rest} more" if rest > 0 else shown


def _all_read(lead: Lead) -> str:
    """Where we shared the notes with the contacts, all of them and nobody else, that is said with their addresses:
    nobody is named twice."""
    can = {reader.address.casefold() for reader in lead.readers if reader.can_open}
    if lead.notes is None or not can or can != {contact.key for contact in lead.contacts}:
        return ""
    return "reads the notes" if len(can) == 1 else "read the notes"


def summary(lead: Lead) -> str:
    """The card in one line of plain text, for notifications."""
    return f"{escape(lead.organisation)}: {lead.phase}"


def post(context: Context, lead: Lead) -> str:
    """Post the card once and remember where it is; "done" or "found"."""
    slack = context.services.slack
    channel = slack.channel_id(context.team.channel)

    def make() -> str:
        return slack.post(channel, summary(lead), render(context, lead), kind=CARD, key=lead.id)

    def look() -> str | None:
        return slack.find(channel, CARD, lead.id)

    state, ts = once(lead.id, f"{lead.id}:card", make, look)
    context.store.update(lead.id, lambda lead: replace(lead, thread=Message(channel, ts)))
    return state


def refresh(context: Context, lead_id: str) -> None:
    """Render the card again from state, where there is one."""
    try:
        lead = context.store.get(lead_id)
    except NoSuchLead:
        return
    if lead.thread is not None:
        context.services.slack.update(
            lead.thread.channel, lead.thread.ts, summary(lead), render(context, lead)
        )
