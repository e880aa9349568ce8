"""conversations.*: channels, their history and their members."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sandbox.slack import messages
from sandbox.slack.errors import SlackError
from sandbox.slack.events import emit
from sandbox.slack.methods.chat import TS, member_channel
from sandbox.slack.webapi import Args, flag, method, need_scope, page
from sandbox.slack.workspace import BOT_USER, TEAM_ID, Channel, Message

if TYPE_CHECKING:
    from sandbox.world import World

READ = {"channel": "channels:read", "group": "groups:read", "im": "im:read"}
HISTORY = {"channel": "channels:history", "group": "groups:history", "im": "im:history"}
TYPES = {"public_channel": "channel", "private_channel": "group", "im": "im", "mpim": "mpim"}


@method("conversations.list", tier=2)
def conversations_list(world: World, args: Args) -> dict[str, Any]:
    """Slack: https://docs.slack.dev/reference/methods/conversations.list"""
    kinds = []
    for name in str(args.get("types") or "public_channel").split(","):
        if name.strip() not in TYPES:
            raise SlackError("invalid_types")
        kinds.append(TYPES[name.strip()])
    for kind in kinds:
        need_scope(world, READ.get(kind, "mpim:read"))
    hide_archived = flag(args, "exclude_archived")
    found = [
        channel
        for channel in world.workspace.channels.values()
        if channel.kind in kinds
        and (channel.kind == "channel" or BOT_USER in channel.members)
        and not (hide_archived and channel.is_archived)
    ]
    some, metadata = page(found, args, most=1000, default=100)
    return {"channels": [as_slack(channel) for channel in some], "response_metadata": metadata}


@method("conversations.info", tier=3, required=("channel",))
def info(world: World, args: Args) -> dict[str, Any]:
    """Slack: https://docs.slack.dev/reference/methods/conversations.info"""
    channel = _channel(world, args, READ)
    shown = as_slack(channel)
    if flag(args, "include_num_members"):
        shown["num_members"] = len(channel.members)
    return {"channel": shown}


@method("conversations.members", tier=4, required=("channel",))
def members(world: World, args: Args) -> dict[str, Any]:
    """Slack: https://docs.slack.dev/reference/methods/conversations.members"""
    found, metadata = page(_channel(world, args, READ).members, args, most=1000, default=100)
    return {"members": found, "response_metadata": metadata}


@method("conversations.history", tier=3, required=("channel",))
def history(world: World, args: Args) -> dict[str, Any]:
    """Slack: https://docs.slack.dev/reference/methods/conversations.history (newest first)"""
    channel = _channel(world, args, HISTORY)
    if BOT_USER not in channel.members:
        raise SlackError("not_in_channel")
    rooted = [message for message in channel.messages.values() if _in_channel(message)]
    found = _between(rooted, args)[::-1]
    some, metadata = page(found, args, most=999, default=100)
    return {
        "messages": [_shown(message, args) for message in some],
        "has_more": bool(metadata["next_cursor"]),
        "pin_count": len(channel.pins),
        "response_metadata": metadata,
    }


@method("conversations.replies", tier=3, required=("channel", "ts"))
def replies(world: World, args: Args) -> dict[str, Any]:
    """Slack: https://docs.slack.dev/reference/methods/conversations.replies (oldest first, parent included)"""
    channel = _channel(world, args, HISTORY)
    asked = channel.messages.get(str(args["ts"]))
    if asked is None:
        raise SlackError("thread_not_found")
    parent = channel.messages[str(asked.get("thread_ts", asked["ts"]))]
    between = _between(channel.replies(parent["ts"]), args)
    some, metadata = page([parent, *between], args, most=1000, default=1000)
    return {
        "messages": [_shown(message, args) for message in some],
        "has_more": bool(metadata["next_cursor"]),
        "response_metadata": metadata,
    }


@method("conversations.open", tier=3)
def open_conversation(world: World, args: Args) -> dict[str, Any]:
    """Slack: https://docs.slack.dev/reference/methods/conversations.open (direct messages with one person)"""
    need_scope(world, "im:write")
    users = [name for name in str(args.get("users") or "").split(",") if name]
    if args.get("channel"):
        channel = member_channel(world, str(args["channel"]))
    elif not users:
        raise SlackError("users_list_not_supplied")
    elif len(users) > 1:
        raise SlackError("method_not_supported_for_channel_type")
    elif users[0] not in world.workspace.users or world.workspace.users[users[0]].is_bot:
        raise SlackError("user_not_found")
    else:
        channel = world.workspace.direct_message(users[0], world.clock.now())
    shown = as_slack(channel) if flag(args, "return_im") else {"id": channel.id}
    return {"channel": shown}


@method("conversations.join", "channels:join", tier=3, required=("channel",))
def join(world: World, args: Args) -> dict[str, Any]:
    """Slack: https://docs.slack.dev/reference/methods/conversations.join"""
    channel = member_channel(world, str(args["channel"]))
    if channel.is_archived:
        raise SlackError("is_archived")
    if channel.kind != "channel":
        raise SlackError("method_not_supported_for_channel_type")
    if BOT_USER in channel.members:
        return {"channel": as_slack(channel), "warning": "already_in_channel"}
    add_member(world, channel, BOT_USER)
    return {"channel": as_slack(channel)}


def add_member(world: World, channel: Channel, user: str) -> None:
    """Someone joins; the app hears member_joined_channel where it is a member."""
    channel.members.append(user)
    event = {
        "type": "member_joined_channel",
        "user": user,
        "channel": channel.id,
        "channel_type": "G" if channel.is_private else "C",
        "team": TEAM_ID,
        "event_ts": world.workspace.next_ts(world.clock.now()),
    }
    if BOT_USER in channel.members:
        emit(world, "member_joined_channel", event)
    world.changed(f"channel:{channel.id}")


def as_slack(channel: Channel) -> dict[str, Any]:
    """The conversation object."""
    shared: dict[str, Any] = {
        "id": channel.id,
        "created": channel.created,
        "is_archived": channel.is_archived,
        "is_im": channel.kind == "im",
        "is_mpim": False,
        "is_org_shared": False,
        "context_team_id": TEAM_ID,
        "updated": channel.created * 1000,
    }
    if channel.kind == "im":
        return shared | {"user": channel.im_user, "is_user_deleted": False, "is_open": True}
    return shared | {
        "name": channel.name,
        "name_normalized": channel.name,
        "is_channel": channel.kind == "channel",
        "is_group": channel.kind == "group",
        "is_private": channel.is_private,
        "is_general": False,
        "is_shared": False,
        "is_ext_shared": False,
        "is_member": BOT_USER in channel.members,
        "topic": {"value": channel.topic, "creator": "", "last_set": 0},
        "purpose": {"value": channel.purpose, "creator": "", "last_set": 0},
        "num_members": len(channel.members),
    }


def _channel(world: World, args: Args, scopes: dict[str, str]) -> Channel:
    """A channel the assistant may know about; which scope that takes depends on the channel's type."""
    channel = member_channel(world, str(args["channel"]))
    need_scope(world, scopes[channel.kind])
    return channel


def _in_channel(message: Message) -> bool:
    thread = message.get("thread_ts")
    return thread in (None, message["ts"]) or message.get("subtype") == "thread_broadcast"


def _between(found: list[Message], args: Args) -> list[Message]:
    """`oldest` and `latest` exclude the message at exactly that time, unless `inclusive`."""
    oldest = _ts(args, "oldest", "0000000000.000000")
    latest = _ts(args, "latest", "9999999999.999999")
    if flag(args, "inclusive"):
        return [message for message in found if oldest <= message["ts"] <= latest]
    return [message for message in found if oldest < message["ts"] < latest]


def _ts(args: Args, name: str, default: str) -> str:
    given = str(args.get(name) or "")
    if given in ("", "0"):
        return default
    whole, _, part = given.partition(".")
    if not (whole.isdigit() and (part == "" or part.isdigit())):
        raise SlackError(f"invalid_ts_{name}")
    padded = f"{whole:0>10}.{part:0<6}"
    return padded if TS.fullmatch(padded) else default


def _shown(message: Message, args: Args) -> Message:
    return messages.public(message, metadata=flag(args, "include_all_metadata"))
