"""Things that go wrong on purpose: refusals, lost answers, delays and held requests, for every system."""

from __future__ import annotations

import asyncio
import itertools
import time
from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote_plus

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.types import Receive, Scope, Send

from sandbox.wire import call_name, error_of, request_as_json

if TYPE_CHECKING:
    from sandbox.world import World

Endpoint = Callable[[Request], Awaitable[Response]]

REFUSALS = ("429", "500", "502")
HOLDS = ("hold_before", "hold_after")
GENERIC = (*REFUSALS, "lost_before", "lost_after", "delay", *HOLDS)


@dataclass(frozen=True)
class Fault:
    """One thing that goes wrong.

    `name` is a glob on the call's name ("POST */outbound_email", "chat.postMessage"). `kind`: "429", "500",
    "502"; "lost_before" (no effect, connection dropped without an answer), "lost_after" (effect, then
    dropped); "delay"; "hold_before" and "hold_after" (held before or after the effect until the fault is
    removed or the client goes away); anything else is for one system's own handlers (`Faults.take`).
    `match` is a part of the raw body or query ("" matches all). `times` is how often (0: until removed).
    `seconds` is the delay, or Retry-After of a 429.
    """

    id: str
    system: str
    name: str
    kind: str
    match: str
    times: int
    seconds: float

    def to_json(self) -> dict[str, Any]:
        """The fault as JSON."""
        return asdict(self)


class Faults:
    """The faults that are switched on, and the requests they hold right now."""

    def __init__(self, on_change: Callable[[], None] = lambda: None) -> None:
        self._on_change = on_change
        self._ids = itertools.count(1)
        self._faults: dict[str, Fault] = {}
        self._left: dict[str, int | None] = {}
        self._holding: dict[str, list[tuple[asyncio.AbstractEventLoop, asyncio.Event]]] = {}

    def add(
        self,
        system: str,
        name: str = "*",
        kind: str = "500",
        *,
        match: str = "",
        times: int = 1,
        seconds: float = 0.0,
    ) -> Fault:
        """Switch a fault on; it applies to the next `times` matching calls (0: until removed)."""
        if times < 0 or seconds < 0:
            raise ValueError("times and seconds cannot be negative")
        fault = Fault(f"f{next(self._ids)}", system, name, kind, match, times, seconds)
        self._faults[fault.id] = fault
        self._left[fault.id] = times or None
        self._on_change()
        return fault

    def remove(self, id: str) -> None:
        """Switch a fault off and let go of the requests it holds; an unknown id is ignored."""
        self._faults.pop(id, None)
        self._left.pop(id, None)
        for loop, released in self._holding.get(id, []):
            loop.call_soon_threadsafe(released.set)
        self._on_change()

    def clear(self) -> None:
        """Switch everything off."""
        for id in list(self._faults):
            self.remove(id)

    def all(self) -> list[Fault]:
        """The faults that are on, oldest first; one that holds a request stays until removed."""
        return list(self._faults.values())

    def held(self) -> list[Fault]:
        """The faults that hold a request right now."""
        return [self._faults[id] for id, held in list(self._holding.items()) if held and id in self._faults]

    def take(self, system: str, name: str, body: bytes | str, kind: str | tuple[str, ...]) -> Fault | None:
        """Use up one occurrence of a matching fault of that kind; None when there is none."""
        kinds = (kind,) if isinstance(kind, str) else kind
        for fault in list(self._faults.values()):
            if fault.kind in kinds and fault.system in (system, "*") and fnmatchcase(name, fault.name):
                left = self._left[fault.id]
                if left != 0 and _matches(fault.match, body):
                    self._use_up(fault, left)
                    return fault
        return None

    async def hold(self, fault: Fault, request: Request) -> bool:
        """Hold a request until the fault is removed; False when the client went away first."""
        return await self.hold_until_gone(fault, _client_gone(request))

    async def hold_until_gone(self, fault: Fault, gone: Awaitable[Any]) -> bool:
        """Hold whatever runs in this task until `fault` is removed; False when `gone` finished first."""
        if fault.id not in self._faults:
            return True
        released = asyncio.Event()
        entry = (asyncio.get_running_loop(), released)
        self._holding.setdefault(fault.id, []).append(entry)
        self._on_change()
        leaving, waiting = asyncio.ensure_future(gone), asyncio.ensure_future(released.wait())
        try:
            await asyncio.wait({leaving, waiting}, return_when=asyncio.FIRST_COMPLETED)
            return released.is_set()
        finally:
            leaving.cancel()
            waiting.cancel()
            self._let_go(fault, entry)

    def _use_up(self, fault: Fault, left: int | None) -> None:
        if left is None:
            return
        self._left[fault.id] = left - 1
        if left == 1 and fault.kind not in HOLDS:
            self.remove(fault.id)

    def _let_go(self, fault: Fault, entry: tuple[asyncio.AbstractEventLoop, asyncio.Event]) -> None:
        self._holding[fault.id].remove(entry)
        if not self._holding[fault.id]:
            del self._holding[fault.id]
            if self._left.get(fault.id) == 0:
                self.remove(fault.id)
        self._on_change()


async def _client_gone(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        continue


def _matches(wanted: str, body: bytes | str) -> bool:
    if not wanted:
        return True
    text = body.decode("utf-8", "replace") if isinstance(body, bytes) else body
    return wanted in text or wanted in unquote_plus(text)


def guarded(world: World, system: str, endpoint: Endpoint) -> Endpoint:
    """Wrap an endpoint of `system` so that it is recorded and can go wrong.

    A held or delayed request blocks no other one. The call's name is the Slack method, or
    "METHOD /path" without the system's own prefix.
    """

    async def guard(request: Request) -> Response:
        started = time.perf_counter()
        body = await request.body()
        name = call_name(system, request)
        searched = body + b"\n" + request.url.query.encode()
        fault = world.faults.take(system, name, searched, kind=GENERIC)
        response: Response | None = None
        try:
            response = await _pass(world, system, fault, request, endpoint)
            return response
        finally:
            world.traffic.record(
                system=system,
                direction="in",
                name=name,
                request=await request_as_json(request, body),
                status=response.status_code if response else 500,
                error=_outcome(response, fault),
                milliseconds=1000 * (time.perf_counter() - started),
            )

    return guard


class NoAnswer(Response):
    """Sends nothing: the connection is already gone."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        return None


class Dropped(NoAnswer):
    """Drops the connection without an answer; needs the server of `sandbox.serving`."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        scope["sandbox.transport"].abort()
        await asyncio.sleep(0)


async def _pass(
    world: World, system: str, fault: Fault | None, request: Request, endpoint: Endpoint
) -> Response:
    kind = fault.kind if fault else ""
    if fault is None:
        return await endpoint(request)
    if kind in REFUSALS:
        return _refusal(system, fault)
    if kind == "lost_before":
        return Dropped(status_code=502)
    if kind == "delay":
        await asyncio.sleep(fault.seconds)
    if kind == "hold_before" and not await world.faults.hold(fault, request):
        return NoAnswer()
    response = await endpoint(request)
    if kind == "lost_after":
        return Dropped(status_code=502)
    if kind == "hold_after" and not await world.faults.hold(fault, request):
        return NoAnswer()
    return response


def _refusal(system: str, fault: Fault) -> Response:
    """Each system's own words for 429, 500 and 502 (502 is a gateway's page in all of them)."""
    if fault.kind == "502":
        return HTMLResponse("<html><body><h1>502 Bad Gateway</h1></body></html>", status_code=502)
    if system == "google":
        return _google_refusal(int(fault.kind))
    if fault.kind == "500":
        bodies: dict[str, Any] = {"slack": {"ok": False, "error": "internal_error"}}
        return JSONResponse(bodies.get(system, {"message": "Internal server error"}), status_code=500)
    seconds = str(max(1, round(fault.seconds)))
    if system == "slack":
        headers = {"Retry-After": seconds}
        return JSONResponse({"ok": False, "error": "ratelimited"}, status_code=429, headers=headers)
    if system == "calendly":
        body = {"title": "Too Many Requests", "message": "You have exceeded the rate limit."}
        headers = {"X-RateLimit-Limit": "50", "X-RateLimit-Remaining": "0", "X-RateLimit-Reset": seconds}
        return JSONResponse(body, status_code=429, headers=headers)
    headers = {"Retry-After": seconds, "X-RateLimit-Total": "200", "X-RateLimit-Remaining": "0"}
    return JSONResponse({"message": "You have exceeded the limit of requests"}, 429, headers)


def _google_refusal(status: int) -> Response:
    """Drive's shape with Docs' status in it, so that clients of either understand. Google sends no Retry-After."""
    reason, words = (
        ("rateLimitExceeded", "Rate Limit Exceeded") if status == 429 else ("backendError", "Internal Error")
    )
    error = {
        "code": status,
        "message": words,
        "status": "RESOURCE_EXHAUSTED" if status == 429 else "INTERNAL",
    }
    errors = [{"message": words, "domain": "global", "reason": reason}]
    return JSONResponse({"error": {**error, "errors": errors}}, status)


def _outcome(response: Response | None, fault: Fault | None) -> str:
    if response is None:
        return "the sandbox failed"
    if isinstance(response, NoAnswer):
        return fault.kind if fault else "no answer"
    return error_of(response)
