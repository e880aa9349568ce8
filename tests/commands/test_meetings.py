"""Log meeting: what is typed, the exact lines for team and notes, the phase that follows, two people at once."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sops import engine, phases
from sops.meeting_plan import Said, prepare
from store.lifecycle import Phase
from store.meeting import Meeting, MeetingState, Verbal
from tests.lead_with_notes import Known, known_lead
from tests.office import CHANNEL, Office, is_loaded
from tests.workspace import Person, View

BEGUN = timedelta(minutes=40)


def lead_with_meeting(office: Office, *, notes: bool = False) -> Known:
    """A lead whose meeting is just over."""
    known = known_lead(office, notes=notes)
    give_meeting(known)
    return known


def give_meeting(known: Known) -> None:
    office = known.office
    start = (office.assistant.context.clock.now() - BEGUN).replace(second=0, microsecond=0)
    meeting = Meeting(f"m{known.id[1:]}", start, start + timedelta(minutes=30), name="Ada Lovelace")
    office.store.update(known.id, lambda one: replace(one, meetings=(meeting,)))
    office.assistant.context.progress.card(known.id)


def of_address(office: Office, address: str) -> Known:
    """A lead that was hailed."""
    lead = office.lead_of(address)
    assert lead is not None and lead.thread is not None
    return Known(office, lead.id, lead.organisation, address, lead.thread, "")


def open_form(person: Person, known: Known) -> View:
    """By the card's primary button, once it is there."""

    def fits(one: View) -> bool:
        return known.address in person.text_of(one) and "Log meeting" in person.buttons(one)

    person.press("Log meeting", person.wait_for(CHANNEL, fits))
    return person.modal("Log meeting", where=is_loaded)


def open_by_more(person: Person, known: Known, button: str) -> View:
    person.press("More…", known.office.card_of(person, known.address))
    person.press(button, person.modal("Partnerships", where=lambda view: button in person.buttons(view)))
    return person.modal(button, where=is_loaded)


def preview(person: Person, **values: Any) -> View:
    """The plan that follows the filled-in form."""
    assert person.submit(values)["outcome"] == "ok"
    return person.modal("Log meeting", where=lambda view: view.get("callback_id") == "meeting_confirm")


def test_a_whole_meeting_is_logged_for_the_team_alone_in_four_presses(office: Office) -> None:
    damian, known = office.person(), lead_with_meeting(office)
    due = (office.assistant.context.clock.today() + timedelta(days=5)).isoformat()
    open_form(damian, known)
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
    known.said(damian, "now a Prospect")
    now = known.lead
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


def test_the_lines_for_the_notes_name_their_readers_and_are_written_once_as_shown(office: Office) -> None:
    damian, known = office.person(), lead_with_meeting(office, notes=True)
    open_form(damian, known)
    plan = preview(
        damian, team="Their budget is small", notes="Ada asked about 🎉 logins.\n\nWe sent the guide."
    )
    words = damian.text_of(plan)
    day = known.lead.meetings[0].starts_at.date().isoformat()
    assert f"*{known.reader}* can read it" in words and plan["submit"]["text"] == "Log; 1 outsider reads"
    lines = f"{day} Meeting (Damian)\nAda asked about 🎉 logins.\nWe sent the guide."
    assert lines.replace("\n", "\n>") in words
    assert damian.submit()["outcome"] == "ok"
    assert "Meeting (Damian)" not in known.notes, "there is time to cancel"
    notice = damian.wait_for(
        CHANNEL,
        lambda one: one.get("is_ephemeral") and known.organisation in damian.text_of(one),
    )
    damian.press("Do it now", notice)
    done = known.said(damian, f"where {known.reader} can read it")
    assert known.notes.count(lines) == 1 and "budget" not in known.notes
    assert "Their budget is small" in "\n".join(known.timeline)
    damian.press("Take it back", done)
    view = damian.modal(where=lambda one: (one.get("submit") or {}).get("text") == "Take it back")
    assert lines in damian.text_of(view) and f"Until now {known.reader} could read it" in damian.text_of(view)
    damian.submit(view=view)
    known.said(damian, f"Until now {known.reader} could read it there.")
    assert "logins" not in known.notes and lines not in known.timeline
    assert "Their budget is small" in "\n".join(known.timeline), "what the team recorded stays"


def test_somebody_new_who_reads_the_notes_stops_an_older_plan_before_anything_is_recorded(
    office: Office,
) -> None:
    known = lead_with_meeting(office, notes=True)
    said = Said(known.lead.meetings[0].id, *_times(known), held=True, team="Team", notes="For all")
    plan = prepare(office.assistant.context, known.lead, said, "U01DAMIAN")
    older = replace(plan, id=f"{plan.id}x", created_at=plan.created_at - timedelta(minutes=20))
    office.store.save_plan(older)
    known.act("share", address="eve@stranger.example", role="reader")
    engine.enqueue(older, "U01DAMIAN", CHANNEL)
    stopped = known.said(office.person(), "eve@stranger.example can read the running notes too")
    assert "See the new plan" in Person.buttons(stopped)
    assert "For all" not in known.notes
    assert known.lead.meetings[0].state is MeetingState.PLANNED


def test_a_lead_closed_under_a_fresh_plan_is_not_logged_and_nothing_reaches_the_notes(office: Office) -> None:
    damian = office.person()
    for notes in ("For all", ""):
        known = lead_with_meeting(office, notes=True)
        said = Said(known.lead.meetings[0].id, *_times(known), held=True, team="Team", notes=notes)
        plan = prepare(office.assistant.context, known.lead, said, "U01DAMIAN")
        phases.move(office.assistant.context, known.id, Phase.CLOSED, "U02JIM", "silent")
        engine.enqueue(plan, "U01DAMIAN", CHANNEL)
        stopped = known.said(damian, "This lead is closed. Reopen it first")
        assert "Nothing of yours was recorded" in damian.text_of(stopped)
        assert "For all" not in known.notes and known.lead.meetings[0].state is MeetingState.PLANNED


def _times(known: Known) -> tuple[datetime, datetime]:
    meeting = known.lead.meetings[0]
    return meeting.starts_at, meeting.ends_at


def test_without_notes_the_box_for_them_is_refused_and_dates_in_the_past_are_named_at_their_fields(
    office: Office,
) -> None:
    damian, known = office.person(), lead_with_meeting(office)
    open_form(damian, known)
    wrong = {"owed": "GPUs? 2020-02-30\nTPUs? 2020-02-03", "signature": "2020-01-01", "due": "2020-01-01"}
    assert set(damian.submit(wrong)["errors"]) == {"owed", "signature", "due"}
    plan = preview(damian, owed="", signature=None, due=None, notes="For everybody")
    assert "There are no running notes yet" in damian.text_of(plan)
    assert not plan.get("submit")
    damian.close()
    plan = preview(damian, notes="")
    assert plan["submit"]["text"] == "Log it"
    damian.close(everything=True)


def test_of_two_who_log_one_meeting_the_second_sees_who_was_first(office: Office) -> None:
    damian, jim, known = office.person(), office.person("U02JIM"), lead_with_meeting(office)
    for person in (damian, jim):
        open_form(person, known)
    preview(damian, team="As Damian saw it", verbal="No")
    preview(jim, team="As Jim saw it")
    assert damian.submit()["outcome"] == "ok"
    known.said(damian, "they said no")
    assert jim.submit()["outcome"] == "ok"
    damian.press("Close the lead…", known.said(damian, "said no."))
    damian.modal("Close lead")
    damian.close(everything=True)
    stopped = known.said(jim, "<@U01DAMIAN> logged this meeting as held")
    assert "Nothing of yours was recorded" in jim.text_of(stopped)
    jim.press("See the new plan", stopped)
    view = jim.modal("Log meeting", where=lambda one: "Cannot be logged" in jim.text_of(one))
    assert "As Jim saw it" in jim.text_of(view) and not view.get("submit")
    jim.close(everything=True)
    assert [one.notes for one in known.lead.meetings] == ["As Damian saw it"]


def test_the_box_for_prospect_can_be_cleared_in_the_plan(office: Office) -> None:
    damian, known = office.person(), lead_with_meeting(office)
    open_form(damian, known)
    plan = preview(damian, verbal="Yes")
    damian.choose("meeting_follow", [], plan)
    damian.modal(where=lambda one: "follow up on the meeting" in damian.text_of(one))
    assert damian.submit()["outcome"] == "ok"
    known.said(damian, "they said yes")
    assert known.lead.phase is Phase.LEAD and known.lead.decision is not None


def log_that_nobody_came(office: Office, damian: Person, known: Known) -> View:
    """As far as what the message in the thread opens."""
    open_form(damian, known)
    preview(damian, held="They did not come")
    damian.submit()
    message = known.said(damian, "did not come to the meeting")
    assert known.lead.meetings[0].state is MeetingState.NO_SHOW
    assert known.lead.next_step == "agree on a new time"
    damian.press("Write to them", message)
    return damian.modal(where=lambda one: "sorry to have missed you" in str(one))


def test_those_who_did_not_come_get_a_drafted_mail_with_the_link_to_book_again(office: Office) -> None:
    damian, known = office.person(), lead_with_meeting(office)
    words = str(log_that_nobody_came(office, damian, known))
    assert "Hello Ada," in words and "https://calendly.com/colliand/25-minute-zoom-meeting" in words
    assert "no ticket to answer on" in words
    damian.close(everything=True)


def test_where_there_is_a_ticket_the_draft_lies_in_its_reply(office: Office) -> None:
    damian, address = office.person(), office.new_address()
    office.hail(damian, address)
    known = of_address(office, address)
    give_meeting(known)
    view = log_that_nobody_came(office, damian, known)
    assert view["title"]["text"] == "Reply"
    damian.close(everything=True)


def test_a_meeting_nobody_booked_has_a_time_of_its_own(office: Office) -> None:
    damian, known = office.person(), known_lead(office, notes=False)
    now = int(office.assistant.context.clock.now().timestamp())
    open_by_more(damian, known, "Log meeting")
    assert damian.submit({"When was it?": now + 9000})["errors"] == {
        "when": "That is in the future. A meeting is logged once it has begun."
    }
    preview(damian, **{"When was it?": now - 9000})
    damian.submit()
    known.said(damian, "logged: held")
    assert int(known.lead.meetings[0].starts_at.timestamp()) == now - 9000


def test_a_yes_by_mail_proposes_prospect_and_a_person_confirms(office: Office) -> None:
    damian, known = office.person(), known_lead(office, notes=False)
    tomorrow = (office.assistant.context.clock.today() + timedelta(days=1)).isoformat()
    open_by_more(damian, known, "They decided")
    said = {"What did they decide?": "Yes, they want to partner", "words": "by mail"}
    assert "day" in damian.submit(said | {"When?": tomorrow})["errors"]
    damian.submit(said | {"When?": office.assistant.context.clock.today().isoformat()})
    view = damian.modal(where=lambda one: "said yes" in damian.text_of(one))
    before = known.lead
    assert before.phase is Phase.LEAD and before.decision is not None
    assert view["submit"]["text"] == "Make them a Prospect"
    damian.submit()
    damian.no_modal()
    assert known.lead.phase is Phase.PROSPECT
    assert known.lead.phases[-1].why == "verbal yes: by mail"


def test_a_no_by_mail_offers_close(office: Office) -> None:
    damian, known = office.person(), known_lead(office, notes=False)
    open_by_more(damian, known, "They decided")
    damian.submit({"What did they decide?": "No"})
    view = damian.modal(where=lambda one: "said no" in damian.text_of(one))
    damian.press("Close the lead…", view)
    damian.modal("Close lead")
    damian.close(everything=True)
    assert known.lead.phase is Phase.LEAD
