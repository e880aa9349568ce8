"""A closed lead, by every way in: the team may still record, nothing reaches people outside, Reopen is offered."""

from __future__ import annotations

import pytest

from sops import phases
from store.lifecycle import Phase
from tests.lead_with_notes import Known, known_lead
from tests.leads import open_lead
from tests.office import CHANNEL, Office, is_loaded
from tests.workspace import Person


@pytest.fixture
def closed(office: Office) -> Known:
    known = known_lead(office)
    phases.move(office.assistant.context, known.id, Phase.CLOSED, "U02JIM", "silent")
    return known


@pytest.mark.parametrize("command", ["/running-notes", "/qualify-lead", "/hail-lead"])
def test_a_command_says_that_the_lead_is_closed_and_offers_to_reopen_it(
    office: Office, closed: Known, command: str
) -> None:
    damian = office.person()
    damian.command(CHANNEL, f"{command} {closed.address}")
    view = damian.modal(where=is_loaded)
    assert "closed" in damian.text_of(view).casefold()
    assert "Reopen" in damian.buttons(view) and not view.get("submit")
    damian.close(everything=True)


def test_what_is_said_in_its_thread_is_recorded_and_a_reaction_or_shortcut_leads_no_further(
    office: Office, closed: Known
) -> None:
    damian = office.person()
    ts = closed.say(damian, "They wrote again")
    damian.do("react", channel=CHANNEL, ts=ts, name="memo", remove=False)
    told = damian.wait_for(
        CHANNEL,
        lambda one: one.get("thread_ts") == closed.thread.ts and "lead is closed" in damian.text_of(one),
    )
    assert "Nothing was written." in damian.text_of(told) and not damian.buttons(told)
    damian.shortcut("add_to_running_notes", CHANNEL, ts)
    form = damian.modal("Status update", where=is_loaded)
    assert "This lead is closed" in damian.text_of(form)
    assert "Also in the running notes" not in damian.text_of(form)
    damian.close(everything=True)
    office.sandbox.wait_until(lambda: "They wrote again" in closed.timeline)
    assert closed.notes == "Notes of old\n"


def test_its_own_modal_offers_no_procedure_that_reaches_outside(office: Office, closed: Known) -> None:
    damian = office.person()
    shown = open_lead(damian, closed.address)
    assert "*Next step*" not in damian.text_of(shown)
    buttons = Person.buttons(shown)
    assert "Reopen" in buttons and "Status update" in buttons
    assert not {"Create running notes", "Log meeting", "They decided", "Hail"} & set(buttons)
    damian.close(everything=True)
