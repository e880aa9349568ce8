"""Views: opening, pushing, updating, closing modals, and the Home tab.

Sources: https://docs.slack.dev/surfaces/modals, https://docs.slack.dev/reference/methods/views.open
"""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Any

from sandbox.slack.errors import SlackError
from sandbox.slack.forms import carried_over, initial_state
from sandbox.slack.messages import with_ids
from sandbox.slack.rules import view_problems
from sandbox.slack.rules.checks import view_is_too_large
from sandbox.slack.workspace import APP_ID, BOT_ID, TEAM_ID, View, fresh_id

if TYPE_CHECKING:
    from sandbox.world import World

DEEPEST_STACK = 3


def checked(world: World, body: Any, surface: str = "modal", replaces: View | None = None) -> dict[str, Any]:
    """A view as an app sent it, found right; raises SlackError as views.open documents."""
    if not isinstance(body, dict):
        raise SlackError(
            "invalid_arguments",
            response_metadata={"messages": ["[ERROR] must provide an object [json-pointer:/view]"]},
        )
    if view_is_too_large(body):
        raise SlackError("view_too_large")
    problems = view_problems(body, surface=surface)
    if problems:
        lines = [f"[ERROR] {problem.line}" for problem in problems]
        raise SlackError("invalid_arguments", response_metadata={"messages": lines})
    external = body.get("external_id")
    others = (view for view in world.workspace.views.values() if view is not replaces)
    if external and any(view.external_id == external for view in others):
        raise SlackError("duplicate_external_id")
    return body | {"blocks": with_ids(body["blocks"])}


def open_modal(world: World, user: str, body: dict[str, Any]) -> View:
    """A new stack with this (checked) view; whatever modal was open is gone."""
    close_all(world, user)
    view = _new(user, body)
    world.workspace.views[view.id] = view
    world.workspace.stacks[user] = [view.id]
    world.changed(f"modal:{user}")
    return view


def push(world: World, user: str, body: dict[str, Any]) -> View:
    """A (checked) view on top of the open ones; raises push_limit_reached for a fourth."""
    stack = world.workspace.stacks.get(user) or []
    if not stack:
        raise SlackError("not_found")
    if len(stack) >= DEEPEST_STACK:
        raise SlackError("push_limit_reached")
    view = _new(user, body, root=stack[0], previous=stack[-1])
    world.workspace.views[view.id] = view
    stack.append(view.id)
    world.changed(f"modal:{user}")
    return view


def update(world: World, view: View, body: dict[str, Any]) -> View:
    """Replace a view's content; what the person typed stays where block_id and action_id stay."""
    view.state = carried_over(view.state, body["blocks"])
    view.body = body
    view.hash = _hash()
    view.errors = {}
    world.changed(f"{'home' if body['type'] == 'home' else 'modal'}:{view.user}")
    return view


def publish(world: World, user: str, body: dict[str, Any]) -> View:
    """Show a (checked) view as a person's Home tab."""
    view = world.workspace.home_of(user)
    if view is not None:
        return update(world, view, body)
    view = _new(user, body)
    world.workspace.views[view.id] = view
    world.workspace.homes[user] = view.id
    world.changed(f"home:{user}")
    return view


def close_top(world: World, user: str) -> None:
    """The top view goes; the one below shows again."""
    stack = world.workspace.stacks.get(user) or []
    if stack:
        world.workspace.views.pop(stack.pop(), None)
    world.changed(f"modal:{user}")


def close_all(world: World, user: str) -> None:
    """The whole stack goes."""
    for id in world.workspace.stacks.pop(user, []):
        world.workspace.views.pop(id, None)
    world.changed(f"modal:{user}")


def find(world: World, view_id: object, external_id: object) -> View:
    """An open view or Home tab by id or external_id; raises not_found."""
    views = world.workspace.views
    view = views.get(str(view_id)) if view_id else None
    if view is None and external_id:
        view = next((each for each in views.values() if each.external_id == external_id), None)
    if view is None:
        raise SlackError("not_found")
    return view


def check_hash(view: View | None, hash: object) -> None:
    """Slack: an outdated hash is refused with hash_conflict."""
    if hash and (view is None or view.hash != hash):
        raise SlackError("hash_conflict")


def as_slack(view: View, state: dict[str, dict[str, Any]] | None = None) -> dict[str, Any]:
    """The view object of answers and payloads; `state` replaces what is in the inputs."""
    body = view.body
    shown: dict[str, Any] = {
        "id": view.id,
        "team_id": TEAM_ID,
        "type": body["type"],
        "blocks": body["blocks"],
        "private_metadata": body.get("private_metadata") or "",
        "callback_id": body.get("callback_id") or "",
        "state": {"values": view.state if state is None else state},
        "hash": view.hash,
        "title": body.get("title") or {"type": "plain_text", "text": "View Title", "emoji": True},
        "clear_on_close": bool(body.get("clear_on_close")),
        "notify_on_close": bool(body.get("notify_on_close")),
        "close": body.get("close"),
        "submit": body.get("submit"),
        "previous_view_id": view.previous_view_id,
        "root_view_id": view.root_view_id,
        "app_id": APP_ID,
        "external_id": view.external_id,
        "app_installed_team_id": TEAM_ID,
        "bot_id": BOT_ID,
    }
    return shown


def _new(user: str, body: dict[str, Any], root: str = "", previous: str | None = None) -> View:
    id = fresh_id("V")
    return View(
        id=id,
        user=user,
        body=body,
        hash=_hash(),
        root_view_id=root or id,
        previous_view_id=previous,
        state=initial_state(body["blocks"]),
    )


def _hash() -> str:
    return f"{secrets.randbelow(10**9) + 10**9}.{secrets.token_hex(4)}"
