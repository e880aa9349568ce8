"""kill -9 at every step of every procedure of the lead phase: one folder, one document, one mail a person, one entry.

One kill tests them all: each boundary has a lead of its own, held there. The steps are taken from a clean run, so
that a new one is tested without being listed here; calls that change something outside are held before and after
their effect.
"""

from __future__ import annotations

import itertools
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from tests.crash_table import Row, Table
from tests.lead_phase_crew import Crew, running_crew
from tests.lead_phase_outcome import (
    MEETING,
    MISSED,
    NOTES,
    REPLY,
    RETRACTION,
    UPDATE,
    Call,
    Case,
    Found,
    outcomes,
    put_in_place,
    sop_of,
)
from tests.workspace import PATIENCE_SECONDS

NOTE = "the private note"
OWN_DOCUMENT = "POST */documents/{document}:batchUpdate"
CALLS: Mapping[str, tuple[Call, ...]] = {
    NOTES: (
        Call("the folder", "google", "POST /drive/v3/files", "{organisation}"),
        Call("the copy", "google", "POST */copy", "{organisation}"),
        Call("the name in it", "google", "POST *:batchUpdate", "{lead}:notes:replaced"),
        Call("its first line", "google", "POST *:batchUpdate", "{lead}:notes:first"),
        Call("the share", "google", "POST */permissions", "{address}"),
    ),
    UPDATE: (
        Call("the entry", "google", OWN_DOCUMENT),
        Call(NOTE, "freshdesk", "POST */tickets/{ticket}/notes"),
    ),
    RETRACTION: (Call("the removal", "google", OWN_DOCUMENT),),
    REPLY: (Call("the reply", "freshdesk", "POST */tickets/{ticket}/reply"),),
    MEETING: (Call("the entry", "google", OWN_DOCUMENT),),
    MISSED: (Call("the offer", "slack", "chat.postMessage", "{organisation}* did not come"),),
}
KILLS = 3


@pytest.fixture
def crew(tmp_path: Path) -> Iterator[Crew]:
    with running_crew(tmp_path) as crew:
        yield crew


@pytest.mark.crash
@pytest.mark.timeout(240)
def test_a_kill_at_any_step_of_the_lead_phase_doubles_nothing_and_loses_nothing(
    crew: Crew, crash_table: Table
) -> None:
    clean = [Case(procedure, "clean", f"clean@c{number}.example") for number, procedure in enumerate(CALLS)]
    put_in_place(crew.sandbox, crew.assistant.data, clean)
    crew.assistant.start()
    _carry_out(crew, clean)
    steps = {case.procedure: crew.passed(case) for case in clean}
    assert all(steps.values()) and len(steps[NOTES]) >= 12
    crew.assistant.kill()
    cases = _cases(steps)
    put_in_place(crew.sandbox, crew.assistant.data, cases)
    crew.assistant.start()
    _update_what_is_taken_back(crew, cases)
    for together in _rounds(cases):
        crew.hold_and_kill(together)
        crew.assistant.start()
    crew.wait_for_end(cases)
    crew.answer(cases)
    crew.wait_for_end(cases)
    _assert_right(crew, cases, crash_table)


def _carry_out(crew: Crew, cases: list[Case]) -> None:
    """Without any kill; also that what is counted is right then."""
    _update_what_is_taken_back(crew, cases)
    for case in cases:
        crew.confirm(case)
    crew.wait_for_end(cases)
    assert _wrong(_settled(crew, cases)) == []


def _update_what_is_taken_back(crew: Crew, cases: list[Case]) -> None:
    taken_back = [case for case in cases if case.procedure == RETRACTION]
    updates = [Case(UPDATE, "before", case.address, lead_id=case.lead_id) for case in taken_back]
    for update in updates:
        crew.confirm(update)
    crew.wait_for_end(updates)


def _cases(steps: Mapping[str, list[str]]) -> list[Case]:
    numbers = itertools.count(1)
    made = [
        Case(procedure, boundary, f"{sop_of(procedure)}.{boundary}@k{next(numbers)}.example")
        for procedure, boundaries in steps.items()
        for boundary in boundaries
    ]
    for procedure, calls in CALLS.items():
        for call, side in itertools.product(calls, ("before", "after")):
            address = f"ada@k{next(numbers)}.example"
            made.append(Case(procedure, f"{call.words}, {side}", address, call=call, side=side))
    return made


def _rounds(cases: list[Case]) -> list[list[Case]]:
    """One kill each. The calls are dealt out: the assistant gives those that are held up after 20 seconds, and of the
    two sides of a private note only one can be held, for those are written one after the other."""
    steps = [case for case in cases if case.call is None]
    calls = [case for case in cases if case.call is not None]
    first, *others = (calls[number::KILLS] for number in range(KILLS))
    return [[*steps, *first], *others]


def _settled(crew: Crew, cases: list[Case]) -> list[Found]:
    """What the leads have come to, as soon as that is right: Slack and the tickets are told a moment later."""
    until = time.monotonic() + PATIENCE_SECONDS
    while _wrong(found := outcomes(crew.sandbox, crew.assistant.data, cases)) and time.monotonic() < until:
        time.sleep(0.2)
    return found


def _wrong(found: list[Found]) -> list[Found]:
    return [one for one in found if one.duplicates or one.lost]


def _assert_right(crew: Crew, cases: list[Case], crash_table: Table) -> None:
    found = _settled(crew, cases)
    for one in found:
        boundary = f"{one.case.procedure}: {one.case.boundary}"
        crash_table.append(Row(boundary, 1, one.duplicates, one.lost, one.case.ended))
    assert _wrong(found) == [], crew.assistant.output()
