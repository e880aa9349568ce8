"""What people say in a lead's thread: each reply is a team-only update in the timeline, and stays what it says now.

Slack tells of replies, edits and deletions in events that may come twice and in any order (Slack: Events API).
"""

from __future__ import annotations

import html
import re
import threading
from datetime import UTC, datetime

from services.errors import ServiceError
from services.slack_messages import Posted
from sops.context import Context
from store.lead import Event

KIND = "said"
_MARKUP = re.compile(r"<([@#!]?)([^<>|]*)(?:\|([^<>]*))?>")
_following = threading.Lock()
"""Held between the look at the timeline and the line added to it."""


def key_of(channel: str, ts: str) -> str:
    """The timeline's key of a message."""
    return f"said:{channel}:{ts}"


def record(context: Context, lead_id: str, message: Posted) -> bool:
    """Record a reply; False when it was recorded before, or says nothing."""
    words = words_of(context, message)
    if not words:
        return False
    key = key_of(message.channel, message.ts)
    return context.store.append(lead_id, Event(key, _time(message.ts), KIND, words, message.user))


def edited(context: Context, lead_id: str, message: Posted, ts: str) -> None:
    """Follow an edit, told at `ts`. One told late changes nothing that was said after it."""
    _follow(context, lead_id, message, message.edited_ts or ts, words_of(context, message))


def deleted(context: Context, lead_id: str, message: Posted) -> None:
    """Follow a deletion, which is the last that can be told of a message."""
    _follow(context, lead_id, message, "deleted", "")


def words_of(context: Context, message: Posted) -> str:
    """A message as plain text, its files by their names."""
    text = plain_text(context, message.text)
    return "\n".join([*([text] if text else []), *(f"[{name}]" for name in message.files)])


def plain_text(context: Context, mrkdwn: str) -> str:
    """Slack's markup as a person reads it: people and channels by name, links by their address."""

    def shown(found: re.Match[str]) -> str:
        mark, target, label = found[1], found[2], found[3] or ""
        if mark == "@":
            return f"@{label or _name(context, target)}"
        if mark:
            return {"#": f"#{label or target}", "!": label or f"@{target.partition('^')[0]}"}[mark]
        address = target.removeprefix("mailto:")
        if f"http://{label}" == target:  # Slack made the link of what was typed.
            return label
        return address if label in ("", address, target) else f"{label} ({address})"

    return html.unescape(_MARKUP.sub(shown, mrkdwn)).strip()


def _follow(context: Context, lead_id: str, message: Posted, ts: str, words: str) -> None:
    key = key_of(message.channel, message.ts)
    with _following:
        known = [event for event in context.store.timeline(lead_id) if key in (event.key, event.revises)]
        if not known:
            at = _time(message.ts)
            context.store.append(lead_id, Event(key, at, KIND, words, message.user))
            context.store.append(lead_id, Event(f"{key}:{ts}", at, KIND, words, message.user, revises=key))
        elif all(ts > event.key.removeprefix(f"{key}:") for event in known if event.revises):
            at = context.clock.now()
            context.store.append(lead_id, Event(f"{key}:{ts}", at, KIND, words, message.user, revises=key))


def _name(context: Context, user: str) -> str:
    try:
        return context.services.slack.member(user).name
    except ServiceError:
        return user


def _time(ts: str) -> datetime:
    """Slack: the `ts` of a message is when it was written, in seconds since 1970."""
    return datetime.fromtimestamp(float(ts), UTC)
