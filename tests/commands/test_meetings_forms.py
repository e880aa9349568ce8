"""The form of Log meeting while somebody else changes the lead under it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from sops import next_steps
from sops.meeting_plan import Said, of, prepare
from store.lifecycle import Phase
from store.meeting import Meeting, Question
from tests.commands.test_meetings import lead_with_meeting, open_form, preview
from tests.office import CHANNEL, Office, is_loaded


def test_a_ticked_question_is_meant_by_its_words_also_when_another_was_answered_meanwhile(
    office: Office,
) -> None:
    damian, known = office.person(), lead_with_meeting(office)
    now = office.assistant.context.clock.now()
    asked = tuple(
        Question(text, now, owed=True) for text in ("Is there a GPU?", "ORCID?", "Backups?", "ORCID?")
    )
    office.store.update(known.id, lambda lead: replace(lead, questions=asked))
    open_form(damian, known)
    office.store.update(known.id, lambda lead: replace(lead, questions=asked[1:]))
    plan = preview(damian, settled=["ORCID?"])
    assert "Answered: ORCID?" in damian.text_of(plan) and "Backups?" not in damian.text_of(plan)
    assert "Next step: answer their questions" in damian.text_of(plan), "Backups? still waits"
    assert damian.submit()["outcome"] == "ok"
    known.said(damian, "logged: held")
    assert [one.text for one in known.lead.questions if one.owed] == ["Backups?"]


def test_a_plan_closed_together_with_its_form_is_offered_again(office: Office) -> None:
    damian, known = office.person(), lead_with_meeting(office)
    open_form(damian, known)
    preview(damian, team="Typed for ten minutes")
    damian.close(everything=True)
    closed = damian.wait_for(CHANNEL, f"You closed the plan of Log meeting ({known.organisation}")
    damian.press("Open it again", closed)
    view = damian.modal("Log meeting", where=is_loaded)
    assert "Typed for ten minutes" in damian.text_of(view)
    damian.close(everything=True)


def test_a_no_closes_the_lead_in_the_same_confirm_where_its_box_is_ticked(office: Office) -> None:
    damian, known = office.person(), lead_with_meeting(office)
    open_form(damian, known)
    plan = preview(damian, verbal="No", due=None)
    assert "Next step: close the lead" in damian.text_of(plan)
    damian.choose("meeting_follow", ["yes"], plan)
    damian.modal("Log meeting", where=lambda one: "Next step" not in damian.text_of(one) and is_loaded(one))
    assert damian.submit()["outcome"] == "ok"
    known.said(damian, "they said no · the lead is closed")
    lead = known.lead
    day = lead.meetings[0].starts_at.date().isoformat()
    assert lead.phase is Phase.CLOSED and lead.next_step == ""
    assert lead.phases[-1].why == f"declined: they said no in the meeting of {day}"
    thread = damian.thread(known.thread.channel, known.thread.ts)
    assert not any("Close the lead…" in damian.buttons(one) for one in thread)


def test_a_box_cleared_in_the_moment_of_the_press_is_another_plan_first(office: Office) -> None:
    """Its own event, which would have made the plan anew, is still on its way."""
    damian, known = office.person(), lead_with_meeting(office)
    open_form(damian, known)
    plan = preview(damian, verbal="Yes")
    words = damian.text_of(plan)
    assert "Next step: send the draft contract" in words
    assert "Are they qualified to set up partnership with 2i2c?" in words, "what the procedure asks first"
    damian.submit({"meeting_follow": []}, view=plan)
    damian.modal("Log meeting", where=lambda one: "follow up on the meeting" in damian.text_of(one))
    assert known.lead.meetings[0].logged_at is None
    assert damian.submit()["outcome"] == "ok"
    known.said(damian, "they said yes")
    assert known.lead.phase is Phase.LEAD


def test_a_next_step_that_somebody_wrote_is_in_the_form_and_ours_gives_way_to_the_next_meeting(
    office: Office,
) -> None:
    damian, known = office.person(), lead_with_meeting(office)
    office.store.update(
        known.id, lambda lead: replace(lead, next_step="ask the dean", next_step_due="2031-01-01")
    )
    open_form(damian, known)
    plan = preview(damian)
    assert "Next step: ask the dean (by Wed 2031-01-01)" in damian.text_of(plan)
    damian.close()
    plan = preview(damian, next_step="", due=None)
    assert "Next step: follow up on the meeting" in damian.text_of(plan)
    damian.close(everything=True)
    context, [meeting] = office.assistant.context, known.lead.meetings
    later = context.clock.now() + timedelta(days=8)
    ahead = Meeting("mnext", later, later + timedelta(minutes=30))
    office.store.update(known.id, lambda lead: replace(lead, meetings=(ahead, meeting)))
    said = Said(meeting.id, meeting.starts_at, meeting.ends_at, held=False)
    planned = of(prepare(context, known.lead, said, "U01DAMIAN"))
    day = later.astimezone(context.clock.zone).date().isoformat()
    assert (planned.next_step, planned.due) == (f"meet on {day}", day)
    missed = replace(known.lead, next_step=next_steps.NEW_TIME, next_step_due="")
    assert next_steps.to_meet(missed, day).next_step == f"meet on {day}"


def test_a_meeting_that_they_moved_under_the_plan_is_not_logged_at_its_new_time(office: Office) -> None:
    damian, known = office.person(), lead_with_meeting(office)
    open_form(damian, known)
    preview(damian, held="They did not come")
    later = timedelta(days=3)

    def move(meeting: Meeting) -> Meeting:
        return replace(meeting, starts_at=meeting.starts_at + later, ends_at=meeting.ends_at + later)

    office.store.update(known.id, lambda lead: replace(lead, meetings=tuple(map(move, lead.meetings))))
    assert damian.submit()["outcome"] == "ok"
    stopped = known.said(damian, "This meeting was moved to")
    assert "Nothing of yours was recorded" in damian.text_of(stopped)
    damian.press("See the new plan", stopped)
    view = damian.modal("Log meeting", where=lambda one: "Cannot be logged" in damian.text_of(one))
    assert not view.get("submit") and known.lead.planned
    damian.close(everything=True)
