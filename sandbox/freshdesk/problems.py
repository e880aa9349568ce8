"""How Freshdesk says no: the error bodies of its API, raised as exceptions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

from starlette.responses import JSONResponse, Response


@dataclass(frozen=True)
class FieldError:
    """One line of `errors`. Freshdesk: clients branch on `code` and `field`, never on `message`."""

    field: str
    message: str
    code: str


class Problem(Exception):
    """A refusal: `status`, a JSON `body` (None: an empty one), extra `headers`."""

    def __init__(
        self, status: int, body: Mapping[str, object] | None = None, headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(f"HTTP {status}")
        self.status = status
        self.body = body
        self.headers = dict(headers or {})

    def response(self) -> Response:
        if self.body is None:
            return Response(status_code=self.status, headers=self.headers)
        return JSONResponse(dict(self.body), self.status, self.headers)


class Invalid(Problem):
    """Fields that cannot be taken: 400, or 409 for a duplicate."""

    def __init__(self, errors: Sequence[FieldError], status: int = 400) -> None:
        listed = [asdict(error) for error in errors]
        super().__init__(status, {"description": "Validation failed", "errors": listed})


def invalid_value(field: str, message: str) -> Invalid:
    return Invalid([FieldError(field, message, "invalid_value")])


def access_denied() -> Problem:
    words = "You are not authorized to perform this action."
    return Problem(403, {"code": "access_denied", "message": words})


def not_found() -> Problem:
    """What the body of a 404 is, is not documented; here there is none."""
    return Problem(404)
