"""What Calendly answers, as plain data. Times are aware UTC.

Source of the rules marked "Calendly:" is https://developer.calendly.com (version 2).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any


@dataclass(frozen=True)
class EventType:
    """A kind of meeting that can be booked at `scheduling_url`; it lasts `minutes`."""

    uri: str
    name: str
    slug: str
    scheduling_url: str
    minutes: int
    active: bool
    deleted: bool


@dataclass(frozen=True)
class ScheduledEvent:
    """A booked meeting. `link` is where it takes place (Zoom …), empty while Calendly is still making it, and where
    the place is none on the web. `guests` are addresses that the invitee added."""

    uri: str
    name: str
    starts_at: datetime
    ends_at: datetime
    active: bool
    link: str
    guests: tuple[str, ...]
    updated_at: datetime


@dataclass(frozen=True)
class Invitee:
    """Who booked. Calendly: a reschedule cancels the event and makes a new one; `came_from` and `moved_to` are the
    URIs of the event before and after, empty where there is none."""

    name: str
    address: str
    came_from: str
    moved_to: str


def event_type(data: Mapping[str, Any]) -> EventType:
    return EventType(
        uri=str(data["uri"]),
        name=str(data.get("name") or ""),
        slug=str(data.get("slug") or ""),
        scheduling_url=str(data["scheduling_url"]),
        minutes=int(data["duration"]),
        active=data.get("active") is True,
        deleted=bool(data.get("deleted_at")),
    )


def scheduled_event(data: Mapping[str, Any]) -> ScheduledEvent:
    guests = data.get("event_guests") or []
    return ScheduledEvent(
        uri=str(data["uri"]),
        name=str(data.get("name") or ""),
        starts_at=_moment(data["start_time"]),
        ends_at=_moment(data["end_time"]),
        active=data.get("status") == "active",
        link=_join_link(data.get("location") or {}),
        guests=tuple(str(each["email"]) for each in guests if each.get("email")),
        updated_at=_moment(data["updated_at"]),
    )


def invitee(data: Mapping[str, Any]) -> Invitee:
    return Invitee(
        name=str(data.get("name") or ""),
        address=str(data["email"]),
        came_from=_event_of(data.get("old_invitee")),
        moved_to=_event_of(data.get("new_invitee")),
    )


def _moment(given: str) -> datetime:
    at = datetime.fromisoformat(given)
    return (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC)


def _join_link(location: Mapping[str, Any]) -> str:
    """Calendly: `join_url` is null while the location's status is "processing"; a place on the map has none."""
    link = str(location.get("join_url") or "")
    return link if link.startswith(("https://", "http://")) else ""


def _event_of(invitee_uri: Any) -> str:
    """An invitee's URI is its event's with `/invitees/<uuid>` behind."""
    return str(invitee_uri or "").rpartition("/invitees/")[0]
