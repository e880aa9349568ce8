"""The plan a person was shown and confirmed, and the record of carrying it out."""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

LIFETIME = timedelta(days=1)
"""A plan that nobody confirmed expires after this long."""


FRESH = timedelta(minutes=5)
"""What outside systems showed when the plan was made is believed for so long: the time to read it and to cancel."""


@dataclass(frozen=True)
class Plan:
    """What one procedure will do for one lead, saved before it is shown; it never changes afterwards.

    `content` is JSON whose shape belongs to the procedure; `digest` names exactly that content. `about` says
    in a few plain words whom it concerns.
    """

    id: str
    sop: str
    lead_id: str
    by: str
    created_at: datetime
    content: Mapping[str, Any]
    digest: str
    about: str = ""

    @property
    def expires_at(self) -> datetime:
        return self.created_at + LIFETIME

    def is_fresh(self, now: datetime) -> bool:
        """Whether what was looked at for this plan need not be looked at again; `now` is aware."""
        return now < self.created_at + FRESH

    @property
    def run_id(self) -> str:
        """The id of the one run that may carry out this plan."""
        return f"{self.sop}:{self.id}"


def new_plan(
    sop: str, lead_id: str, by: str, at: datetime, content: Mapping[str, Any], about: str = ""
) -> Plan:
    return Plan("p" + secrets.token_hex(8), sop, lead_id, by, at, content, digest(content), about)


def digest(content: Mapping[str, Any]) -> str:
    """SHA-256, in hex, of the canonical JSON of `content`."""
    return hashlib.sha256(json.dumps(content, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


class End(StrEnum):
    """How a run stands. The last four are the only ways it ends by itself; `cancelled` means that it never
    began, or that a person dropped it after it stopped."""

    QUEUED = "queued"
    RUNNING = "running"
    CANCELLED = "cancelled"
    DONE = "done"
    FAILED = "failed"
    UNKNOWN = "unknown"
    NEEDS_PERSON = "needs a person"


@dataclass(frozen=True)
class StepLine:
    """One line of the progress message. `state`: running, done, found, skipped, failed, unknown, by hand."""

    step: str
    title: str
    state: str
    note: str = ""


@dataclass(frozen=True)
class Run:
    """The carrying out of one plan, as far as people see it. The engine's own journal is DBOS's.

    `outside` and `not_outside` say what left the organisation and what did not. `reason` is a stable word for
    why it stopped ("paused", "changed" …); `about` is the plan's. `shown` counts the changes already visible
    in Slack; it is behind `changes` while an edit is due.
    """

    plan_id: str
    sop: str
    lead_id: str
    by: str
    channel: str
    end: End
    due_at: datetime
    steps: tuple[StepLine, ...] = ()
    words: str = ""
    outside: str = ""
    not_outside: str = ""
    reason: str = ""
    about: str = ""
    changes: int = 0
    shown: int = 0
