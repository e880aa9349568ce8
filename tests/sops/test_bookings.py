"""Bookings at Calendly: found once, moved, cancelled, nobody's; reminders before and after the meeting."""

from __future__ import annotations

import itertools
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from services.errors import ServiceError
from sops import bookings, bookings_unmatched, meetings, phases, unanswered
from sops.clock import Clock
from store.lead import Contact, Lead
from store.lifecycle import Phase
from store.meeting import Meeting, MeetingState, Question
from store.qualification import Answer, Letter, Mark
from tests.commands.test_home import colleague
from tests.desk import SLUG, fault
from tests.lead_with_notes import Known, known_lead
from tests.office import CHANNEL, Office
from tests.tracked import after_a_look, tracked_lead, writes
from tests.workspace import Message, Person

_slots = itertools.count(1)
OWNER = "U01DAMIAN"


@pytest.fixture(autouse=True)
def _looked_before(office: Office) -> None:
    """The first look only remembers when it was made."""
    bookings.look("")


def post(office: Office, path: str, **said: Any) -> dict[str, Any]:
    answer = office.person().http.post(office.sandbox.url(f"/booking/{path}"), json=said)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def free_time() -> datetime:
    """Half an hour that no other test books."""
    return datetime.now(UTC).replace(minute=0, second=0, microsecond=0) + timedelta(
        days=9, hours=next(_slots)
    )


def book(office: Office, address: str, name: str = "Ada Lovelace", **more: Any) -> dict[str, Any]:
    """Somebody books, and the assistant looks."""
    made = post(office, SLUG, name=name, email=address, start=free_time().isoformat(), **more)
    bookings.look("")
    return made


def said(known: Known, words: str) -> list[Message]:
    """The messages of the lead's thread with these words."""
    person = known.office.person()
    thread = person.thread(known.thread.channel, known.thread.ts)
    return [one for one in thread if words in person.text_of(one)]


def test_a_booking_is_said_once_in_the_lead_s_thread_and_offers_the_notes(office: Office) -> None:
    known = known_lead(office, notes=False)
    made = book(office, known.address.upper(), "<!channel> Ada", guests=[office.new_address("bo")])
    bookings.look("")
    [meeting] = known.lead.planned
    start = datetime.fromisoformat(made["start"])
    assert (meeting.starts_at, meeting.name) == (start, "<!channel> Ada")
    assert meeting.link.startswith("https://zoom.example/j/")
    assert meeting.participants[0] == known.address.upper() and len(meeting.participants) == 2
    assert (known.lead.next_step, known.lead.next_step_due) == (
        f"meet on {start:%Y-%m-%d}",
        f"{start:%Y-%m-%d}",
    )
    [message] = said(known, "booked a meeting:")
    words = Person.text_of(message)
    assert "*&lt;!channel&gt; Ada*" in words and f"<!date^{int(start.timestamp())}^" in words
    assert Person.buttons(message) == ["Create running notes"]
    assert [line for line in known.timeline if "booked" in line] == [
        f"<!channel> Ada booked a meeting: {start:%Y-%m-%d %H:%M}"
    ]


def test_a_reschedule_moves_the_same_meeting_and_a_cancellation_says_so(office: Office) -> None:
    known = known_lead(office)
    first = book(office, known.address)
    [before] = known.lead.planned
    moved = post(office, f"events/{first['uuid']}/reschedule", start=free_time().isoformat())
    bookings.look("")
    [after] = known.lead.meetings
    assert after.id == before.id
    assert after.starts_at == datetime.fromisoformat(moved["start"]) != before.starts_at
    [message] = said(known, "*Ada Lovelace*")
    assert "moved the meeting to" in Person.text_of(message)
    assert Person.buttons(message) == [], "there are running notes"
    post(office, f"events/{moved['uuid']}/cancel", reason="ill")
    bookings.look("")
    [cancelled] = known.lead.meetings
    assert cancelled.state is MeetingState.CANCELLED and known.lead.planned == ()
    assert "cancelled the meeting" in Person.text_of(said(known, "*Ada Lovelace*")[0])
    assert known.lead.next_step == "agree on a new time with Ada Lovelace"


def test_a_meeting_moved_and_moved_back_is_said_where_it_is_and_the_next_one_is_the_next_step(
    office: Office,
) -> None:
    known = known_lead(office)
    made = moved = book(office, known.address)
    for start in (free_time().isoformat(), made["start"]):
        moved = post(office, f"events/{moved['uuid']}/reschedule", start=start)
        bookings.look("")
    [message], at = said(known, "*Ada Lovelace*"), datetime.fromisoformat(made["start"])
    assert f"<!date^{int(at.timestamp())}^" in Person.text_of(message)
    told = [line for line in known.timeline if "moved the meeting" in line]
    assert len(told) == 2 and told[-1].endswith(f"{at:%Y-%m-%d %H:%M}")
    later = at + timedelta(days=60)
    typed = Meeting("mtyped", later, later + timedelta(minutes=30), name="First meeting")
    office.store.update(known.id, lambda lead: replace(lead, meetings=(*lead.meetings, typed)))
    post(office, SLUG, name="Ada", email=known.address, start=later.isoformat())
    bookings.look("")
    assert [one.name for one in known.lead.planned] == ["Ada Lovelace", "Ada"], (
        "written down once, booked once"
    )
    assert known.lead.next_step == f"meet on {at:%Y-%m-%d}"
    post(office, f"events/{moved['uuid']}/cancel", reason="ill")
    bookings.look("")
    assert known.lead.next_step == f"meet on {later:%Y-%m-%d}"


def test_the_name_of_a_booking_is_offered_for_a_contact_without_one_and_not_taken(office: Office) -> None:
    damian, known = office.person(), known_lead(office)
    office.store.update(known.id, lambda lead: replace(lead, contacts=(Contact(known.address),)))
    book(office, known.address.upper(), "Ada, <!here> Lovelace")
    assert known.lead.contacts[0].name == ""
    offer = f"Add this name to {known.address}"
    [message] = said(known, "booked a meeting:")
    damian.press(offer, message)
    office.sandbox.wait_until(lambda: offer not in Person.buttons(said(known, "booked a meeting:")[0]))
    assert known.lead.contacts == (Contact(known.address, "Ada !here Lovelace"),)
    assert f"Contact named: Ada !here Lovelace <{known.address}>, as in their booking" in known.timeline


def test_an_old_event_seen_before_its_new_one_is_followed_to_it(office: Office) -> None:
    """Calendly lists by start: a meeting moved to a later day shows its canceled event first."""
    known = known_lead(office)
    first = book(office, known.address)
    book_later = free_time() + timedelta(days=30)
    post(office, f"events/{first['uuid']}/reschedule", start=book_later.isoformat())
    with fault(office.sandbox, "calendly", "GET /scheduled_events", "502", times=1):
        bookings.look("")
    bookings.look("")
    [meeting] = known.lead.meetings
    assert (meeting.starts_at, meeting.state) == (book_later, MeetingState.PLANNED)


def test_a_colleague_s_booking_belongs_to_the_lead_of_their_domain_and_a_stranger_s_to_nobody(
    office: Office,
) -> None:
    known = known_lead(office)
    book(office, f"dan@cs.{known.address.partition('@')[2]}", "Dan")
    assert [one.name for one in known.lead.planned] == ["Dan"]
    damian, stranger = office.person(), "stranger@gmail.com"
    book(office, stranger, "<!here> Eve")
    bookings.look("")
    messages = [one for one in damian.messages(CHANNEL) if stranger in damian.text_of(one)]
    assert len(messages) == 1 and "thread_ts" not in messages[0]
    assert "*&lt;!here&gt; Eve*" in damian.text_of(messages[0])
    assert damian.buttons(messages[0]) == ["New lead", "It belongs to a lead…"]
    damian.press("It belongs to a lead…", messages[0])
    form = damian.modal("Whose booking is it?")
    damian.options("booking_lead", known.organisation, form)
    damian.submit({"It belongs to": known.id}, view=form)
    damian.wait_for(CHANNEL, lambda one: f"belongs to *{known.organisation}*" in damian.text_of(one))
    assert [one.name for one in known.lead.planned] == ["Dan", "<!here> Eve"]
    assert known.lead.contacts[-1].address == stranger
    assert "Contact added: stranger@gmail.com, who booked a meeting" in known.timeline


def test_a_booking_given_to_a_lead_just_before_a_crash_is_not_given_to_another(office: Office) -> None:
    """As after a crash, the message in the channel could not say whose it is: its buttons are still there."""
    damian, first, second = office.person(), known_lead(office), known_lead(office)
    stranger = office.new_address("eve")
    book(office, stranger, "Eve")
    [left] = [one for one in bookings_unmatched.all_of(office.assistant.context) if one.address == stranger]
    message = damian.wait_for(CHANNEL, lambda one: stranger in damian.text_of(one))
    with fault(office.sandbox, "slack", "chat.update", "500", times=0), pytest.raises(ServiceError):
        bookings.attach(first.id, left.uri)
    damian.press("It belongs to a lead…", message)
    damian.wait_for(CHANNEL, lambda one: "This booking was cancelled, or has a lead" in damian.text_of(one))
    bookings.look("")
    damian.wait_for(CHANNEL, lambda one: f"belongs to *{first.organisation}*" in damian.text_of(one))
    assert not bookings_unmatched.knows(left.uri)
    assert bookings.attach(second.id, left.uri).id == first.id
    assert second.lead.meetings == ()


def test_what_is_wrong_with_one_booking_keeps_no_other_waiting_and_is_tried_again(office: Office) -> None:
    broken, known = known_lead(office), known_lead(office)
    made = book(office, broken.address)
    office.file_of(broken.lead).write_text("not what was written")
    with fault(office.sandbox, "calendly", "GET /scheduled_events/*/invitees", "502", times=1):
        book(office, known.address)
    bookings.look("")
    assert len(known.lead.planned) == 1
    kept = office.store.value(bookings.CURSOR)
    assert len(kept["failing"]) == 1, "the damaged lead's"
    office.store.set_value(bookings.CURSOR, kept | {"failing": {}})
    del office.sandbox.world.bookings.state.bookings[made["uuid"]]


def test_a_person_s_own_next_step_stays_when_they_book_or_the_lead_is_closed(office: Office) -> None:
    known, closed = known_lead(office), known_lead(office)
    office.store.update(
        known.id, lambda lead: replace(lead, next_step="ask the dean", next_step_due="2031-01-01")
    )
    phases.move(office.assistant.context, closed.id, Phase.CLOSED, OWNER, "silent")
    made = book(office, known.address)
    book(office, closed.address)
    post(office, f"events/{made['uuid']}/cancel", reason="ill")
    bookings.look("")
    assert known.lead.meetings[0].state is MeetingState.CANCELLED
    assert (known.lead.next_step, known.lead.next_step_due) == ("ask the dean", "2031-01-01")
    assert (closed.lead.next_step, len(closed.lead.planned)) == ("", 1)


def test_a_mail_that_nobody_answered_still_needs_somebody_after_they_booked(office: Office) -> None:
    lead, damian, nora = tracked_lead(office), office.person(), colleague(office, "U75NORA")
    office.store.update(lead.id, lambda one: replace(one, owner="U75NORA"))
    for text in ("What does it cost?", "And GPUs?"):
        writes(office, lead, text)
    after_a_look(office, lead, 2)
    book(office, lead.contacts[0].address)
    [meeting] = office.store.get(lead.id).planned
    step = f"answer Ada Lovelace; meet on {meeting.starts_at:%Y-%m-%d}"
    damian.wait_for(CHANNEL, lambda one: one["ts"] == _card(lead) and f"next: {step}" in damian.text_of(one))
    waits = f"*{lead.organisation}* · answer Ada Lovelace"
    home = nora.home(where=lambda view: waits in str(view))
    assert nora.text_of(home).count(f"next: {step}") == 1
    at = next(number for number, row in enumerate(home["blocks"]) if waits in str(row))
    row = home | {"blocks": [home["blocks"][at + 1]]}
    assert nora.buttons(row) == ["Reply", "No answer needed"]
    [newest] = office.store.get(lead.id).unanswered
    unanswered.settle(office.assistant.context, lead.id, newest.number - 1, OWNER)
    assert office.store.get(lead.id).unanswered == (newest,), "one that came since waits on"
    nora.press("No answer needed", row)
    nora.home(where=lambda view: waits not in str(view))
    unanswered.settle(office.assistant.context, lead.id, newest.number, OWNER)
    now = office.store.get(lead.id)
    assert (now.unanswered, now.next_step) == ((), f"meet on {meeting.starts_at:%Y-%m-%d}")
    told = [event.by for event in office.store.timeline(lead.id) if event.text.startswith("No answer needed")]
    assert told == ["U75NORA"]


def test_new_lead_opens_the_plan_and_the_booking_joins_the_lead_once_it_exists(office: Office) -> None:
    damian, address = office.person(), office.new_address()
    book(office, address)
    message = damian.wait_for(
        CHANNEL, lambda one: "New lead" in damian.buttons(one) and address in damian.text_of(one)
    )
    damian.press("New lead", message)
    plan = damian.modal("Hail the Lead", where=lambda one: "New lead, no mail" in damian.buttons(one))
    assert f"*To*  {address}" in damian.text_of(plan)
    damian.press("New lead, no mail", plan)
    lead = office.sandbox.wait_until(lambda: office.lead_of(address))
    damian.close(everything=True)
    bookings.look("")
    assert len(office.store.get(lead.id).planned) == 1
    damian.wait_for(CHANNEL, lambda one: f"belongs to *{lead.organisation}*" in damian.text_of(one))


def test_a_calendly_that_is_down_loses_nothing(office: Office) -> None:
    known = known_lead(office)
    with fault(office.sandbox, "calendly", "*", "502", times=0):
        book(office, known.address)
        assert known.lead.planned == ()
    bookings.look("")
    assert len(known.lead.planned) == 1
    assert len(said(known, "booked a meeting:")) == 1


def test_the_agenda_comes_once_before_the_meeting_and_again_when_it_was_moved(office: Office) -> None:
    known = known_lead(office)
    now = office.assistant.context.clock.now()
    meeting = _planned(now + timedelta(minutes=14))
    _give(known, meeting)
    _remind(known)
    _remind(known)
    [message] = _direct(office, known)
    words = Person.text_of(message)
    assert "☐ Money: Is there a specific amount of money" in words and "☐ Need:" not in words
    assert "☐ We owe an answer: GPUs &lt;!here&gt;? (by 2031-01-01)" in words
    assert "right to replicate" in words and "demo" in words
    assert (
        "<https://zoom.example/j/7?%3C!here%3E%7Cx|Join the meeting>" in words and "|Running notes>" in words
    )
    _give(known, replace(meeting, starts_at=now + timedelta(minutes=5)))
    _remind(known)
    assert len(_direct(office, known)) == 2


def test_after_the_meeting_its_owner_is_asked_how_it_went_and_a_gone_owner_s_thread(office: Office) -> None:
    known, left = known_lead(office), known_lead(office)
    now = office.assistant.context.clock.now()
    _give(known, _planned(now - timedelta(minutes=31)))
    _give(left, _planned(now - timedelta(minutes=31)))
    office.store.update(left.id, lambda lead: replace(lead, owner="U0LEFT"))
    _remind(known)
    _remind(left)
    [message] = _direct(office, known)
    assert "How was the meeting" in Person.text_of(message)
    damian = office.person()
    damian.press("Log meeting", message | {"channel": _channel(office)})
    form = damian.modal("Log meeting", where=lambda view: view.get("submit"))
    damian.submit({"What happened, for the team": "We spoke."}, view=form)
    plan = damian.modal("Log meeting", where=lambda view: view.get("callback_id") == "meeting_confirm")
    damian.submit(view=plan)
    answered = damian.wait_for(_channel(office), f"The meeting with *{known.organisation}*")
    assert answered["ts"] == message["ts"] and not damian.buttons(answered)
    assert "held; logged by <@U01DAMIAN>" in damian.text_of(answered)
    assert len(said(left, "How was the meeting")) == 1


def test_the_question_how_it_went_waits_for_working_hours_and_the_agenda_does_not(office: Office) -> None:
    known = known_lead(office)
    context, monday = office.assistant.context, datetime(2031, 1, 6, 20, 0, tzinfo=UTC)
    resting = replace(context.team, working_hours=(9, 18), working_days=(1, 2, 3, 4, 5))
    _give(known, _planned(monday))

    def due(at: datetime) -> list[str]:
        clock = Clock()
        clock.now = lambda: at  # type: ignore[method-assign]
        jobs = meetings.reminders(replace(context, clock=clock, team=resting))
        return [job.argument.split()[0] for job in jobs if f" {known.id} " in job.argument]

    assert due(monday) == ["agenda"]
    assert due(monday + timedelta(hours=1)) == []
    assert due(monday + timedelta(hours=13)) == ["log"]


def test_a_lead_that_cannot_be_read_keeps_no_other_s_owner_waiting(office: Office) -> None:
    broken, known = sorted((known_lead(office), known_lead(office)), key=lambda one: one.id)
    for one in (broken, known):
        _give(one, _planned(office.assistant.context.clock.now() + timedelta(minutes=5)))
    office.file_of(broken.lead).write_text("not what was written")
    _remind(known)
    assert len(_direct(office, known)) == 1


def test_a_reminder_whose_answer_got_lost_is_looked_for_and_not_repeated(office: Office) -> None:
    known = known_lead(office)
    _give(known, _planned(office.assistant.context.clock.now() + timedelta(minutes=5)))
    with fault(office.sandbox, "slack", "chat.postMessage", "lost_after", match=known.organisation):
        _remind(known)
    _remind(known)
    assert len(_direct(office, known)) == 1


def _card(lead: Lead) -> str:
    assert lead.thread is not None
    return lead.thread.ts


def _planned(starts_at: datetime) -> Meeting:
    ends_at = starts_at + timedelta(minutes=30)
    return Meeting("m0000001", starts_at, ends_at, name="Ada", link="https://zoom.example/j/7?<!here>|x")


def _give(known: Known, meeting: Meeting) -> None:
    """The lead has this meeting, one answered question of MANIAC-T, and one owed answer."""
    at = meeting.starts_at - timedelta(days=1)
    answers = (Answer(Letter.NEED, Mark.GOOD, "slow", OWNER, at),)
    questions = (Question("GPUs <!here>?", at, owed=True, due="2031-01-01"),)

    def change(lead: Lead) -> Lead:
        return replace(lead, meetings=(meeting,), answers=answers, questions=questions)

    known.office.store.update(known.id, change)


def _remind(known: Known) -> None:
    """What the tick would do for this lead now."""
    for job in meetings.reminders(known.office.assistant.context):
        if f" {known.id} " in job.argument:
            meetings.remind(job.argument)


def _channel(office: Office) -> str:
    return office.assistant.context.services.slack.direct(OWNER)


def _direct(office: Office, known: Known) -> list[Message]:
    """What the owner was told directly about this lead."""
    person = office.person()
    return [
        one for one in person.messages(_channel(office)) if f"*{known.organisation}*" in person.text_of(one)
    ]
