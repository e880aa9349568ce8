"""Answered: one press on what we owe an answer to, wherever it is shown."""

from __future__ import annotations

from typing import Any

from sops import next_steps, questions
from store.meeting import Question
from tests.commands.test_home import colleague
from tests.desk import fault
from tests.leads import a_lead, open_lead
from tests.office import Office


def test_a_question_is_answered_once_from_the_lead_s_modal_and_from_home(office: Office) -> None:
    damian, nina, address = office.person(), colleague(office, "U74NINA"), office.new_address()
    now = office.assistant.context.clock.now()
    asked = (
        Question("Is there a <!here> GPU?", now, owed=True, due="2031-02-03"),
        Question("ORCID?", now, owed=True, due=""),
        Question("Backups?", now, owed=False),
    )
    step: dict[str, Any] = {"next_step": next_steps.ANSWER_THEM, "next_step_due": "2031-02-03"}
    lead = a_lead(office, address, owner="U74NINA", questions=asked, shown=True, **step)
    view = open_lead(damian, address)
    assert "We owe an answer" in damian.text_of(view) and damian.buttons(view).count("Answered") == 2
    damian.press("Answered", view)
    left = damian.modal("Partnerships", where=lambda one: damian.buttons(one).count("Answered") == 1)
    assert "• ORCID?" in damian.text_of(left)
    questions.settle(office.assistant.context, lead.id, questions.sign(asked[0]), "U02JIM")
    now_is = office.store.get(lead.id)
    assert (now_is.next_step, now_is.next_step_due) == (next_steps.ANSWER_THEM, "")
    damian.close(everything=True)
    home = nina.home(where=lambda one: f"*{lead.organisation}* · we owe an answer: ORCID?" in str(one))
    assert f"*{lead.organisation}* · {next_steps.ANSWER_THEM}" not in str(home), "it is said by the question"
    rows = home["blocks"]
    at = next(n for n, one in enumerate(rows) if f"{lead.organisation}* · we owe" in nina.text_of(one))
    nina.press("Answered", home | {"blocks": [rows[at + 1]]})
    office.sandbox.wait_until(lambda: not office.store.get(lead.id).owed)
    assert office.store.get(lead.id).next_step == next_steps.WAIT
    told = [(event.text, event.by) for event in office.store.timeline(lead.id) if "Answered" in event.text]
    assert told == [("Answered: Is there a <!here> GPU?", "U01DAMIAN"), ("Answered: ORCID?", "U74NINA")]
    nina.home(where=lambda one: f"*{lead.organisation}* · we owe" not in str(one))


def test_a_modal_that_is_still_being_filled_shows_the_lead_as_it_is_after_the_press(office: Office) -> None:
    """The button to its thread, which Slack has to be asked for, comes a moment later, here after the press."""
    damian, address, sandbox = office.person(), office.new_address(), office.sandbox
    asked = Question("ORCID?", office.assistant.context.clock.now(), owed=True, due="")
    lead = a_lead(office, address, questions=(asked,), shown=True)
    with fault(sandbox, "slack", "views.update", "delay", seconds=0.7):
        view = open_lead(damian, address)
        damian.press("Answered", view)
        sandbox.wait_until(lambda: len(sandbox.world.traffic.recent(100, "slack", view["id"])) == 2)
    assert not office.store.get(lead.id).owed
    assert damian.buttons(damian.modal("Partnerships")).count("Answered") == 0
