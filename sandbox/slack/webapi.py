"""The Web API: reading arguments, tokens, scopes and rate limits, then one small function per method.

Source: https://docs.slack.dev/apis/web-api
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from sandbox.faults import guarded
from sandbox.slack.errors import SlackError, invalid_arguments
from sandbox.slack.workspace import APP_TOKEN, BOT_TOKEN

if TYPE_CHECKING:
    from sandbox.world import World

Args = dict[str, Any]
Handler = Callable[["World", Args], dict[str, Any]]

JSON_ARGUMENTS = ("blocks", "attachments", "view", "metadata", "files", "message", "unfurls")


@dataclass(frozen=True)
class Method:
    """One method: what it needs, and what it does.

    `scopes` are all needed; methods whose scope depends on the channel check that themselves. `tier` 0 is
    "special". `required` arguments are refused when missing, in Slack's words.
    """

    run: Handler
    scopes: tuple[str, ...] = ()
    tier: int = 3
    required: tuple[str, ...] = ()
    token: str = BOT_TOKEN


METHODS: dict[str, Method] = {}


def method(
    name: str,
    *scopes: str,
    tier: int,
    required: tuple[str, ...] = (),
    token: str = BOT_TOKEN,
) -> Callable[[Handler], Handler]:
    """Register a function as a Web API method; `tier` as on the method's page (0: special)."""

    def register(run: Handler) -> Handler:
        METHODS[name] = Method(run, scopes, tier, required, token)
        return run

    return register


def routes(world: World) -> list[BaseRoute]:
    """`/slack/api/{method}`, and where files are uploaded to."""
    from sandbox.slack import methods

    async def call(request: Request) -> Response:
        return await _call(world, request)

    async def upload(request: Request) -> Response:
        return await methods.files.receive(world, request)

    return [
        Route("/slack/api/{method}", guarded(world, "slack", call), methods=["GET", "POST"]),
        Route("/slack/upload/{id}", guarded(world, "slack", upload), methods=["POST"]),
    ]


async def _call(world: World, request: Request) -> Response:
    name = request.path_params["method"]
    headers = {
        "x-slack-req-id": secrets.token_hex(16),
        "x-oauth-scopes": ",".join(sorted(world.slack.manifest.scopes)),
    }
    try:
        args = await _arguments(request)
        token = _token(request, args)
        called = METHODS.get(name)
        if called is None:
            raise SlackError("unknown_method", req_method=name)
        _allow(world, called, token)
        wait = world.slack.rates.wait_for_method(name, called.tier)
        if wait:
            return too_many(wait)
        _complete(called, args)
        answer = {"ok": True} | called.run(world, args)
    except SlackError as refusal:
        if refusal.code == "ratelimited":
            return too_many(refusal.extra["seconds"])
        answer = refusal.to_json()
    return JSONResponse(answer, headers=headers)


def too_many(seconds: int) -> Response:
    """Slack: HTTP 429 with Retry-After in seconds."""
    body = {"ok": False, "error": "ratelimited"}
    return JSONResponse(body, status_code=429, headers={"Retry-After": str(seconds)})


async def _arguments(request: Request) -> Args:
    """Query, form or JSON body; slack_sdk sends JSON's content type with an empty body when there is nothing."""
    args: Args = dict(request.query_params)
    body = await request.body()
    kind = request.headers.get("content-type", "")
    if body and "json" in kind:
        args |= _json_body(body)
    elif body and kind.startswith("multipart/form-data"):
        args |= {key: value for key, value in (await request.form()).items() if isinstance(value, str)}
    elif body and kind.startswith("application/x-www-form-urlencoded"):
        args |= dict(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True))
    elif body:
        raise SlackError("invalid_post_type")
    return {key: _parsed(key, value) for key, value in args.items() if value is not None}


def _json_body(body: bytes) -> Args:
    try:
        read = json.loads(body)
    except ValueError as problem:
        raise SlackError("invalid_json") from problem
    if not isinstance(read, dict):
        raise SlackError("json_not_object")
    return read


def _parsed(key: str, value: Any) -> Any:
    """JSON inside a form field; what does not parse stays a string and is refused where it is used."""
    if key in JSON_ARGUMENTS and isinstance(value, str):
        try:
            return json.loads(value)
        except ValueError:
            return value
    return value


def _token(request: Request, args: Args) -> str:
    header = request.headers.get("authorization", "")
    in_body = str(args.pop("token", ""))
    return header.removeprefix("Bearer ").strip() if header else in_body


def _allow(world: World, called: Method, token: str) -> None:
    if called.token:
        if not token:
            raise SlackError("not_authed")
        if token not in (BOT_TOKEN, APP_TOKEN):
            raise SlackError("invalid_auth")
        if token != called.token:
            raise SlackError("not_allowed_token_type")
    for scope in called.scopes:
        need_scope(world, scope)


def need_scope(world: World, *any_of: str) -> None:
    """Raise `missing_scope` unless the manifest grants one of these scopes."""
    granted = world.slack.manifest.scopes
    if not any(scope in granted for scope in any_of):
        raise SlackError("missing_scope", needed=",".join(any_of), provided=",".join(sorted(granted)))


def _complete(called: Method, args: Mapping[str, Any]) -> None:
    missing = [f"missing required field: {name}" for name in called.required if args.get(name) in (None, "")]
    if missing:
        raise invalid_arguments(*missing)


def flag(args: Mapping[str, Any], name: str, default: bool = False) -> bool:
    """A boolean argument: true, 1 and their strings."""
    value = args.get(name, default)
    return value if isinstance(value, bool) else str(value).lower() in ("true", "1")


def page(items: list[Any], args: Args, *, most: int, default: int) -> tuple[list[Any], dict[str, Any]]:
    """One page of `items` and its `response_metadata`; cursors are opaque to the client."""
    try:
        limit = int(args.get("limit") or default)
    except ValueError as problem:
        raise SlackError("invalid_limit") from problem
    start = _start_of(str(args.get("cursor") or ""))
    end = start + max(1, min(limit, most))
    cursor = f"bmV4dA{end:x}" if end < len(items) else ""
    return items[start:end], {"next_cursor": cursor}


def _start_of(cursor: str) -> int:
    if not cursor:
        return 0
    try:
        if cursor.startswith("bmV4dA"):
            return int(cursor.removeprefix("bmV4dA"), 16)
    except ValueError:
        cursor = ""
    raise SlackError("invalid_cursor")


def plain_ok() -> Response:
    """Slack's plain "ok"."""
    return PlainTextResponse("ok")
