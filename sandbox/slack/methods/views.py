"""views.*: modals and the Home tab."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sandbox.slack import modals
from sandbox.slack.errors import SlackError
from sandbox.slack.webapi import Args, method

if TYPE_CHECKING:
    from sandbox.world import World


@method("views.open", tier=4, required=("trigger_id", "view"))
def views_open(world: World, args: Args) -> dict[str, Any]:
    """Slack: https://docs.slack.dev/reference/methods/views.open"""
    body = modals.checked(world, args["view"])
    trigger = world.slack.exchange(args["trigger_id"])
    view = modals.open_modal(world, trigger.user, body)
    return {"view": _fresh(modals.as_slack(view))}


@method("views.push", tier=4, required=("trigger_id", "view"))
def views_push(world: World, args: Args) -> dict[str, Any]:
    """Slack: https://docs.slack.dev/reference/methods/views.push"""
    body = modals.checked(world, args["view"])
    trigger = world.slack.exchange(args["trigger_id"])
    if trigger.view is None or trigger.view not in world.workspace.views:
        raise SlackError("not_found")
    view = modals.push(world, trigger.user, body)
    return {"view": _fresh(modals.as_slack(view))}


@method("views.update", tier=4, required=("view",))
def views_update(world: World, args: Args) -> dict[str, Any]:
    """Slack: https://docs.slack.dev/reference/methods/views.update"""
    view = modals.find(world, args.get("view_id"), args.get("external_id"))
    modals.check_hash(view, args.get("hash"))
    body = modals.checked(world, args["view"], surface=view.body["type"], replaces=view)
    modals.update(world, view, body)
    return {"view": _fresh(modals.as_slack(view))}


@method("views.publish", tier=4, required=("user_id", "view"))
def views_publish(world: World, args: Args) -> dict[str, Any]:
    """Slack: https://docs.slack.dev/reference/methods/views.publish"""
    user = str(args["user_id"])
    if not world.slack.manifest.home_tab:
        raise SlackError("not_enabled")
    if user not in world.workspace.users:
        raise SlackError("missing_profile_id")
    home = world.workspace.home_of(user)
    modals.check_hash(home, args.get("hash"))
    body = modals.checked(world, args["view"], surface="home", replaces=home)
    return {"view": _fresh(modals.as_slack(modals.publish(world, user, body)))}


def _fresh(view: dict[str, Any]) -> dict[str, Any]:
    """Answers of views.* carry no values."""
    return view | {"state": {"values": {}}}
