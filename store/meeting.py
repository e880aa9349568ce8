"""Meetings with a lead, what they asked there, and what was forecast."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class MeetingState(StrEnum):
    PLANNED = "planned"
    CANCELLED = "cancelled"
    HELD = "held"
    NO_SHOW = "no-show"


class Verbal(StrEnum):
    """What the lead said to partnering: the procedure's "verbal close"."""

    YES = "yes"
    NO = "no"
    NOT_YET = "not yet"


def new_meeting_id() -> str:
    return "m" + secrets.token_hex(4)


@dataclass(frozen=True)
class Meeting:
    """One meeting; times are aware UTC. `booking` is Calendly's URI of the scheduled event, empty for one that a
    person entered; `name` is who booked it; `noted` is its start as the running notes say it, if they do. `demo` and
    `replicate`: shown, and the right to replicate told."""

    id: str
    starts_at: datetime
    ends_at: datetime
    state: MeetingState = MeetingState.PLANNED
    booking: str = ""
    name: str = ""
    link: str = ""
    participants: tuple[str, ...] = ()
    noted: datetime | None = None
    notes: str = ""
    demo: bool = False
    replicate: bool = False
    verbal: Verbal | None = None
    logged_by: str = ""
    logged_at: datetime | None = None


@dataclass(frozen=True)
class Question:
    """Something the lead asked. `due` is an ISO date, empty where an answer is not owed or has no date."""

    text: str
    asked_at: datetime
    owed: bool
    due: str = ""


@dataclass(frozen=True)
class Forecast:
    """What a person expects of the stages ahead. Dates are ISO dates, empty where unknown."""

    procurement: str = ""
    technical: str = ""
    signature: str = ""
    start: str = ""
    by: str = ""
    at: datetime | None = None


@dataclass(frozen=True)
class Planned:
    """A meeting that was not logged yet, as it is kept in memory for every lead: what the tick looks at."""

    id: str
    starts_at: datetime
    ends_at: datetime
