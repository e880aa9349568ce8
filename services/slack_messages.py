"""A message as Slack tells of it, in an event or in a thread's history, parsed once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

WRITTEN = frozenset({"", "thread_broadcast", "file_share"})
"""The subtypes of what a person wrote (Slack: message events); every other one is about something else."""


@dataclass(frozen=True)
class Posted:
    """`text` is Slack's mrkdwn; `files` are names; `reactions` the names of those that anybody gave. `edited_ts` is
    empty while nobody edited it, `thread_ts` for a message outside of threads."""

    channel: str
    ts: str
    thread_ts: str
    user: str
    text: str
    files: tuple[str, ...]
    reactions: frozenset[str]
    edited_ts: str
    by_person: bool

    @property
    def is_reply(self) -> bool:
        return self.thread_ts not in ("", self.ts)


def posted(channel: str, message: Mapping[str, Any]) -> Posted:
    """Parse a message object. `by_person`: a person wrote it, no app, and it tells of nothing else."""
    files = message.get("files") or []
    reactions = message.get("reactions") or []
    return Posted(
        channel=channel,
        ts=str(message.get("ts") or ""),
        thread_ts=str(message.get("thread_ts") or ""),
        user=str(message.get("user") or ""),
        text=str(message.get("text") or ""),
        files=tuple(str(each.get("name") or each.get("title") or "file") for each in files),
        reactions=frozenset(str(each.get("name")) for each in reactions),
        edited_ts=str((message.get("edited") or {}).get("ts") or ""),
        by_person=bool(
            message.get("user") and not message.get("bot_id") and (message.get("subtype") or "") in WRITTEN
        ),
    )
