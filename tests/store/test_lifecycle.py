"""The phases of a lead: what the table allows, what is recorded, and where a closed lead reopens to."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.lifecycle import ARC, TRANSITIONS, Phase, PhaseChange, TransitionRefused, transition
from tests.store.samples import AT, lead

PHASES = st.sampled_from(list(Phase))
CREATED = lead().phases
Log = tuple[PhaseChange, ...]


def _follow(wishes: list[Phase]) -> Log:
    """The log after trying each phase in turn; what is refused leaves it as it was."""
    log = CREATED
    for number, phase in enumerate(wishes):
        try:
            log = transition(log, phase, at=AT + timedelta(hours=number), by="U1", why="because")
        except TransitionRefused:
            continue
    return log


LOGS = st.lists(PHASES, max_size=20).map(_follow)


@given(LOGS)
def test_the_log_is_one_unbroken_way_through_the_phases(log: Log) -> None:
    assert (log[0].before, log[0].after) == (None, Phase.LEAD)
    for earlier, later in pairwise(log):
        assert later.before == earlier.after
        assert later.after in TRANSITIONS[earlier.after]
        assert later.at >= earlier.at


@given(LOGS)
def test_no_phase_of_the_arc_is_ever_entered_from_further_than_the_one_before(log: Log) -> None:
    for change in log[1:]:
        if Phase.CLOSED not in (change.before, change.after):
            assert change.before is not None
            assert ARC.index(change.after) == ARC.index(change.before) + 1


@given(LOGS, PHASES)
def test_a_change_is_appended_whole_or_refused(log: Log, to: Phase) -> None:
    at = AT + timedelta(days=9)
    try:
        longer = transition(log, to, at=at, by="U2", why="reason")
    except TransitionRefused:
        now = log[-1].after
        reopening = now is Phase.CLOSED and to != log[-1].before
        assert to == now or to not in TRANSITIONS[now] or reopening
        return
    assert longer[: len(log)] == log
    assert longer[-1].after is to
    assert {(each.at, each.by, each.why) for each in longer[len(log) :]} == {(at, "U2", "reason")}


@given(LOGS)
def test_any_open_lead_can_be_closed_and_reopens_only_to_the_phase_it_left(log: Log) -> None:
    left = log[-1].after
    if left is Phase.CLOSED:
        return
    closed = transition(log, Phase.CLOSED, at=AT, by="U1", why="silent")
    for phase in set(ARC) - {left}:
        with pytest.raises(TransitionRefused, match=f"reopens to the phase it left: {left}"):
            transition(closed, phase, at=AT, by="U1", why="again")
    reopened = transition(closed, left, at=AT, by="U1", why="again")
    assert [each.after for each in reopened[len(log) :]] == [Phase.CLOSED, left]


@given(LOGS)
def test_closing_needs_a_reason(log: Log) -> None:
    with pytest.raises(TransitionRefused):
        transition(log, Phase.CLOSED, at=AT, by="U1", why="")


@given(LOGS)
def test_a_lead_never_goes_back_along_the_arc(log: Log) -> None:
    places = [ARC.index(change.after) for change in log if change.after is not Phase.CLOSED]
    assert places == sorted(places)


def test_skipped_phases_are_recorded_as_entered_and_left() -> None:
    log = transition(CREATED, Phase.PARTNER, at=AT, by="U1", why="signed")
    assert [(each.before, each.after) for each in log[1:]] == [
        (Phase.LEAD, Phase.QUALIFIED),
        (Phase.QUALIFIED, Phase.PROSPECT),
        (Phase.PROSPECT, Phase.PARTNER),
    ]


def test_a_lead_without_a_log_has_no_phase_to_leave() -> None:
    with pytest.raises(TransitionRefused):
        transition((), Phase.QUALIFIED, at=AT, by="U1", why="x")
