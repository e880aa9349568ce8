"""Reminders that can wait keep to the team's hours, in its own time zone."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from sops import working_hours
from sops.team import Team

TEAM = Team(time_zone="America/New_York")


@pytest.mark.parametrize(
    ("moment", "at_work"),
    [
        ("2026-07-06T12:59", False),  # Monday, 8:59 in New York
        ("2026-07-06T13:00", True),
        ("2026-07-06T21:59", True),
        ("2026-07-06T22:00", False),
        ("2026-07-11T15:00", False),  # Saturday
        ("2026-01-05T13:59", False),  # Monday in winter
        ("2026-01-05T14:00", True),
    ],
)
def test_nine_to_six_on_weekdays_where_the_team_is(moment: str, at_work: bool) -> None:
    assert working_hours.covers(TEAM, datetime.fromisoformat(moment).replace(tzinfo=UTC)) is at_work


def test_a_team_sets_its_own_days_and_hours() -> None:
    friday = datetime(2026, 7, 10, 23, 30, tzinfo=UTC)
    assert not working_hours.covers(Team(working_days=(7, 1, 2, 3, 4), working_hours=(0, 24)), friday)
    assert working_hours.covers(Team(working_days=(5,), working_hours=(8, 24)), friday)
