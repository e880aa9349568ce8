"""chat.*: posting, updating, deleting, ephemeral messages, links."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from sandbox.slack import messages
from sandbox.slack.content import checked, need_something
from sandbox.slack.errors import SlackError
from sandbox.slack.webapi import Args, flag, method, need_scope
from sandbox.slack.workspace import BOT_ID, BOT_USER, TEAM_DOMAIN, Channel, Message

if TYPE_CHECKING:
    from sandbox.world import World

TS = re.compile(r"\d{10}\.\d{6}")


@method("chat.postMessage", "chat:write", tier=0, required=("channel",))
def post_message(world: World, args: Args) -> dict[str, Any]:
    """Slack: https://docs.slack.dev/reference/methods/chat.postMessage"""
    channel = _writable(world, str(args["channel"]), by_name=True)
    content = checked(args)
    need_something(content)
    thread = thread_of(channel, args)
    wait = world.slack.rates.wait_for_posting(channel.id)
    if wait:
        raise SlackError("ratelimited", seconds=wait)
    message = messages.from_assistant(world, **content, **thread, **_looks(world, args))
    messages.post(world, channel, message)
    return {"channel": channel.id, "ts": message["ts"], "message": messages.public(message)}


@method("chat.update", "chat:write", tier=3, required=("channel", "ts"))
def update(world: World, args: Args) -> dict[str, Any]:
    """Slack: https://docs.slack.dev/reference/methods/chat.update

    Text without blocks removes the blocks; blocks without text keep the text. Only a change of text alone
    marks the message as edited.
    """
    channel = member_channel(world, str(args["channel"]))
    message = _own(channel, str(args["ts"]), "cant_update_message")
    content = checked(args, updating=True)
    if not content.keys() & {"text", "blocks", "attachments"}:
        raise SlackError("no_text")
    if "text" in content and "blocks" not in content:
        content["blocks"] = []
    need_something({"text": message.get("text")} | content)
    editor = BOT_USER if "text" in content and not content.get("blocks") else ""
    messages.edit(world, channel, message, content, editor)
    public = messages.public(message)
    return {"channel": channel.id, "ts": message["ts"], "text": message["text"], "message": public}


@method("chat.delete", "chat:write", tier=3, required=("channel", "ts"))
def delete(world: World, args: Args) -> dict[str, Any]:
    """Slack: https://docs.slack.dev/reference/methods/chat.delete"""
    channel = member_channel(world, str(args["channel"]))
    message = _own(channel, str(args["ts"]), "cant_delete_message")
    messages.delete(world, channel, message)
    return {"channel": channel.id, "ts": message["ts"]}


@method("chat.postEphemeral", "chat:write", tier=4, required=("channel", "user"))
def post_ephemeral(world: World, args: Args) -> dict[str, Any]:
    """Slack: https://docs.slack.dev/reference/methods/chat.postEphemeral"""
    channel = _writable(world, str(args["channel"]))
    user = str(args["user"])
    if user not in channel.members:
        raise SlackError("user_not_in_channel")
    content = checked(args)
    need_something(content)
    message = messages.from_assistant(world, **content, **thread_of(channel, args))
    messages.post_ephemeral(world, channel, user, message)
    return {"message_ts": message["ts"]}


@method("chat.getPermalink", tier=0, required=("channel", "message_ts"))
def permalink(world: World, args: Args) -> dict[str, Any]:
    """Slack: https://docs.slack.dev/reference/methods/chat.getPermalink"""
    channel = member_channel(world, str(args["channel"]))
    message = channel.messages.get(str(args["message_ts"]))
    if message is None:
        raise SlackError("message_not_found")
    link = f"https://{TEAM_DOMAIN}.slack.com/archives/{channel.id}/p{message['ts'].replace('.', '')}"
    thread = message.get("thread_ts")
    if thread and thread != message["ts"]:
        link += f"?thread_ts={thread}&cid={channel.id}"
    return {"channel": channel.id, "permalink": link}


def member_channel(world: World, id: str) -> Channel:
    """A channel by id that the assistant is in, or a public one; raises channel_not_found."""
    channel = world.workspace.channels.get(id)
    if channel is None or (channel.is_private and BOT_USER not in channel.members):
        raise SlackError("channel_not_found")
    return channel


def _writable(world: World, name: str, *, by_name: bool = False) -> Channel:
    """Where the assistant may post: a channel by id (or name), or a person, whose direct message it opens."""
    if name in world.workspace.users:
        return _direct_message(world, name)
    channel = world.workspace.channel_named(name) if by_name else world.workspace.channels.get(name)
    if channel is None or (channel.is_private and BOT_USER not in channel.members):
        raise SlackError("channel_not_found")
    if BOT_USER not in channel.members and "chat:write.public" not in world.slack.manifest.scopes:
        raise SlackError("not_in_channel")
    if channel.is_archived:
        raise SlackError("is_archived")
    return channel


def _direct_message(world: World, user: str) -> Channel:
    if world.workspace.users[user].is_bot:
        raise SlackError("channel_not_found")
    if not world.slack.manifest.messages_tab:
        raise SlackError("messages_tab_disabled")
    return world.workspace.direct_message(user, world.clock.now())


def thread_of(channel: Channel, args: Args) -> dict[str, Any]:
    """thread_ts and reply_broadcast. Ours, stricter: a well-formed thread_ts that names no message is refused
    (Slack answers ok and shows the message nowhere)."""
    thread_ts = str(args.get("thread_ts") or "")
    if not thread_ts:
        return {}
    if not TS.fullmatch(thread_ts):
        raise SlackError("invalid_thread_ts")
    parent = channel.messages.get(thread_ts)
    if parent is None:
        raise SlackError("thread_not_found")
    if parent.get("thread_ts", thread_ts) != thread_ts:
        raise SlackError("cannot_reply_to_message")
    if flag(args, "reply_broadcast"):
        return {"thread_ts": thread_ts, "subtype": "thread_broadcast"}
    return {"thread_ts": thread_ts}


def _looks(world: World, args: Args) -> dict[str, Any]:
    """A name or icon of the message's own, which needs a scope of its own."""
    given = {key: args[key] for key in ("username", "icon_emoji", "icon_url") if args.get(key)}
    if not given:
        return {}
    need_scope(world, "chat:write.customize")
    icons = {key.removeprefix("icon_"): args[key] for key in ("icon_emoji", "icon_url") if key in given}
    named = {"username": given["username"]} if "username" in given else {}
    return {"subtype": "bot_message", **named, **({"icons": icons} if icons else {})}


def _own(channel: Channel, ts: str, refusal: str) -> Message:
    message = channel.messages.get(ts)
    if message is None:
        raise SlackError("message_not_found")
    if message.get("bot_id") != BOT_ID or message.get("subtype") == "tombstone":
        raise SlackError(refusal)
    return message
