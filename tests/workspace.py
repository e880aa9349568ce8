"""The sandbox for tests: started in a thread on a free port, and a person who uses its Slack over HTTP."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path
from typing import Any

import httpx

from sandbox.app import create_app
from sandbox.serving import listen, port_of, serve_in_thread
from sandbox.world import World

POLL_SECONDS = 0.02
PATIENCE_SECONDS = 40.0
"""Only what never happens is waited for so long; a machine with much to do needs more than one that has not."""

AGAIN_SECONDS = 2.0
"""So long a button that is gone may come back, once nothing is under way there."""
UNDER_WAY = (":gear:", ":hourglass")
NOTHING_THERE = "There is nothing"
"""How the sandbox refuses to press what a message or view had when it was shown before."""

View = dict[str, Any]
Message = dict[str, Any]
Outcome = dict[str, Any]


@dataclass(frozen=True)
class Sandbox:
    """A running sandbox; `world` may be read (and faults switched) from the test's thread."""

    base: str
    world: World

    def url(self, path: str) -> str:
        """An address of the sandbox, e.g. url("/slack/api/")."""
        return f"{self.base}{path}"

    @property
    def slack_api(self) -> str:
        """The base URL for slack_sdk's clients."""
        return self.url("/slack/api/")

    def requests(self, name: str, system: str | None = None) -> list[Any]:
        """The requests of every recorded call with this exact name, oldest first."""
        return [each.request for each in self.world.traffic.recent(5000, system) if each.name == name]

    def wait_until(self, done: Callable[[], Any], timeout: float = PATIENCE_SECONDS) -> Any:
        """The first true answer of `done`; AssertionError after `timeout` seconds."""
        return _wait(done, timeout, "it did not happen")


@contextlib.contextmanager
def running_sandbox(
    manifest: Mapping[str, Any], data: Path | None = None, *, rate_limits: bool = False
) -> Iterator[Sandbox]:
    """A sandbox in a thread on a free port while the block runs."""
    listener = listen()
    base = f"http://127.0.0.1:{port_of(listener)}"
    world = World.open(base, data, manifest, rate_limits=rate_limits)
    with serve_in_thread(create_app(world), listener):
        yield Sandbox(base, world)


@dataclass(frozen=True)
class Person:
    """Somebody at the screen. Labels, buttons and options go by the words they show."""

    sandbox: Sandbox
    user: str
    http: httpx.Client = field(default_factory=lambda: loopback_client(), repr=False)

    def do(self, what: str, **body: Any) -> Outcome:
        """Any POST of the person's API: {"outcome", "notice", "errors", …}."""
        answer = self.http.post(self.sandbox.url(f"/person/{self.user}/{what}"), json=body)
        answer.raise_for_status()
        outcome: Outcome = answer.json()
        return outcome

    def look(self, what: str = "screen", **asked: str) -> dict[str, Any]:
        """Any GET of the person's API."""
        answer = self.http.get(self.sandbox.url(f"/person/{self.user}/{what}"), params=asked)
        answer.raise_for_status()
        seen: dict[str, Any] = answer.json()
        return seen

    def command(self, channel: str, text: str) -> Outcome:
        """Type a slash command into a channel."""
        return self.do("command", channel=channel, text=text)

    def say(self, channel: str, text: str, thread_ts: str = "") -> Outcome:
        """Write a message; the outcome has its "ts"."""
        return self.do("message", channel=channel, text=text, thread_ts=thread_ts)

    def notices(self) -> list[str]:
        """What Slack itself told this person, oldest first."""
        return [notice["text"] for notice in self.look()["notices"]]

    def modal(
        self,
        title: str = "",
        where: Callable[[View], Any] = lambda view: True,
        timeout: float = PATIENCE_SECONDS,
    ) -> View:
        """The top modal, once it has this title and `where` holds; it carries "state", "errors", "busy"."""

        def found(screen: dict[str, Any]) -> View | None:
            view: View | None = screen["modal"]
            fits = view is not None and title in ("", view["title"]["text"]) and where(view)
            return view if fits else None

        why = f"no modal {title!r}; on screen: "
        view: View = self._until(found, timeout, lambda: f"{why}{self._on_screen()}")
        return view

    def no_modal(self, timeout: float = PATIENCE_SECONDS) -> None:
        """Wait until no modal is open."""
        self._until(lambda seen: seen["modal"] is None, timeout, lambda: f"still open: {self._on_screen()}")

    def submit(
        self, values: Mapping[str, Any] | None = None, *, view: View | None = None, force: bool = False
    ) -> Outcome:
        """Fill in inputs (by label or block_id; options by their text or value) and press the modal's button."""
        top = view or self.modal()
        named = {
            _block_id(top, name): _option_values(top, name, value) for name, value in (values or {}).items()
        }
        return self.do("submit", view_id=top["id"], values=named, force=force)

    def close(self, *, everything: bool = False) -> Outcome:
        """Press the modal's close button, or its ✕."""
        return self.do("close", view_id=self.modal()["id"], all=everything)

    def press(
        self, button: str, within: Message | View | None = None, *, values: Mapping[str, Any] | None = None
    ) -> Outcome:
        """Press a button by its words, in the top modal or `within` a message or view; one that was shown anew since
        it was looked at is pressed as it stands, as soon as it has one such button again (while the minute's tick
        looks for a mail, it has none)."""
        spot = within if within is not None else self.modal()
        block, element = _find(spot, lambda each: _is_button(each, button))
        answer = self._act(spot, block, element, values=dict(values or {}))
        until = time.monotonic() + AGAIN_SECONDS
        longest = time.monotonic() + PATIENCE_SECONDS
        while answer["notice"].startswith(NOTHING_THERE) and time.monotonic() < min(until, longest):
            now = self._as_it_stands(spot)
            if now is not None and any(mark in self.text_of(now) for mark in UNDER_WAY):
                until = time.monotonic() + AGAIN_SECONDS
            if now is not None and self.buttons(now).count(button) == 1:
                block, element = _find(now, lambda each: _is_button(each, button))
                answer = self._act(now, block, element, values=dict(values or {}))
            else:
                time.sleep(POLL_SECONDS)
        return answer

    def choose(self, action_id: str, chosen: Any, within: Message | View | None = None) -> Outcome:
        """Choose in a menu or picker by its action_id; options by their text or value."""
        spot = within if within is not None else self.modal()
        block, element = _find(spot, lambda each: each.get("action_id") == action_id)
        return self._act(spot, block, element, selected=_chosen(element, chosen))

    def options(self, action_id: str, typed: str, within: Message | View | None = None) -> list[Any]:
        """What an external select offers for `typed`."""
        spot = within if within is not None else self.modal()
        block, element = _find(spot, lambda each: each.get("action_id") == action_id)
        answer = self._act(spot, block, element, what="options", value=typed)
        found: list[Any] = answer.get("options") or answer.get("option_groups") or []
        return found

    def shortcut(self, callback_id: str, channel: str, ts: str) -> Outcome:
        """Use a message shortcut."""
        return self.do("shortcut", callback_id=callback_id, channel=channel, ts=ts)

    def home(
        self, where: Callable[[View], Any] = lambda view: True, timeout: float = PATIENCE_SECONDS
    ) -> View:
        """Open the Home tab and wait until it shows something for which `where` holds."""
        self.do("home")

        def found(screen: dict[str, Any]) -> View | None:
            view: View | None = screen["home"]
            return view if view is not None and where(view) else None

        why = "no such Home tab: "
        view: View = self._until(found, timeout, lambda: f"{why}{self.text_of(self.look()['home'])}")
        return view

    def messages(self, channel: str) -> list[Message]:
        """All this person sees in a channel, oldest first: replies and what only they see included."""
        seen: list[Message] = self.look("messages", channel=channel)["messages"]
        return seen

    def thread(self, channel: str, ts: str) -> list[Message]:
        """A thread's messages, its first one included."""
        seen: list[Message] = self.look("thread", channel=channel, ts=ts)["messages"]
        return seen

    def wait_for(
        self, channel: str, where: Callable[[Message], Any] | str, timeout: float = PATIENCE_SECONDS
    ) -> Message:
        """The newest message that contains a text or fulfils a predicate, once there is one."""
        fits = (lambda each: where in self.text_of(each)) if isinstance(where, str) else where

        def found(seen: dict[str, Any]) -> Message | None:
            return next((each for each in reversed(seen["messages"]) if fits(each)), None)

        def why() -> str:
            return f"no such message; seen: {[self.text_of(each) for each in self.messages(channel)]}"

        message: Message = self._until(found, timeout, why, "messages", channel=channel)
        return message | {"channel": channel}

    @staticmethod
    def text_of(thing: Any) -> str:
        """All words of a message, view, block or element, one piece a line."""
        return "\n".join(_words(thing))

    @staticmethod
    def buttons(thing: Message | View) -> list[str]:
        """The words on every button."""
        pressed = [element for _, element in _elements(thing) if element["type"] == "button"]
        return [element["text"]["text"] for element in pressed]

    def _until(
        self,
        found: Callable[[dict[str, Any]], Any],
        timeout: float,
        why: Callable[[], str],
        what: str = "screen",
        **asked: str,
    ) -> Any:
        """The first true answer of `found` to what is seen, which is looked at again when it has changed."""
        address, tag = self.sandbox.url(f"/person/{self.user}/{what}"), ""
        until = time.monotonic() + timeout
        while True:
            seen = self.http.get(address, params=asked, headers={"if-none-match": tag})
            if seen.status_code != HTTPStatus.NOT_MODIFIED:
                seen.raise_for_status()
                tag = seen.headers["etag"]
                if answer := found(seen.json()):
                    return answer
            if time.monotonic() > until:
                raise AssertionError(f"after {timeout:g} s: {why()}")
            time.sleep(POLL_SECONDS)

    def _act(
        self, spot: Any, block: dict[str, Any], element: dict[str, Any], what: str = "click", **given: Any
    ) -> Outcome:
        if spot.get("type") in ("modal", "home"):
            where = {"view_id": spot["id"]}
        else:
            where = {"channel": spot.get("channel") or self._channel_of(spot["ts"]), "ts": spot["ts"]}
        ids = {"block_id": block["block_id"], "action_id": element["action_id"]}
        return self.do(what, **where, **ids, **given)

    def _as_it_stands(self, spot: Message | View) -> Message | View | None:
        """The Home tab or message that was looked at before; None when it is gone, and for a modal."""
        if spot.get("type") in ("modal", "home"):
            home: View | None = self.look()["home"]
            return home if home is not None and home["id"] == spot["id"] else None
        channel = spot.get("channel") or self._channel_of(spot["ts"])
        found = (each for each in self.messages(channel) if each["ts"] == spot["ts"])
        return next((each | {"channel": channel} for each in found), None)

    def _channel_of(self, ts: str) -> str:
        for channel in self.look()["channels"]:
            if any(message["ts"] == ts for message in self.messages(channel["id"])):
                return str(channel["id"])
        raise AssertionError(f"{self.user} sees no message {ts}")

    def _on_screen(self) -> str:
        view = self.look()["modal"]
        return self.text_of(view) if view else "no modal"


def loopback_client() -> httpx.Client:
    """A client for this machine only: no proxy, and no certificates to load."""
    return httpx.Client(timeout=30, trust_env=False, verify=False)


def _wait(done: Callable[[], Any], timeout: float, why: str | Callable[[], str]) -> Any:
    until = time.monotonic() + timeout
    while True:
        answer = done()
        if answer:
            return answer
        if time.monotonic() > until:
            raise AssertionError(f"after {timeout:g} s: {why if isinstance(why, str) else why()}")
        time.sleep(POLL_SECONDS)


def _elements(thing: dict[str, Any]) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    for block in thing.get("blocks") or []:
        listed = block.get("elements") if block["type"] == "actions" else []
        for element in [*(listed or []), block.get("accessory"), block.get("element")]:
            if isinstance(element, dict):
                yield block, element


def _find(
    thing: dict[str, Any], wanted: Callable[[dict[str, Any]], bool]
) -> tuple[dict[str, Any], dict[str, Any]]:
    for block, element in _elements(thing):
        if wanted(element):
            return block, element
    raise AssertionError(f"nothing like that to press in: {Person.text_of(thing)}")


def _is_button(element: dict[str, Any], words: str) -> bool:
    return bool(element["type"] == "button" and element["text"]["text"] == words)


def _block_id(view: View, name: str) -> str:
    for block in view["blocks"]:
        if block["type"] == "input" and block["label"]["text"] == name:
            return str(block["block_id"])
    return name


def _option_values(view: View, name: str, value: Any) -> Any:
    wanted = _block_id(view, name).partition("|")[0]
    for block, element in _elements(view):
        if block["block_id"] == wanted and ("|" not in name or name.endswith(f"|{element.get('action_id')}")):
            return _chosen(element, value)
    return value


def _chosen(element: dict[str, Any], value: Any) -> Any:
    """The value of an option named by the words it shows; anything else as it is."""
    if isinstance(value, list):
        return [_chosen(element, each) for each in value]
    groups = element.get("option_groups") or []
    options = [*(element.get("options") or []), *(option for group in groups for option in group["options"])]
    return next((each["value"] for each in options if each["text"]["text"] == value), value)


def _words(thing: Any) -> Iterator[str]:
    if isinstance(thing, list):
        for item in thing:
            yield from _words(item)
    elif isinstance(thing, dict):
        shown = {key: value for key, value in thing.items() if key not in ("state", "bot_profile", "user")}
        if isinstance(shown.get("text"), str) and not shown.get("blocks"):
            yield shown.pop("text")
        elif shown.get("blocks") and thing.get("type") == "message":
            shown.pop("text", None)
        for value in shown.values():
            if isinstance(value, dict | list):
                yield from _words(value)
