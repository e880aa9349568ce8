"""/partnerships and a lead's own modal; what is said when there is nothing, or more than one, to show."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from store.lead import Event
from store.lifecycle import Phase, transition
from tests.leads import a_lead
from tests.office import CHANNEL, Office
from tests.workspace import Person


@pytest.fixture(autouse=True)
def _sending_is_on_again(office: Office) -> Iterator[None]:
    yield
    office.store.set_value("sending_paused", None)


def test_looking_for_nonsense_says_that_nothing_was_found(office: Office) -> None:
    damian = office.person()
    damian.command(CHANNEL, "/partnerships <!channel> nonsense")
    view = damian.modal("Partnerships", where=lambda one: "No lead was found" in damian.text_of(one))
    assert "“&lt;!channel&gt; nonsense”" in damian.text_of(view)
    assert "Start" in damian.buttons(view)
    damian.close(everything=True)


def test_procedures_start_by_name_and_several_leads_are_offered(office: Office) -> None:
    damian, name = office.person(), f"Twin {office.new_address()}"
    for number in (1, 2):
        a_lead(office, office.new_address(), organisation=f"{name} {number}")
    for typed in ("notes", "Create running notes", "running_notes"):
        damian.command(CHANNEL, f"/partnerships {typed}")
        assert "For which lead?" in damian.text_of(damian.modal("Create running notes"))
        damian.close(everything=True)
    damian.command(CHANNEL, f"/partnerships {name}")
    offered = damian.modal("Partnerships", where=lambda one: "Several leads fit" in damian.text_of(one))
    assert f"*{name} 1*" in damian.text_of(offered) and f"*{name} 2*" in damian.text_of(offered)
    damian.command(CHANNEL, f"/partnerships {name.upper()} 2")
    damian.modal("Partnerships", where=lambda one: f"*{name} 2*\n" in damian.text_of(one))
    damian.close(everything=True)


def test_a_command_takes_the_lead_of_exactly_that_name_and_offers_those_that_fit(office: Office) -> None:
    damian, name = office.person(), f"Lea {office.new_address()}"
    for organisation in (name, f"{name} University"):
        a_lead(office, office.new_address(), organisation=organisation)
    damian.command(CHANNEL, f"/lead-update {name.upper()}")
    damian.modal("Status update", where=lambda one: f"*{name}*" in damian.text_of(one))
    damian.close(everything=True)
    damian.command(CHANNEL, f"/lead-update {name[:-3]}")
    several = damian.modal("Status update", where=lambda one: "Several leads fit" in damian.text_of(one))
    damian.press("Choose", several)
    chosen = damian.modal("Status update", where=lambda one: "What happened?" in damian.text_of(one))
    assert f"*{name}*" in damian.text_of(chosen)
    damian.close(everything=True)


def test_more_shows_what_happened_last_newest_first(office: Office) -> None:
    damian, address = office.person(), office.new_address()
    lead = a_lead(office, address, shown=True)
    for number in range(20):
        office.store.append(lead.id, Event(f"n{number}", lead.created_at, "note", f"happening {number}."))
    damian.press("More…", office.card_of(damian, address))
    words = damian.text_of(damian.modal("Partnerships"))
    assert "happening 7." not in words
    assert words.index("happening 19.") < words.index("happening 18.") < words.index("happening 9.")
    damian.close(everything=True)


def test_two_people_reopen_a_lead_once(office: Office) -> None:
    damian, jim, address = office.person(), office.person("U02JIM"), office.new_address()
    lead = a_lead(office, address, shown=True)
    closed = transition(lead.phases, Phase.CLOSED, at=lead.phase_since, by="U01DAMIAN", why="silent")
    office.store.update(lead.id, lambda one: replace(one, phases=closed))
    for person in (damian, jim):
        person.press("More…", office.card_of(person, address))
        assert "Reopen" in person.buttons(person.modal("Partnerships"))
    for person in (damian, jim):
        person.press("Reopen")
        person.modal("Partnerships", where=lambda one: "Reopen" not in Person.buttons(one))
        person.close(everything=True)
    now = office.store.get(lead.id)
    assert now.phase is Phase.LEAD
    assert len(now.phases) == len(closed) + 1
    assert [event.text for event in office.store.timeline(lead.id)].count("Closed → Lead: reopened") == 1


def test_all_known_leads_are_listed(office: Office) -> None:
    damian, ada, bo = office.person(), office.new_address(), office.new_address("bo")
    office.hail(damian, ada)
    office.hail(damian, bo)
    colleague = f"dan@{bo.partition('@')[2]}"
    view = office.plan(damian, f"{ada}\n{colleague}")
    words = damian.text_of(view)
    assert f"{ada} is known" in words
    assert f"{bo.partition('@')[2]} is known" in words
    damian.press("It is another lead", view)
    plan = damian.modal(where=lambda one: (one.get("submit") or {}).get("text") == "Send to 1 outsider")
    assert f"*To*  {colleague}" in damian.text_of(plan)
    assert ada not in damian.text_of(plan)
    damian.close(everything=True)


def test_a_copy_while_paused_leaves_the_plan_where_it_is(office: Office) -> None:
    damian, bea, address = office.person(), office.person("U03BEA"), office.new_address()
    plan = office.plan(damian, address)
    bea.command(CHANNEL, "/partnerships")
    bea.press("Pause all sending", bea.modal("Partnerships"))
    bea.modal(where=lambda view: "All sending is paused" in bea.text_of(view))
    bea.close(everything=True)
    before = len(office.mails_to("damian@2i2c.org"))
    damian.press("Send me a copy first")
    damian.wait_for(CHANNEL, "No copy was sent. All sending is paused by <@U03BEA>")
    assert damian.modal()["id"] == plan["id"]
    assert damian.modal()["submit"]["text"] == "Send to 1 outsider"
    assert len(office.mails_to("damian@2i2c.org")) == before
    damian.close(everything=True)


def test_a_copy_for_a_guest_is_refused_and_leaves_the_plan_where_it_is(office: Office) -> None:
    gus, address = office.person("U04GUS"), office.new_address()
    form = office.plan(gus, "")
    assert gus.submit({"Contacts": address, "Owner": "U01DAMIAN"}, view=form)["outcome"] == "ok"
    plan = gus.modal(where=lambda one: "Send me a copy first" in gus.buttons(one))
    gus.press("Send me a copy first", plan)
    gus.wait_for(CHANNEL, "Copies go to addresses at 2i2c.org only")
    assert gus.modal()["id"] == plan["id"]
    assert address in gus.text_of(gus.modal())
    gus.close(everything=True)
