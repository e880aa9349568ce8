"""The pretended world: clock, traffic, faults and the state of Slack, the helpdesk, the bookings and Drive."""

from __future__ import annotations

import asyncio
import contextlib
import json
import secrets
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol, Self

from sandbox.calendly.bookings import Bookings
from sandbox.clock import Clock
from sandbox.faults import Faults
from sandbox.freshdesk.helpdesk import Helpdesk
from sandbox.google.drive import TeamDrive
from sandbox.slack.live import Live
from sandbox.slack.manifest import Manifest
from sandbox.slack.rates import Rates
from sandbox.slack.workspace import Workspace
from sandbox.traffic import Traffic

STATES = ("workspace", "helpdesk", "bookings", "drive")
SAVE_SECONDS = 0.5
STARTED_OVER = (
    "started-over"  # left in the data folder: whoever started the sandbox may want to start over too
)
SAVE_SHARE = 20  # saving takes at most a twentieth of the loop's time, however much there is to save


class State(Protocol):
    """What the world keeps of one system."""

    def to_json(self) -> dict[str, Any]:
        """Everything, as JSON."""
        ...


@dataclass
class World:
    """Everything the sandbox pretends; used on one event loop only.

    State objects are replaced by `reset`, so always go through the world to reach them. `base` is the
    origin, e.g. "http://127.0.0.1:8484". `data` None keeps nothing across restarts.
    """

    base: str
    data: Path | None
    manifest: Mapping[str, Any]
    clock: Clock
    traffic: Traffic
    faults: Faults
    workspace: Workspace
    helpdesk: Helpdesk
    bookings: Bookings
    drive: TeamDrive
    slack: Live
    _watchers: set[asyncio.Queue[str]] = field(default_factory=set)
    _dirty: set[str] = field(default_factory=set)
    _born: str = field(default_factory=lambda: secrets.token_hex(4))
    _changes: Counter[str] = field(default_factory=Counter)
    _loop: asyncio.AbstractEventLoop | None = None
    _timer: asyncio.TimerHandle | None = None
    _save_after: float = SAVE_SECONDS

    @classmethod
    def open(
        cls, base: str, data: Path | None, manifest: Mapping[str, Any], *, rate_limits: bool = True
    ) -> Self:
        """The world kept in `data`, or a freshly seeded one; `manifest` is the app's parsed manifest."""
        clock = Clock(data / "clock.json" if data else None)
        world: Self
        traffic = Traffic(clock.now, lambda: world.changed("traffic"))
        faults = Faults(lambda: world.changed("traffic"))
        seeded = _seeded(clock)
        kept = {name: _kept(data, name, type(state)) or state for name, state in seeded.items()}
        slack = Live(Manifest.parse(manifest), Rates(enabled=rate_limits))
        world = cls(base, data, manifest, clock, traffic, faults, **kept, slack=slack)
        return world

    def changed(self, topic: str) -> None:
        """Wake the page's watchers and schedule a snapshot; may be called from any thread.

        Topics: "channel:<id>", "thread:<channel>:<ts>", "modal:<user>", "home:<user>", "notice:<user>",
        "inbox", "helpdesk", "booking", "drive", "traffic", "clock", "sockets", and "*" for all of them.
        """
        loop = self._loop
        if loop is None:
            self._mark(topic)
        elif _running_loop() is loop:
            self._spread(topic)
        else:
            loop.call_soon_threadsafe(self._spread, topic)

    def version(self, *topics: str) -> str:
        """Another word after each change of one of these topics, and after a restart."""
        return f"{self._born}-{sum(self._changes[topic] for topic in (*topics, '*'))}"

    @contextlib.contextmanager
    def watch(self) -> Iterator[asyncio.Queue[str]]:
        """A queue of changed topics while the block runs."""
        queue: asyncio.Queue[str] = asyncio.Queue()
        self._watchers.add(queue)
        try:
            yield queue
        finally:
            self._watchers.discard(queue)

    def reset(self) -> None:
        """Start over: back to the seed, no faults, no traffic, real time. Connections stay open.

        May be called from any thread; returns when it is done.
        """
        self.on_loop(self._reset)

    def on_loop(self, work: Callable[[], object]) -> None:
        """Do something on the world's loop and wait for it; at once when already there or nothing runs."""
        loop = self._loop
        if loop is None or _running_loop() is loop:
            work()
            return
        done: Future[None] = Future()

        def run() -> None:
            try:
                work()
                done.set_result(None)
            except Exception as problem:
                done.set_exception(problem)

        loop.call_soon_threadsafe(run)
        done.result(10)

    def _reset(self) -> None:
        self.faults.clear()
        self.clock.reset()
        self.slack.start_over()
        for name, state in _seeded(self.clock).items():
            setattr(self, name, state)
        self.traffic.clear()
        if self.data:
            (self.data / STARTED_OVER).touch()
        self.changed("*")

    def start(self) -> None:
        """Bind the world to the running loop, and keep a fresh seed; the application calls this once."""
        self._loop = asyncio.get_running_loop()
        fresh = {name for name in STATES if self.data and not (self.data / f"{name}.json").exists()}
        self._dirty |= fresh
        self.save()

    def stop(self) -> None:
        """Save what changed; the application calls this once, at its end."""
        if self._timer:
            self._timer.cancel()
        self.save()
        self._loop = None

    def save(self) -> None:
        """Write what changed, one JSON file per system, each replaced at once."""
        self._timer = None
        started = time.perf_counter()
        for name in sorted(self._dirty):
            if self.data is not None:
                state: State = getattr(self, name)
                _write(self.data / f"{name}.json", state.to_json())
        self._dirty.clear()
        self._save_after = max(SAVE_SECONDS, SAVE_SHARE * (time.perf_counter() - started))

    def _spread(self, topic: str) -> None:
        self._mark(topic)
        for queue in self._watchers:
            queue.put_nowait(topic)
        if self._dirty and self._timer is None and self._loop is not None and self.data is not None:
            self._timer = self._loop.call_later(self._save_after, self.save)

    def _mark(self, topic: str) -> None:
        self._changes[topic] += 1
        kind = topic.partition(":")[0]
        if kind in ("channel", "thread", "modal", "home", "*"):
            self._dirty.add("workspace")
        if kind in ("inbox", "helpdesk", "*"):
            self._dirty.add("helpdesk")
        if kind in ("booking", "*"):
            self._dirty.add("bookings")
        if kind in ("drive", "*"):
            self._dirty.add("drive")


def _seeded(clock: Clock) -> dict[str, Any]:
    now = clock.now()
    return {
        "workspace": Workspace.seeded(now),
        "helpdesk": Helpdesk.seeded(now),
        "bookings": Bookings.seeded(now),
        "drive": TeamDrive.seeded(now),
    }


def _kept(data: Path | None, name: str, kind: Any) -> Any:
    """The state kept in a file; None where there is none. A damaged file is set aside, never overwritten."""
    if data is None or not (path := data / f"{name}.json").exists():
        return None
    try:
        return kind.from_json(json.loads(path.read_text("utf-8")))
    except (ValueError, KeyError, TypeError) as problem:
        aside = path.with_suffix(f".damaged-{int(time.time())}")
        path.replace(aside)
        print(f"{path} could not be read ({problem}); set aside as {aside.name}, starting from the seed.")
        return None


def _write(path: Path, state: dict[str, Any]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_suffix(".new")
    fresh.write_text(json.dumps(state, ensure_ascii=False), "utf-8")
    fresh.replace(path)


def _running_loop() -> asyncio.AbstractEventLoop | None:
    try:
        return asyncio.get_running_loop()
    except RuntimeError:
        return None
