"""Log meeting: what is typed, the exact lines for team and notes, the phase that follows, two people at once."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from store.lead import Lead
from store.lifecycle import Phase
from store.meeting import Meeting, MeetingState, Verbal
from tests.office import CHANNEL, Office
from tests.workspace import Person

BEGUN = timedelta(minutes=40)


def lead_with_meeting(office: Office, address: str = "") -> Lead:
    """A hailed lead whose meeting is just over."""
    address = address or office.new_address()
    office.hail(office.person(), address)
    lead = office.lead_of(address)
    assert lead is not None
    start = (office.assistant.context.clock.now() - BEGUN).replace(second=0, microsecond=0)
    meeting = Meeting(
        f"m{lead.id[1:]}", start, start + timedelta(minutes=30), name="Ada Lovelace", participants=(address,)
    )
    return office.store.update(lead.id, lambda one: replace(one, meetings=(meeting,)))


def open_form(office: Office, person: Person, lead: Lead) -> dict[str, Any]:
    person.press("More…", office.card_of(person, lead.contacts[0].address))
    person.press(
        "Log meeting", person.modal("Partnerships", where=lambda view: "Log meeting" in person.buttons(view))
    )
    return person.modal("Log meeting", where=lambda view: view.get("submit"))


def preview(person: Person, **values: Any) -> dict[str, Any]:
    """The plan that follows the filled-in form."""
    assert person.submit(values)["outcome"] == "ok"
    return person.modal("Log meeting", where=lambda view: view.get("callback_id") == "meeting_confirm")


def result(office: Office, person: Person, lead: Lead, words: str = "logged") -> str:
    """The line of the result in the lead's thread."""
    assert lead.thread is not None

    def fits(message: dict[str, Any]) -> bool:
        return message.get("thread_ts") == lead.thread.ts and words in person.text_of(message)

    return person.text_of(person.wait_for(CHANNEL, fits))


def test_a_whole_meeting_is_logged_for_the_team_alone_in_four_presses(office: Office) -> None:
    damian, lead = office.person(), lead_with_meeting(office)
    due = (office.assistant.context.clock.today() + timedelta(days=5)).isoformat()
    open_form(office, damian, lead)
    plan = preview(
        damian,
        team="They run 3 <!channel> courses",
        owed=f"Can we log in with ORCID? (due {due})\nIs there a GPU?",
        answered="Where is the data kept?",
        verbal="Yes",
        ticks=["demo", "replicate"],
        start=due,
    )
    words = damian.text_of(plan)
    assert "They run 3 &lt;!channel&gt; courses" in words
    assert "Can we log in with ORCID?" in words and "nothing is written there" in words
    assert damian.submit()["outcome"] == "ok"
    assert "now a Prospect" in result(office, damian, lead)
    now = office.store.get(lead.id)
    [meeting] = now.meetings
    assert (meeting.state, meeting.verbal, meeting.logged_by) == (MeetingState.HELD, Verbal.YES, damian.user)
    assert meeting.demo and meeting.replicate and now.forecast.start == due
    assert now.phase is Phase.PROSPECT and now.decision is not None
    assert [(one.text, one.owed, one.due) for one in now.questions] == [
        ("Where is the data kept?", False, ""),
        ("Can we log in with ORCID?", True, due),
        ("Is there a GPU?", True, ""),
    ]
    assert (now.next_step, now.next_step_due) == ("answer their questions", due)
