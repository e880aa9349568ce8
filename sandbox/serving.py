"""Serving the sandbox on loopback: a server whose connections a fault can drop, in front or in a thread."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import threading
from collections.abc import Callable, Iterator
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.protocols.websockets.wsproto_impl import WSProtocol

HOST = "127.0.0.1"


def serve(app: Starlette, listener: socket.socket, on_ready: Callable[[], None] = lambda: None) -> None:
    """Serve until ctrl-C or SIGTERM; ends at once, also with open event streams and sockets.

    `listener` comes from `listen(port)`.
    """
    server = _Server(_config(app), on_ready)
    with contextlib.suppress(KeyboardInterrupt):
        server.run(sockets=[listener])


@contextlib.contextmanager
def serve_in_thread(app: Starlette, listener: socket.socket) -> Iterator[None]:
    """Serve in a thread while the block runs; `listener` comes from `listen(0)`."""
    ready = threading.Event()
    server = _Server(_config(app), ready.set)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    if not ready.wait(10):
        raise RuntimeError("The sandbox did not start within 10 s.")
    try:
        yield
    finally:
        server.should_exit = True
        thread.join(5)
        listener.close()


def listen(port: int = 0) -> socket.socket:
    """A listening loopback socket; port 0 takes a free one. Raises OSError when the port is taken."""
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((HOST, port))
    except OSError:
        listener.close()
        raise
    listener.listen(256)
    return listener


def port_of(listener: socket.socket) -> int:
    """The port a listener listens on."""
    port: int = listener.getsockname()[1]
    return port


class DroppableProtocol(H11Protocol):
    """Puts the connection's transport into the ASGI scope, so that a fault can drop it unanswered."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Wrap the application for this one connection."""
        super().connection_made(transport)
        self.app: Any = _with_transport(self.app, transport)


class DroppableSocket(WSProtocol):
    """The same for WebSockets."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Wrap the application for this one connection."""
        self.app: Any = _with_transport(self.app, transport)
        super().connection_made(transport)


def _with_transport(app: Any, transport: asyncio.Transport) -> ASGIApp:
    async def call(scope: Scope, receive: Receive, send: Send) -> None:
        scope["sandbox.transport"] = transport
        await app(scope, receive, send)

    return call


class _Server(uvicorn.Server):
    """A uvicorn server that says when it is ready and drops open streams when it ends."""

    def __init__(self, config: uvicorn.Config, on_ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._on_ready = on_ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, then say so."""
        await super().startup(sockets)
        self._on_ready()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Drop what is still open (event streams, sockets), then stop."""
        for connection in list(self.server_state.connections):
            connection.transport.abort()
        await asyncio.sleep(0.02)
        await super().shutdown(sockets)


def _config(app: Starlette) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        http=DroppableProtocol,
        ws=DroppableSocket,
        lifespan="on",
        log_level="error",
        access_log=False,
        timeout_graceful_shutdown=1,
        timeout_keep_alive=75,
        ws_ping_interval=None,
    )
