"""The pretended Calendly: one user, the meetings that can be booked, and the bookings. Times are aware UTC."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, Self
from uuid import NAMESPACE_URL, uuid4, uuid5

from pydantic import TypeAdapter

LINK = "https://calendly.com/colliand"


@dataclass(frozen=True)
class EventType:
    uuid: str
    name: str
    slug: str
    minutes: int
    active: bool
    deleted_at: datetime | None
    created_at: datetime
    updated_at: datetime

    @property
    def scheduling_url(self) -> str:
        return f"{LINK}/{self.slug}"


@dataclass(frozen=True)
class Booking:
    """A scheduled event with its one invitee. `tracking` are the utm parameters of the link that was used.

    `came_from` and `moved_to`: the booking that this one took the place of, and the one that took its place.
    """

    uuid: str
    invitee_uuid: str
    event_type_uuid: str
    event_name: str
    name: str
    email: str
    start: datetime
    end: datetime
    created_at: datetime
    updated_at: datetime
    canceled_at: datetime | None = None
    reason: str = ""
    tracking: dict[str, str] = field(default_factory=dict)
    guests: tuple[str, ...] = ()
    came_from: str = ""
    moved_to: str = ""

    @property
    def active(self) -> bool:
        return self.canceled_at is None


@dataclass
class State:
    user_uuid: str
    organization_uuid: str
    event_types: dict[str, EventType]
    bookings: dict[str, Booking] = field(default_factory=dict)
    plan: str = "paid"


_STATE = TypeAdapter(State)


class NotBookable(Exception):
    """Why this time cannot be booked, in words for the person who wants to."""


class Bookings:
    """`state` may be read by anyone and is changed by the methods only."""

    def __init__(self, state: State) -> None:
        self.state = state
        self.calls: deque[float] = deque()

    @classmethod
    def seeded(cls, now: datetime) -> Self:
        """Jim Colliander's link of the procedure, named 25 minutes; behind it a meeting of 30."""
        before = now - timedelta(days=90)
        slug = "25-minute-zoom-meeting"
        uuid = str(uuid5(NAMESPACE_URL, f"{LINK}/{slug}"))
        meeting = EventType(uuid, "25 Minute Zoom Meeting", slug, 30, True, None, before, before)
        user, organization = (str(uuid5(NAMESPACE_URL, LINK + part)) for part in ("", "#organization"))
        return cls(State(user, organization, {slug: meeting}))

    @classmethod
    def from_json(cls, kept: dict[str, Any]) -> Self:
        """Raises ValueError when `kept` is not what `to_json` gave."""
        return cls(_STATE.validate_python(kept))

    def to_json(self) -> dict[str, Any]:
        kept: dict[str, Any] = _STATE.dump_python(self.state, mode="json")
        return kept

    def change_event_type(self, slug: str, now: datetime, **changes: Any) -> EventType:
        """Raises KeyError."""
        changed = replace(self.state.event_types[slug], **changes, updated_at=now)
        self.state.event_types[slug] = changed
        return changed

    def book(
        self,
        slug: str,
        name: str,
        email: str,
        start: datetime,
        now: datetime,
        tracking: dict[str, str],
        guests: tuple[str, ...] = (),
    ) -> Booking:
        """Book the meeting at `start`. Raises KeyError for an unknown slug, NotBookable."""
        meeting = self.state.event_types[slug]
        if meeting.deleted_at or not meeting.active:
            raise NotBookable("This calendar is currently unavailable.")
        if start < now:
            raise NotBookable("This time is over.")
        end = start + timedelta(minutes=meeting.minutes)
        if any(
            other.active and start < other.end and other.start < end for other in self.state.bookings.values()
        ):
            raise NotBookable("This time is no longer available.")
        booking = Booking(
            str(uuid4()),
            str(uuid4()),
            meeting.uuid,
            meeting.name,
            name,
            email,
            start,
            end,
            now,
            now,
            tracking=tracking,
            guests=guests,
        )
        self.state.bookings[booking.uuid] = booking
        return booking

    def reschedule(self, uuid: str, start: datetime, now: datetime) -> Booking:
        """The new booking. Calendly: the old event is canceled and a new one made, each naming the other's
        invitee. Raises KeyError, NotBookable."""
        old = self.state.bookings[uuid]
        if not old.active:
            raise NotBookable("This event was canceled.")
        slug = next(each.slug for each in self.state.event_types.values() if each.uuid == old.event_type_uuid)
        self.state.bookings[uuid] = replace(old, canceled_at=now, updated_at=now)
        try:
            made = self.book(slug, old.name, old.email, start, now, old.tracking, old.guests)
        except NotBookable:
            self.state.bookings[uuid] = old
            raise
        self.state.bookings[uuid] = replace(self.state.bookings[uuid], moved_to=made.uuid)
        self.state.bookings[made.uuid] = replace(made, came_from=uuid)
        return self.state.bookings[made.uuid]

    def cancel(self, uuid: str, reason: str, now: datetime) -> Booking:
        """Raises KeyError; canceling again changes nothing."""
        booking = self.state.bookings[uuid]
        if booking.active:
            booking = replace(booking, canceled_at=now, updated_at=now, reason=reason)
            self.state.bookings[uuid] = booking
        return booking

    def events(self) -> Iterator[Booking]:
        """By start."""
        yield from sorted(self.state.bookings.values(), key=lambda each: (each.start, each.uuid))
