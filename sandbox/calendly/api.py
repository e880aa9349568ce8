"""Calendly's API version 2, as far as reading users, event types, scheduled events and invitees goes."""

from __future__ import annotations

import base64
import math
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from sandbox.calendly.bookings import Booking, Bookings, EventType
from sandbox.faults import guarded

if TYPE_CHECKING:
    from sandbox.world import World

TOKEN = "sandbox-calendly-token"
LIMITS = {"free": 50, "paid": 500}
"""Calendly: calls a user a minute, by plan."""
MOST_PER_PAGE, PER_PAGE = 100, 20
Json = dict[str, Any]


class Problem(Exception):
    """A refusal in Calendly's form: `{title, message, details}`."""

    def __init__(
        self,
        status: int,
        title: str,
        message: str,
        parameter: str = "",
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(title)
        self.status = status
        self.headers = dict(headers or {})
        self.body: Json = {"title": title, "message": message}
        if parameter:
            self.body["details"] = [{"parameter": parameter, "message": message}]


def unauthenticated() -> Problem:
    return Problem(401, "Unauthenticated", "The access token is invalid")


def denied() -> Problem:
    return Problem(403, "Permission Denied", "You do not have permission to access this resource.")


def not_found() -> Problem:
    return Problem(404, "Resource Not Found", "The server could not find the requested resource.")


def wrong_argument(parameter: str, message: str) -> Problem:
    return Problem(400, "Invalid Argument", message, parameter)


@dataclass(frozen=True)
class Call:
    world: World
    request: Request
    now: datetime

    @property
    def bookings(self) -> Bookings:
        bookings: Bookings = self.world.bookings
        return bookings

    @property
    def query(self) -> Mapping[str, str]:
        return self.request.query_params

    def uri(self, path: str) -> str:
        """Resources are named by their address here, as Calendly's are by theirs."""
        return f"{self.world.base}/calendly{path}"

    def only(self, *allowed: str) -> None:
        for name in self.query:
            if name not in allowed:
                raise wrong_argument(name, "is not allowed")

    def owned(self) -> None:
        """Calendly: one of `user` and `organization` is needed; only one's own can be read."""
        state = self.bookings.state
        mine = {
            "user": self.uri(f"/users/{state.user_uuid}"),
            "organization": self.uri(f"/organizations/{state.organization_uuid}"),
        }
        given = [name for name in mine if name in self.query]
        if not given:
            raise wrong_argument("user", "one of user, organization must be present")
        if any(self.query[name] != mine[name] for name in given):
            raise denied()

    def page(self, rows: Sequence[Json]) -> Response:
        """Calendly: `count` at most 100, 20 where it is not given; `page_token` is opaque."""
        count = self.query.get("count", str(PER_PAGE))
        if not count.isdecimal() or not 1 <= int(count[:5]) <= MOST_PER_PAGE:
            raise wrong_argument("count", f"must be between 1 and {MOST_PER_PAGE}")
        first, size = _offset(self.query.get("page_token")), int(count)
        token = _token(first + size) if len(rows) > first + size else None
        address = None
        if token:
            address = self.uri(self.request.url.path.removeprefix("/calendly"))
            address += "?" + urlencode({**self.query, "page_token": token})
        pagination = {"count": len(rows[first : first + size]), "next_page": address}
        pagination |= {"next_page_token": token, "previous_page": None, "previous_page_token": None}
        return JSONResponse({"collection": list(rows[first : first + size]), "pagination": pagination})


def api_routes(world: World) -> list[BaseRoute]:
    operations: dict[str, Callable[[Call], Response]] = {
        "/users/me": me,
        "/users/{uuid}": user,
        "/event_types": event_types,
        "/event_types/{uuid}": event_type,
        "/scheduled_events": scheduled_events,
        "/scheduled_events/{uuid}": scheduled_event,
        "/scheduled_events/{uuid}/invitees": invitees,
        "/scheduled_events/{uuid}/invitees/{invitee}": invitee,
        "/{path:path}": _unknown,
    }
    methods = ["GET", "POST", "PUT", "PATCH", "DELETE"]
    return [
        Route("/calendly" + path, guarded(world, "calendly", _endpoint(world, operation)), methods=methods)
        for path, operation in operations.items()
    ]


def me(call: Call) -> Response:
    """GET /users/me."""
    state = call.bookings.state
    resource = {"uri": call.uri(f"/users/{state.user_uuid}"), "name": "Jim", "slug": "colliand"}
    resource |= {"email": "jim@2i2c.org", "scheduling_url": "https://calendly.com/colliand"}
    resource |= {"timezone": "UTC", "resource_type": "User"}
    resource["current_organization"] = call.uri(f"/organizations/{state.organization_uuid}")
    return JSONResponse({"resource": resource})


def user(call: Call) -> Response:
    """GET /users/{uuid}."""
    if call.request.path_params["uuid"] != call.bookings.state.user_uuid:
        raise not_found()
    return me(call)


def event_types(call: Call) -> Response:
    """GET /event_types: also those switched off, unless `active` says otherwise."""
    call.only("user", "organization", "active", "count", "page_token", "sort", "admin_managed")
    call.owned()
    rows = [_event_type(call, each) for each in call.bookings.state.event_types.values()]
    if "active" in call.query:
        rows = [each for each in rows if str(each["active"]).lower() == call.query["active"]]
    return call.page(rows)


def event_type(call: Call) -> Response:
    """GET /event_types/{uuid}."""
    uuid = call.request.path_params["uuid"]
    for each in call.bookings.state.event_types.values():
        if each.uuid == uuid:
            return JSONResponse({"resource": _event_type(call, each)})
    raise not_found()


def scheduled_events(call: Call) -> Response:
    """GET /scheduled_events, by start."""
    allowed = ("user", "organization", "status", "min_start_time", "max_start_time", "invitee_email")
    call.only(*allowed, "count", "page_token", "sort")
    call.owned()
    rows = list(filter(_filter(call), call.bookings.events()))
    sort = call.query.get("sort", "start_time:asc")
    if sort not in ("start_time:asc", "start_time:desc"):
        raise wrong_argument("sort", "must be start_time:asc or start_time:desc")
    if sort.endswith("desc"):
        rows.reverse()
    return call.page([_event(call, each) for each in rows])


def scheduled_event(call: Call) -> Response:
    """GET /scheduled_events/{uuid}."""
    return JSONResponse({"resource": _event(call, _booking(call))})


def invitees(call: Call) -> Response:
    """GET /scheduled_events/{uuid}/invitees."""
    call.only("count", "page_token", "sort", "status", "email")
    return call.page([_invitee(call, _booking(call))])


def invitee(call: Call) -> Response:
    """GET /scheduled_events/{uuid}/invitees/{uuid}."""
    booking = _booking(call)
    if call.request.path_params["invitee"] != booking.invitee_uuid:
        raise not_found()
    return JSONResponse({"resource": _invitee(call, booking)})


def _unknown(call: Call) -> Response:
    raise not_found()


def _endpoint(
    world: World, operation: Callable[[Call], Response]
) -> Callable[[Request], Awaitable[Response]]:
    async def answer(request: Request) -> Response:
        call = Call(world, request, world.clock.now())
        headers: dict[str, str] = {}
        try:
            if request.headers.get("authorization") != f"Bearer {TOKEN}":
                raise unauthenticated()
            headers = _metered(call)
            if request.method not in ("GET", "HEAD"):
                raise not_found()
            response = operation(call)
        except Problem as problem:
            response = JSONResponse(problem.body, problem.status)
            headers |= problem.headers
        response.headers.update(headers)
        return response

    return answer


def _metered(call: Call) -> dict[str, str]:
    """Count the call; its rate limit headers. Raises Problem 429. Where limits are switched off, as much is left as
    there ever is.

    Calendly: X-RateLimit-Reset is the seconds left of the minute; there is no Retry-After.
    """
    if not call.world.slack.rates.enabled:
        most = str(LIMITS[call.bookings.state.plan])
        return {"X-RateLimit-Limit": most, "X-RateLimit-Reset": "60", "X-RateLimit-Remaining": most}
    calls, at = call.bookings.calls, call.now.timestamp()
    while calls and calls[0] <= at - 60:
        calls.popleft()
    limit = LIMITS[call.bookings.state.plan]
    left = math.ceil(calls[0] + 60 - at) if calls else 60
    headers = {"X-RateLimit-Limit": str(limit), "X-RateLimit-Reset": str(left)}
    if len(calls) >= limit:
        headers["X-RateLimit-Remaining"] = "0"
        raise Problem(429, "Too Many Requests", "You have exceeded the rate limit.", headers=headers)
    calls.append(at)
    return headers | {"X-RateLimit-Remaining": str(limit - len(calls))}


def _filter(call: Call) -> Callable[[Booking], bool]:
    """What the query asks for. Raises Problem for arguments that make no sense, also when nothing is booked."""
    status = call.query.get("status")
    if status not in (None, "active", "canceled"):
        raise wrong_argument("status", "must be active or canceled")
    earliest, latest = _moment(call, "min_start_time"), _moment(call, "max_start_time")
    email = call.query.get("invitee_email")

    def wanted(booking: Booking) -> bool:
        return (
            (status is None or (status == "active") == booking.active)
            and (earliest is None or booking.start >= earliest)
            and (latest is None or booking.start <= latest)
            and (email is None or email.casefold() == booking.email.casefold())
        )

    return wanted


def _moment(call: Call, name: str) -> datetime | None:
    given = call.query.get(name)
    if given is None:
        return None
    try:
        at = datetime.fromisoformat(given)
    except ValueError:
        raise wrong_argument(name, "must be a valid UTC time") from None
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def _booking(call: Call) -> Booking:
    found = call.bookings.state.bookings.get(call.request.path_params["uuid"])
    if found is None:
        raise not_found()
    return found


def _event_type(call: Call, meeting: EventType) -> Json:
    resource: Json = {"uri": call.uri(f"/event_types/{meeting.uuid}"), "name": meeting.name}
    resource |= {"active": meeting.active, "slug": meeting.slug, "scheduling_url": meeting.scheduling_url}
    resource |= {
        "duration": meeting.minutes,
        "duration_options": None,
        "kind": "solo",
        "type": "StandardEventType",
    }
    resource |= {"pooling_type": None, "booking_method": "instant", "color": "#fff200", "secret": False}
    owner = call.uri(f"/users/{call.bookings.state.user_uuid}")
    resource |= {"profile": {"type": "User", "name": "Jim", "owner": owner}, "internal_note": None}
    resource |= {"description_plain": None, "description_html": None, "custom_questions": []}
    resource |= {"created_at": _iso(meeting.created_at), "updated_at": _iso(meeting.updated_at)}
    return resource | {"deleted_at": _iso(meeting.deleted_at) if meeting.deleted_at else None}


def _event(call: Call, booking: Booking) -> Json:
    owner = call.uri(f"/users/{call.bookings.state.user_uuid}")
    resource: Json = {"uri": call.uri(f"/scheduled_events/{booking.uuid}"), "name": booking.event_name}
    resource |= {"status": "active" if booking.active else "canceled", "meeting_notes_plain": None}
    resource |= {"start_time": _iso(booking.start), "end_time": _iso(booking.end)}
    resource["event_type"] = call.uri(f"/event_types/{booking.event_type_uuid}")
    join = f"https://zoom.example/j/{int(booking.uuid[:8], 16)}"
    resource["location"] = {"type": "zoom", "status": "pushed", "join_url": join}
    resource["invitees_counter"] = {"total": 1, "active": int(booking.active), "limit": 1}
    resource["event_memberships"] = [{"user": owner, "user_email": "jim@2i2c.org", "user_name": "Jim"}]
    at = _iso(booking.created_at)
    guests = [{"email": each, "created_at": at, "updated_at": at} for each in booking.guests]
    resource |= {"event_guests": guests, "calendar_event": None}
    resource |= {"created_at": _iso(booking.created_at), "updated_at": _iso(booking.updated_at)}
    if booking.canceled_at:
        resource["cancellation"] = _cancellation(booking)
    return resource


def _invitee(call: Call, booking: Booking) -> Json:
    event = call.uri(f"/scheduled_events/{booking.uuid}")
    resource: Json = {"uri": f"{event}/invitees/{booking.invitee_uuid}", "event": event}
    resource |= {"email": booking.email, "name": booking.name, "first_name": None, "last_name": None}
    resource |= {"status": "active" if booking.active else "canceled", "timezone": "UTC"}
    resource |= {"rescheduled": bool(booking.moved_to), "no_show": None}
    resource["old_invitee"] = _invitee_uri(call, booking.came_from)
    resource["new_invitee"] = _invitee_uri(call, booking.moved_to)
    resource |= {"questions_and_answers": [], "text_reminder_number": None, "payment": None}
    utm = ("utm_campaign", "utm_source", "utm_medium", "utm_content", "utm_term")
    resource["tracking"] = {name: booking.tracking.get(name) for name in utm} | {"salesforce_uuid": None}
    resource["cancel_url"] = f"https://calendly.com/cancellations/{booking.invitee_uuid}"
    resource["reschedule_url"] = f"https://calendly.com/reschedulings/{booking.invitee_uuid}"
    resource |= {"created_at": _iso(booking.created_at), "updated_at": _iso(booking.updated_at)}
    if booking.canceled_at:
        resource["cancellation"] = _cancellation(booking)
    return resource


def _invitee_uri(call: Call, uuid: str) -> str | None:
    """The address of the invitee of another booking."""
    if not uuid:
        return None
    other = call.bookings.state.bookings[uuid]
    return call.uri(f"/scheduled_events/{uuid}/invitees/{other.invitee_uuid}")


def _cancellation(booking: Booking) -> Json:
    return {"canceled_by": booking.name, "reason": booking.reason, "canceler_type": "invitee"}


def _iso(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _token(offset: int) -> str:
    return base64.urlsafe_b64encode(f"from:{offset}".encode()).decode()


def _offset(token: str | None) -> int:
    if token is None:
        return 0
    try:
        return max(0, int(base64.urlsafe_b64decode(token.encode()).decode().removeprefix("from:")))
    except ValueError:
        raise wrong_argument("page_token", "is not a valid page token") from None
