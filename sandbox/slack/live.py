"""What Slack holds only while it runs: sockets, triggers, response URLs, rate counters, notices."""

from __future__ import annotations

import asyncio
import secrets
import time
from collections import deque
from collections.abc import Coroutine
from dataclasses import dataclass, field
from typing import Any

from starlette.websockets import WebSocket

from sandbox.slack.errors import SlackError
from sandbox.slack.manifest import Manifest
from sandbox.slack.rates import Rates

TRIGGER_SECONDS = 3.0  # Slack: a trigger_id lives three seconds
KEPT_EVENTS = 200
KEPT = 1000  # triggers, response URLs and states of messages; older ones are long of no use


@dataclass(eq=False)
class Connection:
    """One Socket Mode connection; a draining one was asked to reconnect and gets no more payloads."""

    number: int
    socket: WebSocket
    draining: bool = False


@dataclass
class Trigger:
    """What a trigger_id stands for: who did something, in which view (if any), when (monotonic)."""

    user: str
    view: str | None
    at: float
    used: bool = False


@dataclass
class ResponseUrl:
    """A response_url: whose interaction it answers, where, and what is left of it.

    `original` is the ts of the message the interaction came from ("" for a command), `ephemeral` says
    whether only `user` sees that message. `until` is a timestamp on the sandbox's clock.
    """

    channel: str
    user: str
    until: float
    original: str = ""
    ephemeral: bool = False
    thread_ts: str = ""
    left: int = 5


@dataclass(frozen=True)
class Notice:
    """What Slack itself tells one person, e.g. that a command timed out; `at` in seconds since 1970."""

    text: str
    channel: str
    at: float


@dataclass
class Live:
    """The running side of the workspace; survives "Start over", except for what refers to messages."""

    manifest: Manifest
    rates: Rates = field(default_factory=Rates)
    connections: list[Connection] = field(default_factory=list)
    tickets: dict[str, bool] = field(default_factory=dict)
    pending: dict[str, asyncio.Future[Any]] = field(default_factory=dict)
    triggers: dict[str, Trigger] = field(default_factory=dict)
    response_urls: dict[str, ResponseUrl] = field(default_factory=dict)
    notices: dict[str, list[Notice]] = field(default_factory=dict)
    message_state: dict[str, dict[str, dict[str, Any]]] = field(default_factory=dict)
    events: deque[dict[str, Any]] = field(default_factory=lambda: deque(maxlen=KEPT_EVENTS))
    connected_so_far: int = 0
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)

    def spawn(self, work: Coroutine[Any, Any, None]) -> None:
        """Run something in the background, e.g. the delivery of an event."""
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def start_over(self) -> None:
        """Forget everything but the connections."""
        for task in list(self._tasks):
            task.cancel()
        self.rates.clear()
        for kept in (self.triggers, self.response_urls, self.notices, self.message_state):
            kept.clear()
        self.events.clear()

    def new_trigger(self, user: str, view: str | None = None) -> str:
        """A trigger_id for something `user` just did, inside a modal when `view` names one."""
        numbers = f"{secrets.randbelow(10**12)}.{secrets.randbelow(10**12)}"
        id = f"{numbers}.{secrets.token_hex(16)}"
        self.triggers[id] = Trigger(user, view, time.monotonic())
        _forget_oldest(self.triggers)
        return id

    def keep_response_url(self, id: str, url: ResponseUrl) -> None:
        """Remember a response_url; Slack's 30 minutes and five uses are checked where it is used."""
        self.response_urls[id] = url
        _forget_oldest(self.response_urls)

    def keep_message_state(self, key: str, state: dict[str, dict[str, Any]]) -> None:
        """Remember what a person chose in the menus of a message."""
        self.message_state[key] = state
        _forget_oldest(self.message_state)

    def exchange(self, trigger_id: object) -> Trigger:
        """Use a trigger_id up; raises SlackError as views.open documents it."""
        trigger = self.triggers.get(str(trigger_id))
        if trigger is None:
            raise SlackError("invalid_trigger_id")
        if trigger.used:
            raise SlackError("exchanged_trigger_id")
        if time.monotonic() - trigger.at > TRIGGER_SECONDS:
            raise SlackError("expired_trigger_id")
        trigger.used = True
        return trigger


def _forget_oldest(kept: dict[str, Any]) -> None:
    while len(kept) > KEPT:
        del kept[next(iter(kept))]
