"""A look at another system of which some things fail."""

from __future__ import annotations

import logging
from datetime import UTC, datetime, timedelta

import pytest

from services.errors import Busy, Refused, ServiceError, Unreachable
from sops.poll_failures import Failures, from_json, to_json

NOW = datetime(2026, 7, 1, 12, 0, tzinfo=UTC)


def look(
    *errors: Exception | None, before: dict[str, datetime] | None = None, now: datetime = NOW
) -> tuple[list[bool], list[int], dict[str, datetime]]:
    """What was dealt with, which were tried, and what is failing afterwards; thing 1, 2 … meets each of `errors`."""
    failures, tried = Failures(before or {}, now), []

    def act(number: int, error: Exception | None) -> None:
        tried.append(number)
        if error is not None:
            raise error

    done = [
        failures.dealt_with(f"Thing {number}", lambda number=number, error=error: act(number, error))  # type: ignore[misc]
        for number, error in enumerate(errors, 1)
    ]
    return done, tried, from_json(to_json(failures.since))


def test_what_is_refused_or_damaged_keeps_nothing_else_waiting() -> None:
    refused = [Refused("Freshdesk", "not yours", status=403) for _ in range(4)]
    done, tried, failing = look(*refused, ValueError("damaged"), None)
    assert done == [False] * 5 + [True]
    assert tried == [1, 2, 3, 4, 5, 6]
    assert list(failing) == ["Thing 1", "Thing 2", "Thing 3", "Thing 4", "Thing 5"]


def test_what_is_gone_is_passed_over() -> None:
    assert look(Refused("Calendly", "no such event", status=404))[0] == [True]


@pytest.mark.parametrize(
    "errors",
    [
        [Busy("Freshdesk", 30)],
        [Refused("Freshdesk", "who are you?", status=401)],
        [Refused("Slack", "invalid auth", status=200, code="invalid_auth")],
        [Unreachable("Freshdesk", "no connection")] * 3,
    ],
)
def test_when_the_system_answers_nobody_the_rest_waits(errors: list[ServiceError]) -> None:
    done, tried, _ = look(*errors, None)
    assert done == [False] * (len(errors) + 1)
    assert tried == list(range(1, len(errors) + 1))


def test_what_fails_for_a_day_is_passed_over_and_the_log_says_so(caplog: pytest.LogCaptureFixture) -> None:
    refused = Refused("Freshdesk", "not yours", status=403)
    failing = look(refused)[2]
    assert look(refused, before=failing, now=NOW + timedelta(hours=23))[2] == failing == {"Thing 1": NOW}
    with caplog.at_level(logging.ERROR):
        done, _, after = look(refused, before=failing, now=NOW + timedelta(days=1))
    assert (done, after) == ([True], {})
    assert "Thing 1 has been failing for a day" in caplog.text


def test_a_system_that_is_away_makes_nobody_s_day_shorter() -> None:
    busy = Busy("Freshdesk", 30)
    assert look(busy)[2] == {}
    assert look(busy, before={"Thing 1": NOW}, now=NOW + timedelta(days=2))[:1] == ([False],)
