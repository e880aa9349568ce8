"""The store against sqlite3 (WAL, synchronous=FULL) with the same JSON, one row per lead, one per event.

Both do one change (the lead and one event) and one find by address in turn, so that noise hits both. The
cost of a change at 10,000 leads is compared with that at 1,000 the same way: in turn, in the same run.
"""

from __future__ import annotations

import json
import sqlite3
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from benchmarks.table import Row, Timer, compared, limited, print_table
from store.codec import EVENT, LEAD
from store.file_system import FileSystem
from store.lead import Contact, Event, Lead, new_lead
from store.tinydb_store import TinyDBLeadStore

AT = datetime(2026, 3, 2, tzinfo=UTC)
SIZES = (100, 1_000, 10_000)
CHANGES = 300
EVENTS = 10
"""Events of each lead at the start, which make its file some 4 KB."""


def measure(folder: Path | None = None, sizes: tuple[int, ...] = SIZES, changes: int = CHANGES) -> list[Row]:
    """Rows for a change and a find at each size, for growth, opening and searching; needs some 60 MB."""
    with ExitStack() as stack:
        place = folder or Path(stack.enter_context(tempfile.TemporaryDirectory()))
        pairs = [_Pair(place / str(size), size) for size in sizes]
        for turn in range(changes):
            for pair in pairs:
                pair.take_a_turn(turn)
        rows = [row for pair in pairs for row in pair.rows()]
        if len(pairs) > 1:
            rows.append(_growth(pairs[-2], pairs[-1]))
        rows += _opening(pairs[-1])
        for pair in pairs:
            pair.close()
    return rows


class _Pair:
    """A store and a database that hold the same leads."""

    def __init__(self, folder: Path, size: int) -> None:
        self.folder = folder
        self.size = size
        self.store = _filled(folder / "store", size)
        self.reference = _Reference(folder / "reference.sqlite", size)
        self.ours, self.theirs, self.our_find, self.their_find = Timer(), Timer(), Timer(), Timer()

    def take_a_turn(self, turn: int) -> None:
        number = turn * 7919 % self.size
        lead_id, address = _lead(number).id, _address(number)
        event = _event(f"turn-{turn}")
        sides: list[Callable[[], None]] = [
            lambda: self.ours.time(lambda: self.store.update(lead_id, lambda lead: _next(lead, turn), event)),
            lambda: self.theirs.time(lambda: self.reference.change(lead_id, turn, event)),
            lambda: self.our_find.time(lambda: self.store.find_by_address(address)),
            lambda: self.their_find.time(lambda: self.reference.find(address)),
        ]
        for side in sides if turn % 2 else reversed(sides):
            side()

    def rows(self) -> list[Row]:
        at = f"at {self.size:,} leads"
        goal = 5.0 if self.size == SIZES[-1] else None
        return [
            compared(f"store: one change {at}", self.ours.ms(), "ms", self.theirs.ms(), goal),
            compared(f"store: one change {at}, p99", self.ours.ms(0.99), "ms", self.theirs.ms(0.99)),
            compared(f"store: find by address {at}", self.our_find.ms(), "ms", self.their_find.ms()),
        ]

    def close(self) -> None:
        self.store.close()
        self.reference.close()


class _Reference:
    """What one would write with the standard library: a row per lead, a row per event, an index."""

    def __init__(self, path: Path, size: int) -> None:
        self._db = sqlite3.connect(path, isolation_level=None)
        self._db.execute("PRAGMA journal_mode=WAL")
        self._db.execute("PRAGMA synchronous=FULL")
        self._db.execute("CREATE TABLE leads (id TEXT PRIMARY KEY, address TEXT, document TEXT)")
        self._db.execute("CREATE TABLE events (lead TEXT, key TEXT, document TEXT, UNIQUE (lead, key))")
        self._db.execute("CREATE UNIQUE INDEX by_address ON leads (address)")
        self._db.execute("BEGIN")
        for number in range(size):
            lead = _lead(number)
            row = (lead.id, _address(number), json.dumps(LEAD.encode(lead)))
            self._db.execute("INSERT INTO leads VALUES (?, ?, ?)", row)
            for event in _events():
                self._add(lead.id, event)
        self._db.execute("COMMIT")

    def change(self, lead_id: str, turn: int, event: Event) -> None:
        self._db.execute("BEGIN IMMEDIATE")
        (document,) = self._db.execute("SELECT document FROM leads WHERE id = ?", (lead_id,)).fetchone()
        lead = _next(LEAD.decode(json.loads(document)), turn)
        row = (json.dumps(LEAD.encode(lead)), lead_id)
        self._db.execute("UPDATE leads SET document = ? WHERE id = ?", row)
        self._add(lead_id, event)
        self._db.execute("COMMIT")

    def find(self, address: str) -> str:
        query = "SELECT document FROM leads WHERE address = ?"
        return str(self._db.execute(query, (address,)).fetchone()[0])

    def close(self) -> None:
        self._db.close()

    def _add(self, lead_id: str, event: Event) -> None:
        row = (lead_id, event.key, json.dumps(EVENT.encode(event)))
        self._db.execute("INSERT INTO events VALUES (?, ?, ?)", row)


def _growth(smaller: _Pair, larger: _Pair) -> Row:
    name = f"store: one change at {larger.size:,} leads, against its own at {smaller.size:,}"
    return compared(name, larger.ours.ms(), "ms", smaller.ours.ms(), 1.3)


def _opening(pair: _Pair) -> list[Row]:
    """Opening (the best of three: the page cache is warm) and searching, at the largest size."""
    opening = Timer()
    for _ in range(3):
        pair.store.close()
        began = time.perf_counter()
        pair.store = TinyDBLeadStore(pair.folder / "store")
        opening.seconds.append(time.perf_counter() - began)
    searching = [
        _search_ms(pair.store, text) for text in ("e", "univ", "university 77", "ada99@", "42", "none")
    ]
    at = f"at {pair.size:,} leads"
    return [
        limited(f"store: open {at}", min(opening.seconds), "s", 1.5),
        limited(f"store: slowest of {len(searching)} searches {at}", max(searching), "ms", 10),
    ]


def _search_ms(store: TinyDBLeadStore, text: str) -> float:
    timer = Timer()
    for _ in range(9):
        timer.time(partial(store.search, text))
    return timer.ms()


class _Unsynced(FileSystem):
    """For filling only: a disk that is asked to keep 10,000 leads need not be waited for each time."""

    def fsync(self, fd: int) -> None:
        """Leave it to the system."""

    def sync_folder(self, folder: Path) -> None:
        """Leave it to the system."""


def _filled(folder: Path, size: int) -> TinyDBLeadStore:
    store = TinyDBLeadStore(folder, files=_Unsynced())
    for number in range(size):
        store.create(_lead(number), *_events())
    store.close()
    return TinyDBLeadStore(folder)


def _lead(number: int) -> Lead:
    contacts = (Contact(_address(number), "Ada Lovelace"),)
    return new_lead(f"l{number:08d}", f"University {number}", contacts, at=AT, by="U1", source="mail")


def _address(number: int) -> str:
    return f"ada{number}@uni{number % 3000}.example"


def _events() -> list[Event]:
    return [_event(f"event-{number}") for number in range(EVENTS)]


def _event(key: str) -> Event:
    return Event(key, AT, "note", "They asked about users, cloud, dates and the price. " * 4, by="U1")


def _next(lead: Lead, turn: int) -> Lead:
    return replace(lead, next_step=f"Call again, turn {turn}")


if __name__ == "__main__":
    print_table(measure())
