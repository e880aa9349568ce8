"""The assistant's messages in a lead's thread: each is posted once, and found again by its mark after a crash."""

from __future__ import annotations

from dataclasses import dataclass

from sops.blocks import Block
from sops.context import here
from sops.effects import once
from store.lead import Message


@dataclass(frozen=True)
class Mark:
    """How a message is known: by `kind` and `key` in Slack (its metadata), by `effect` among the lead's effects."""

    kind: str
    key: str
    effect: str


def post_once(lead_id: str, thread: Message, mark: Mark, text: str, shown: list[Block]) -> tuple[str, str]:
    """("done" | "found", the message's ts); one that is found stays as it is. Raises the errors of
    `services.errors`."""
    slack = here().services.slack

    def post() -> str:
        return slack.post(thread.channel, text, shown, thread_ts=thread.ts, kind=mark.kind, key=mark.key)

    def look() -> str | None:
        return slack.find(thread.channel, mark.kind, mark.key, thread_ts=thread.ts)

    return once(lead_id, mark.effect, post, look)


def show(lead_id: str, thread: Message, mark: Mark, text: str, shown: list[Block]) -> str:
    """The same, but one that is there is edited in place; its ts."""
    state, ts = post_once(lead_id, thread, mark, text, shown)
    if state == "found":
        here().services.slack.update(thread.channel, ts, text, shown)
    return ts
