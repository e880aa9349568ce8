"""The Calendly client against the pretended Calendly."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from services.calendly import normal_link
from services.calendly_records import EventType, scheduled_event
from services.errors import Busy, Refused, Unreachable
from tests.services.running import Systems

LINK = "https://calendly.com/colliand/25-minute-zoom-meeting"


def at_link(systems: Systems, link: str = LINK) -> EventType | None:
    return systems.calendly().event_type_at(link)


def change(systems: Systems, **what) -> None:
    path = f"{systems.base}/booking/event_types/25-minute-zoom-meeting"
    httpx.post(path, json=what).raise_for_status()


def test_the_length_behind_the_link_counts_not_its_name(systems):
    meeting = at_link(systems)
    assert meeting is not None
    assert (meeting.slug, meeting.minutes) == ("25-minute-zoom-meeting", 30)
    assert (meeting.active, meeting.deleted) == (True, False)
    change(systems, duration=25)
    changed = at_link(systems)
    assert changed is not None
    assert changed.minutes == 25


@pytest.mark.parametrize(
    "link",
    [
        "https://CALENDLY.com/colliand/25-minute-zoom-meeting/",
        "http://calendly.com/colliand/25-minute-zoom-meeting?utm_content=op-1&month=2026-01#top",
        " https://www.calendly.com:443/colliand/25-minute-zoom-meeting ",
    ],
)
def test_other_spellings_are_the_same_link(systems, link):
    assert at_link(systems, link) == at_link(systems)


@pytest.mark.parametrize(
    "link",
    [
        "",
        "calendly.com/colliand/25-minute-zoom-meeting",
        "https://calendly.com/colliand/30-minute-zoom-meeting",
        "https://calendly.com@evil.example/colliand/25-minute-zoom-meeting",
        "https://calendly.com:8080/colliand/25-minute-zoom-meeting",
        "https://evil.example/colliand/25-minute-zoom-meeting",
        "javascript:alert(1)",
        "https://calendly.com:port/colliand",
        "https://[::1/colliand",
    ],
)
def test_other_links_are_nobodys(systems, link):
    assert at_link(systems, link) is None


def test_a_meeting_that_cannot_be_booked_says_so(systems):
    change(systems, active=False)
    switched_off = at_link(systems)
    assert switched_off is not None
    assert not switched_off.active
    change(systems, deleted=True)
    deleted = at_link(systems)
    assert deleted is not None
    assert deleted.deleted


def test_the_user_is_asked_for_once(systems):
    calendly = systems.calendly()
    calendly.event_types()
    calendly.event_type_at(LINK)
    assert systems.calls("GET /users/me") == 1
    assert systems.calls("GET /event_types") == 2


def test_all_pages_are_read(systems):
    types = systems.world.bookings.state.event_types
    [meeting] = types.values()
    for number in range(250):
        types[f"m{number}"] = type(meeting)(
            f"u{number}", "M", f"m{number}", 15, True, None, meeting.created_at, meeting.updated_at
        )
    assert len({each.uri for each in systems.calendly().event_types()}) == 251
    assert systems.calls("GET /event_types") == 3


def test_a_wrong_token_is_refused_in_words(systems):
    with pytest.raises(Refused) as caught:
        systems.calendly("another-token").event_types()
    assert caught.value.status == 401
    assert "The access token is invalid" in str(caught.value)


def test_a_busy_calendly_is_waited_for_and_a_dead_one_given_up(systems):
    systems.world.faults.add("calendly", "GET /event_types", "429", seconds=4)
    assert at_link(systems) is not None
    assert systems.naps[0] == 4
    systems.world.faults.add("calendly", "*", "429", seconds=40, times=0)
    with pytest.raises(Busy):
        at_link(systems)
    systems.world.faults.clear()
    systems.world.faults.add("calendly", "*", "502", times=0)
    with pytest.raises(Unreachable):
        at_link(systems)


def test_a_link_is_compared_by_host_and_path():
    assert normal_link(LINK + "/") == "calendly.com/colliand/25-minute-zoom-meeting"


def post(systems: Systems, path: str, **said: Any) -> dict[str, Any]:
    answer = httpx.post(f"{systems.base}/booking/{path}", json=said).raise_for_status()
    made: dict[str, Any] = answer.json()
    return made


def test_bookings_name_who_booked_their_guests_and_the_time_they_were_moved_to(systems):
    start = datetime.now(UTC).replace(microsecond=0) + timedelta(days=3)
    said = {"name": "Ada", "email": "ada@uni.example", "guests": ["bo@uni.example"]}
    old = post(systems, "25-minute-zoom-meeting", start=start.isoformat(), **said)
    later = start + timedelta(days=1)
    new = post(systems, f"events/{old['uuid']}/reschedule", start=later.isoformat())
    calendly = systems.calendly()
    before, after = calendly.scheduled_events(start)
    assert (before.uri[-36:], after.uri[-36:]) == (old["uuid"], new["uuid"])
    assert (before.active, after.active) == (False, True)
    assert (after.starts_at, after.ends_at) == (later, later + timedelta(minutes=30))
    assert after.guests == ("bo@uni.example",)
    assert after.link.startswith("https://zoom.example/j/")
    [gone], [come] = calendly.invitees(before.uri), calendly.invitees(after.uri)
    assert (gone.moved_to, gone.came_from) == (after.uri, "")
    assert (come.moved_to, come.came_from) == ("", before.uri)
    assert (come.name, come.address) == ("Ada", "ada@uni.example")
    assert calendly.scheduled_events(later + timedelta(hours=1)) == []
    assert calendly.scheduled_event(after.uri) == after


def test_a_booking_that_is_gone_is_refused(systems):
    with pytest.raises(Refused) as caught:
        systems.calendly().scheduled_event("https://api.calendly.com/scheduled_events/../users/me")
    assert caught.value.status in (404, 400)


def test_a_place_that_is_no_web_address_is_no_link():
    row = {"uri": "u", "start_time": "2026-01-01T10:00:00Z", "end_time": "2026-01-01T10:30:00Z"}
    row |= {"status": "active", "updated_at": "2026-01-01T09:00:00.000000Z"}
    for location in (None, {"type": "zoom", "join_url": None}, {"join_url": "javascript:alert(1)"}):
        assert scheduled_event({**row, "location": location}).link == ""
