"""Freshdesk's API version 2: keys, limits, methods and headers; the calls are in `tickets` and `directory`."""

from __future__ import annotations

import base64
import binascii
import secrets
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from sandbox.faults import guarded
from sandbox.freshdesk import directory, tickets
from sandbox.freshdesk.bodies import accepts_json, html_page
from sandbox.freshdesk.call import Call, Operation
from sandbox.freshdesk.helpdesk import Helpdesk
from sandbox.freshdesk.limits import PLANS, Reading
from sandbox.freshdesk.problems import Problem, access_denied, not_found
from sandbox.freshdesk.seed import BEA, DAMIAN
from sandbox.wire import call_name

if TYPE_CHECKING:
    from sandbox.world import World

PREFIX = "/freshdesk/api/v2"
ADMIN_KEY, AGENT_KEY = "sandbox-admin-key", "sandbox-agent-key"
INLINE_TYPES = frozenset({"application/pdf", "image/png", "image/jpeg", "image/gif", "text/plain"})
Endpoint = Callable[[Request], Awaitable[Response]]


def api_routes(world: World) -> list[BaseRoute]:
    """Every path of the API, the attachments, and 404 for anything else below /freshdesk."""
    by_path: dict[str, dict[str, Operation]] = {}
    for operation in (*tickets.OPERATIONS, *directory.OPERATIONS):
        by_path.setdefault(operation.path, {})[operation.method] = operation
    routes: list[BaseRoute] = [
        _route(PREFIX + path, _numbered(guarded(world, "freshdesk", _endpoint(world, operations))))
        for path, operations in by_path.items()
    ]
    attachment = _numbered(guarded(world, "freshdesk", _attachment(world)))
    routes.append(_route("/freshdesk/attachments/{id:int}", attachment))
    routes.append(_route("/freshdesk/{path:path}", _numbered(guarded(world, "freshdesk", _unknown))))
    return routes


def _route(path: str, endpoint: Endpoint) -> Route:
    return Route(path, endpoint, methods=["GET", "POST", "PUT", "PATCH", "DELETE"])


def _numbered(endpoint: Endpoint) -> Endpoint:
    """Every answer has an X-Request-Id, also a gateway's."""

    async def answer(request: Request) -> Response:
        response = await endpoint(request)
        response.headers["X-Request-Id"] = secrets.token_hex(16)
        return response

    return answer


def _endpoint(world: World, operations: dict[str, Operation]) -> Endpoint:
    async def answer(request: Request) -> Response:
        searched = await request.body() + b"\n" + request.url.query.encode()
        name = call_name("freshdesk", request)

        def takes(kind: str) -> bool:
            return world.faults.take("freshdesk", name, searched, kind) is not None

        try:
            if takes("429_plain"):
                return Response("Retry later\n", 429, {"Retry-After": "1"}, media_type="text/plain")
            operation = _operation(operations, request)
            call = _authenticated(world, request, name, searched)
            reading = _metered(world, operation, request)
            response = await _carried_out(operation, call)
        except Problem as problem:
            return problem.response()
        response.headers.update(_limit_headers(reading))
        if takes("502_after"):
            return html_page(502)
        return html_page(200) if takes("html_after") else response

    return answer


async def _carried_out(operation: Operation, call: Call) -> Response:
    if operation.admin and not call.is_admin:
        raise access_denied()
    if not accepts_json(call.request):
        raise Problem(406)
    try:
        return await operation.handler(call)
    except Problem as problem:
        return problem.response()


def _operation(operations: dict[str, Operation], request: Request) -> Operation:
    found = operations.get(request.method) or (operations.get("GET") if request.method == "HEAD" else None)
    if found is None:
        raise Problem(405, headers={"Allow": ", ".join(operations)})
    return found


def _authenticated(world: World, request: Request, name: str, searched: bytes) -> Call:
    """Freshdesk: Basic, the key as user name, anything as password."""
    desk: Helpdesk = world.helpdesk
    key = _key(request.headers.get("authorization", ""))
    agent = {ADMIN_KEY: desk.state.agents[DAMIAN], AGENT_KEY: desk.state.agents[BEA]}.get(key)
    if agent is None:
        words = "You have to be logged in to perform this action."
        raise Problem(401, {"code": "invalid_credentials", "message": words})
    is_admin = key == ADMIN_KEY and desk.state.switches.key_is_admin
    return Call(world, request, agent, is_admin, world.clock.now(), name, searched)


def _key(authorization: str) -> str:
    scheme, _, encoded = authorization.partition(" ")
    if scheme.lower() != "basic":
        return ""
    try:
        return base64.b64decode(encoded, validate=True).decode().partition(":")[0]
    except (binascii.Error, UnicodeDecodeError):
        return ""


def _metered(world: World, operation: Operation, request: Request) -> Reading:
    """Count the call. Raises Problem 429. Where limits are switched off, as much is left as there ever is."""
    desk: Helpdesk = world.helpdesk
    included = [name for name in request.query_params.get("include", "").split(",") if name]
    cost = 1 + operation.credits * len(included)
    if not world.slack.rates.enabled:
        most = PLANS[desk.state.switches.plan]["all"]
        return Reading(most, most, cost, None)
    reading = desk.meter.count(desk.state.switches.plan, operation.meter, cost, world.clock.now())
    if reading.retry_after is not None:
        headers = _limit_headers(reading) | {"Retry-After": str(reading.retry_after)}
        raise Problem(429, {"message": "You have exceeded the limit of requests per minute"}, headers)
    return reading


def _limit_headers(reading: Reading) -> dict[str, str]:
    return {
        "X-RateLimit-Total": str(reading.total),
        "X-RateLimit-Remaining": str(reading.remaining),
        "X-RateLimit-Used-CurrentRequest": str(reading.used),
    }


def _attachment(world: World) -> Endpoint:
    """A presigned address: it works without a key, for who knows the whole of it."""

    async def answer(request: Request) -> Response:
        desk: Helpdesk = world.helpdesk
        file = desk.file(int(request.path_params["id"]))
        searched = request.url.query.encode()
        gone = world.faults.take("freshdesk", call_name("freshdesk", request), searched, "gone")
        if file is None or gone or request.method != "GET":
            return Response(status_code=404)
        if not secrets.compare_digest(request.query_params.get("signature", ""), desk.signature(file)):
            return Response("<Error><Code>AccessDenied</Code></Error>", 403, media_type="application/xml")
        inline = file.content_type in INLINE_TYPES
        name = file.name.encode("ascii", "replace").decode().translate(_UNSAFE_IN_NAMES)
        headers = {"Content-Disposition": f'{"inline" if inline else "attachment"}; filename="{name}"'}
        headers["X-Content-Type-Options"] = "nosniff"
        kind = file.content_type if inline else "application/octet-stream"
        return Response(desk.blob(file), headers=headers, media_type=kind)

    return answer


_UNSAFE_IN_NAMES = {ord(letter): "_" for letter in '"\\\r\n;'}


async def _unknown(request: Request) -> Response:
    return not_found().response()
