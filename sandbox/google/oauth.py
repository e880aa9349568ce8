"""Google's token endpoint for one user's refresh token, and the check of access tokens."""

from __future__ import annotations

import hashlib
import hmac
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from sandbox.google.drive import TeamDrive
from sandbox.google.problems import Problem

if TYPE_CHECKING:
    from sandbox.world import World

CLIENT_ID, CLIENT_SECRET = "sandbox-google-client", "sandbox-google-secret"
REFRESH_TOKEN = "sandbox-google-refresh"
GRANTED = frozenset({"https://www.googleapis.com/auth/drive"})
SECONDS_VALID = 3599


async def token(world: World, request: Request) -> Response:
    """`grant_type=refresh_token` as a form: an access token for an hour. OAuth: RFC 6749, section 6."""
    pairs = parse_qsl((await request.body()).decode("utf-8", "replace"))
    form = dict(pairs)
    if request.method != "POST":
        return _refused(405, "invalid_request", "POST is needed.")
    if form.get("grant_type") != "refresh_token":
        return _refused(400, "unsupported_grant_type", "Invalid grant_type: only refresh_token here.")
    if (form.get("client_id"), form.get("client_secret")) != (CLIENT_ID, CLIENT_SECRET):
        return _refused(401, "invalid_client", "The OAuth client was not found.")
    drive: TeamDrive = world.drive
    if form.get("refresh_token") != REFRESH_TOKEN or drive.state.switches.revoked:
        return _refused(400, "invalid_grant", "Token has been expired or revoked.")
    scopes = frozenset(form.get("scope", "").split()) or GRANTED
    if not scopes <= GRANTED:
        return _refused(400, "invalid_scope", "Some requested scopes were not granted.")
    expires = world.clock.now() + timedelta(seconds=SECONDS_VALID)
    fresh = _access_token(int(expires.timestamp()), drive.state.times_revoked)
    return JSONResponse(
        {
            "access_token": fresh,
            "expires_in": SECONDS_VALID,
            "scope": " ".join(sorted(scopes)),
            "token_type": "Bearer",
        }
    )


def authorized(world: World, header: str, scopes: frozenset[str]) -> None:
    """Check an Authorization header against what a method needs. Raises Problem 401 or 403."""
    scheme, _, given = header.partition(" ")
    drive: TeamDrive = world.drive
    if scheme.lower() != "bearer" or not given:
        words = "Request is missing required authentication credential. Expected OAuth 2 access token."
        raise Problem(401, "required", words, "Authorization", "header")
    if drive.state.switches.revoked or not _is_valid(
        given.strip(), drive.state.times_revoked, world.clock.now()
    ):
        raise Problem(401, "authError", "Invalid Credentials", "Authorization", "header")
    if scopes and not scopes & GRANTED:
        words = "Request had insufficient authentication scopes."
        raise Problem(403, "insufficientPermissions", words)


def _access_token(expires: int, grant: int) -> str:
    """It carries its own end, so that it outlives a restart and "Start over", as Google's would."""
    signed = hmac.new(CLIENT_SECRET.encode(), f"{expires}.{grant}".encode(), hashlib.sha256).hexdigest()
    return f"ya29.sandbox-{expires}-{signed}"


def _is_valid(given: str, grant: int, now: datetime) -> bool:
    end = given.removeprefix("ya29.sandbox-").partition("-")[0]
    if not (end.isascii() and end.isdecimal()) or len(end) > 11:
        return False
    own = _access_token(int(end), grant)
    return hmac.compare_digest(given.encode(), own.encode()) and datetime.fromtimestamp(int(end), UTC) > now


def _refused(status: int, error: str, words: str) -> Response:
    return JSONResponse({"error": error, "error_description": words}, status)
