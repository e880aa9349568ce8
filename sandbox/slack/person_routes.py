"""What a human can do, as JSON under /person/{user}, and what is on their screen.

POST /message {channel, text, thread_ts?} · /command {channel, text, thread_ts?} ·
/click {channel, ts | view_id, block_id, action_id, value | selected | date, values?} ·
/options {channel, ts | view_id, block_id, action_id, value} · /submit {view_id, values, force?} ·
/close {view_id?, all?} · /shortcut {callback_id, channel, ts} · /global_shortcut {callback_id} ·
/home {tab?} · /react {channel, ts, name, remove?} · /edit {channel, ts, text} · /delete {channel, ts} ·
/join {channel}. GET /screen · /messages?channel= · /thread?channel=&ts=, with an ETag; with
If-None-Match they wait a second for a change before they answer 304.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from sandbox.slack import person, pressing
from sandbox.slack.messages import PRIVATE_KEYS
from sandbox.slack.modals import as_slack
from sandbox.slack.workspace import Channel, Message, View

if TYPE_CHECKING:
    from sandbox.world import World

Body = dict[str, Any]
Act = Callable[["World", str, Body], Awaitable[person.Outcome]]
Look = Callable[["World", Request], Any]
LONGEST_SECONDS = 1.0


def routes(world: World) -> list[BaseRoute]:
    """One route for each thing a person can do, and three to look."""

    def doing(act: Act) -> Callable[[Request], Awaitable[Response]]:
        async def endpoint(request: Request) -> Response:
            body: Body = await request.json() if await request.body() else {}
            try:
                outcome = await act(world, request.path_params["user"], body)
            except person.NotPossible as problem:
                outcome = person.refused(str(problem))
            except KeyError as missing:
                return JSONResponse({"outcome": "refused", "notice": f"{missing} is missing"}, 400)
            return JSONResponse(outcome.to_json())

        return endpoint

    def looking(look: Look) -> Callable[[Request], Awaitable[Response]]:
        async def endpoint(request: Request) -> Response:
            try:
                about = _topics(world, request)
                tag = await _changed(world, about, request.headers.get("if-none-match", ""))
                if tag is None:
                    return Response(status_code=304)
                return JSONResponse(look(world, request), headers={"etag": tag})
            except person.NotPossible as problem:
                return JSONResponse({"outcome": "refused", "notice": str(problem)}, 404)

        return endpoint

    acting = [Route(f"/person/{{user}}/{name}", doing(act), methods=["POST"]) for name, act in ACTS.items()]
    looks = {"screen": _screen, "messages": _messages, "thread": _thread}
    return [*acting, *(Route(f"/person/{{user}}/{name}", looking(look)) for name, look in looks.items())]


async def _message(world: World, user: str, body: Body) -> person.Outcome:
    return await person.message(world, user, body["channel"], body["text"], body.get("thread_ts") or "")


async def _command(world: World, user: str, body: Body) -> person.Outcome:
    return await person.command(world, user, body["channel"], body["text"], body.get("thread_ts") or "")


async def _click(world: World, user: str, body: Body) -> person.Outcome:
    given = next((body[key] for key in ("selected", "date", "value") if body.get(key) is not None), None)
    ids = body["block_id"], body["action_id"]
    return await pressing.click(world, user, body, *ids, given, body.get("values"))


async def _options(world: World, user: str, body: Body) -> person.Outcome:
    ids = body["block_id"], body["action_id"]
    return await pressing.options(world, user, body, *ids, body.get("value") or "")


async def _submit(world: World, user: str, body: Body) -> person.Outcome:
    values = body.get("values") or {}
    return await pressing.submit(world, user, body["view_id"], values, bool(body.get("force")))


async def _close(world: World, user: str, body: Body) -> person.Outcome:
    return await pressing.close(world, user, body.get("view_id") or "", bool(body.get("all")))


async def _shortcut(world: World, user: str, body: Body) -> person.Outcome:
    return await person.message_shortcut(world, user, body["callback_id"], body["channel"], body["ts"])


async def _global_shortcut(world: World, user: str, body: Body) -> person.Outcome:
    return await person.global_shortcut(world, user, body["callback_id"])


async def _home(world: World, user: str, body: Body) -> person.Outcome:
    return await person.open_home(world, user, body.get("tab") or "home")


async def _react(world: World, user: str, body: Body) -> person.Outcome:
    remove = bool(body.get("remove"))
    return await person.react(world, user, body["channel"], body["ts"], body["name"], remove)


async def _edit(world: World, user: str, body: Body) -> person.Outcome:
    return await person.edit(world, user, body["channel"], body["ts"], body["text"])


async def _delete(world: World, user: str, body: Body) -> person.Outcome:
    return await person.delete(world, user, body["channel"], body["ts"])


async def _join(world: World, user: str, body: Body) -> person.Outcome:
    return await person.join(world, user, body["channel"])


ACTS: dict[str, Act] = {
    "message": _message,
    "command": _command,
    "click": _click,
    "options": _options,
    "submit": _submit,
    "close": _close,
    "shortcut": _shortcut,
    "global_shortcut": _global_shortcut,
    "home": _home,
    "react": _react,
    "edit": _edit,
    "delete": _delete,
    "join": _join,
}


def visible_messages(channel: Channel, user: str) -> list[Message]:
    """Everything one person sees in a channel, threads and messages only for them included, by time. To be read, not
    kept: the messages are the channel's own but for their private keys."""
    found = [*channel.messages.values(), *channel.ephemerals.get(user, [])]
    seen = [{key: value for key, value in each.items() if key not in PRIVATE_KEYS} for each in found]
    return sorted(seen, key=lambda message: str(message["ts"]))


def shown_view(view: View | None) -> dict[str, Any] | None:
    """A view as the person sees it: Slack's object with what is typed, field errors, and whether it is busy."""
    return as_slack(view) | {"errors": view.errors, "busy": view.busy} if view else None


def _topics(world: World, request: Request) -> list[str]:
    """What the things that a person looks at depend on."""
    user = person.someone(world, request.path_params["user"])
    channel = request.query_params.get("channel")
    if channel is not None:
        return [f"channel:{person.somewhere(world, user.id, channel).id}"]
    return [f"{kind}:{user.id}" for kind in ("modal", "home", "notice")]


async def _changed(world: World, topics: list[str], known: str) -> str | None:
    """The present tag, as soon as it is another one than `known`; None when nothing changed in time."""
    with world.watch() as changes, contextlib.suppress(TimeoutError):
        async with asyncio.timeout(LONGEST_SECONDS):
            while (tag := f'"{world.version(*topics)}"') == known:
                await changes.get()
            return tag
    return None


def _screen(world: World, request: Request) -> dict[str, Any]:
    user = person.someone(world, request.path_params["user"])
    mine = [channel for channel in world.workspace.channels.values() if user.id in channel.members]
    top, home = world.workspace.top_view(user.id), world.workspace.home_of(user.id)
    return {
        "user": {"id": user.id, "name": user.name, "real_name": user.real_name},
        "channels": [
            {"id": each.id, "name": each.name, "private": each.is_private, "members": each.members}
            for each in mine
        ],
        "modal": shown_view(top),
        "depth": len(world.workspace.stacks.get(user.id) or []),
        "home": shown_view(home),
        "notices": [vars(notice) for notice in world.slack.notices.get(user.id, [])],
    }


def _messages(world: World, request: Request) -> dict[str, Any]:
    user = person.someone(world, request.path_params["user"])
    channel = person.somewhere(world, user.id, request.query_params.get("channel", ""))
    return {"messages": visible_messages(channel, user.id)}


def _thread(world: World, request: Request) -> dict[str, Any]:
    user = person.someone(world, request.path_params["user"])
    channel = person.somewhere(world, user.id, request.query_params.get("channel", ""))
    ts = request.query_params.get("ts", "")
    inside = [
        each for each in visible_messages(channel, user.id) if ts in (each["ts"], each.get("thread_ts"))
    ]
    return {"messages": inside}
