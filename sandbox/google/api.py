"""Google's doors: who may come in, the check against the discovery document, one answer or a batch of them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from sandbox.google import comments, documents, drives, files, sharing
from sandbox.google.call import Call, Handler, Media
from sandbox.google.discovery import Api, Method, api
from sandbox.google.given import Given
from sandbox.google.masks import parsed, projected
from sandbox.google.oauth import authorized
from sandbox.google.problems import Problem, docs_error, drive_error, not_built
from sandbox.google.uploads import media_and_body

if TYPE_CHECKING:
    from sandbox.world import World

HANDLERS: dict[str, Handler] = {
    **files.HANDLERS,
    **sharing.HANDLERS,
    **comments.HANDLERS,
    **drives.HANDLERS,
    **documents.HANDLERS,
}
DEFAULT_FIELDS = {
    "drive.files.list": "kind,incompleteSearch,nextPageToken,files(kind,id,name,mimeType,resourceKey)",
    "drive.files.get": "kind,id,name,mimeType,resourceKey",
    "drive.files.create": "kind,id,name,mimeType,resourceKey",
    "drive.files.copy": "kind,id,name,mimeType,resourceKey",
    "drive.files.update": "kind,id,name,mimeType,resourceKey",
    "drive.permissions.list": "kind,nextPageToken,permissions(kind,id,type,role)",
    "drive.permissions.create": "kind,id,type,role",
    "drive.permissions.get": "kind,id,type,role",
    "drive.permissions.update": "kind,id,type,role",
    "drive.drives.get": "kind,id,name",
    "drive.drives.list": "kind,nextPageToken,drives(kind,id,name)",
}
"""What Drive answers when `fields` is not given."""
FIELDS_NEEDED = ("drive.about.", "drive.comments.", "drive.replies.")
"""Drive: these answer only with `fields` given (but not deletions)."""
REFUSED_FAULTS = {
    "userRateLimitExceeded": (403, "User Rate Limit Exceeded"),
    "rateLimitExceeded": (403, "Rate Limit Exceeded"),
    "dailyLimitExceeded": (403, "Daily Limit Exceeded"),
    "storageQuotaExceeded": (403, "The user's Drive storage quota has been exceeded."),
    "backendError": (503, "Transient failure"),
}
"""Faults that refuse any call with this reason."""


@dataclass(frozen=True)
class Asked:
    """One HTTP request, also one inside a batch; `path` is below /google/, still encoded."""

    verb: str
    path: str
    query: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def name(self) -> str:
        """How traffic and faults call it."""
        return f"{self.verb} /{self.path}"


def api_of(path: str) -> tuple[Api, str] | None:
    """The API a path belongs to, and the path below its root; uploads share Drive's. None for no API."""
    if path.startswith("docs/"):
        return api("docs", "v1"), path.removeprefix("docs/")
    drive_path = path.removeprefix("upload/")
    return (api("drive", "v3"), drive_path) if drive_path.startswith("drive/v3/") else None


async def asked_of(request: Request) -> Asked:
    """The request as it came over the wire; a long GET comes as a POST that says so."""
    path = request.scope["raw_path"].decode("latin-1").partition("?")[0].removeprefix("/google/")
    verb, query, body = request.method, request.url.query, await request.body()
    if verb == "POST" and request.headers.get("x-http-method-override", "").upper() == "GET":
        verb, query, body = "GET", body.decode("utf-8", "replace"), b""
    return Asked(verb, path, query, request.headers, body)


def answer(world: World, asked: Asked) -> Response:
    """Carry out one request of Drive or Docs; refusals in the shape of its API."""
    found = api_of(asked.path)
    if found is None:
        return Response("Not Found", 404, media_type="text/html")
    service, path = found
    try:
        return _answer(world, asked, service, path)
    except Problem as problem:
        shape = docs_error if service.name == "docs" else drive_error
        return JSONResponse(shape(problem), problem.status)


def _answer(world: World, asked: Asked, service: Api, path: str) -> Response:
    matched = service.match(asked.verb, path)
    method = matched.method
    authorized(world, asked.headers.get("authorization", ""), method.scopes)
    pairs = parse_qsl(asked.query, keep_blank_values=True)
    query = Given(service.query(method, pairs), service.defaults(method))
    media, body = _content(asked, method, query)
    given = Given(service.body(method, body))
    mask = _mask(service, method, query)
    call = Call(
        world,
        method,
        matched.path,
        query,
        given,
        asked.name,
        asked.body + b"\n" + asked.query.encode(),
        media,
    )
    for reason, (status, words) in REFUSED_FAULTS.items():
        if call.takes(reason):
            raise Problem(status, reason, words)
    handler = HANDLERS.get(method.id)
    if handler is None:
        raise not_built(method.id)
    told = handler(call)
    call.must_be_read()
    if isinstance(told, Response):
        return told
    return Response(status_code=204) if told is None else JSONResponse(projected(told, mask))


def _mask(service: Api, method: Method, query: Given) -> dict[str, Any]:
    text = query.get("fields")
    if text is not None:
        return service.mask(method, text)
    if method.id.startswith(FIELDS_NEEDED) and method.verb != "DELETE":
        raise Problem(400, "required", "The 'fields' parameter is required for this method.", "fields")
    default = DEFAULT_FIELDS.get(method.id)
    return parsed(default) if default else {}


def _content(asked: Asked, method: Method, query: Given) -> tuple[Media | None, Any]:
    if asked.path.startswith("upload/"):
        if "mediaUpload" not in method.description:
            raise Problem(404, "notFound", f"{method.id} takes no upload.")
        return media_and_body(query.get("uploadType", ""), asked.headers.get("content-type", ""), asked.body)
    if not asked.body:
        return None, None
    if not asked.headers.get("content-type", "").lower().startswith("application/json"):
        raise Problem(
            400, "badContent", "Unsupported content with type: " + asked.headers.get("content-type", "")
        )
    return None, read_json(asked.body)


def read_json(body: bytes) -> Any:
    """Raises Problem 400."""
    try:
        return json.loads(body)
    except (ValueError, RecursionError) as error:
        raise Problem(400, "parseError", "Invalid JSON payload received. Parse error.") from error
