"""What keeps Hail the Lead from sending: each check says so where the person is, and nothing leaves."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager

import pytest

from sandbox.traffic import Exchange
from tests import desk
from tests.office import Office
from tests.workspace import View

OUTBOUND = "POST */outbound_email"


@pytest.fixture
def nothing_left(office: Office) -> Iterator[None]:
    """Fails when any mail was asked for during the test."""

    def sent() -> list[Exchange]:
        return [one for one in office.sandbox.world.traffic.recent(5000) if "outbound_email" in one.name]

    before = len(sent())
    yield
    assert len(sent()) == before


def blocked_plan(office: Office, address: str = "") -> tuple[View, str]:
    damian = office.person()
    view = office.plan(damian, address or office.new_address())
    words = damian.text_of(view)
    damian.close(everything=True)
    return view, words


@pytest.mark.usefixtures("nothing_left")
@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"duration": 25}, "leads to an event of 25 minutes, 30 are needed"),
        ({"active": False}, "leads to an event that is switched off"),
        ({"deleted": True}, "leads to no event of ours"),
    ],
)
def test_a_meeting_that_is_not_30_minutes_blocks_with_both_values(
    office: Office, change: dict[str, object], said: str
) -> None:
    with desk.meeting(office.sandbox, **change):
        view, words = blocked_plan(office)
    assert said in words
    assert "30" in words
    assert "submit" not in view or view["submit"] is None


@pytest.mark.usefixtures("nothing_left")
@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("<p>attached. No link.</p>", "has 0 meeting links"),
        (
            '<p>attached <a href="https://calendly.com/a/b">x</a> <a href="https://calendly.com/a/c">y</a></p>',
            "has 2 meeting links",
        ),
        (
            '<p>{{ticket.url}} attached <a href="https://calendly.com/colliand/25-minute-zoom-meeting">x</a></p>',
            "{{ticket.url}}",
        ),
    ],
)
def test_a_canned_response_that_is_not_ready_blocks(office: Office, content: str, said: str) -> None:
    with desk.helpdesk_restored(office.sandbox) as response:
        desk.edit_canned(office.sandbox, response, content_html=content)
        view, words = blocked_plan(office)
    assert said in words
    assert not view["submit"]


@pytest.mark.usefixtures("nothing_left")
def test_a_missing_canned_response_says_where_to_make_it(office: Office) -> None:
    with desk.helpdesk_restored(office.sandbox) as response:
        desk.delete_canned(office.sandbox, response)
        _, words = blocked_plan(office)
    assert "no canned response titled “Hail the Lead”" in words


@pytest.mark.usefixtures("nothing_left")
def test_two_canned_responses_of_one_title_are_not_guessed_between(office: Office) -> None:
    with desk.helpdesk_restored(office.sandbox) as response:
        desk.duplicate_canned(office.sandbox, response)
        _, words = blocked_plan(office)
    assert "2 canned responses titled “Hail the Lead”" in words


@pytest.mark.usefixtures("nothing_left")
def test_a_missing_pdf_blocks_when_the_text_says_attached(office: Office) -> None:
    with desk.helpdesk_restored(office.sandbox) as response:
        desk.remove_pdf(office.sandbox, response)
        view, words = blocked_plan(office)
    assert "The service description is not attached" in words
    assert not view["submit"]


@pytest.mark.usefixtures("nothing_left")
def test_an_attachment_that_only_claims_to_be_a_pdf_blocks(office: Office) -> None:
    with desk.helpdesk_restored(office.sandbox) as response:
        desk.replace_pdf(office.sandbox, response, "price.pdf", b"MZ not a pdf")
        _, words = blocked_plan(office)
    assert "price.pdf is not a PDF" in words


@pytest.mark.usefixtures("nothing_left")
def test_a_mailbox_that_is_switched_off_blocks(office: Office) -> None:
    with desk.helpdesk_restored(office.sandbox):
        desk.mailbox(office.sandbox, active=False)
        _, words = blocked_plan(office)
    assert "partnerships@2i2c.org is switched off" in words


@pytest.mark.usefixtures("nothing_left")
def test_a_key_that_is_no_administrators_is_named(office: Office) -> None:
    with desk.helpdesk_restored(office.sandbox):
        desk.settings(office.sandbox, key_is_admin=False)
        _, words = blocked_plan(office)
    assert "could not be checked" in words
    assert "administrator" in words


@pytest.mark.usefixtures("nothing_left")
def test_an_account_that_may_not_write_first_blocks(office: Office) -> None:
    with desk.helpdesk_restored(office.sandbox):
        desk.settings(office.sandbox, outbound=False)
        _, words = blocked_plan(office)
    assert "does not let agents start a conversation" in words


@pytest.mark.usefixtures("nothing_left")
def test_one_of_our_own_agents_is_no_lead(office: Office) -> None:
    view, words = blocked_plan(office, "bea@2i2c.org")
    assert "bea@2i2c.org is one of our own agents" in words
    assert not view["submit"]


@pytest.mark.usefixtures("nothing_left")
@pytest.mark.parametrize("kind", ["500", "lost_before"])
def test_a_dead_freshdesk_is_said_and_can_be_tried_again(office: Office, kind: str) -> None:
    with desk.fault(office.sandbox, "freshdesk", "*", kind, times=0):
        view, words = blocked_plan(office)
    assert "Freshdesk" in words
    assert "could not be checked" in words
    assert "Check again" in office.person().buttons(view)


@pytest.mark.usefixtures("nothing_left")
def test_a_dead_calendly_is_no_silent_pass(office: Office) -> None:
    with desk.fault(office.sandbox, "calendly", "*", "500", times=0):
        view, words = blocked_plan(office)
    assert "The meeting link could not be checked" in words
    assert not view["submit"]


def test_a_busy_freshdesk_is_waited_for(office: Office) -> None:
    damian, address = office.person(), office.new_address()
    with desk.fault(office.sandbox, "freshdesk", "GET */email/mailboxes", "429", seconds=1):
        view = office.plan(damian, address)
    assert view["submit"]["text"] == "Send to 1 outsider"
    damian.close(everything=True)


def test_a_check_that_blocks_can_be_mended_and_checked_again(office: Office) -> None:
    damian, address = office.person(), office.new_address()
    mended: AbstractContextManager[None] = desk.meeting(office.sandbox, duration=25)
    with mended:
        office.plan(damian, address)
    damian.press("Check again")
    damian.modal(where=lambda view: view.get("submit"))
    damian.submit()
    office.send_now(damian, address)
    assert len(office.mails_to(address)) == 1


def test_somebody_hailed_before_from_freshdesk_takes_a_yes(office: Office) -> None:
    damian, address = office.person(), office.new_address()
    office.hail(damian, address)
    found = office.store.find_by_address(address)
    assert found is not None
    fresh = office.plan(damian, f"other@{address.partition('@')[2]}")
    assert "is a lead already" in damian.text_of(fresh)
    damian.close(everything=True)
    card = office.card_of(damian, address)
    damian.press("More…", card)
    damian.press("Hail again", damian.modal("Partnerships"))
    view = damian.modal("Hail the Lead", where=lambda one: "hailed" in damian.text_of(one))
    refused = damian.submit(view=view)
    assert refused["errors"]
    assert len(office.mails_to(address)) == 1
    damian.submit({"again0": ["yes"]}, view=view)
    office.press_send_now(damian, address)
    office.sandbox.wait_until(lambda: len(office.mails_to(address)) == 2)
