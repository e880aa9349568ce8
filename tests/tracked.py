"""A lead that was written to already, made at once: ticket, mail in the inbox, card and thread."""

from __future__ import annotations

from dataclasses import replace

from services.freshdesk_records import OutboundEmail
from sops import card
from store.lead import Contact, Lead, new_lead, new_lead_id
from tests.office import Office


def tracked_lead(office: Office, address: str = "", *more: str, name: str = "Ada Lovelace") -> Lead:
    """The lead as Hail the Lead leaves it, for tests of what comes after; `more` are further contacts."""
    context, address = office.assistant.context, address or office.new_address()
    freshdesk = context.services.freshdesk
    assert freshdesk is not None
    mail = OutboundEmail(
        address,
        name,
        "Learning more about 2i2c",
        "<p>Hello!</p>",
        1001,
        (*more, context.team.mailbox),
        status=2,
    )
    contacts = (Contact(address, name), *(Contact(each) for each in more))
    organisation = address.partition("@")[2].partition(".")[0].capitalize()
    now = context.clock.now()
    fresh = new_lead(new_lead_id(), organisation, contacts, at=now, by="U01DAMIAN")
    ticket = freshdesk.send_outbound_email(mail)
    made = replace(fresh, ticket_id=ticket.id, hailed_at=now, next_step="wait for an answer")
    card.post(context, context.store.create(made))
    return context.store.get(made.id)


def ticket_of(lead: Lead) -> int:
    assert lead.ticket_id is not None
    return lead.ticket_id
