"""What Google's refusals mean: their reasons as codes and in plain words, as `services.errors`.

Source of the rules marked "Google:" is https://developers.google.com/workspace/drive/api/guides/handle-errors
and the guide of the Docs API.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from services.errors import Busy, OutcomeUnknown, Refused, ServiceError
from services.http import Complaint, seconds

DRIVE = "Google Drive"
DOCS = "Google Docs"
REVOKED = "revoked"
"""Code of a refusal after which somebody has to let the assistant in again."""
BUSY_SECONDS = 5.0
"""Google seldom says when to come back."""
WORDS_LIMIT = 600
"""Characters of Google's own words that are kept; they may quote a whole address before the point."""
BACK_OFF = frozenset({"userRateLimitExceeded", "rateLimitExceeded"})
"""Google: the two 403 reasons that mean "slow down"."""
REVOKED_WORDS = (
    "the permission of the assistant's Google account was withdrawn or has run out; "
    "whoever runs the assistant has to grant it again"
)
PLAIN_WORDS = {
    "sharingRateLimitExceeded": "Google lets this account share nothing more for now; try again in some hours",
    "dailyLimitExceeded": "the day's quota is used up; try again tomorrow",
    "storageQuotaExceeded": "the account's storage is full",
    "teamDriveFileLimitExceeded": "the shared drive holds as many files as it may",
    "teamDriveHierarchyTooDeep": "the folders of the shared drive are nested too deeply",
    "domainPolicy": "the policy of the organisation's Google Workspace forbids it; ask its administrator",
    "shareOutNotPermitted": "the policy of the organisation's Google Workspace forbids sharing outside of it; "
    "ask its administrator",
    "shareInNotPermitted": "the other organisation's Google Workspace lets nobody share with its people",
    "teamDriveDomainUsersOnlyRestriction": "the shared drive is for people of the organisation only; "
    "whoever manages the drive can change that",
    "teamDriveTeamMembersOnlyRestriction": "the shared drive is for its members only; "
    "whoever manages the drive can change that",
    "driveMembersOnlyRestriction": "the shared drive is for its members only; "
    "whoever manages the drive can change that",
    "cannotShareTeamDriveWithNonGoogleAccounts": "the address has no Google account, "
    "and the shared drive is for Google accounts only",
    "insufficientFilePermissions": "the assistant's Google account may not do that here; "
    "it has to be a content manager of the shared drive",
    "insufficientParentPermissions": "the assistant's Google account may put nothing into that folder; "
    "it has to be a content manager of the shared drive",
    "PERMISSION_DENIED": "the assistant's Google account may not do that with this document",
    "insufficientPermissions": "the assistant was granted too little; the Drive scope is needed",
    "accessNotConfigured": "the Drive and Docs APIs are not switched on in the assistant's Google Cloud project",
    "SERVICE_DISABLED": "the Drive and Docs APIs are not switched on in the assistant's Google Cloud project",
    "notFound": "it is not there, or the assistant's Google account cannot see it",
    "NOT_FOUND": "it is not there, or the assistant's Google account cannot see it",
    "cannotCopyFile": "it cannot be copied: it is a folder or a shortcut, or copying it was forbidden",
    "exportSizeLimitExceeded": "it has more than 10 MB as a PDF, which is more than Google exports",
    "fileIdInUse": "there is a file of this id already",
}
"""What a reason means to a person; the other reasons speak in Google's own words."""


def judge(system: str, status: int, headers: Mapping[str, str], content: bytes | str) -> ServiceError:
    """The error that an answer of 300 or more means; `headers` have lower-case names.

    Busy and Refused mean that nothing happened there. Google: a 5xx may come after the effect.
    """
    said = complaint(content)
    if status == 429 or (status == 403 and said.code in BACK_OFF):
        return Busy(system, seconds(headers.get("retry-after"), BUSY_SECONDS))
    if status >= 500 or status == 408:
        return OutcomeUnknown(system, f"it answered with an error of its own (HTTP {status})")
    if status == 401:
        return revoked(system)
    if status < 400:
        return Refused(system, f"it answers elsewhere (HTTP {status}): check its address", status=status)
    return Refused(system, _in_words(status, said), status=status, code=said.code, field=said.field)


def revoked(system: str) -> Refused:
    """Nobody has let the assistant in, or no longer does."""
    return Refused(system, REVOKED_WORDS, status=401, code=REVOKED)


def complaint(content: bytes | str) -> Complaint:
    """What an error body says; empty for a body that is not Google's.

    Google: Drive sends `{error: {message, errors: [{reason, message, location}]}}`, Docs
    `{error: {message, status, details: [{reason}]}}`.
    """
    error = _json(content).get("error")
    if not isinstance(error, dict):
        return Complaint()
    first = _first(error.get("errors"))
    detail = next((str(each["reason"]) for each in _objects(error.get("details")) if each.get("reason")), "")
    code = first.get("reason") or detail or error.get("status") or ""
    message = error.get("message") or first.get("message") or ""
    return Complaint(str(message), str(code)[:60], str(first.get("location") or "")[:60])


def _in_words(status: int, said: Complaint) -> str:
    words = PLAIN_WORDS.get(said.code) or " ".join(said.message.split())[:WORDS_LIMIT] or "it refused"
    return f"{words} (HTTP {status}{', ' + said.code if said.code else ''})"


def _json(content: bytes | str) -> Mapping[str, Any]:
    """An error body may be empty, plain text or a gateway's HTML."""
    try:
        data = json.loads(content)
    except (ValueError, RecursionError):
        return {}
    return data if isinstance(data, dict) else {}


def _first(rows: Any) -> Mapping[str, Any]:
    return next(iter(_objects(rows)), {})


def _objects(rows: Any) -> list[Mapping[str, Any]]:
    return [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []
