"""Messages: posting, editing, deleting, and what that does to threads, events and watchers."""

from __future__ import annotations

import copy
import uuid
from typing import TYPE_CHECKING, Any

from sandbox.slack.events import emit, emit_message
from sandbox.slack.rules.checks import elements_of
from sandbox.slack.seed import assistant_profile
from sandbox.slack.workspace import (
    APP_ID,
    BOT_ID,
    BOT_USER,
    TEAM_ID,
    Blocks,
    Channel,
    Message,
    block_id,
)

if TYPE_CHECKING:
    from sandbox.world import World

PRIVATE_KEYS = ("metadata",)  # given out only when asked for


def from_assistant(world: World, **content: Any) -> Message:
    """A message by the assistant, not yet posted; `content` is text, blocks, attachments, thread_ts, …"""
    message: Message = {
        "type": "message",
        "user": BOT_USER,
        "ts": world.workspace.next_ts(world.clock.now()),
        "bot_id": BOT_ID,
        "app_id": APP_ID,
        "team": TEAM_ID,
        "bot_profile": assistant_profile(world.workspace),
    }
    filled = {key: value for key, value in content.items() if value not in (None, "", [])}
    if "blocks" in filled:
        filled["blocks"] = with_ids(filled["blocks"])
    return message | {"text": ""} | filled


def from_person(world: World, user: str, text: str, blocks: Blocks, thread_ts: str = "") -> Message:
    """A message a person typed, not yet posted; `text` is already escaped."""
    message: Message = {
        "type": "message",
        "user": user,
        "ts": world.workspace.next_ts(world.clock.now()),
        "client_msg_id": str(uuid.uuid4()),
        "text": text,
        "team": TEAM_ID,
        "blocks": blocks,
    }
    return message | ({"thread_ts": thread_ts} if thread_ts else {})


def post(world: World, channel: Channel, message: Message) -> Message:
    """Put a message where everyone in the channel sees it, tell the app, wake the watchers."""
    channel.messages[message["ts"]] = message
    parent_ts = message.get("thread_ts")
    if parent_ts and parent_ts != message["ts"]:
        _join_thread(channel, channel.messages[parent_ts], message)
    emit_message(world, channel, _event(message))
    mentioned = f"<@{BOT_USER}>" in message["text"] and message["user"] != BOT_USER
    if mentioned and channel.kind != "im" and BOT_USER in channel.members:
        event = _event(message) | {"type": "app_mention", "channel": channel.id}
        emit(world, "app_mention", event)
    woken(world, channel, message)
    return message


def post_ephemeral(world: World, channel: Channel, user: str, message: Message) -> Message:
    """Show a message to one person only; it is in no history."""
    message["is_ephemeral"] = True
    channel.ephemerals.setdefault(user, []).append(message)
    woken(world, channel, message)
    return message


def edit(world: World, channel: Channel, message: Message, changes: dict[str, Any], editor: str = "") -> None:
    """Change a posted message in place; `editor` marks it as edited by that user."""
    before = public(message)
    if changes.get("blocks"):
        changes = changes | {"blocks": with_ids(changes["blocks"])}
    message.update(changes)
    if "blocks" in message and not message["blocks"]:
        del message["blocks"]
    ts = world.workspace.next_ts(world.clock.now())
    if editor:
        message["edited"] = {"user": editor, "ts": ts}
    changed = {
        "type": "message",
        "subtype": "message_changed",
        "hidden": True,
        "message": public(message),
        "previous_message": before,
        "ts": ts,
        "event_ts": ts,
    }
    emit_message(world, channel, changed)
    woken(world, channel, message)


def delete(world: World, channel: Channel, message: Message) -> None:
    """Take a message away; the first message of a thread with replies becomes a tombstone."""
    before = public(message)
    ts = message["ts"]
    if channel.threads.get(ts):
        message.update(subtype="tombstone", text="This message was deleted.", hidden=True)
        for key in ("blocks", "attachments", "metadata", "reactions"):
            message.pop(key, None)
    else:
        del channel.messages[ts]
        _leave_thread(channel, message)
    now = world.workspace.next_ts(world.clock.now())
    deleted = {
        "type": "message",
        "subtype": "message_deleted",
        "hidden": True,
        "deleted_ts": ts,
        "previous_message": before,
        "ts": now,
        "event_ts": now,
    }
    emit_message(world, channel, deleted)
    woken(world, channel, message)


def public(message: Message, *, metadata: bool = False) -> Message:
    """A copy for others to see: without metadata, unless that was asked for."""
    hidden = () if metadata else PRIVATE_KEYS
    return copy.deepcopy({key: value for key, value in message.items() if key not in hidden})


def with_ids(blocks: Blocks) -> Blocks:
    """A copy in which every block has a block_id and everything a person can act on an action_id."""
    copied: Blocks = copy.deepcopy(blocks)
    for block in copied:
        if not block.get("block_id"):
            block["block_id"] = block_id()
        for _, element in elements_of(block):
            if element.get("type") != "image" and not element.get("action_id"):
                element["action_id"] = block_id()
    return copied


def find_visible(channel: Channel, user: str, ts: str) -> tuple[Message | None, bool]:
    """A message as one person sees it, and whether it is one that only they see."""
    if ts in channel.messages:
        return channel.messages[ts], False
    mine = channel.ephemerals.get(user, [])
    return next((each for each in mine if each["ts"] == ts), None), True


def woken(world: World, channel: Channel, message: Message) -> None:
    """Wake those who watch the channel and, for a thread's messages, the thread."""
    thread = message.get("thread_ts") or (message["ts"] if message["ts"] in channel.threads else "")
    world.changed(f"channel:{channel.id}")
    if thread:
        world.changed(f"thread:{channel.id}:{thread}")


def _event(message: Message) -> dict[str, Any]:
    return public(message) | {"event_ts": message["ts"]}


def _join_thread(channel: Channel, parent: Message, reply: Message) -> None:
    channel.threads.setdefault(parent["ts"], []).append(reply["ts"])
    reply["parent_user_id"] = parent["user"]
    parent["thread_ts"] = parent["ts"]
    _count_replies(channel, parent)


def _leave_thread(channel: Channel, reply: Message) -> None:
    parent = channel.messages.get(reply.get("thread_ts", ""))
    if parent is not None and parent is not reply:
        channel.threads[parent["ts"]].remove(reply["ts"])
        _count_replies(channel, parent)


def _count_replies(channel: Channel, parent: Message) -> None:
    replies = channel.replies(parent["ts"])
    writers = list(dict.fromkeys(reply["user"] for reply in replies))
    parent["reply_count"] = len(replies)
    parent["reply_users"] = writers[:5]
    parent["reply_users_count"] = len(writers)
    if replies:
        parent["latest_reply"] = replies[-1]["ts"]
        return
    del channel.threads[parent["ts"]]
    for key in ("thread_ts", "reply_count", "reply_users", "reply_users_count", "latest_reply"):
        parent.pop(key, None)
