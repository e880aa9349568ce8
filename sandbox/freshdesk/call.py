"""One call of the API: who calls, what they may, and the operations a path offers."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from sandbox.freshdesk.answers import Answers
from sandbox.freshdesk.bodies import fields_of
from sandbox.freshdesk.helpdesk import Helpdesk
from sandbox.freshdesk.parameters import Rule, checked, custom_fields
from sandbox.freshdesk.problems import FieldError, Invalid, invalid_value, not_found
from sandbox.freshdesk.records import Agent, Ticket

if TYPE_CHECKING:
    from sandbox.world import World

T = TypeVar("T")
PER_PAGE, MOST_PER_PAGE, LAST_PAGE = 30, 100, 300


@dataclass(frozen=True)
class Call:
    """An authenticated call. `name` is what traffic and faults call it; `searched` is its raw body and query."""

    world: World
    request: Request
    agent: Agent
    is_admin: bool
    now: datetime
    name: str
    searched: bytes

    @property
    def desk(self) -> Helpdesk:
        helpdesk: Helpdesk = self.world.helpdesk
        return helpdesk

    @property
    def answers(self) -> Answers:
        return Answers(self.desk, self.world.base)

    @property
    def query(self) -> Mapping[str, str]:
        return self.request.query_params

    def id(self, name: str = "id") -> int:
        return int(self.request.path_params[name])

    def ticket(self) -> Ticket:
        """The ticket of the path. Raises Problem 404."""
        found = self.desk.state.tickets.get(self.id())
        if found is None:
            raise not_found()
        return found

    def takes(self, kind: str) -> bool:
        """Whether a fault of this kind is switched on for this call; uses one occurrence up."""
        return self.world.faults.take("freshdesk", self.name, self.searched, kind) is not None

    async def fields(self, rules: Mapping[str, Rule]) -> dict[str, Any]:
        """The checked fields of the body. Raises Problem."""
        given = await fields_of(self.request, rules)
        custom_fields(given)
        return checked(rules, given)

    def only(self, *allowed: str) -> None:
        """Raises Invalid for a query parameter that is not among `allowed`."""
        unknown = [name for name in self.query if name not in allowed]
        if unknown:
            words = "Unexpected/invalid field in request"
            raise Invalid([FieldError(name, words, "invalid_field") for name in unknown])

    def includes(self, *allowed: str) -> list[str]:
        """The names after `include`. Raises Invalid for others."""
        names = [name for name in self.query.get("include", "").split(",") if name]
        if not set(names) <= set(allowed):
            raise invalid_value("include", f"It should be one of these values: '{','.join(allowed)}'")
        return names

    def page(self, rows: Sequence[T], show: Callable[[T], Any], per_page: int | None = None) -> Response:
        """One page of `rows`, with a Link header where there is a next one.

        Freshdesk: 30 a page, at most 100; a page beyond the 300th is refused.
        """
        size = per_page or self._number("per_page", PER_PAGE, MOST_PER_PAGE)
        number = self._number("page", 1, LAST_PAGE)
        headers = {}
        if len(rows) > number * size:
            following = urlencode({**self.query, "page": str(number + 1)})
            address = f"{self.world.base}{self.request.url.path}?{following}"
            headers["Link"] = f'<{address}>;rel="next"'
        shown = [show(row) for row in rows[(number - 1) * size : number * size]]
        return JSONResponse(shown, headers=headers)

    def _number(self, name: str, default: int, most: int) -> int:
        given = self.query.get(name)
        if given is None:
            return default
        if not given.isascii() or not given.isdecimal() or not 1 <= int(given[:9]) <= most:
            raise invalid_value(name, f"It should be a Positive Integer less than or equal to {most}")
        return int(given)


Handler = Callable[[Call], Awaitable[Response]]


@dataclass(frozen=True)
class Operation:
    """What one method on one path does. `meter` is the limit it counts for ("create", "update", "list",
    "other"); `admin`: only administrators' keys; `credits`: what each `include` costs besides."""

    method: str
    path: str
    handler: Handler
    meter: str = "other"
    admin: bool = False
    credits: int = 0
