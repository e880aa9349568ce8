"""How Hail the Lead ends when something goes wrong after the click, and every answer to it."""

from __future__ import annotations

import threading

import pytest

from sops import engine, look_again
from tests import desk
from tests.office import CHANNEL, Office
from tests.workspace import PATIENCE_SECONDS, Message, Person

pytestmark = pytest.mark.long

OUTBOUND = "POST */outbound_email"


def confirmed(office: Office, damian: Person, address: str) -> None:
    office.plan(damian, address)
    damian.submit()


def refused(office: Office, damian: Person, address: str) -> Message:
    """How the attempt ended with a Freshdesk that sends no mails; afterwards it does again."""
    confirmed(office, damian, address)
    with desk.helpdesk_restored(office.sandbox):
        desk.settings(office.sandbox, outbound=False)
        return office.send_now(damian, address)


def sent_with(office: Office, damian: Person, address: str, kind: str, **more: object) -> Message:
    confirmed(office, damian, address)
    with desk.fault(office.sandbox, "freshdesk", OUTBOUND, kind, match=address, **more):
        return office.send_now(damian, address)


@pytest.mark.parametrize("kind", ["lost_after", "502_after", "html_after"])
def test_a_lost_answer_is_looked_up_and_never_sent_twice(office: Office, kind: str) -> None:
    damian, address = office.person(), office.new_address()
    end = sent_with(office, damian, address, kind)
    assert f"Hailed {address}" in damian.text_of(end)
    assert len(office.mails_to(address)) == 1


@pytest.mark.parametrize("kind", ["500", "502", "lost_before"])
def test_an_answer_that_says_nothing_is_never_sent_again(office: Office, kind: str) -> None:
    damian, address = office.person(), office.new_address()
    end = sent_with(office, damian, address, kind)
    assert "looking there did not find" in damian.text_of(end)
    assert office.mails_to(address) == []


def test_busy_is_waited_for_and_sent_once(office: Office) -> None:
    damian, address = office.person(), office.new_address()
    end = sent_with(office, damian, address, "429", seconds=1, times=2)
    assert f"Hailed {address}" in damian.text_of(end)
    assert len(office.mails_to(address)) == 1


def test_an_unknown_outcome_says_what_left_and_offers_three_answers(office: Office) -> None:
    damian, address = office.person(), office.new_address()
    end = sent_with(office, damian, address, "lost_before")
    words = damian.text_of(end)
    assert f"It is not known whether the mail to {address} left" in words
    assert damian.buttons(end) == ["Check again", "It was sent", "It was not, send now"]
    assert office.mails_to(address) == []


def test_it_was_not_sent_sends_it_once(office: Office) -> None:
    damian, address = office.person(), office.new_address()
    end = sent_with(office, damian, address, "lost_before")
    damian.press("It was not, send now", end)
    done = damian.wait_for(CHANNEL, f"Hailed {address}")
    damian.press("It was not, send now", end)
    assert "thread_ts" in done
    assert len(office.mails_to(address)) == 1


def test_it_was_sent_goes_on_without_sending(office: Office) -> None:
    damian, address = office.person(), office.new_address()
    end = sent_with(office, damian, address, "lost_before")
    damian.press("It was sent", end)
    form = damian.modal("It was sent")
    assert damian.submit({"Ticket number": "abc"}, view=form)["errors"]
    assert damian.submit({"Ticket number": None}, view=form)["outcome"] == "ok"
    damian.wait_for(CHANNEL, f"Hailed {address} · no ticket number")
    assert office.mails_to(address) == []


def test_check_again_finds_a_mail_that_appeared_late(office: Office) -> None:
    damian, address = office.person(), office.new_address()
    confirmed(office, damian, address)
    with (
        desk.fault(office.sandbox, "freshdesk", OUTBOUND, "lost_after", match=address),
        desk.fault(office.sandbox, "freshdesk", "GET */api/v2/tickets", "500", times=0),
    ):
        end = office.send_now(damian, address)
    assert f"Hailed {address}" not in damian.text_of(end)
    button = "Check again" if "Check again" in damian.buttons(end) else "Retry"
    damian.press(button, end)
    damian.wait_for(CHANNEL, f"Hailed {address}")
    assert len(office.mails_to(address)) == 1


def test_the_tick_looks_again_by_itself(office: Office) -> None:
    damian, address = office.person(), office.new_address()
    confirmed(office, damian, address)
    with (
        desk.fault(office.sandbox, "freshdesk", OUTBOUND, "lost_after", match=address),
        desk.fault(office.sandbox, "freshdesk", "GET */api/v2/tickets", "500", times=0),
    ):
        end = office.send_now(damian, address)
    assert "Check again" in damian.buttons(end)
    office.sandbox.world.clock.advance(60)
    damian.wait_for(CHANNEL, f"Hailed {address}")
    assert len(office.mails_to(address)) == 1


def test_a_refused_mail_says_that_nothing_left_and_can_be_retried(office: Office) -> None:
    damian, address = office.person(), office.new_address()
    end = refused(office, damian, address)
    words = damian.text_of(end)
    assert "Nothing left 2i2c" in words
    assert damian.buttons(end) == ["Retry", "Change", "Do by hand", "OK, drop it"]
    damian.press("Retry", end)
    damian.wait_for(CHANNEL, f"Hailed {address}")
    assert len(office.mails_to(address)) == 1


def test_retry_goes_on_although_the_end_is_shown_before_it_is_written_down(office: Office) -> None:
    damian, address = office.person(), office.new_address()
    written = threading.Event()

    def holds_the_end(plan_id: str, step: str, boundary: str) -> None:
        run = office.store.run(plan_id)
        if run is None or run.about != address:
            return
        if (step, boundary) == ("retry", "acted"):
            threading.Timer(0.2, written.set).start()
        elif step == "finish":
            written.wait(PATIENCE_SECONDS)

    engine.listen(holds_the_end)
    end = refused(office, damian, address)
    damian.press("Retry", end)
    damian.wait_for(CHANNEL, f"Hailed {address}")
    assert len(office.mails_to(address)) == 1


@pytest.mark.parametrize(("answer", "mails"), [("It was not, send now", 1), ("It was sent", 0)])
def test_an_answer_that_meets_the_tick_s_look_waits_for_it(office: Office, answer: str, mails: int) -> None:
    damian, address = office.person(), office.new_address()
    end = sent_with(office, damian, address, "lost_before")
    form = None
    if answer == "It was sent":
        damian.press(answer, end)
        form = damian.modal(answer)
    (run,) = (each for each in office.store.open_runs() if each.about == address)
    looking, answered, told = threading.Event(), threading.Event(), []

    def holds_the_look(plan_id: str, step: str, boundary: str) -> None:
        if plan_id != run.plan_id or boundary != "starting":
            return
        if step != "retry":
            looking.set()
            answered.wait(PATIENCE_SECONDS)
        elif looking.is_set():
            told.append(step)
            if len(told) > 1:  # The answer has met the look, and asks again.
                answered.set()

    engine.listen(holds_the_look)
    look_again.look_again(run.plan_id)
    assert looking.wait(PATIENCE_SECONDS)
    if form is None:
        damian.press(answer, end)
    else:
        damian.submit({}, view=form)
    damian.wait_for(CHANNEL, f"Hailed {address}")
    assert answered.is_set()
    assert len(office.mails_to(address)) == mails


def test_a_changed_plan_takes_the_place_of_the_attempt_that_stopped(office: Office) -> None:
    damian, address = office.person(), office.new_address()
    end = refused(office, damian, address)
    damian.press("Change", end)
    damian.modal(where=lambda view: (view.get("submit") or {}).get("text") == "Send to 1 outsider")
    damian.submit()
    office.press_send_now(damian, address)
    damian.wait_for(CHANNEL, f"Hailed {address}")
    damian.wait_for(CHANNEL, lambda one: one["ts"] == end["ts"] and "was cancelled." in damian.text_of(one))
    assert len(office.mails_to(address)) == 1


def test_do_by_hand_shows_the_mail_and_takes_the_ticket(office: Office) -> None:
    damian, address = office.person(), office.new_address()
    end = refused(office, damian, address)
    damian.press("Do by hand", end)
    form = damian.modal("It was sent")
    assert address in damian.text_of(form)
    damian.submit({}, view=form)
    damian.wait_for(CHANNEL, f"Hailed {address}")
    assert office.mails_to(address) == []


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("drop_cc", "cc partnerships@2i2c.org is missing"),
        ("drop_attachment", "2i2c-service-description.pdf is not attached"),
    ],
)
def test_a_mail_that_left_otherwise_than_planned_is_reported_not_repeated(
    office: Office, kind: str, said: str
) -> None:
    damian, address = office.person(), office.new_address()
    end = sent_with(office, damian, address, kind)
    words = damian.text_of(end)
    assert "The mail was sent, but not as planned" in words
    assert said in words
    damian.press("Accept it as it is", end)
    damian.submit({}, view=damian.modal("Do by hand"))
    damian.wait_for(CHANNEL, f"Hailed {address}")
    assert len(office.mails_to(address)) == 1


def test_a_canned_response_edited_after_the_plan_stops_it(office: Office) -> None:
    damian, address = office.person(), office.new_address()
    confirmed(office, damian, address)
    with desk.helpdesk_restored(office.sandbox) as response:
        desk.edit_canned(office.sandbox, response, content_html=response["content_html"] + "<p>P.S.</p>")
        office.press_send_now(damian, address)
        told = damian.wait_for(CHANNEL, "changed after you saw the plan: its text was edited")
    assert "Nothing left 2i2c" in damian.text_of(told)
    assert office.mails_to(address) == []
    assert office.lead_of(address) is None
    damian.press("See the new plan", told)
    assert damian.modal("Hail the Lead", where=lambda view: view.get("submit"))
    damian.close(everything=True)


def test_another_pdf_after_the_plan_stops_it(office: Office) -> None:
    damian, address = office.person(), office.new_address()
    confirmed(office, damian, address)
    with desk.helpdesk_restored(office.sandbox) as response:
        desk.replace_pdf(office.sandbox, response, "prices-2027.pdf", desk.PDF)
        office.press_send_now(damian, address)
        told = damian.wait_for(CHANNEL, "prices-2027.pdf was added")
    assert "2i2c-service-description.pdf was removed" in damian.text_of(told)
    assert office.mails_to(address) == []


def test_two_people_confirming_the_same_address_send_one_mail(office: Office) -> None:
    damian, jim, address = office.person(), office.person("U02JIM"), office.new_address()
    confirmed(office, damian, address)
    confirmed(office, jim, address)
    for person in (damian, jim):
        office.press_send_now(person, address)
    office.wait_for_end(damian, address)

    def is_too_late(person: Person) -> bool:
        seen = (person.text_of(one) for one in person.messages(CHANNEL))
        return any("already belongs to the lead" in words and address in words for words in seen)

    office.sandbox.wait_until(lambda: is_too_late(damian) or is_too_late(jim))
    assert len(office.mails_to(address)) == 1
    assert len(office.tickets_of(address)) == 1


def test_a_note_lost_on_the_way_is_made_once(office: Office) -> None:
    damian, address = office.person(), office.new_address()
    confirmed(office, damian, address)
    with desk.fault(office.sandbox, "freshdesk", "POST */notes", "lost_after", match=address):
        office.send_now(damian, address)
    (ticket,) = office.tickets_of(address)
    shown = damian.http.get(office.sandbox.url(f"/helpdesk/tickets/{ticket['id']}")).json()
    notes = [one for one in shown["conversations"] if "approved by Damian" in one["body"]]
    assert len(notes) == 1, shown["conversations"]
    assert notes[0]["private"] is True


@pytest.mark.parametrize("kind", ["lost_after", "lost_before", "429"])
def test_one_card_whatever_happens_to_slacks_answer(office: Office, kind: str) -> None:
    damian, address = office.person(), office.new_address()
    confirmed(office, damian, address)
    with desk.fault(office.sandbox, "slack", "chat.postMessage", kind, match=address, seconds=1):
        office.send_now(damian, address)
    cards = [
        one
        for one in damian.messages(CHANNEL)
        if "More…" in damian.buttons(one) and address in damian.text_of(one)
    ]
    assert len(cards) == 1
    assert len(office.mails_to(address)) == 1


def test_a_ticket_of_somebody_else_is_not_believed(office: Office) -> None:
    damian, other, address = office.person(), office.new_address("bo"), office.new_address()
    office.hail(damian, other)
    (strange,) = office.tickets_of(other)
    end = sent_with(office, damian, address, "lost_before")
    damian.press("It was sent", end)
    damian.submit({"Ticket number": str(strange["id"])}, view=damian.modal("It was sent"))
    told = damian.modal(where=lambda view: f"is {other}'s, not {address}'s" in damian.text_of(view))
    damian.submit({"Ticket number": None}, view=told)
    damian.wait_for(CHANNEL, f"Hailed {address} · no ticket number")
    assert office.mails_to(address) == []


def test_a_failure_after_the_mail_says_that_it_left_and_offers_no_other_plan(office: Office) -> None:
    damian, address = office.person(), office.new_address()
    confirmed(office, damian, address)
    with desk.fault(office.sandbox, "freshdesk", "GET */api/v2/tickets/*", "500", times=0):
        end = office.send_now(damian, address)
    words = damian.text_of(end)
    assert f"The mail to {address} left" in words
    assert damian.buttons(end) == ["Retry", "Do by hand"]
    damian.press("Retry", end)
    damian.wait_for(CHANNEL, f"Hailed {address}")
    assert len(office.mails_to(address)) == 1


def test_a_plan_that_waited_a_day_does_not_go_out_by_a_late_retry(office: Office) -> None:
    damian, address = office.person(), office.new_address()
    end = refused(office, damian, address)
    office.sandbox.world.clock.advance(25 * 3600)
    damian.press("Retry", end)
    damian.wait_for(
        CHANNEL, lambda one: one["ts"] == end["ts"] and "more than a day old" in damian.text_of(one)
    )
    assert office.mails_to(address) == []
