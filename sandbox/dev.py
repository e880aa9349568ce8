"""The developers' switches as JSON under /dev: faults, traffic, clock, sockets, starting over."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from sandbox.slack.events import replay
from sandbox.slack.sockets import ask_to_reconnect, drop_connection
from sandbox.world import World

Action = Callable[[World, dict[str, Any]], Awaitable[dict[str, Any]]]
Look = Callable[[World, Request], dict[str, Any]]
RECONNECTS = {"refresh": "refresh_requested", "warning": "warning", "link_disabled": "link_disabled"}


def routes(world: World) -> list[BaseRoute]:
    """GET /dev/state, /dev/traffic?limit=&system=&contains=, /dev/faults, /dev/clock;
    POST /dev/faults {system, name, kind, match?, times?, seconds?}, DELETE /dev/faults[/{id}];
    POST /dev/clock {advance_seconds}; POST /dev/socket {action, close_ms?} with action refresh, warning,
    link_disabled, close or drop; POST /dev/replay_event {event_id?}; POST /dev/reset."""

    def posting(act: Action) -> Callable[[Request], Awaitable[Response]]:
        async def endpoint(request: Request) -> Response:
            try:
                body = await request.json() if await request.body() else {}
                return JSONResponse(await act(world, body))
            except (KeyError, TypeError, ValueError) as problem:
                return JSONResponse({"error": f"not understood: {problem}"}, 400)

        return endpoint

    def looking(look: Look) -> Callable[[Request], Awaitable[Response]]:
        async def endpoint(request: Request) -> Response:
            return JSONResponse(look(world, request))

        return endpoint

    async def remove_faults(request: Request) -> Response:
        if "id" in request.path_params:
            world.faults.remove(request.path_params["id"])
        else:
            world.faults.clear()
        return JSONResponse(_faults(world, request))

    return [
        *(Route(f"/dev/{name}", looking(look)) for name, look in LOOKS.items()),
        *(Route(f"/dev/{name}", posting(act), methods=["POST"]) for name, act in ACTIONS.items()),
        Route("/dev/faults", remove_faults, methods=["DELETE"]),
        Route("/dev/faults/{id}", remove_faults, methods=["DELETE"]),
    ]


async def _add_fault(world: World, asked: dict[str, Any]) -> dict[str, Any]:
    """Switch a fault on; answers it with its id."""
    fault = world.faults.add(
        str(asked["system"]),
        str(asked.get("name", "*")),
        str(asked["kind"]),
        match=str(asked.get("match", "")),
        times=int(asked.get("times", 1)),
        seconds=float(asked.get("seconds", 0)),
    )
    return fault.to_json()


async def _move_clock(world: World, asked: dict[str, Any]) -> dict[str, Any]:
    world.clock.advance(float(asked["advance_seconds"]))
    world.changed("clock")
    return {"now": world.clock.now().isoformat(), "offset_seconds": world.clock.offset_seconds}


async def _sockets(world: World, asked: dict[str, Any]) -> dict[str, Any]:
    """Ask every connection to reconnect, close them, or cut them."""
    action = str(asked["action"])
    after = float(asked.get("close_ms", 200)) / 1000
    connections = list(world.slack.connections)
    for connection in connections:
        if action in RECONNECTS:
            world.slack.spawn(ask_to_reconnect(world, connection, RECONNECTS[action], after))
        elif action == "close":
            await connection.socket.close()
        elif action == "drop":
            drop_connection(world, connection)
        else:
            raise ValueError(f"no action {action}")
    return {"connections": len(connections)}


async def _replay(world: World, asked: dict[str, Any]) -> dict[str, Any]:
    return {"replayed": await replay(world, str(asked.get("event_id", "")))}


async def _reset(world: World, asked: dict[str, Any]) -> dict[str, Any]:
    world.reset()
    return {"reset": True}


ACTIONS: dict[str, Action] = {
    "faults": _add_fault,
    "clock": _move_clock,
    "socket": _sockets,
    "replay_event": _replay,
    "reset": _reset,
}


def _faults(world: World, request: Request) -> dict[str, Any]:
    return {
        "faults": [fault.to_json() for fault in world.faults.all()],
        "held": [fault.to_json() for fault in world.faults.held()],
    }


def _traffic(world: World, request: Request) -> dict[str, Any]:
    asked = request.query_params
    found = world.traffic.recent(int(asked.get("limit", 100)), asked.get("system"), asked.get("contains"))
    return {"traffic": [exchange.to_json() for exchange in found]}


def _clock(world: World, request: Request) -> dict[str, Any]:
    return {"now": world.clock.now().isoformat(), "offset_seconds": world.clock.offset_seconds}


def _state(world: World, request: Request) -> dict[str, Any]:
    """How much there is of everything."""
    workspace = world.workspace
    return {
        "base": world.base,
        "connections": len(world.slack.connections),
        "connected_so_far": world.slack.connected_so_far,
        "unacknowledged": len(world.slack.pending),
        "channels": {each.name or each.id: len(each.messages) for each in workspace.channels.values()},
        "open_modals": sum(len(stack) for stack in workspace.stacks.values()),
        "faults": len(world.faults.all()),
        "rate_limits": world.slack.rates.enabled,
        **_clock(world, request),
    }


LOOKS: dict[str, Look] = {
    "faults": _faults,
    "traffic": _traffic,
    "clock": _clock,
    "state": _state,
}
