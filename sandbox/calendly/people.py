"""What people do at Calendly, as JSON: the team changes its meetings, a lead books one.

`GET /booking` shows meetings and bookings; `POST /booking/event_types/{slug}` changes a meeting;
`POST /booking/{slug}` books it; `POST /booking/events/{uuid}/cancel` cancels, `…/reschedule` moves it.
"""

from __future__ import annotations

import html
import json
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from sandbox.calendly.bookings import Booking, Bookings, EventType, NotBookable
from sandbox.freshdesk.helpdesk import Letter
from sandbox.freshdesk.parameters import is_address

if TYPE_CHECKING:
    from sandbox.world import World

Json = dict[str, Any]
LONGEST_MEETING = 720
"""Calendly: a meeting lasts at most twelve hours."""


class NotPossible(Exception):
    """What a person asked for cannot be done; the words are for them."""

    def __init__(self, words: str, status: int = 400) -> None:
        super().__init__(words)
        self.status = status


def people_routes(world: World) -> list[BaseRoute]:
    async def show(request: Request) -> Json:
        bookings: Bookings = world.bookings
        meetings = [meeting_as_json(each) for each in bookings.state.event_types.values()]
        return {"event_types": meetings, "events": [booking_as_json(each) for each in bookings.events()]}

    async def change(request: Request) -> Json:
        return _change(world, request.path_params["slug"], await _asked(request))

    async def book(request: Request) -> Json:
        return _book(world, request.path_params["slug"], await _asked(request))

    async def cancel(request: Request) -> Json:
        asked = await _asked(request)
        bookings: Bookings = world.bookings
        try:
            reason = str(asked.get("reason", ""))[:1000]
            done = bookings.cancel(request.path_params["uuid"], reason, world.clock.now())
        except KeyError:
            raise NotPossible("There is no such booking.", 404) from None
        return booking_as_json(done)

    async def reschedule(request: Request) -> Json:
        return _reschedule(world, request.path_params["uuid"], await _asked(request))

    return [
        Route("/booking", _spoken(world, show)),
        Route("/booking/event_types/{slug}", _spoken(world, change), methods=["POST"]),
        Route("/booking/events/{uuid}/cancel", _spoken(world, cancel), methods=["POST"]),
        Route("/booking/events/{uuid}/reschedule", _spoken(world, reschedule), methods=["POST"]),
        Route("/booking/{slug}", _spoken(world, book), methods=["POST"]),
    ]


def meeting_as_json(meeting: EventType) -> Json:
    return {
        "name": meeting.name,
        "slug": meeting.slug,
        "scheduling_url": meeting.scheduling_url,
        "duration": meeting.minutes,
        "active": meeting.active,
        "deleted": meeting.deleted_at is not None,
    }


def booking_as_json(booking: Booking) -> Json:
    return {
        "uuid": booking.uuid,
        "event": booking.event_name,
        "name": booking.name,
        "email": booking.email,
        "start": booking.start.isoformat(),
        "end": booking.end.isoformat(),
        "status": "active" if booking.active else "canceled",
    }


def _spoken(
    world: World, action: Callable[[Request], Awaitable[Json]]
) -> Callable[[Request], Awaitable[Response]]:
    async def answer(request: Request) -> Response:
        try:
            answered = await action(request)
        except NotPossible as problem:
            return JSONResponse({"error": str(problem)}, problem.status)
        if request.method == "POST":
            world.changed("booking")
        return JSONResponse(answered)

    return answer


async def _asked(request: Request) -> Json:
    try:
        body = json.loads(await request.body() or b"{}")
    except (ValueError, RecursionError) as error:
        raise NotPossible("That is not JSON.") from error
    if not isinstance(body, dict):
        raise NotPossible("A JSON object is expected.")
    return body


def _change(world: World, slug: str, asked: Json) -> Json:
    """`{duration?, active?, deleted?}`: minutes, and whether it can be booked."""
    now, bookings = world.clock.now(), world.bookings
    if slug not in bookings.state.event_types:
        raise NotPossible("There is no such meeting.", 404)
    changes: Json = {}
    if "duration" in asked:
        minutes = asked["duration"]
        if type(minutes) is not int or not 1 <= minutes <= LONGEST_MEETING:
            raise NotPossible(f"duration: minutes from 1 to {LONGEST_MEETING} are needed.")
        changes["minutes"] = minutes
    for name in ("active", "deleted"):
        if name in asked and not isinstance(asked[name], bool):
            raise NotPossible(f"{name}: true or false is needed.")
    if "active" in asked:
        changes["active"] = asked["active"]
    if "deleted" in asked:
        changes["deleted_at"] = now if asked["deleted"] else None
    return meeting_as_json(bookings.change_event_type(slug, now, **changes))


def _book(world: World, slug: str, asked: Json) -> Json:
    """`{name, email, start, tracking?, guests?}`: an ISO 8601 start; Calendly mails the invitee."""
    name, email = str(asked.get("name", "")).strip()[:255], str(asked.get("email", "")).strip()
    if not name or not is_address(email):
        raise NotPossible("name and email are needed.")
    tracking = asked.get("tracking", {})
    if not isinstance(tracking, dict) or not all(isinstance(each, str) for each in tracking.values()):
        raise NotPossible("tracking: an object of texts is needed.")
    guests = asked.get("guests", [])
    if not isinstance(guests, list) or not all(isinstance(each, str) and is_address(each) for each in guests):
        raise NotPossible("guests: a list of addresses is needed.")
    now, start = world.clock.now(), _start(asked.get("start"))
    try:
        booking = world.bookings.book(slug, name, email, start, now, tracking, tuple(guests[:10]))
    except KeyError:
        raise NotPossible("There is no such meeting.", 404) from None
    except NotBookable as problem:
        raise NotPossible(str(problem), 409) from None
    _confirm_by_mail(world, booking, now)
    return booking_as_json(booking)


def _reschedule(world: World, uuid: str, asked: Json) -> Json:
    """`{start}`: the new booking; Calendly mails the invitee."""
    now = world.clock.now()
    try:
        booking = world.bookings.reschedule(uuid, _start(asked.get("start")), now)
    except KeyError:
        raise NotPossible("There is no such booking.", 404) from None
    except NotBookable as problem:
        raise NotPossible(str(problem), 409) from None
    _confirm_by_mail(world, booking, now)
    return booking_as_json(booking)


def _start(given: Any) -> datetime:
    try:
        at = datetime.fromisoformat(given)
    except (TypeError, ValueError):
        raise NotPossible("start: a time like 2026-03-02T15:00:00Z is needed.") from None
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)


def _confirm_by_mail(world: World, booking: Booking, now: datetime) -> None:
    """Calendly itself sends the invitee a mail with the link to join; no ticket comes of it."""
    join = f"https://zoom.example/j/{int(booking.uuid[:8], 16)}"
    when = booking.start.strftime("%A, %d %B %Y, %H:%M UTC")
    body = (
        f"<p>Hi {html.escape(booking.name)},</p><p>Your <b>{html.escape(booking.event_name)}</b> with Jim is "
        f'scheduled for {when}.</p><p>Join: <a href="{join}">{join}</a></p>'
    )
    subject = f"Confirmed: {booking.event_name} with Jim, {when}"
    world.helpdesk.deliver(Letter("notifications@calendly.com", (booking.email,), subject, body), now)
    world.changed("inbox")
