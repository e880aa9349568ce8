"""Stories of a mail whose fate nobody knows, in Chromium; what goes wrong is switched on under For developers."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, expect

from tests.journeys.conftest import Visit
from tests.journeys.visitor import JIM, OUTBOUND, TICKETS_LISTED, Visitor
from tests.office import Office

pytestmark = pytest.mark.browser

LOST = "connection lost before anything happened"
ANSWER_LOST = "it happened, but the answer is lost"
BROKEN = "500, internal error"


def test_a_lost_answer_is_looked_up_and_nobody_is_asked(office: Office, visit: Visit) -> None:
    address = office.new_address("pia")
    damian = visit()
    damian.goes_wrong(OUTBOUND, ANSWER_LOST, address)
    damian.go("Slack")
    damian.plan(address)
    damian.send(address)
    expect(damian.thread(address)).to_contain_text(f"Hailed {address}")
    _one_of_each(office, address)


def test_it_was_not_sends_it_now(office: Office, visit: Visit) -> None:
    address = office.new_address("quin")
    damian = visit()
    damian.goes_wrong(OUTBOUND, LOST, address)
    damian.go("Slack")
    damian.plan(address)
    asked = _sends_into_the_unknown(damian, address)
    assert office.mails_to(address) == []
    damian.answers("It was not, send now", asked, asked.filter(has_text=f"Hailed {address}"))
    expect(asked).to_contain_text(f"Hailed {address}")
    _one_of_each(office, address)


def test_check_again_finds_the_mail_once_the_helpdesk_answers(office: Office, visit: Visit) -> None:
    address = office.new_address("ruth")
    damian, jim = visit(), visit(JIM)
    asked = _cannot_be_looked_up(damian, jim, address)
    jim.mends()
    damian.answers("Check again", asked, asked.filter(has_text=f"Hailed {address}"))
    expect(asked).to_contain_text(f"Hailed {address}")
    _one_of_each(office, address)


def test_it_was_sent_takes_the_ticket_that_a_person_found(office: Office, visit: Visit) -> None:
    address = office.new_address("sam")
    damian, jim = visit(), visit(JIM)
    asked = _cannot_be_looked_up(damian, jim, address)
    jim.go("Helpdesk")
    tickets = jim.page.get_by_role("navigation", name="Helpdesk")
    number = tickets.get_by_role("link").filter(has_text=address).inner_text().split()[0].lstrip("#")

    form = damian.dialog("It was sent")
    damian.answers("It was sent", asked, form)
    form.get_by_label("Ticket number").fill("the one of today")
    damian.press("Done", form)
    expect(form.get_by_role("alert").filter(has_text="Only the number of the ticket")).to_be_visible()
    form.get_by_label("Ticket number").fill(number)
    damian.press("Done", form)
    expect(asked).to_contain_text(f"Hailed {address} · ticket {number}")
    _one_of_each(office, address)


def _sends_into_the_unknown(visitor: Visitor, address: str) -> Locator:
    """Send the plan on the screen; the message that says that nobody knows, with its three answers."""
    visitor.send(address)
    asked = visitor.thread(address)
    expect(asked).to_contain_text(
        f"It is not known whether the mail to {address} left. It was not sent again."
    )
    for answer in ("Check again", "It was sent", "It was not, send now"):
        expect(asked.get_by_role("button", name=answer, exact=True)).to_be_visible()
    return asked


def _cannot_be_looked_up(visitor: Visitor, developer: Visitor, address: str) -> Locator:
    """The mail leaves, its answer is lost, and then the helpdesk does not say which tickets there are."""
    visitor.plan(address)
    developer.goes_wrong(OUTBOUND, ANSWER_LOST, address)
    developer.goes_wrong(TICKETS_LISTED, BROKEN, address, times=0)
    developer.go("Slack")
    return _sends_into_the_unknown(visitor, address)


def _one_of_each(office: Office, address: str) -> None:
    assert len(office.mails_to(address)) == 1
    assert len(office.tickets_of(address)) == 1
