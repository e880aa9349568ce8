"""Calendly, where leads book meetings: what lies behind a booking link, and what was booked.

Source of the rules marked "Calendly:" is https://developer.calendly.com (version 2).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, TypeVar
from urllib.parse import quote, urlsplit

import httpx

from services import calendly_records as records
from services.calendly_records import EventType, Invitee, ScheduledEvent
from services.http import Answer, Complaint, Dialect, Http, checked_secret, seconds

SYSTEM = "Calendly"
PAGES = 100
T = TypeVar("T")


class Calendly:
    """One person's Calendly, by their personal access token. Safe to use from several threads.

    `base_url` is `https://api.calendly.com`. Reads raise Refused, Busy or Unreachable. Raises ValueError for
    a base URL or a token that cannot be one.
    """

    def __init__(
        self,
        base_url: str,
        token: str,
        *,
        sleep: Callable[[float], None] = time.sleep,
        read_timeout: float = 20.0,
    ) -> None:
        auth = _Bearer(checked_secret(SYSTEM, token))
        self._http = Http(_DIALECT, base_url, auth=auth, sleep=sleep, read_timeout=read_timeout)
        self._user = ""

    def __repr__(self) -> str:
        return f"Calendly({str(self._http.base)!r})"

    def close(self) -> None:
        self._http.close()

    def user(self) -> str:
        """The URI of the token's user, asked for once: also the cheapest way to see that the token works."""
        if not self._user:
            self._user = self._http.read("/users/me", lambda answer: str(answer.data["resource"]["uri"]))
        return self._user

    def event_types(self) -> list[EventType]:
        """All event types of the token's user, also those switched off."""
        return list(self._event_types())

    def event_type_at(self, link: str) -> EventType | None:
        """What is booked at `link`, None when it is none of this user's links.

        Scheme, case of the host, a trailing slash, query and fragment do not count. Of several at one address
        the one that can be booked is meant.
        """
        wanted = normal_link(link)
        if not wanted:
            return None
        found = [each for each in self._event_types() if normal_link(each.scheduling_url) == wanted]
        found.sort(key=lambda each: (each.deleted, not each.active))
        return found[0] if found else None

    def scheduled_events(self, since: datetime) -> list[ScheduledEvent]:
        """All that start at `since` (aware) or later, also the canceled ones; by start.

        Calendly: there is no way to ask for what changed, only for what starts when; `updated_at` tells.
        """
        start = since.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        asked = {"user": self.user(), "min_start_time": start, "sort": "start_time:asc"}
        return list(self._all("/scheduled_events", records.scheduled_event, asked))

    def scheduled_event(self, uri: str) -> ScheduledEvent:
        """One event. Raises Refused (404) where there is none."""
        return self._http.read(
            _path(uri), lambda answer: records.scheduled_event(answer.data["resource"]), {}
        )

    def invitees(self, event_uri: str) -> list[Invitee]:
        """Who booked an event, also when it was canceled."""
        return list(self._all(f"{_path(event_uri)}/invitees", records.invitee, {}))

    def _event_types(self) -> Iterator[EventType]:
        return self._all("/event_types", records.event_type, {"user": self.user()})

    def _all(
        self, path: str, parse: Callable[[Mapping[str, Any]], T], asked: Mapping[str, str]
    ) -> Iterator[T]:
        """Every row of every page. Calendly: at most 100 a page."""
        params: dict[str, str | int] = {**asked, "count": 100}

        def page(answer: Answer) -> tuple[list[T], str]:
            pagination = answer.data.get("pagination") or {}
            rows = [parse(row) for row in answer.data["collection"]]
            return rows, str(pagination.get("next_page_token") or "")

        for _ in range(PAGES):
            rows, token = self._http.read(path, page, params)
            yield from rows
            if not token:
                return
            params["page_token"] = token


def _path(event_uri: str) -> str:
    """Calendly names an event by its whole address; we ask our own base URL for it."""
    return f"/scheduled_events/{quote(event_uri.rpartition('/')[2], safe='')}"


def normal_link(link: str) -> str:
    """Host and path of a web address in the form that is compared; empty when it is no web address."""
    try:
        parts = urlsplit(link.strip())
        port = parts.port
    except ValueError:
        return ""
    if parts.scheme.lower() not in ("http", "https") or not parts.hostname:
        return ""
    host = parts.hostname.removeprefix("www.") + (f":{port}" if port not in (None, 80, 443) else "")
    return host + parts.path.rstrip("/")


class _Bearer(httpx.Auth):
    def __init__(self, token: str) -> None:
        self._token = token

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        request.headers["Authorization"] = f"Bearer {self._token}"
        yield request


def _complaint(data: Any) -> Complaint:
    """Calendly: `{title, message, details: [{parameter, message}]}`."""
    if not isinstance(data, dict):
        return Complaint()
    details = data.get("details")
    first = details[0] if isinstance(details, list) and details and isinstance(details[0], dict) else {}
    message = first.get("message") or data.get("message") or ""
    return Complaint(str(message), str(data.get("title") or "")[:60], str(first.get("parameter") or "")[:60])


def _seconds_left(headers: httpx.Headers) -> float:
    """Calendly: X-RateLimit-Reset is the seconds left, and there is no Retry-After."""
    return seconds(headers.get("X-RateLimit-Reset"), seconds(headers.get("Retry-After"), 30.0))


_DIALECT = Dialect(SYSTEM, complaint=_complaint, wait=_seconds_left, reset=_seconds_left)
