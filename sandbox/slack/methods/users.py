"""users.*: who there is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sandbox.slack.errors import SlackError
from sandbox.slack.webapi import Args, method, page
from sandbox.slack.workspace import APP_ID, BOT_ID, BOT_USER, User

if TYPE_CHECKING:
    from sandbox.world import World


@method("users.info", "users:read", tier=4, required=("user",))
def users_info(world: World, args: Args) -> dict[str, Any]:
    """Slack: https://docs.slack.dev/reference/methods/users.info"""
    user = world.workspace.users.get(str(args["user"]))
    if user is None:
        raise SlackError("user_not_found")
    return {"user": as_slack(world, user)}


@method("users.list", "users:read", tier=2)
def users_list(world: World, args: Args) -> dict[str, Any]:
    """Slack: https://docs.slack.dev/reference/methods/users.list"""
    found, metadata = page(list(world.workspace.users.values()), args, most=1000, default=1000)
    return {
        "members": [as_slack(world, user) for user in found],
        "cache_ts": int(world.clock.now().timestamp()),
        "response_metadata": metadata,
    }


@method("users.lookupByEmail", "users:read.email", tier=3, required=("email",))
def lookup_by_email(world: World, args: Args) -> dict[str, Any]:
    """Slack: https://docs.slack.dev/reference/methods/users.lookupByEmail"""
    wanted = str(args["email"]).casefold()
    for user in world.workspace.users.values():
        if user.email.casefold() == wanted:
            return {"user": as_slack(world, user)}
    raise SlackError("users_not_found")


def as_slack(world: World, user: User) -> dict[str, Any]:
    """The user object; e-mail only with users:read.email."""
    profile: dict[str, Any] = {
        "real_name": user.real_name,
        "real_name_normalized": user.real_name,
        "display_name": "" if user.is_bot else user.name,
        "display_name_normalized": "" if user.is_bot else user.name,
        "title": user.title,
        "first_name": user.real_name,
        "team": user.team,
    }
    if user.email and "users:read.email" in world.slack.manifest.scopes:
        profile["email"] = user.email
    if user.is_bot:
        own = user.id == BOT_USER
        profile |= {"api_app_id": APP_ID if own else "", "bot_id": BOT_ID if own else ""}
    return {
        "id": user.id,
        "team_id": user.team,
        "name": user.name,
        "deleted": user.deleted,
        "real_name": user.real_name,
        "tz": "Europe/Berlin",
        "tz_label": "Central European Time",
        "tz_offset": 3600,
        "profile": profile,
        "is_admin": False,
        "is_owner": False,
        "is_primary_owner": False,
        "is_restricted": user.is_restricted,
        "is_ultra_restricted": False,
        "is_bot": user.is_bot,
        "is_app_user": False,
        "updated": 1700000000,
    }
