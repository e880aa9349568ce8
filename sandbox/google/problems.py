"""How Google says no: a refusal, and the two shapes its APIs give it."""

from __future__ import annotations

from typing import Any

STATUSES = {
    400: "INVALID_ARGUMENT",
    401: "UNAUTHENTICATED",
    403: "PERMISSION_DENIED",
    404: "NOT_FOUND",
    409: "ALREADY_EXISTS",
    429: "RESOURCE_EXHAUSTED",
    500: "INTERNAL",
    501: "UNIMPLEMENTED",
}


class Problem(Exception):
    """A refusal: HTTP status, Drive's reason (or a Docs status in capitals), the words, where it is."""

    def __init__(
        self, status: int, reason: str, message: str, location: str = "", location_type: str = "parameter"
    ) -> None:
        super().__init__(message)
        self.status = status
        self.reason = reason
        self.message = message
        self.location = location
        self.location_type = location_type


def drive_error(problem: Problem) -> dict[str, Any]:
    """Drive: `errors[0].reason` is what clients branch on."""
    said: dict[str, Any] = {"message": problem.message, "domain": "global", "reason": problem.reason}
    if problem.location:
        said |= {"location": problem.location, "locationType": problem.location_type}
    return {"error": {"code": problem.status, "message": problem.message, "errors": [said]}}


def docs_error(problem: Problem) -> dict[str, Any]:
    """Docs: a `status` and no `errors`."""
    status = problem.reason if problem.reason.isupper() else STATUSES.get(problem.status, "UNKNOWN")
    return {"error": {"code": problem.status, "message": problem.message, "status": status}}


def invalid(message: str, location: str = "", location_type: str = "parameter") -> Problem:
    return Problem(400, "invalid", message, location, location_type)


def file_not_found(file_id: str) -> Problem:
    """Drive: also for a shared drive's item when `supportsAllDrives` is missing."""
    return Problem(404, "notFound", f"File not found: {file_id}.", "fileId")


def no_permission() -> Problem:
    words = "The user does not have sufficient permissions for this file."
    return Problem(403, "insufficientFilePermissions", words)


def not_built(what: str) -> Problem:
    """What Google can do and the sandbox cannot: said aloud, never a made-up success."""
    return Problem(501, "notImplemented", f"The sandbox does not build {what}.")
