"""How fast Slack is answered, against a bare Bolt app in the same sandbox: alone, and while 20 SOPs run.

The sandbox takes the times: from sending a command to its ack, and to the moment `views.open` made its modal
known. Ours and the reference take turns, each in a process of its own.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import timedelta

from benchmarks.office import CHANNEL, Office, crowd, exchanges_since, latest
from benchmarks.table import Row, compared, limited, percentile, plain
from sandbox.traffic import Exchange
from tests.workspace import Person, Sandbox

ROUNDS = 120
LOADED_ROUNDS = 260
RUNS = 20
PEOPLE = 30
PLANS = 40
OPENED = "views.open"
UPDATED = "views.update"
SENT = "slash_commands"
RECENT = 200
"""Exchanges to look through for one command: looking takes time from the sandbox."""
_LOADING = ":hourglass"


@dataclass
class _Side:
    """One app: the person who talks to it, and what was measured, in milliseconds."""

    person: Person
    ack: list[float] = field(default_factory=list)
    modal: list[float] = field(default_factory=list)


class _Sides:
    def __init__(self, office: Office) -> None:
        self.ours = _Side(Person(office.workspace, "U02JIM"))
        self.bare = _Side(Person(office.bare_workspace, "U02JIM"))


def alone(office: Office, rounds: int = ROUNDS) -> list[Row]:
    """Ack and modal while nothing else happens."""
    sides = _Sides(office)
    for turn in range(rounds):
        _round(sides, turn)
    return _rows(sides, "alone", None)


def to_the_plan(office: Office, plans: int = PLANS) -> list[Row]:
    """From `/hail-lead` with an address to the loading modal, and to the plan on the screen."""
    person = Person(office.workspace, "U02JIM")
    loading, shown = [], []
    for number in range(plans):
        mark = office.latest
        _command(person, f"/hail-lead ada@plan{number}.example")
        person.modal(where=_is_loaded, timeout=20)
        seen = office.since(mark)
        began = _began(seen)
        loading.append(_after(began, _first(seen, OPENED)))
        shown.append(_after(began, _first(seen, UPDATED)))
        person.close(everything=True)
    return [
        plain("command with an address to loading modal, p50", percentile(loading, 0.5), "ms"),
        plain("command with an address to plan on the screen, p50", percentile(shown, 0.5), "ms"),
        plain("command with an address to plan on the screen, p99", percentile(shown, 0.99), "ms"),
    ]


def everybody_at_once(office: Office, people: int = PEOPLE) -> list[Row]:
    """So many people type `/hail-lead` with an address in the same moment; all must get their plan."""
    everyone = crowd(office.workspace, people)
    together = threading.Barrier(people)

    def act(number: int) -> bool:
        together.wait()
        answered = everyone[number].command(CHANNEL, f"/hail-lead ada@crowd{number}.example")
        if answered["outcome"] != "ok":
            return False
        everyone[number].modal(where=_is_loaded, timeout=60)
        return True

    mark = office.latest
    with ThreadPoolExecutor(people) as at_once:
        answered = list(at_once.map(act, range(people)))
    acks = [one.milliseconds for one in office.since(mark) if one.name == SENT]
    return [
        limited(f"commands unanswered of {people} people acting at once", answered.count(False), "", 0),
        plain(f"slowest ack of {people} people acting at once", max(acks), "ms"),
    ]


def while_sops_run(office: Office, rounds: int = LOADED_ROUNDS, runs: int = RUNS) -> list[Row]:
    """Ack and modal while `runs` mails are on their way, batch after batch until there are enough rounds."""
    sides = _Sides(office)
    batch = turn = 0
    while turn < rounds:
        batch += 1
        mark = _send_batch(office, batch, runs)
        while turn < rounds and _noted(office, mark) < runs:
            _round(sides, turn)
            turn += 1
        office.workspace.wait_until(lambda mark=mark: _noted(office, mark) >= runs, 60)  # type: ignore[misc]
    return _rows(sides, f"while {runs} SOPs run", 1.5)


def _send_batch(office: Office, batch: int, runs: int) -> int:
    """Confirm so many leads at once and wait until the first mail leaves; the traffic's number before."""
    sender = Person(office.workspace, "U01DAMIAN")
    leads = "\n".join(f"ada@batch{batch}lead{number}.example" for number in range(runs))
    _command(sender, f"/hail-lead {leads}")
    sender.modal(where=_is_loaded, timeout=30)
    mark = office.latest
    outcome = sender.submit()["outcome"]
    if outcome != "ok":
        raise RuntimeError(f"the mails were not sent: {outcome}")
    office.workspace.wait_until(
        lambda: any(one.name.endswith("/outbound_email") for one in office.since(mark)), 30
    )
    return mark


def _noted(office: Office, mark: int) -> int:
    """How many runs since `mark` made their last call that counts: the note on the ticket."""
    return sum(one.name.startswith("POST") and one.name.endswith("/notes") for one in office.since(mark))


def _round(sides: _Sides, turn: int) -> None:
    """Each command once; who begins changes from turn to turn."""
    acts: list[Callable[[], None]] = [
        lambda: _open(sides.ours, "/hail-lead", also_ack=True),
        lambda: _acknowledge(sides.bare, "/empty"),
        lambda: _open(sides.bare, "/modal"),
    ]
    for act in acts if turn % 2 else reversed(acts):
        act()


def _acknowledge(side: _Side, command: str) -> None:
    mark = latest(side.person.sandbox)
    _command(side.person, command)
    side.ack.append(_sent(exchanges_since(side.person.sandbox, mark, RECENT)).milliseconds)


def _open(side: _Side, command: str, also_ack: bool = False) -> None:
    """A command that opens a modal, which is closed again before the next turn."""
    mark = latest(side.person.sandbox)
    _command(side.person, command)
    seen = _wait_for_modal(side.person.sandbox, mark)
    if also_ack:
        side.ack.append(_sent(seen).milliseconds)
    side.modal.append(_after(_began(seen), _first(seen, OPENED)))
    side.person.close(everything=True)


def _wait_for_modal(workspace: Sandbox, mark: int) -> list[Exchange]:
    until = time.monotonic() + 10
    while time.monotonic() < until:
        seen = exchanges_since(workspace, mark, RECENT)
        if all(any(one.name.endswith(name) for one in seen) for name in (OPENED, SENT)):
            return seen
        time.sleep(0.005)
    raise RuntimeError("no modal was opened within 10 s")


def _command(person: Person, text: str) -> None:
    answer = person.command(CHANNEL, text)
    if answer["outcome"] != "ok":
        raise RuntimeError(f"{text[:40]} was not answered: {answer}")


def _is_loaded(view: dict[str, object]) -> bool:
    return _LOADING not in Person.text_of(view)


def _first(seen: list[Exchange], name: str) -> Exchange:
    return next(one for one in seen if one.name.endswith(name))


def _sent(seen: list[Exchange]) -> Exchange:
    return _first(seen, SENT)


def _began(seen: list[Exchange]) -> float:
    """When the command was sent, in seconds: an exchange is recorded at its end."""
    sent = _sent(seen)
    return (sent.at - timedelta(milliseconds=sent.milliseconds)).timestamp()


def _after(began: float, exchange: Exchange) -> float:
    return (exchange.at.timestamp() - began) * 1000


def _rows(sides: _Sides, when: str, goal: float | None) -> list[Row]:
    rows = []
    for share, word in ((0.5, "p50"), (0.99, "p99")):
        ours, bare = percentile(sides.ours.ack, share), percentile(sides.bare.ack, share)
        rows.append(
            compared(f"slash command to ack {when}, {word}", ours, "ms", bare, goal if share > 0.9 else None)
        )
    for share, word in ((0.5, "p50"), (0.99, "p99")):
        ours, bare = percentile(sides.ours.modal, share), percentile(sides.bare.modal, share)
        rows.append(compared(f"slash command to modal {when}, {word}", ours, "ms", bare))
    return rows
