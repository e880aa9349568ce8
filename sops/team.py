"""What a team sets for itself, as plain values; the defaults are 2i2c's."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, field_validator
from pydantic.dataclasses import dataclass

_Hour = Annotated[int, Field(ge=0, le=24)]
_Weekday = Annotated[int, Field(ge=1, le=7)]
"""Monday is 1 (ISO 8601)."""


@dataclass(frozen=True)
class Team:
    """Durations are in seconds where the name says so. Links are templates for `str.format`."""

    organisation: str = "2i2c"
    channel: str = "partnerships"
    mailbox: str = "partnerships@2i2c.org"
    canned_response: str = "Hail the Lead"
    attachment_required: bool = False
    meeting_host: str = "calendly.com"
    meeting_minutes: int = 30
    senders: tuple[str, ...] = ()
    senders_channel: str = ""
    cancel_seconds: float = 60.0
    daily_cap: int = 50
    leads_at_once: int = 10
    recipient_domains: tuple[str, ...] = ()
    agreements_folder: str = ""
    templates_folder: str = ""
    """Ids of the two folders of the shared drive under Partnerships."""
    agreements_path: str = "2i2c Team Drive >> Partnerships >> Agreements"
    """Where people find the folder of agreements, as the procedure writes it."""
    placeholder: str = "PartnerX"
    notes_template: str = "[Template] Running Notes"
    notes_name: str = "Running notes -- {partner} + {organisation}"
    notes_heading: str = "Notes"
    """The heading of the running notes under which dated entries go, newest first."""
    replicate_link: str = "https://2i2c.org/right-to-replicate/"
    agenda_minutes: int = 15
    """So long before a meeting its owner gets the agenda."""
    time_zone: str = "UTC"
    working_hours: tuple[_Hour, _Hour] = (9, 18)
    working_days: Annotated[tuple[_Weekday, ...], Field(min_length=1)] = (1, 2, 3, 4, 5)
    """When reminders may come, in `time_zone`: from the first hour until the second, on these days."""
    live: bool = False
    ticket_link: str = ""
    mail_link: str = ""
    look_again_seconds: tuple[float, ...] = (2.0, 10.0, 25.0)
    """After an unknown outcome: pauses before each look-up (three times within 40 s)."""
    settle_seconds: float = 5.0
    """After a crash: how long a request that had left is given to arrive before it may be repeated."""
    repeats: int = 4
    """How often a call is tried that was refused for being too many, or could not be made at all."""
    longest_wait_seconds: float = 60.0
    """The longest pause before such a repeat; a longer Retry-After ends the attempt."""

    @field_validator("working_hours")
    @classmethod
    def _begin_before_they_end(cls, hours: tuple[int, int]) -> tuple[int, int]:
        if hours[0] >= hours[1]:
            raise ValueError("the first hour has to be before the second")
        return hours
