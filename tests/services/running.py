"""A pretended Freshdesk and Calendly over real HTTP, and a server that answers exactly what a test says."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from starlette.applications import Starlette

from sandbox import calendly as pretended_calendly
from sandbox import freshdesk as pretended_freshdesk
from sandbox.serving import listen, port_of, serve_in_thread
from sandbox.world import World
from services.calendly import Calendly
from services.freshdesk import Freshdesk
from tests.workspace import PATIENCE_SECONDS

ADMIN_KEY, AGENT_KEY, CALENDLY_TOKEN = "sandbox-admin-key", "sandbox-agent-key", "sandbox-calendly-token"


@dataclass
class Systems:
    """The world, where it is served, and how long our clients wanted to sleep (none really does)."""

    world: World
    base: str
    naps: list[float] = field(default_factory=list)

    def freshdesk(self, key: str = ADMIN_KEY, read_timeout: float = 5.0) -> Freshdesk:
        address = f"{self.base}/freshdesk"
        return Freshdesk(address, key, sleep=self.naps.append, read_timeout=read_timeout)

    def calendly(self, token: str = CALENDLY_TOKEN) -> Calendly:
        return Calendly(f"{self.base}/calendly", token, sleep=self.naps.append)

    def calls(self, name: str) -> int:
        """How many calls of this name arrived and were answered, or dropped."""
        return sum(1 for each in self.world.traffic.recent(5000) if each.name == name)

    def saw(self, name: str, times: int) -> bool:
        """Whether exactly so many calls arrived; a dropped one is written down a moment after we notice."""
        self.until(lambda: self.calls(name) >= times)
        return self.calls(name) == times

    @staticmethod
    def until(done: Callable[[], bool]) -> None:
        """Wait for it; whoever asked says what it means when it never happens."""
        _until(done)


@contextlib.contextmanager
def running_systems(data: Path | None = None) -> Iterator[Systems]:
    listener = listen()
    base = f"http://127.0.0.1:{port_of(listener)}"
    world = World.open(base, data, {})

    @contextlib.asynccontextmanager
    async def lifespan(app: Starlette):
        world.start()
        yield
        world.stop()

    routes = [*pretended_freshdesk.routes(world), *pretended_calendly.routes(world)]
    with serve_in_thread(Starlette(routes=routes, lifespan=lifespan), listener):
        yield Systems(world, base)


@dataclass
class Scripted:
    """A server that gives the next of `answers` (raw bytes) to each request, the last one for ever.

    An empty answer closes the connection; None never answers. `requests` are the raw requests.
    """

    base: str
    requests: list[bytes] = field(default_factory=list)

    def heard(self, times: int) -> int:
        """How many requests there are, once there are `times`: a client that gives up may be quicker than we."""
        _until(lambda: len(self.requests) >= times)
        return len(self.requests)


@contextlib.contextmanager
def scripted(*answers: bytes | None) -> Iterator[Scripted]:
    listener = socket.create_server(("127.0.0.1", 0))
    server = Scripted(f"http://127.0.0.1:{listener.getsockname()[1]}")
    ended = threading.Event()

    def serve() -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            threading.Thread(target=answer, args=(connection,), daemon=True).start()

    def answer(connection: socket.socket) -> None:
        with connection:
            request = _read_request(connection)
            if not request:
                return
            number = len(server.requests)
            server.requests.append(request)
            chosen = answers[min(number, len(answers) - 1)]
            if chosen is None:
                ended.wait(10)
            elif chosen:
                with contextlib.suppress(OSError):
                    connection.sendall(chosen)

    threading.Thread(target=serve, daemon=True).start()
    try:
        yield server
    finally:
        ended.set()
        listener.close()


def http(status: int, body: bytes = b"{}", *headers: str, kind: str = "application/json") -> bytes:
    """A raw HTTP answer."""
    lines = [
        f"HTTP/1.1 {status} X",
        f"Content-Type: {kind}",
        f"Content-Length: {len(body)}",
        "Connection: close",
    ]
    return "\r\n".join([*lines, *headers, "", ""]).encode() + body


def _until(done: Callable[[], bool]) -> None:
    until = time.monotonic() + PATIENCE_SECONDS
    while not done() and time.monotonic() < until:
        time.sleep(0.01)


def _read_request(connection: socket.socket) -> bytes:
    received = b""
    while b"\r\n\r\n" not in received:
        more = connection.recv(65536)
        if not more:
            return received
        received += more
    head, _, body = received.partition(b"\r\n\r\n")
    length = next(
        (
            int(line.split(b":")[1])
            for line in head.split(b"\r\n")
            if line.lower().startswith(b"content-length:")
        ),
        0,
    )
    while len(body) < length:
        body += connection.recv(65536)
    return head + b"\r\n\r\n" + body
