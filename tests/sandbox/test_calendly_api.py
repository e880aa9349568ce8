"""The pretended Calendly: what it refuses, what it lists, and what a booking does."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import httpx
import pytest

from tests.services.running import CALENDLY_TOKEN, Systems, running_systems

SLUG = "25-minute-zoom-meeting"


@pytest.fixture(scope="module")
def running() -> Iterator[Systems]:
    with running_systems() as systems:
        yield systems


@pytest.fixture
def api(running: Systems) -> Iterator[httpx.Client]:
    running.world.reset()
    headers = {"Authorization": f"Bearer {CALENDLY_TOKEN}"}
    with httpx.Client(base_url=f"{running.base}/calendly", headers=headers) as client:
        yield client


def me(api: httpx.Client) -> str:
    uri: str = api.get("/users/me").json()["resource"]["uri"]
    return uri


def book(systems: Systems, hours: float = 24, **more: Any) -> httpx.Response:
    start = (systems.world.clock.now() + timedelta(hours=hours)).isoformat()
    asked = {"name": "Ada", "email": "ada@uni.example", "start": start} | more
    return httpx.post(f"{systems.base}/booking/{SLUG}", json=asked)


def test_the_user_and_the_meeting_have_the_documented_form(api):
    resource = api.get("/users/me").json()["resource"]
    assert (resource["slug"], resource["email"]) == ("colliand", "jim@2i2c.org")
    listed = api.get("/event_types", params={"user": resource["uri"]}).json()
    [meeting] = listed["collection"]
    assert meeting["scheduling_url"] == f"https://calendly.com/colliand/{SLUG}"
    assert (meeting["duration"], meeting["active"], meeting["deleted_at"]) == (30, True, None)
    assert listed["pagination"]["next_page_token"] is None
    assert httpx.get(meeting["uri"], headers=api.headers).json()["resource"] == meeting
    by_organization = {"organization": resource["current_organization"]}
    assert api.get("/event_types", params=by_organization).json()["collection"] == [meeting]


@pytest.mark.parametrize("header", [None, "Bearer wrong", CALENDLY_TOKEN, "Basic x"])
def test_a_wrong_token_is_unauthenticated(running, header):
    headers = {"Authorization": header} if header else {}
    answer = httpx.get(f"{running.base}/calendly/users/me", headers=headers)
    assert answer.status_code == 401
    assert answer.json() == {"title": "Unauthenticated", "message": "The access token is invalid"}


def test_wrong_arguments_are_named(api):
    user = me(api)
    for params, parameter in (
        ({}, "user"),
        ({"user": user, "count": 101}, "count"),
        ({"user": user, "count": 0}, "count"),
        ({"user": user, "page_token": "nonsense"}, "page_token"),
        ({"user": user, "colour": "red"}, "colour"),
    ):
        answer = api.get("/event_types", params=params)
        assert answer.status_code == 400
        assert answer.json()["title"] == "Invalid Argument"
        assert answer.json()["details"][0]["parameter"] == parameter
    assert api.get("/scheduled_events", params={"user": user, "status": "lost"}).status_code == 400
    assert api.get("/scheduled_events", params={"user": user, "min_start_time": "soon"}).status_code == 400


def test_what_is_not_ours_or_not_there_is_refused(api, running):
    other = f"{running.base}/calendly/users/someone-else"
    assert api.get("/event_types", params={"user": other}).json()["title"] == "Permission Denied"
    for path in (
        "/users/x",
        "/event_types/x",
        "/scheduled_events/x",
        "/scheduled_events/x/invitees",
        "/nothing",
    ):
        assert api.get(path).json()["title"] == "Resource Not Found"
    assert api.post("/users/me").status_code == 404


def test_limits_are_told_and_kept(api, running):
    running.world.bookings.state.plan = "free"
    first = api.get("/users/me").headers
    assert (first["X-RateLimit-Limit"], first["X-RateLimit-Remaining"]) == ("50", "49")
    for _ in range(49):
        api.get("/users/me")
    refused = api.get("/users/me")
    assert (refused.status_code, refused.headers["X-RateLimit-Remaining"]) == (429, "0")
    assert 1 <= int(refused.headers["X-RateLimit-Reset"]) <= 60
    assert "Retry-After" not in refused.headers
    running.world.clock.advance(60)
    assert api.get("/users/me").status_code == 200


def test_a_booking_is_listed_with_its_invitee_and_mailed(api, running):
    user = me(api)
    assert api.get("/scheduled_events", params={"user": user}).json()["collection"] == []
    assert book(running, tracking={"utm_content": "op-1"}).status_code == 200
    [event] = api.get("/scheduled_events", params={"user": user, "status": "active"}).json()["collection"]
    assert event["location"]["join_url"].startswith("https://zoom.example/")
    [invitee] = httpx.get(f"{event['uri']}/invitees", headers=api.headers).json()["collection"]
    assert (invitee["email"], invitee["tracking"]["utm_content"]) == ("ada@uni.example", "op-1")
    assert httpx.get(invitee["uri"], headers=api.headers).json()["resource"] == invitee
    params = {"user": user, "invitee_email": "bo@uni.example"}
    assert api.get("/scheduled_events", params=params).json()["collection"] == []
    [mail] = httpx.get(f"{running.base}/inbox/ada@uni.example").json()["mails"]
    assert mail["from_address"] == "notifications@calendly.com"
    assert event["location"]["join_url"] in mail["html"]
    assert running.world.helpdesk.state.tickets == {}


def test_a_canceled_booking_says_so_and_frees_its_time(api, running):
    booked = book(running).json()
    assert book(running).status_code == 409
    path = f"{running.base}/booking/events/{booked['uuid']}/cancel"
    assert httpx.post(path, json={"reason": "ill"}).json()["status"] == "canceled"
    assert book(running).status_code == 200
    params = {"user": me(api), "status": "canceled"}
    [event] = api.get("/scheduled_events", params=params).json()["collection"]
    assert event["cancellation"]["reason"] == "ill"
    assert httpx.post(f"{running.base}/booking/events/none/cancel").status_code == 404


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        ({"email": "ada"}, 400),
        ({"name": " "}, 400),
        ({"start": "tomorrow"}, 400),
        ({"start": None}, 400),
        ({"tracking": "x"}, 400),
        ({"start": "2020-01-01T10:00:00Z"}, 409),
    ],
)
def test_what_cannot_be_booked_is_refused_in_words(api, running, asked, status):
    answer = book(running, **asked)
    assert answer.status_code == status
    assert answer.json()["error"]
    assert running.world.bookings.state.bookings == {}


def test_a_meeting_that_is_off_deleted_or_unknown_cannot_be_booked(api, running):
    path = f"{running.base}/booking/event_types/{SLUG}"
    assert httpx.post(path, json={"active": False}).json()["active"] is False
    assert book(running).status_code == 409
    assert httpx.post(path, json={"active": True, "deleted": True}).json()["deleted"] is True
    assert book(running).status_code == 409
    assert httpx.post(f"{running.base}/booking/unknown", json={}).status_code == 400
    for wrong in ({"duration": 0}, {"duration": "30"}, {"duration": True}, {"active": "no"}, {"deleted": 1}):
        assert httpx.post(path, json=wrong).status_code == 400
    shown = httpx.get(f"{running.base}/booking").json()
    assert [(each["slug"], each["deleted"]) for each in shown["event_types"]] == [(SLUG, True)]
