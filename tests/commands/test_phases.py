"""Moving, closing and reopening a lead by hand: confirmed, with what is missing said, once of two people."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from store.lead import Decision
from store.lifecycle import Phase
from store.meeting import Verbal
from store.qualification import Judgement, Verdict
from tests.leads import a_lead, open_lead
from tests.office import CHANNEL, Office
from tests.workspace import Person, View


def test_a_move_without_its_two_yeses_asks_why_and_is_told_on_the_card(office: Office) -> None:
    damian, address = office.person(), office.new_address()
    lead = a_lead(office, address, shown=True)
    open_lead(damian, address)
    damian.press("Move to Qualified Lead")
    asked = damian.modal("Move phase")
    assert "Are they qualified to set up partnership with 2i2c?" in damian.text_of(asked)
    assert damian.submit()["outcome"] != "ok", "a reason is needed"
    assert damian.submit({"Why": "a board member of theirs asked <!channel>"})["outcome"] == "ok"
    below = damian.modal("Partnerships", where=lambda view: "Qualified Lead since" in damian.text_of(view))
    assert "They decided" in damian.buttons(below)
    damian.close(everything=True)
    now = office.store.get(lead.id)
    assert now.phase is Phase.QUALIFIED
    card = damian.wait_for(
        CHANNEL, lambda one: address in damian.text_of(one) and "They decided" in damian.buttons(one)
    )
    assert "<!channel>" not in damian.text_of(card)
    told = [event.text for event in office.store.timeline(lead.id)]
    assert "Lead → Qualified Lead: a board member of theirs asked <!channel>" in told


def test_a_lead_with_what_the_procedure_asks_moves_without_a_reason(office: Office) -> None:
    damian, address = office.person(), office.new_address()
    lead = a_lead(office, address)
    now = office.assistant.context.clock.now()
    yes = tuple(Verdict(judgement, True, "", "U02JIM", now) for judgement in Judgement)
    said = Decision(Verbal.YES, "U02JIM", now)
    office.store.update(lead.id, lambda one: replace(one, verdicts=yes, decision=said))
    for phase in (Phase.QUALIFIED, Phase.PROSPECT):
        open_lead(damian, address)
        damian.press(f"Move to {phase}")
        assert ":warning:" not in damian.text_of(damian.modal("Move phase"))
        assert damian.submit()["outcome"] == "ok"
        damian.modal("Partnerships", where=partial(_is_in, phase))
        damian.close(everything=True)
    view = open_lead(damian, address)
    assert not [button for button in damian.buttons(view) if button.startswith("Move to")], (
        "not yet a Partner"
    )
    damian.close(everything=True)
    assert office.store.get(lead.id).phase is Phase.PROSPECT


def _is_in(phase: Phase, view: View) -> bool:
    return f"{phase} since" in Person.text_of(view)


def test_of_two_who_close_a_lead_the_second_hears_who_did(office: Office) -> None:
    damian, jim, address = office.person(), office.person("U02JIM"), office.new_address()
    lead = a_lead(office, address, shown=True)
    for person in (damian, jim):
        open_lead(person, address)
        person.press("Close the lead…")
        person.modal("Close lead")
    assert jim.submit({"Reason": "Other"})["errors"], "another reason is said in words"
    assert jim.submit({"Reason": "Silent", "In a few words": "three mails"})["outcome"] == "ok"
    assert damian.submit({"Reason": "Declined"})["outcome"] == "ok"
    told = damian.modal("Changed meanwhile")
    assert "*Closed* now: <@U02JIM> changed it meanwhile (silent: three mails)" in damian.text_of(told)
    damian.close(everything=True)
    jim.close(everything=True)
    assert [change.why for change in office.store.get(lead.id).phases[1:]] == ["silent: three mails"]
    card = damian.wait_for(
        CHANNEL, lambda one: address in damian.text_of(one) and "Reopen" in damian.buttons(one)
    )
    damian.press("Reopen", card)
    office.sandbox.wait_until(lambda: office.store.get(lead.id).phase is Phase.LEAD)
