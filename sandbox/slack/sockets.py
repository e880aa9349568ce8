"""Socket Mode: connections, envelopes and their acks.

Source: https://docs.slack.dev/apis/events-api/using-socket-mode
"""

from __future__ import annotations

import asyncio
import json
import random
import secrets
import time
import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from starlette.routing import BaseRoute, WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

from sandbox.faults import Fault
from sandbox.slack.live import Connection
from sandbox.slack.workspace import APP_ID

if TYPE_CHECKING:
    from sandbox.world import World

ACK_SECONDS = 3.0  # Slack: acknowledge within three seconds
MOST_CONNECTIONS = 10
LIFETIME, DEBUG_LIFETIME = 18_060, 360  # seconds a connection lives, as `hello` tells
CLOSE_AFTER_REFRESH = 0.2  # ours: how long an asked-to-reconnect connection stays open
SOCKET_FAULTS = ("lost_before", "lost_after", "delay", "delay_after", "hold_before", "hold_after")
"""As for requests; "delay_after": Slack takes its time with an ack, so that what the app calls meanwhile is first."""


@dataclass(frozen=True)
class Delivery:
    """What became of an envelope: "acked" with its payload, "late" or "no_connection"."""

    outcome: str
    payload: Any = None
    milliseconds: float = 0.0


def routes(world: World) -> list[BaseRoute]:
    """`/slack/link`, where the app's WebSocket connects with a ticket."""

    async def link(socket: WebSocket) -> None:
        await _serve(world, socket)

    return [WebSocketRoute("/slack/link", link), WebSocketRoute("/slack/link/", link)]


def new_ticket(world: World) -> str:
    """A WebSocket address for apps.connections.open; its ticket is good for one connection."""
    ticket = secrets.token_hex(16)
    world.slack.tickets[ticket] = True
    origin = world.base.replace("http", "ws", 1)
    return f"{origin}/slack/link/?ticket={ticket}&app_id={APP_ID}"


async def deliver(
    world: World,
    name: str,
    kind: str,
    payload: dict[str, Any],
    *,
    accepts: bool = True,
    retry: dict[str, Any] | None = None,
) -> Delivery:
    """Send one envelope to any one connection and wait for its ack.

    `kind` is "events_api", "slash_commands" or "interactive"; `name` is what traffic and faults call it.
    `retry` adds retry_attempt and retry_reason.
    """
    started = time.perf_counter()
    searched = json.dumps(payload) if world.faults.all() else ""
    fault = world.faults.take("socket", name, searched, SOCKET_FAULTS)
    result = await _attempt(world, kind, payload, accepts, retry or {}, fault)
    milliseconds = 1000 * (time.perf_counter() - started)
    result = Delivery(result.outcome, result.payload, milliseconds)
    _record(world, name, payload | (retry or {}), result)
    return result


async def _attempt(
    world: World,
    kind: str,
    payload: dict[str, Any],
    accepts: bool,
    retry: dict[str, Any],
    fault: Fault | None,
) -> Delivery:
    envelope_id = str(uuid.uuid4())
    envelope = {
        "envelope_id": envelope_id,
        "payload": payload,
        "type": kind,
        "accepts_response_payload": accepts,
    }
    ack: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
    world.slack.pending[envelope_id] = ack
    try:
        if fault and fault.kind == "delay":
            await asyncio.sleep(fault.seconds)
        if fault and fault.kind == "hold_before":
            await world.faults.hold_until_gone(fault, asyncio.sleep(3600))
        lost = fault is not None and fault.kind == "lost_before"
        if not lost and not await _send(world, json.dumps(envelope | retry)):
            return Delivery("no_connection")
        answer = await asyncio.wait_for(asyncio.shield(ack), ACK_SECONDS)
        if fault and fault.kind == "delay_after":
            await asyncio.sleep(fault.seconds)
        if fault and fault.kind in ("lost_after", "hold_after"):
            await asyncio.sleep(ACK_SECONDS)
            return Delivery("late")
        return Delivery("acked", answer)
    except TimeoutError:
        return Delivery("late")
    finally:
        world.slack.pending.pop(envelope_id, None)


async def _send(world: World, text: str) -> bool:
    """To any one open connection; a client may be gone without having said so, then the next is tried."""
    everyone = list(world.slack.connections)
    random.shuffle(everyone)
    for connection in sorted(everyone, key=lambda each: each.draining):
        try:
            await connection.socket.send_text(text)
            return True
        except (RuntimeError, WebSocketDisconnect, OSError):
            _forget(world, connection)
    return False


async def _serve(world: World, socket: WebSocket) -> None:
    ticket = socket.query_params.get("ticket", "")
    if not world.slack.tickets.pop(ticket, False):
        await socket.close(code=1008)
        return
    await socket.accept()
    if not world.slack.manifest.socket_mode:
        await _refuse(socket, "link_disabled")
        return
    if len(world.slack.connections) >= MOST_CONNECTIONS:
        await _refuse(socket, "too_many_websockets")
        return
    world.slack.connected_so_far += 1
    connection = Connection(world.slack.connected_so_far, socket)
    world.slack.connections.append(connection)
    world.changed("sockets")
    debug = socket.query_params.get("debug_reconnects") == "true"
    lifetime = DEBUG_LIFETIME if debug else LIFETIME
    timer = asyncio.get_running_loop().call_later(
        lifetime, lambda: world.slack.spawn(ask_to_reconnect(world, connection, "refresh_requested"))
    )
    try:
        await socket.send_text(json.dumps(_hello(world, lifetime)))
        await _listen(world, socket)
    finally:
        timer.cancel()
        _forget(world, connection)


async def _listen(world: World, socket: WebSocket) -> None:
    while True:
        try:
            said = json.loads(await socket.receive_text())
        except (WebSocketDisconnect, RuntimeError, OSError):
            return
        except (ValueError, KeyError):
            continue
        ack = world.slack.pending.get(said.get("envelope_id", "")) if isinstance(said, dict) else None
        if ack is not None and not ack.done():
            ack.set_result(said.get("payload"))


async def ask_to_reconnect(
    world: World, connection: Connection, reason: str, close_after: float = CLOSE_AFTER_REFRESH
) -> None:
    """Send `disconnect`; "warning" leaves the connection open, every other reason closes it shortly after."""
    connection.draining = reason != "warning"
    try:
        await connection.socket.send_text(json.dumps(_disconnect(reason)))
        if reason != "warning":
            await asyncio.sleep(close_after)
            await connection.socket.close()
    except (RuntimeError, WebSocketDisconnect, OSError):
        _forget(world, connection)


def drop_connection(world: World, connection: Connection) -> None:
    """Cut the TCP connection without a word, as a network does."""
    _forget(world, connection)
    connection.socket.scope["sandbox.transport"].abort()


async def _refuse(socket: WebSocket, reason: str) -> None:
    await socket.send_text(json.dumps(_disconnect(reason)))
    await socket.close()


def _hello(world: World, lifetime: int) -> dict[str, Any]:
    debug = {"host": "applink-sandbox", "build_number": 1, "approximate_connection_time": lifetime}
    return {
        "type": "hello",
        "num_connections": len(world.slack.connections),
        "debug_info": debug,
        "connection_info": {"app_id": APP_ID},
    }


def _disconnect(reason: str) -> dict[str, Any]:
    return {"type": "disconnect", "reason": reason, "debug_info": {"host": "applink-sandbox"}}


def _forget(world: World, connection: Connection) -> None:
    if connection in world.slack.connections:
        world.slack.connections.remove(connection)
        world.changed("sockets")


def _record(world: World, name: str, payload: dict[str, Any], result: Delivery) -> None:
    status = {"acked": 200, "late": 408, "no_connection": 503}[result.outcome]
    world.traffic.record(
        system="socket",
        direction="out",
        name=name,
        request=payload,
        status=status,
        error="" if result.outcome == "acked" else result.outcome,
        milliseconds=result.milliseconds,
    )
    if result.payload:
        world.traffic.record(
            system="socket", direction="in", name=f"ack:{name}", request=result.payload, status=200
        )
