"""A strict local Google Drive and Docs, and what people do in the team's drive."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from sandbox.faults import guarded
from sandbox.google.api import answer, asked_of
from sandbox.google.batch import batched
from sandbox.google.oauth import token
from sandbox.google.opened import opened_routes
from sandbox.google.people import people_routes

if TYPE_CHECKING:
    from sandbox.world import World

METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"]
FAULT_KINDS = {
    "userRateLimitExceeded": "403: too many requests of this user",
    "rateLimitExceeded": "403: too many requests",
    "dailyLimitExceeded": "403: the day's limit is reached",
    "storageQuotaExceeded": "403: the storage is full",
    "backendError": "503: a passing failure inside Google",
    "sharingRateLimitExceeded": "403: too many invitations, come back in hours",
    "shared_without_mail": "400, but the file is shared: only the mail could not be sent",
    "domainPolicy": "403: the organisation's policy forbids this address",
}
"""What can go wrong besides the kinds every system has; each in words."""


def routes(world: World) -> list[BaseRoute]:
    """`/google/drive/v3/…`, `/google/upload/…`, `/google/batch/drive/v3`, `/google/docs/v1/…`, `/google/token`;
    `/google/document/d/{id}/edit` for who follows a link; `/team-drive/…` for people."""

    async def door(request: Request) -> Response:
        asked = await asked_of(request)
        if asked.path == "token":
            return await token(world, request)
        if asked.path == "batch/drive/v3" and asked.verb == "POST":
            response = batched(world, asked)
        else:
            response = answer(world, asked)
        if request.method != "GET":
            world.changed("drive")
        return response

    api = Route("/google/{path:path}", guarded(world, "google", door), methods=METHODS)
    return [*people_routes(world), *opened_routes(world), api]
