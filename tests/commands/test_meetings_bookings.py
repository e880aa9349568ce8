"""What a booking's message in the lead's thread offers."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from sops import bookings
from sops.running_notes_prepare import when
from store.lead import Event
from tests.lead_with_notes import known_lead
from tests.office import CHANNEL, Office
from tests.sops.test_bookings import book, free_time, post
from tests.workspace import Message, Person

OFFER = "Add this to the running notes"


def test_a_time_that_the_notes_say_wrong_is_offered_as_an_update_and_never_written_by_itself(
    office: Office,
) -> None:
    damian, known, context = office.person(), known_lead(office), office.assistant.context
    bookings.look("")
    made = book(office, known.address)
    [meeting] = known.lead.meetings
    noted = replace(meeting, noted=meeting.starts_at)
    office.store.update(known.id, lambda lead: replace(lead, meetings=(noted,)))

    def told(words: str, *, offered: bool = True) -> Message:
        def fits(one: Message) -> bool:
            in_thread = one.get("thread_ts") == known.thread.ts
            return in_thread and words in Person.text_of(one) and (OFFER in Person.buttons(one)) is offered

        return damian.wait_for(CHANNEL, fits)

    told("booked a meeting", offered=False)
    later = free_time() + timedelta(days=3)
    moved = post(office, f"events/{made['uuid']}/reschedule", start=later.isoformat())
    bookings.look("")
    damian.press(OFFER, told("moved the meeting to"))
    plan = damian.modal("Status update", where=lambda view: "exactly so" in damian.text_of(view))
    before, now = when(context, meeting.starts_at), when(context, later)
    assert f"Our meeting on {before} has moved to {now}." in damian.text_of(plan)
    assert plan["submit"]["text"] == "Show it to 1 outsider" and known.reader in damian.text_of(plan)
    damian.close(everything=True)
    post(office, f"events/{moved['uuid']}/cancel", reason="ill")
    bookings.look("")
    damian.press(OFFER, told("cancelled the meeting"))
    plan = damian.modal("Status update", where=lambda view: "exactly so" in damian.text_of(view))
    assert f"Our meeting on {before} was cancelled." in damian.text_of(plan)
    damian.close(everything=True)
    written = Event(
        "e1", context.clock.now(), "update", f"Our meeting on {before} was cancelled.", audience="notes"
    )
    office.store.append(known.id, written)
    damian.press(OFFER, told("cancelled the meeting"))
    damian.modal("Status update", where=lambda view: "say so already" in damian.text_of(view))
    damian.close(everything=True)
    gone = replace(known.lead.meetings[0], noted=None)
    office.store.update(known.id, lambda lead: replace(lead, meetings=(gone,)))
    damian.press(OFFER, told("cancelled the meeting"))
    damian.modal("Status update", where=lambda view: "do not say another time" in damian.text_of(view))
    damian.close(everything=True)
    assert known.notes == "Notes of old\n"
