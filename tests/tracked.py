"""A lead that was written to already, made at once: ticket, mail in the inbox, card and thread; and its answers."""

from __future__ import annotations

from sandbox.freshdesk.helpdesk import Helpdesk
from services.freshdesk_records import OutboundEmail
from sops import mail_poll
from store.lead import Contact, Lead
from tests import leads
from tests.office import CHANNEL, Office
from tests.workspace import Message, Person


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
    return leads.a_lead(
        office,
        address,
        organisation=organisation,
        contacts=contacts,
        ticket_id=freshdesk.send_outbound_email(mail).id,
        next_step="wait for an answer",
        shown=True,
    )


def ticket_of(lead: Lead) -> int:
    assert lead.ticket_id is not None
    return lead.ticket_id


def writes(office: Office, lead: Lead, text: str, sender: str = "") -> None:
    """The lead answers on the ticket, as from their mail program."""
    helpdesk: Helpdesk = office.sandbox.world.helpdesk
    now = office.sandbox.world.clock.now()
    who = sender or lead.contacts[0].address
    helpdesk.receive(who, "partnerships@2i2c.org", "Re: Learning", text, ticket_of(lead), now)


def lines_about(person: Person, lead: Lead) -> list[Message]:
    assert lead.thread is not None
    return [one for one in person.thread(CHANNEL, lead.thread.ts) if " wrote:" in person.text_of(one)]


def look() -> None:
    """A look at all mail; one of the tick's that is under way, beside which ours would do nothing, is over first."""
    with mail_poll._looking:
        pass
    mail_poll.poll("")


def after_a_look(office: Office, lead: Lead, count: int = 1) -> list[Message]:
    """The thread's lines once there are `count`; the tick may be looking at the same moment."""

    def found() -> list[Message]:
        mail_poll.poll("")
        lines = lines_about(office.person(), lead)
        return lines if len(lines) >= count else []

    lines: list[Message] = office.sandbox.wait_until(found)
    return lines
