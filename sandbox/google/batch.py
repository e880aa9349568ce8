"""Batches: up to 100 calls of Drive in one request, answered part by part."""

from __future__ import annotations

import secrets
import time
from email.message import Message
from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from starlette.responses import JSONResponse, Response

from sandbox.google.api import Asked, answer
from sandbox.google.problems import Problem, drive_error
from sandbox.google.uploads import parts_of
from sandbox.wire import error_of

if TYPE_CHECKING:
    from sandbox.world import World

MOST = 100
"""Google's limit. The Python client's own is 1,000, so it does not stop anyone."""


def batched(world: World, asked: Asked) -> Response:
    """Carry the inner calls out one after the other; each is recorded in the traffic by its own name."""
    parts = parts_of(asked.headers.get("content-type", ""), asked.body)
    if not parts or len(parts) > MOST:
        words = f"A batch has between 1 and {MOST} calls." if parts else "Failed to parse batch request."
        return JSONResponse(drive_error(Problem(400, "badRequest", words)), 400)
    boundary = f"batch_{secrets.token_hex(12)}"
    answers = [_part(boundary, part, _recorded(world, _inner(part, asked))) for part in parts]
    return Response(
        b"".join(answers) + f"--{boundary}--\r\n".encode(),
        headers={"content-type": f"multipart/mixed; boundary={boundary}"},
    )


def _inner(part: Message, outer: Asked) -> Asked:
    """The HTTP request inside a part; it may leave the authorization to the outer one."""
    payload = part.get_payload(decode=True)
    text = payload if isinstance(payload, bytes) else b""
    head, _, body = text.replace(b"\r\n", b"\n").lstrip().partition(b"\n\n")
    first, *lines = head.decode("latin-1").split("\n")
    pairs = (line.partition(":") for line in lines)
    headers = {name.strip().lower(): value.strip() for name, _, value in pairs}
    headers.setdefault("authorization", outer.headers.get("authorization", ""))
    verb, _, rest = first.partition(" ")
    address = urlsplit(rest.partition(" ")[0])
    path = address.path.removeprefix("/google/").removeprefix("/")
    return Asked(verb, path, address.query, headers, body.strip(b"\n"))


def _recorded(world: World, asked: Asked) -> Response:
    started = time.perf_counter()
    response = answer(world, asked)
    said = asked.body.decode("utf-8", "replace")
    world.traffic.record(
        system="google",
        direction="in",
        name=asked.name,
        request={"query": asked.query, "body": said},
        status=response.status_code,
        error=error_of(response),
        milliseconds=1000 * (time.perf_counter() - started),
    )
    return response


def _part(boundary: str, asked: Message, response: Response) -> bytes:
    id = str(asked.get("content-id", "")).replace("<", "<response-", 1)
    status = f"HTTP/1.1 {response.status_code} {HTTPStatus(response.status_code).phrase}"
    head = (
        f"--{boundary}\r\nContent-Type: application/http\r\nContent-ID: {' '.join(id.split())}\r\n\r\n{status}\r\n"
        f"Content-Type: {response.headers.get('content-type', 'application/json')}\r\n\r\n"
    )
    return head.encode("latin-1", "replace") + bytes(response.body) + b"\r\n"
