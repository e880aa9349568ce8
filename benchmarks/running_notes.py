"""Create running notes and one dated entry: the calls to Google against the least, and the time against the path.

The least is folder, copy, replacement and one share for each contact (3 + k); an entry is a reading and a
revision-checked edit. Every call of a run follows from the one before, so the path is their sum; each is made to
take `DELAY` longer. What the run takes beyond it is the engine, the store and the client.
"""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.office import CHANNEL, exchanges_since, latest
from benchmarks.table import Row, compared
from bot.manifest import manifest
from sandbox.traffic import Exchange
from tests.processes import TEAM, assistant_process
from tests.workspace import Person, Sandbox, View, running_sandbox

CONTACTS = ("ada", "bo", "cy")
RUNS = 5
DELAY = 0.1
"""Seconds added to each call to Google."""
AT_MOST = 1.15
"""Wall time of a run, as a ratio of its path."""
TOKEN = "POST /token"


@dataclass(frozen=True)
class Measured:
    """One run: its calls to Google, and its wall time in seconds."""

    calls: list[Exchange]
    seconds: float

    @property
    def path(self) -> float:
        """Seconds that the calls took, one after the other."""
        return sum(call.milliseconds for call in self.calls) / 1000


def measure(folder: Path) -> list[Row]:
    """Clean runs with three contacts each, and shared updates, with an assistant of its own: the median of each."""
    times = folder / "times"
    with (
        running_sandbox(manifest(), folder / "sandbox") as sandbox,
        assistant_process(
            sandbox,
            folder,
            team={**TEAM, "cancel_seconds": 1},
            command=("-m", "benchmarks.timed_assistant", str(times)),
        ) as assistant,
    ):
        assistant.start()
        stopwatch = Stopwatch(sandbox, times)
        person = Person(sandbox, "U01DAMIAN")
        notes, entries = [], []
        for number in range(RUNS):
            domain = f"bench-notes{number}.example"
            _hail(person, domain)
            notes.append(_notes(stopwatch, person, domain))
            entries.append(_entry(stopwatch, person, domain))
        return _rows(_median(notes), _median(entries))


def _median(runs: list[Measured]) -> Measured:
    """The run whose time beyond its path is the middle one."""
    return sorted(runs, key=lambda run: run.seconds / run.path)[len(runs) // 2]


def _rows(notes: Measured, entry: Measured) -> list[Row]:
    k = len(CONTACTS)
    made, least = f"Google calls: running notes, {k} contacts", 3 + k
    return [
        compared(made, len(notes.calls), "calls", least, (5 + k) / least),
        compared("Google calls: a dated entry", len(entry.calls), "calls", 2, 1.0),
        compared("running notes, 100 ms a call: wall time (path)", notes.seconds, "s", notes.path, AT_MOST),
        compared("dated entry, 100 ms a call: wall time (path)", entry.seconds, "s", entry.path, AT_MOST),
    ]


class Stopwatch:
    """Confirms the plan on the screen, with every call to Google slowed down, and takes the time of its run."""

    def __init__(self, sandbox: Sandbox, times: Path) -> None:
        self._sandbox = sandbox
        self._times = times

    def confirm(self, person: Person) -> Measured:
        """Press the modal's button, and wait for the end of the run."""
        view = person.modal()
        plan_id = json.loads(view["private_metadata"])["plans"][0][0]
        mark, faults = latest(self._sandbox), self._sandbox.world.faults
        fault = faults.add("google", "*", "delay", times=0, seconds=DELAY)
        try:
            person.submit(view=view)
            seconds = self._sandbox.wait_until(lambda: self._seconds(plan_id), 60)
        finally:
            faults.remove(fault.id)
        since = exchanges_since(self._sandbox, mark)
        calls = [each for each in since if each.system == "google" and each.name != TOKEN]
        return Measured(calls, seconds)

    def _seconds(self, plan_id: str) -> float:
        """From when its first step began to when its end was written down; 0 while it is not over."""
        lines = [line.split() for line in self._times.read_text().splitlines()]
        own = [(float(at), step, boundary) for at, plan, step, boundary in lines if plan == plan_id]
        ended = [at for at, step, _ in own if step == "finish"]
        began = [at for at, step, _ in own if step != "enqueue"]
        return ended[0] - began[0] if ended else 0.0


def _hail(person: Person, domain: str) -> None:
    person.command(CHANNEL, f"/hail-lead {' '.join(f'{who}@{domain}' for who in CONTACTS)}")
    person.modal(where=_loaded, timeout=20)
    person.submit()
    person.wait_for(CHANNEL, lambda each: f"Hailed ada@{domain}" in Person.text_of(each), 30)
    time.sleep(1.5)  # the card follows


def _notes(stopwatch: Stopwatch, person: Person, domain: str) -> Measured:
    person.command(CHANNEL, f"/running-notes ada@{domain}")
    person.modal(where=lambda view: _offers(view, "Show the plan"), timeout=20)
    person.submit()
    person.modal(where=lambda view: _offers(view, f"Let {len(CONTACTS)} outsiders edit"), timeout=20)
    return stopwatch.confirm(person)


def _entry(stopwatch: Stopwatch, person: Person, domain: str) -> Measured:
    person.command(CHANNEL, f"/lead-update ada@{domain}")
    form = person.modal(where=_loaded, timeout=20)
    person.submit({"What happened?": "They would like to start in March.", "For whom?": "notes"}, view=form)
    person.modal(where=lambda view: view["id"] != form["id"] and _loaded(view), timeout=20)
    return stopwatch.confirm(person)


def _offers(view: Mapping[str, Any], submit: str) -> bool:
    return bool(view.get("submit")) and view["submit"]["text"] == submit


def _loaded(view: View) -> bool:
    return ":hourglass" not in Person.text_of(view)
