"""What is noted on the lead's ticket: each change of phase and finished procedure, once, whatever Freshdesk does."""

from __future__ import annotations

import errno
from dataclasses import replace
from typing import Any

import pytest

from sops import phases, ticket_notes
from store.lead import Event
from store.lifecycle import Phase, transition
from tests import desk
from tests.office import Office
from tests.tracked import ticket_of, tracked_lead

ADD_NOTE = "POST */notes"


def tracked(office: Office) -> tuple[str, int]:
    """A lead with a ticket: its id and the ticket's number."""
    lead = tracked_lead(office)
    return lead.id, ticket_of(lead)


def notes_on(office: Office, ticket: int) -> list[str]:
    shown = office.person().http.get(office.sandbox.url(f"/helpdesk/tickets/{ticket}")).json()
    notes: list[dict[str, Any]] = [one for one in shown["conversations"] if one["private"]]
    return [one["body_text"] for one in notes]


def test_a_change_of_phase_is_noted_once_also_after_freshdesk_was_away(office: Office) -> None:
    lead, ticket = tracked(office)
    context = office.assistant.context
    with desk.fault(office.sandbox, "freshdesk", ADD_NOTE, "500", times=0, match="Qualified"):
        phases.move(context, lead, Phase.QUALIFIED, "U01DAMIAN", "good <b>fit</b> & ready")
        office.sandbox.wait_until(lambda: context.store.effect(lead, "note:phase:1"))
        ticket_notes.write_notes("")
        assert notes_on(office, ticket) == []
    office.sandbox.world.clock.advance(60)
    (note,) = office.sandbox.wait_until(lambda: notes_on(office, ticket))
    ticket_notes.owe(context, lead, "phase:1", "the same change, told again")
    ticket_notes.write_notes("")
    assert notes_on(office, ticket) == [note]
    assert "Lead → Qualified Lead: good <b>fit</b> & ready" in note


def test_a_change_of_phase_is_noted_although_the_assistant_died_before_it_could_be_owed(
    office: Office,
) -> None:
    (lead, ticket), context = tracked(office), office.assistant.context
    now = context.clock.now()
    log = transition(office.store.get(lead).phases, Phase.QUALIFIED, at=now, by="U02JIM", why="fits")
    done = Event("phase:1", now, "phase", "Lead → Qualified Lead: fits", "U02JIM")
    office.store.update(lead, lambda one: replace(one, phases=log), done)
    for _ in range(2):
        phases.owe_lost_notes(context)
        office.sandbox.wait_until(lambda: notes_on(office, ticket))
        office.sandbox.wait_until(lambda: not office.store.value("ticket_notes_owed"))
    (note,) = notes_on(office, ticket)
    assert "Lead → Qualified Lead: fits" in note


def test_a_change_of_phase_stands_and_is_noted_later_where_the_disk_was_full_between_the_two(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    (lead, ticket), context = tracked(office), office.assistant.context
    write = office.disk.write

    def full(fd: int, data: bytes) -> None:
        if b"ticket_notes_owed" in data and b"fits, on a full disk" in data:
            raise OSError(errno.ENOSPC, "No space left on device")
        write(fd, data)

    with monkeypatch.context() as disk:
        disk.setattr(office.disk, "write", full)
        moved = phases.move(context, lead, Phase.QUALIFIED, "U02JIM", "fits, on a full disk")
        phases.lost_notes(context)
    assert moved.phase is Phase.QUALIFIED and notes_on(office, ticket) == []
    phases.lost_notes(context)
    (note,) = office.sandbox.wait_until(lambda: notes_on(office, ticket))
    assert "fits, on a full disk" in note


def test_a_note_whose_answer_got_lost_is_found_and_not_repeated(office: Office) -> None:
    lead, ticket = tracked(office)
    with desk.fault(office.sandbox, "freshdesk", ADD_NOTE, "lost_after", match="lost on the way"):
        ticket_notes.owe(office.assistant.context, lead, "k1", "lost on the way")
        office.sandbox.wait_until(lambda: notes_on(office, ticket))
    ticket_notes.write_notes("")
    assert len(notes_on(office, ticket)) == 1


def test_notes_of_a_deleted_ticket_are_given_up_and_hold_nothing_up(office: Office) -> None:
    lead, ticket = tracked(office)
    other, other_ticket = tracked(office)
    office.sandbox.world.helpdesk.change_ticket(ticket, office.assistant.context.clock.now(), deleted=True)
    ticket_notes.owe(office.assistant.context, lead, "k1", "nowhere to go")
    ticket_notes.owe(office.assistant.context, other, "k1", "somewhere to go")
    (note,) = office.sandbox.wait_until(lambda: notes_on(office, other_ticket))
    office.sandbox.wait_until(lambda: not office.store.value("ticket_notes_owed"))
    assert "somewhere to go" in note


def test_results_are_noted_in_plain_words(office: Office) -> None:
    assert office.store is not None
    told = ":tada: Shared with <https://docs.example/x|the notes> by <@U01DAMIAN> at 10:30:45 &amp; done"
    assert ticket_notes.as_plain(told) == "Shared with the notes by Damian at 10:30:45 & done"
