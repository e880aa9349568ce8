"""auth.test and apps.connections.open."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sandbox.slack.sockets import new_ticket
from sandbox.slack.webapi import Args, method
from sandbox.slack.workspace import APP_TOKEN, BOT_ID, BOT_USER, TEAM_ID, TEAM_NAME

if TYPE_CHECKING:
    from sandbox.world import World


@method("auth.test", tier=0)
def auth_test(world: World, args: Args) -> dict[str, Any]:
    """Slack: https://docs.slack.dev/reference/methods/auth.test"""
    return {
        "url": f"{world.base}/",
        "team": TEAM_NAME,
        "user": world.workspace.users[BOT_USER].name,
        "team_id": TEAM_ID,
        "user_id": BOT_USER,
        "bot_id": BOT_ID,
        "is_enterprise_install": False,
    }


@method("apps.connections.open", tier=3, token=APP_TOKEN)
def connections_open(world: World, args: Args) -> dict[str, Any]:
    """Slack: https://docs.slack.dev/reference/methods/apps.connections.open"""
    return {"url": new_ticket(world)}
