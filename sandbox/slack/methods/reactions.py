"""reactions.*, pins.add and bookmarks.add."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from sandbox.slack.errors import SlackError
from sandbox.slack.events import emit
from sandbox.slack.messages import public, woken
from sandbox.slack.methods.chat import TS, member_channel
from sandbox.slack.rules.fields import Link
from sandbox.slack.webapi import Args, method
from sandbox.slack.workspace import APP_ID, BOT_USER, TEAM_ID, Channel, Message, fresh_id

if TYPE_CHECKING:
    from sandbox.world import World

EMOJI = re.compile(r"[a-z0-9_+'-]{1,100}(::skin-tone-[2-6])?")
MOST_EMOJI = 23  # Slack: different emoji on one message
MOST_PINS, MOST_BOOKMARKS = 100, 100


@method("reactions.add", "reactions:write", tier=3, required=("channel", "timestamp", "name"))
def add(world: World, args: Args) -> dict[str, Any]:
    """Slack: https://docs.slack.dev/reference/methods/reactions.add"""
    channel, message = _message(world, args)
    react(world, channel, message, BOT_USER, str(args["name"]))
    return {}


@method("reactions.remove", "reactions:write", tier=2, required=("channel", "timestamp", "name"))
def remove(world: World, args: Args) -> dict[str, Any]:
    """Slack: https://docs.slack.dev/reference/methods/reactions.remove"""
    channel, message = _message(world, args)
    unreact(world, channel, message, BOT_USER, str(args["name"]))
    return {}


@method("reactions.get", "reactions:read", tier=3, required=("channel", "timestamp"))
def get(world: World, args: Args) -> dict[str, Any]:
    """Slack: https://docs.slack.dev/reference/methods/reactions.get"""
    channel, message = _message(world, args)
    return {"type": "message", "channel": channel.id, "message": public(message)}


def react(world: World, channel: Channel, message: Message, user: str, name: str) -> None:
    """Add one person's reaction; raises already_reacted, invalid_name, too_many_emoji."""
    if not EMOJI.fullmatch(name):
        raise SlackError("invalid_name")
    reactions = message.setdefault("reactions", [])
    found = next((each for each in reactions if each["name"] == name), None)
    if found is None:
        if len(reactions) >= MOST_EMOJI:
            raise SlackError("too_many_emoji")
        found = {"name": name, "users": [], "count": 0}
        reactions.append(found)
    if user in found["users"]:
        raise SlackError("already_reacted")
    found["users"].append(user)
    found["count"] += 1
    _tell(world, "reaction_added", channel, message, user, name)


def unreact(world: World, channel: Channel, message: Message, user: str, name: str) -> None:
    """Take one person's reaction away; raises no_reaction."""
    reactions = message.get("reactions", [])
    found = next((each for each in reactions if each["name"] == name and user in each["users"]), None)
    if found is None:
        raise SlackError("no_reaction")
    found["users"].remove(user)
    found["count"] -= 1
    if not found["count"]:
        reactions.remove(found)
    if not reactions:
        del message["reactions"]
    _tell(world, "reaction_removed", channel, message, user, name)


@method("pins.add", "pins:write", tier=2, required=("channel", "timestamp"))
def pin(world: World, args: Args) -> dict[str, Any]:
    """Slack: https://docs.slack.dev/reference/methods/pins.add"""
    channel, message = _message(world, args)
    if BOT_USER not in channel.members:
        raise SlackError("not_in_channel")
    if message["ts"] in channel.pins:
        raise SlackError("already_pinned")
    if len(channel.pins) >= MOST_PINS:
        raise SlackError("too_many_pins")
    channel.pins.append(message["ts"])
    message.setdefault("pinned_to", []).append(channel.id)
    woken(world, channel, message)
    return {}


@method("bookmarks.add", "bookmarks:write", tier=2, required=("channel_id", "title", "type"))
def bookmark(world: World, args: Args) -> dict[str, Any]:
    """Slack: https://docs.slack.dev/reference/methods/bookmarks.add (links only)"""
    channel = member_channel(world, str(args["channel_id"]))
    if args["type"] != "link":
        raise SlackError("invalid_bookmark_type")
    if list(Link().check(args.get("link") or "", "")):
        raise SlackError("invalid_link")
    if len(channel.bookmarks) >= MOST_BOOKMARKS:
        raise SlackError("too_many_bookmarks")
    now = int(world.clock.now().timestamp())
    made = {
        "id": fresh_id("Bk"),
        "channel_id": channel.id,
        "title": str(args["title"]),
        "link": args["link"],
        "emoji": str(args.get("emoji") or ""),
        "icon_url": "",
        "type": "link",
        "entity_id": None,
        "date_created": now,
        "date_updated": 0,
        "rank": "U",
        "last_updated_by_user_id": BOT_USER,
        "last_updated_by_team_id": TEAM_ID,
        "shortcut_id": None,
        "app_id": APP_ID,
    }
    channel.bookmarks.append(made)
    world.changed(f"channel:{channel.id}")
    return {"bookmark": made}


def _message(world: World, args: Args) -> tuple[Channel, Message]:
    if not TS.fullmatch(str(args["timestamp"])):
        raise SlackError("bad_timestamp")
    channel = member_channel(world, str(args["channel"]))
    message = channel.messages.get(str(args["timestamp"]))
    if message is None:
        raise SlackError("message_not_found")
    return channel, message


def _tell(world: World, type: str, channel: Channel, message: Message, user: str, name: str) -> None:
    event = {
        "type": type,
        "user": user,
        "reaction": name,
        "item": {"type": "message", "channel": channel.id, "ts": message["ts"]},
        "item_user": message["user"],
        "event_ts": world.workspace.next_ts(world.clock.now()),
    }
    if BOT_USER in channel.members:
        emit(world, type, event)
    woken(world, channel, message)
