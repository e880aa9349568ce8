"""When the team works: reminders that can wait keep to it."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from sops.team import Team


def covers(team: Team, moment: datetime) -> bool:
    """Whether the aware `moment` lies in the working hours of one of the working days, in the team's time zone."""
    local = moment.astimezone(ZoneInfo(team.time_zone))
    first, end = team.working_hours
    return local.isoweekday() in team.working_days and first <= local.hour < end
