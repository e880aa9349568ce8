"""How a request and its answer are told in the traffic: names, readable bodies, the error in words."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import parse_qsl

from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import Response


def call_name(system: str, request: Request) -> str:
    """How a call is called in traffic and faults: "chat.postMessage" or "POST /api/v2/tickets"."""
    path = request.url.path
    if path.startswith("/slack/api/"):
        return path.removeprefix("/slack/api/")
    return f"{request.method} {path.removeprefix('/' + system)}"


async def request_as_json(request: Request, body: bytes) -> dict[str, Any]:
    """Query and body as one JSON object; files as name, type and size, other bytes as their number."""
    query: dict[str, Any] = dict(request.query_params)
    kind = request.headers.get("content-type", "")
    if not body:
        return query
    if kind.startswith("multipart/form-data"):
        return query | await _multipart_as_json(request, body)
    if kind.startswith("application/x-www-form-urlencoded"):
        pairs = parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True)
        return query | {key: _nested(value) for key, value in pairs}
    parsed = _json_or_none(body) if "json" in kind else None
    if isinstance(parsed, dict):
        return query | parsed
    return query | ({"body": parsed} if parsed is not None else {"bytes": len(body)})


async def _multipart_as_json(request: Request, body: bytes) -> dict[str, Any]:
    try:
        form = await request.form()
    except Exception as problem:  # whatever a client sends wrongly is still worth recording
        return {"bytes": len(body), "unreadable": str(problem)}
    read: dict[str, Any] = {}
    for key, value in form.multi_items():
        said: Any = value
        if isinstance(value, UploadFile):
            said = {"filename": value.filename, "type": value.content_type, "size": value.size}
        read[key] = [*read[key], said] if key.endswith("[]") and key in read else said
        if key.endswith("[]") and not isinstance(read[key], list):
            read[key] = [said]
    return read


def _nested(value: str) -> Any:
    if value[:1] in ("{", "["):
        parsed = _json_or_none(value.encode())
        return value if parsed is None else parsed
    return value


def _json_or_none(body: bytes) -> Any:
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None


def error_of(response: Response) -> str:
    """The error an answer carries, "" when it carries none."""
    body = bytes(response.body) if hasattr(response, "body") else b""
    if response.status_code < 400 and not body.startswith(b'{"ok":false'):
        return ""
    said = _json_or_none(body)
    if not isinstance(said, dict):
        return f"HTTP {response.status_code}"
    if isinstance(said.get("error"), dict):  # Google
        said = said["error"]
    listed = said.get("errors")
    first = listed[0] if isinstance(listed, list) and listed and isinstance(listed[0], dict) else {}
    words = said.get("error") or first.get("reason") or first.get("code")
    words = words or said.get("status") or said.get("code") or said.get("title")
    return str(words or said.get("message") or f"HTTP {response.status_code}")
