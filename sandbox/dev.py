"""The developers' switches: faults, traffic, clock and starting over, as JSON under /dev."""

from __future__ import annotations

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from sandbox.world import World


def routes(world: World) -> list[BaseRoute]:
    """`/dev/faults`, `/dev/traffic`, `/dev/clock`, `/dev/reset`."""

    async def faults(request: Request) -> Response:
        if request.method == "POST":
            return JSONResponse(_add_fault(world, await request.json()), 201)
        if request.method == "DELETE":
            world.faults.remove(
                request.path_params["id"]
            ) if "id" in request.path_params else world.faults.clear()
        return JSONResponse(
            {
                "faults": [fault.to_json() for fault in world.faults.all()],
                "held": [fault.to_json() for fault in world.faults.held()],
            }
        )

    async def traffic(request: Request) -> Response:
        asked = request.query_params
        found = world.traffic.recent(int(asked.get("limit", 100)), asked.get("system"), asked.get("contains"))
        return JSONResponse({"traffic": [exchange.to_json() for exchange in found]})

    async def clock(request: Request) -> Response:
        if request.method == "POST":
            world.clock.advance(float((await request.json())["advance_seconds"]))
            world.changed("clock")
        return JSONResponse(
            {"now": world.clock.now().isoformat(), "offset_seconds": world.clock.offset_seconds}
        )

    async def reset(request: Request) -> Response:
        world.reset()
        return JSONResponse({"ok": True})

    return [
        Route("/dev/faults", faults, methods=["GET", "POST", "DELETE"]),
        Route("/dev/faults/{id}", faults, methods=["DELETE"]),
        Route("/dev/traffic", traffic),
        Route("/dev/clock", clock, methods=["GET", "POST"]),
        Route("/dev/reset", reset, methods=["POST"]),
    ]


def _add_fault(world: World, asked: dict[str, object]) -> dict[str, object]:
    try:
        fault = world.faults.add(
            str(asked["system"]),
            str(asked.get("name", "*")),
            str(asked["kind"]),
            match=str(asked.get("match", "")),
            times=int(str(asked.get("times", 1))),
            seconds=float(str(asked.get("seconds", 0))),
        )
    except (KeyError, ValueError) as problem:
        raise HTTPException(400, f"not a fault: {problem}") from problem
    return fault.to_json()
