"""An effect outside stands once: an intention is kept while nobody knows what became of it, and no longer."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from datetime import timedelta

import pytest

from services.errors import OutcomeUnknown, Refused, ServiceError, Unreachable
from sops import brakes, notes_entry, ticket_notes
from sops.effects import once
from sops.ends import NeedsPerson
from sops.meeting_plan import Said
from sops.meeting_plan import prepare as prepare_log
from sops.running_notes_plan import NotesAsked
from sops.running_notes_plan import of as notes_of
from sops.running_notes_prepare import prepare as prepare_notes
from sops.status_update_plan import Saying, prepare
from store.lead import Effect
from store.plan import Plan
from tests import desk
from tests.lead_with_notes import Known, known_lead
from tests.notes_office import a_lead, editors, in_drive
from tests.office import Office
from tests.sops.test_ticket_notes import ADD_NOTE, notes_on, tracked

LINES = ("2026-11-22 (Damian)", "Ada asked for a demo 🎉")


class Abroad:
    """A system of which this test decides what it does: `raises` before the effect, `loses` the answer after it."""

    def __init__(self) -> None:
        self.made: list[str] = []
        self.raises: ServiceError | None = None
        self.loses = self.unseen = False

    def act(self) -> str:
        if self.raises is not None:
            raise self.raises
        self.made.append("one")
        if self.loses:
            raise OutcomeUnknown("Abroad", "no answer")
        return "one"

    def look(self) -> str | None:
        if self.unseen:
            raise Unreachable("Abroad", "no way there")
        return self.made[0] if self.made else None


def forbid() -> None:
    raise NeedsPerson("Not now.")


def intend(office: Office, lead_id: str, key: str) -> None:
    """As a kill between the intention and the act leaves it."""
    office.store.intend(lead_id, Effect(key, office.assistant.context.clock.now()))


def test_what_may_exist_and_cannot_be_looked_for_is_not_made_again(office: Office) -> None:
    lead, abroad = a_lead(office).id, Abroad()
    abroad.loses = abroad.unseen = True
    for _ in range(2):
        with pytest.raises(Unreachable):
            once(lead, "k", abroad.act, abroad.look)
    abroad.unseen = False
    assert once(lead, "k", abroad.act, abroad.look, before_act=forbid) == ("found", "one")
    assert abroad.made == ["one"]


def test_what_was_refused_leaves_nothing_to_look_for(office: Office) -> None:
    lead, abroad = a_lead(office).id, Abroad()
    abroad.raises, abroad.unseen = Refused("Abroad", "no"), True
    with pytest.raises(Refused):
        once(lead, "k", abroad.act, abroad.look)
    assert office.store.effect(lead, "k") is None
    abroad.raises = None
    assert once(lead, "k", abroad.act, abroad.look) == ("done", "one")


def test_what_a_kill_left_undone_asks_the_brakes_before_it_is_done(office: Office) -> None:
    lead, abroad = a_lead(office).id, Abroad()
    intend(office, lead, "k")
    with pytest.raises(NeedsPerson):
        once(lead, "k", abroad.act, abroad.look, before_act=forbid)
    assert office.store.effect(lead, "k") is None and not abroad.made


def test_an_entry_that_may_stand_already_is_not_given_up_while_google_refuses_us(office: Office) -> None:
    known, docs = known_lead(office), office.assistant.context.services.docs
    assert docs is not None
    intend(office, known.id, "k")
    docs.add_entry(known.document, "Notes", "k", LINES)
    in_drive(office, "switches", revoked=True)
    try:
        with pytest.raises(Refused):
            notes_entry.write(known.id, "k", LINES)
    finally:
        in_drive(office, "switches", revoked=False)
    assert office.store.effect(known.id, "k") is not None
    assert notes_entry.write(known.id, "k", LINES, before_act=forbid) == "found"
    assert known.notes.count(LINES[1]) == 1


def test_entries_that_a_kill_left_undone_wait_while_sending_is_paused(office: Office) -> None:
    for known, plan in (an_update(office), a_log(office)):
        intend(office, known.id, f"{plan.id}:entry")
        with paused(office):
            run = office.carries_out(plan)
        assert "All sending is paused" in run.words
        assert known.notes == "Notes of old\n" and not office.store.effect(known.id, f"{plan.id}:entry")


def test_nobody_is_let_in_by_what_a_kill_left_undone_while_sending_is_paused(office: Office) -> None:
    lead, context = a_lead(office), office.assistant.context
    plan = prepare_notes(
        context, NotesAsked(lead.id, lead.organisation, None, lead.contacts, "Hello!", "U01DAMIAN")
    )
    intend(office, lead.id, notes_of(plan).shares[0].key)
    with paused(office):
        run = office.carries_out(plan)
    assert "All sending is paused" in run.words and "nobody outside can see it" in run.not_outside
    assert editors(office, lead) == set()


def test_a_note_that_may_be_on_the_ticket_is_looked_for_before_it_is_written_again(office: Office) -> None:
    lead, ticket = tracked(office)
    conversations = f"GET */tickets/{ticket}/conversations"
    with (
        desk.fault(office.sandbox, "freshdesk", conversations, "429", times=0, seconds=60),
        desk.fault(office.sandbox, "freshdesk", ADD_NOTE, "lost_after", match="lost on the way"),
    ):
        ticket_notes.owe(office.assistant.context, lead, "k1", "lost on the way")
        office.sandbox.wait_until(lambda: notes_on(office, ticket))
        ticket_notes.write_notes("")
        assert office.store.effect(lead, "note:k1") is not None

    def written() -> bool:
        ticket_notes.write_notes("")
        return not office.store.value("ticket_notes_owed")

    office.sandbox.wait_until(written)
    assert len(notes_on(office, ticket)) == 1


@contextlib.contextmanager
def paused(office: Office) -> Iterator[None]:
    brakes.pause(office.assistant.context, "U02JIM")
    try:
        yield
    finally:
        brakes.resume(office.assistant.context, "U01DAMIAN")


def an_update(office: Office) -> tuple[Known, Plan]:
    known = known_lead(office)
    saying = Saying("Kick-off", "U01DAMIAN")
    return known, prepare(office.assistant.context, known.lead, saying, "U01DAMIAN")


def a_log(office: Office) -> tuple[Known, Plan]:
    known, now = known_lead(office), office.assistant.context.clock.now()
    said = Said("m1", now - timedelta(minutes=40), now - timedelta(minutes=10), held=True, notes="For all")
    return known, prepare_log(office.assistant.context, known.lead, said, "U01DAMIAN")
