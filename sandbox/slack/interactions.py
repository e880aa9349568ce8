"""The payloads of what people do: the parts every interaction shares, and response URLs.

Shapes key by key as Slack's recorded payloads; https://docs.slack.dev/reference/interaction-payloads
"""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Any

from sandbox.slack.live import ResponseUrl
from sandbox.slack.workspace import APP_ID, TEAM_DOMAIN, TEAM_ID, Channel, User

if TYPE_CHECKING:
    from sandbox.world import World

VERIFICATION = "sandbox-verification"
RESPONSE_SECONDS = 30 * 60  # Slack: a response_url lives 30 minutes


def head(user: User) -> dict[str, Any]:
    """team, user, token and the enterprise that is not there."""
    return {
        "team": {"id": TEAM_ID, "domain": TEAM_DOMAIN},
        "user": {"id": user.id, "username": user.name, "name": user.name, "team_id": user.team},
        "api_app_id": APP_ID,
        "token": VERIFICATION,
        "enterprise": None,
        "is_enterprise_install": False,
    }


def place(channel: Channel) -> dict[str, str]:
    """Channel id and name; Slack does not tell the names of private ones."""
    return {"id": channel.id, "name": channel_name(channel)}


def channel_name(channel: Channel) -> str:
    """The name commands and interactions carry: "privategroup" and "directmessage" where it is not public."""
    return {"channel": channel.name, "group": "privategroup", "im": "directmessage"}[channel.kind]


def command_payload(world: World, user: User, channel: Channel, command: str, text: str) -> dict[str, Any]:
    """A slash command. Source: https://docs.slack.dev/interactivity/implementing-slash-commands"""
    return {
        "token": VERIFICATION,
        "team_id": TEAM_ID,
        "team_domain": TEAM_DOMAIN,
        "channel_id": channel.id,
        "channel_name": channel_name(channel),
        "user_id": user.id,
        "user_name": user.name,
        "command": command,
        "text": text,
        "api_app_id": APP_ID,
        "is_enterprise_install": "false",
        "response_url": new_response_url(world, channel, user),
        "trigger_id": world.slack.new_trigger(user.id),
    }


def new_response_url(
    world: World,
    channel: Channel,
    user: User,
    *,
    original: str = "",
    ephemeral: bool = False,
    thread_ts: str = "",
) -> str:
    """A response_url for five answers within 30 minutes of the sandbox's clock."""
    id = f"{TEAM_ID}-{secrets.token_hex(12)}"
    until = world.clock.now().timestamp() + RESPONSE_SECONDS
    url = ResponseUrl(channel.id, user.id, until, original, ephemeral, thread_ts)
    world.slack.keep_response_url(id, url)
    return f"{world.base}/slack/response/{id}"
