"""kill -9 of the assistant at every boundary of a first hail: nothing twice, nothing lost.

One kill tests many boundaries: each has a lead of its own, held there. The steps and the outside writes are
taken from a clean run, so that a new one is tested, or missed by name, without being listed here.
"""

from __future__ import annotations

import itertools
import json
import random
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

import pytest

from bot.manifest import manifest
from sandbox.traffic import Exchange
from store.tinydb_store import TinyDBLeadStore
from tests.crash_crew import HURRY, MAIL, NOT_SENT, NOTE, WRITES, AssistantGone, Case, Crew, Write
from tests.crash_table import Row, Table
from tests.hail_outcome import Desk, Outcome
from tests.office import CHANNEL
from tests.workspace import Person, running_sandbox

TOGETHER = 10
"""Leads hailed with one Send."""
NOT_A_WRITE = ("GET *", "*.list", "*.info", "*.members", "*.getPermalink", "views.*", "*.test", "apps.*")
ALONE = ("enqueue.", "the private notice")
"""Held before Slack's next event of that person would be answered: hailed with a Send of its own."""
KILLS_AT_RANDOM = 6


@pytest.fixture
def crew(tmp_path: Path) -> Iterator[Crew]:
    with running_sandbox(manifest(), tmp_path / "sandbox") as sandbox:
        crew = Crew(sandbox, tmp_path / "assistant")
        yield crew
        crew.assistant.close()


@dataclass(frozen=True)
class Clean:
    """What a run passes, in order, when nothing is killed: of a hail, and of an answer to *unknown*."""

    hail: list[str]
    answer: list[str]


@pytest.mark.crash
@pytest.mark.timeout(240)
def test_a_kill_at_any_boundary_doubles_nothing_and_loses_nothing(crew: Crew, crash_table: Table) -> None:
    crew.assistant.start()
    clean = _clean_run(crew)
    rounds, answered, unread = _cases(crew, clean)
    first, *later = rounds
    _hold_and_kill(crew, [*first, *answered, unread])
    _nothing_was_sent_twice(crew, [*first, *answered, unread])
    lookup = crew.sandbox.world.faults.add(
        "freshdesk", "GET /api/v2/tickets", "500", match=unread.address, times=0
    )
    crew.assistant.start()
    crew.wait_for_end([*first, *answered, unread])
    not_sent = [case for case in first if case.boundary == "the mail, before"]
    may_have_left = {case.boundary for case in [*not_sent, *answered, unread]}
    everyone = [*first, *answered, unread]
    # For a moment each minute nobody is asked: the tick looks again.
    crew.sandbox.wait_until(lambda: {case.boundary for case in crew.asked(everyone)} == may_have_left)
    _nothing_was_sent_twice(crew, [*first, *answered, unread])
    crew.sandbox.world.faults.remove(lookup.id)
    crew.answer_truthfully([*not_sent, unread])
    for number, cases in enumerate(later):
        _hold_and_kill(crew, cases, answered[number : number + 1])
        crew.assistant.start()
        _press_send_again(crew)
    waiting = _kill_while_it_waits(crew)
    everybody = [*itertools.chain(*rounds), *answered, unread, *waiting]
    crew.wait_for_end(everybody)
    lost = crew.answer_truthfully(answered)
    assert {case.boundary for case in lost} <= {"retry.starting"}, (
        "an answer that was taken is not asked for again"
    )
    crew.wait_for_end(everybody)
    _assert_right(crew, everybody, crash_table)


def _clean_run(crew: Crew) -> Clean:
    """Hail one lead, and let a second one's mail get lost; what both pass, and that we know every write."""
    hailed, lost = crew.new_case("clean"), crew.new_case("lost")
    crew.slow_down(hailed, (MAIL, NOTE))
    crew.sandbox.world.faults.add("freshdesk", MAIL, "lost_before", match=lost.address)
    view = crew.plan([hailed, lost])
    planned = crew.sandbox.world.traffic.recent(1)[0].number
    crew.damian.submit(view=view)
    crew.wait_for_end([hailed, lost])
    assert crew.answer_truthfully([hailed, lost]) == [lost]
    crew.wait_for_end([lost])
    assert _wrong(crew.settle([hailed, lost])) == []
    _every_write_is_known(crew, hailed, planned)
    of_answer = [one for one in crew.passed(lost.address) if one.startswith("retry.")]
    return Clean(crew.passed(hailed.address), of_answer)


def _every_write_is_known(crew: Crew, hailed: Case, since: int) -> None:
    """Each outside write of the clean run is exactly one of WRITES, and each of WRITES was made."""
    made = [
        [write for write in WRITES if _is(write, each, hailed)]
        for each in crew.sandbox.world.traffic.recent(1000)
        if each.number > since and _is_write(each) and _concerns(each, hailed)
    ]
    assert [kinds for kinds in made if len(kinds) != 1] == []
    assert {kinds[0] for kinds in made} == set(WRITES)


def _is_write(each: Exchange) -> bool:
    outside = each.direction == "in" and each.system != "socket"
    return outside and not any(fnmatchcase(each.name, name) for name in NOT_A_WRITE)


def _concerns(each: Exchange, case: Case) -> bool:
    text = json.dumps(each.request)
    return any(words in text for words in (case.address, case.plan, f"{case.organisation}: "))


def _is(write: Write, each: Exchange, case: Case) -> bool:
    named = each.system == write.system and fnmatchcase(each.name, write.name)
    return named and case.match(write) in json.dumps(each.request)


def _cases(crew: Crew, clean: Clean) -> tuple[list[list[Case]], list[Case], Case]:
    """The rounds, one kill each; the leads whose answer is held in a later round; and one whose mail was
    sent while the helpdesk cannot be read when the assistant is back."""
    many = [crew.new_case(boundary) for boundary in clean.hail if not boundary.startswith(ALONE)]
    singly = [crew.new_case(boundary) for boundary in clean.hail if boundary.startswith(ALONE)]
    slow: list[Case] = []
    for write, side in itertools.product(WRITES, ("before", "after")):
        case = crew.new_case(f"{write.words}, {side}", "ada", write=write, side=side)
        (slow if write.alone else singly if write.words in ALONE else many).append(case)
    mail = next(write for write in WRITES if write.words == "the mail")
    answered = [crew.new_case(boundary, write=mail, side="before") for boundary in clean.answer]
    unread = crew.new_case("the mail, after, helpdesk down", "bo", write=mail, side="after")
    assert len(clean.hail) >= 20 and len(answered) == 3
    rounds = [[*many, slow[0]]]
    rounds += [
        [case for case in pair if case is not None] for pair in itertools.zip_longest(slow[1:], singly)
    ]
    return rounds, answered, unread


def _hold_and_kill(crew: Crew, cases: list[Case], answered: list[Case] | None = None) -> None:
    """Hail, answer, wait until every lead stands at its boundary, and kill."""
    now = answered or []
    for case in now:
        case.write = None
    crew.hold([*cases, *now])
    if now:
        crew.wait_for_end(now)
        for case in now:
            case.ended = f"after “{NOT_SENT}”"
            crew.press(NOT_SENT, case)
    sends = [_send(crew, group) for group in _groups(cases)]
    crew.wait_until_held([*cases, *now])
    crew.kill([*cases, *now])
    for send in sends:
        send.join(10)


def _groups(cases: list[Case]) -> list[list[Case]]:
    together = [case for case in cases if not case.boundary.startswith(ALONE)]
    alone = [case for case in cases if case.boundary.startswith(ALONE)]
    return [together[at : at + TOGETHER] for at in range(0, len(together), TOGETHER)] + [
        [case] for case in alone
    ]


def _send(crew: Crew, cases: list[Case]) -> threading.Thread:
    """Press Send; whoever is held before the answer to Slack does not get one before the kill."""
    view = crew.plan(cases)
    for case in cases:
        if case.write is not None:
            crew.hold_write(case)
    send = threading.Thread(target=Person(crew.sandbox, crew.damian.user).submit, kwargs={"view": view})
    send.start()
    if not cases[0].boundary.startswith("enqueue."):
        send.join()
    return send


def _press_send_again(crew: Crew) -> None:
    """A plan whose Send got no answer is still on the screen."""
    if crew.damian.look()["modal"] is not None:
        assert crew.damian.submit()["outcome"] == "ok"


def _kill_while_it_waits(crew: Crew) -> list[Case]:
    """Two kills more: in the moment after the answer to Slack, and in the time to cancel."""
    (moment, waiting) = (crew.new_case("right after the ack", "ada"), crew.new_case("while it waits", "bo"))
    crew.damian.submit(view=crew.plan([moment]))
    crew.kill([moment])
    crew.assistant.team = {**HURRY, "cancel_seconds": 600}
    crew.assistant.start()
    crew.damian.submit(view=crew.plan([waiting]))
    notice = crew.damian.wait_for(CHANNEL, f"to {waiting.address} goes at")
    crew.kill([waiting])
    crew.assistant.start()
    assert Desk(crew.damian).mails(waiting.address) == []
    crew.damian.press("Send now", notice)
    waiting.ended = "after “Send now”"
    return [moment, waiting]


def _nothing_was_sent_twice(crew: Crew, cases: list[Case]) -> None:
    desk = Desk(crew.damian)
    assert [case.boundary for case in cases if len(desk.mails(case.address)) > 1] == []


def _wrong(found: list[Outcome]) -> list[Outcome]:
    return [one for one in found if one.duplicates or one.lost]


def _assert_right(crew: Crew, cases: list[Case], crash_table: Table) -> None:
    """Exactly one of everything for each lead, as soon as Slack has been told; and a row for the table."""
    found = crew.settle(cases)
    for case, one in zip(cases, found, strict=True):
        crash_table.append(Row(case.boundary, 1, one.duplicates, one.lost, case.ended))
    assert _wrong(found) == [], crew.assistant.output()


@pytest.mark.crash
@pytest.mark.timeout(240)
def test_kills_at_random_moments_of_a_stream_of_hails(crew: Crew, crash_table: Table) -> None:
    rng = random.Random(20)
    promised: list[Case] = []
    unanswered: list[Case] = []
    kills = 0
    crew.assistant.start()
    began = time.monotonic()
    assert _hailed(crew, crew.new_case("undisturbed", "ada"))
    longest = 3 * (time.monotonic() - began)
    crew.assistant.kill()
    while kills < KILLS_AT_RANDOM or len(promised) < KILLS_AT_RANDOM:
        kills += 1
        assert kills <= 3 * KILLS_AT_RANDOM, "killed before anybody could hail"
        had = len(promised)
        crew.assistant.start()
        kill = threading.Timer(rng.uniform(0.0, longest), crew.assistant.kill)
        kill.start()
        while crew.assistant.alive:
            case = crew.new_case("at random", "ada")
            (promised if _hailed(crew, case) else unanswered).append(case)
        kill.join()
        if len(promised) == had:  # The machine may have more to do than when that was measured.
            longest *= 1.5
    crew.assistant.start()
    crew.wait_for_end(promised)
    begun = promised + [case for case in unanswered if _was_begun(crew, case)]
    crew.wait_for_end(begun)
    crew.answer_truthfully(begun)
    crew.wait_for_end(begun)
    found = crew.settle(begun)
    asked = sum(case.ended != "by itself" for case in begun)
    crash_table.append(
        Row(
            f"at {kills} random moments",
            len(begun),
            sum(one.duplicates for one in found),
            sum(one.lost for one in found),
            f"{asked} after an answer",
        )
    )
    assert _wrong(found) == [], crew.assistant.output()
    never = [case for case in unanswered if case not in begun]
    assert all(one.untouched for one in crew.outcomes(never)), "half a hail of what nobody was promised"


def _hailed(crew: Crew, case: Case) -> bool:
    """Hail once; whether Slack got its answer, which is the promise that the mail goes out."""
    try:
        view = crew.plan([case])
    except AssistantGone:
        return False
    return bool(crew.damian.submit(view=view)["outcome"] == "ok")


def _was_begun(crew: Crew, case: Case) -> bool:
    """A Send without an answer may have been taken nevertheless: then it is as good as any other."""
    store = TinyDBLeadStore(crew.assistant.data, read_only=True)
    return store.run(case.plan) is not None
