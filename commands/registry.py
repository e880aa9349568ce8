"""What the assistant answers in Slack. Handlers register here; the Slack app and the manifest read it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from commands.act import Act

Handler = Callable[[Act], None]


@dataclass(frozen=True)
class Command:
    """A slash command. The text of `hint` shows behind it in Slack's completion."""

    name: str
    description: str
    hint: str
    handler: Handler


@dataclass(frozen=True)
class Shortcut:
    """An entry of a message's menu; `title` has 24 characters at most (Slack's manifest)."""

    callback_id: str
    title: str
    description: str
    handler: Handler


COMMANDS: dict[str, Command] = {}
SHORTCUTS: dict[str, Shortcut] = {}
ACTIONS: dict[str, Handler] = {}
SUBMISSIONS: dict[str, Handler] = {}
CLOSINGS: dict[str, Handler] = {}
EVENTS: dict[str, Handler] = {}
"""By the event's type (Slack: Events API). A handler acknowledges first; Slack delivers an event again when it
thinks that nobody heard it, so what a handler records is keyed by the event's own ids."""
OPTIONS: dict[str, Callable[[Act], list[dict[str, object]]]] = {}


def command(name: str, description: str, hint: str = "") -> Callable[[Handler], Handler]:
    def wrap(handler: Handler) -> Handler:
        COMMANDS[name] = Command(name, description, hint, handler)
        return handler

    return wrap


def shortcut(callback_id: str, title: str, description: str) -> Callable[[Handler], Handler]:
    def wrap(handler: Handler) -> Handler:
        SHORTCUTS[callback_id] = Shortcut(callback_id, title, description, handler)
        return handler

    return wrap


def action(action_id: str) -> Callable[[Handler], Handler]:
    """A pressed button or a changed element, in a message or a modal."""
    return _into(ACTIONS, action_id)


def submission(callback_id: str) -> Callable[[Handler], Handler]:
    """A submitted modal."""
    return _into(SUBMISSIONS, callback_id)


def closing(callback_id: str) -> Callable[[Handler], Handler]:
    """A modal closed without submitting (it needs `notify_on_close`)."""
    return _into(CLOSINGS, callback_id)


def event(event_type: str) -> Callable[[Handler], Handler]:
    """Something that happened in Slack, told in the Events API; every subtype of it."""
    return _into(EVENTS, event_type)


def _into(table: dict[str, Handler], name: str) -> Callable[[Handler], Handler]:
    def wrap(handler: Handler) -> Handler:
        table[name] = handler
        return handler

    return wrap


def options(
    action_id: str,
) -> Callable[[Callable[[Act], list[dict[str, object]]]], Callable[[Act], list[dict[str, object]]]]:
    """What a select that searches on the server offers for the text typed so far."""

    def wrap(
        handler: Callable[[Act], list[dict[str, object]]],
    ) -> Callable[[Act], list[dict[str, object]]]:
        OPTIONS[action_id] = handler
        return handler

    return wrap
