"""The form of Log meeting while somebody else changes the lead under it."""

from __future__ import annotations

from dataclasses import replace

from store.meeting import Question
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
