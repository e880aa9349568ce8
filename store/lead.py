"""The lead: everything remembered about one organisation that may become a partner.

All classes are frozen; a change makes a new value with `dataclasses.replace`. Times are aware UTC.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from store.lifecycle import Phase, PhaseChange
from store.meeting import Forecast, Meeting, MeetingState, Planned, Question, Verbal
from store.qualification import Answer, Verdict

SCHEMA = 3
"""The shape of a stored lead. Raise it together with a new entry in `store.upcasters`."""

_BASE32 = "abcdefghijklmnopqrstuvwxyz234567"


def new_lead_id() -> str:
    """`l` and 8 random base32 characters."""
    return "l" + "".join(secrets.choice(_BASE32) for _ in range(8))


@dataclass(frozen=True)
class Contact:
    """A person outside. `address` is kept as typed; two spellings that differ in case are one address."""

    address: str
    name: str = ""

    @property
    def key(self) -> str:
        return self.address.strip().casefold()

    @property
    def domain(self) -> str:
        return self.key.rpartition("@")[2]


@dataclass(frozen=True)
class Message:
    """Where a Slack message is: channel id and `ts`. A thread is named by its root message."""

    channel: str
    ts: str


@dataclass(frozen=True)
class DriveItem:
    """A folder or document of ours in Drive. `link` opens it in a browser."""

    id: str
    name: str
    link: str


@dataclass(frozen=True)
class Reader:
    """Somebody outside with whom the running notes were shared, and how that went.

    `outcome` is a word of `services.google_drive_records.Shared`; `can_open` whether they can read them now.
    """

    address: str
    outcome: str
    can_open: bool
    at: datetime
    words: str = ""


@dataclass(frozen=True)
class Decision:
    """What the lead decided: the verbal close, in a meeting or by mail."""

    verbal: Verbal
    by: str
    at: datetime
    words: str = ""


@dataclass(frozen=True)
class Mail:
    """A mail of theirs: Freshdesk's number of it, and who wrote it, in plain words."""

    number: int
    who: str


@dataclass(frozen=True)
class Lead:
    """One organisation on its way from first contact to partner.

    `unanswered`: their mails that wait for us, of each sender the newest; `settled_to`: up to this number of
    Freshdesk's none waits any more.
    """

    id: str
    organisation: str
    contacts: tuple[Contact, ...]
    phases: tuple[PhaseChange, ...]
    owner: str = ""
    source: str = ""
    thread: Message | None = None
    ticket_id: int | None = None
    unanswered: tuple[Mail, ...] = ()
    settled_to: int = 0
    hailed_at: datetime | None = None
    next_step: str = ""
    next_step_due: str = ""
    answers: tuple[Answer, ...] = ()
    verdicts: tuple[Verdict, ...] = ()
    meetings: tuple[Meeting, ...] = ()
    questions: tuple[Question, ...] = ()
    forecast: Forecast = field(default_factory=Forecast)
    decision: Decision | None = None
    folder: DriveItem | None = None
    notes: DriveItem | None = None
    readers: tuple[Reader, ...] = ()
    version: int = 0
    schema: int = SCHEMA

    @property
    def phase(self) -> Phase:
        return self.phases[-1].after

    @property
    def created_at(self) -> datetime:
        return self.phases[0].at

    @property
    def phase_since(self) -> datetime:
        return self.phases[-1].at

    @property
    def planned(self) -> tuple[Meeting, ...]:
        """Meetings that are neither logged nor cancelled, soonest first."""
        open_ones = (one for one in self.meetings if one.state is MeetingState.PLANNED)
        return tuple(sorted(open_ones, key=lambda one: one.starts_at))

    @property
    def owed(self) -> tuple[Question, ...]:
        """Their questions that still wait for our answer, in the order they were asked."""
        return tuple(question for question in self.questions if question.owed)

    @property
    def domains(self) -> frozenset[str]:
        return frozenset(contact.domain for contact in self.contacts)


def new_lead(
    lead_id: str,
    organisation: str,
    contacts: tuple[Contact, ...],
    *,
    at: datetime,
    by: str,
    owner: str = "",
    source: str = "",
) -> Lead:
    """A lead in its first phase, created `at` by the Slack user `by`."""
    entered = PhaseChange(before=None, after=Phase.LEAD, at=at.astimezone(UTC), by=by, why="created")
    return Lead(lead_id, organisation, contacts, (entered,), owner=owner or by, source=source)


@dataclass(frozen=True)
class LeadSummary:
    """The few fields kept in memory for every lead, for lists and finds."""

    id: str
    organisation: str
    phase: Phase
    owner: str
    addresses: tuple[str, ...]
    ticket_id: int | None
    thread: Message | None
    phase_since: datetime
    next_step: str
    next_step_due: str = ""
    planned: tuple[Planned, ...] = ()
    owed: tuple[Question, ...] = ()
    unanswered: tuple[Mail, ...] = ()


@dataclass(frozen=True)
class Event:
    """One line of a lead's timeline. `key` names the happening: the same key is recorded once.

    `audience` is "team" or "notes" (also in the running notes, which people outside read). `revises` is the key
    of an earlier line that this one takes the place of; with an empty text that line was taken back. `repeats` is the
    key of an earlier line whose words this one says to more people, or with a next step.
    """

    key: str
    at: datetime
    kind: str
    text: str
    by: str = ""
    audience: str = "team"
    revises: str = ""
    repeats: str = ""


def as_it_stands(events: Iterable[Event]) -> list[Event]:
    """A timeline with its revisions applied: each line as it reads now, those taken back left out. A revised line
    keeps its key, place and time. A line that another repeats word for word is left out while that one stands."""
    lines: dict[str, Event] = {}
    for event in events:
        revised = lines.get(event.revises)
        if not event.revises:
            lines[event.key] = event
        elif revised is not None:
            lines[event.revises] = replace(revised, text=event.text)
    standing = [line for line in lines.values() if line.text]
    repeated = {(line.repeats, line.text) for line in standing if line.repeats}
    return [line for line in standing if (line.key, line.text) not in repeated]


@dataclass(frozen=True)
class Effect:
    """An outside effect of ours: the intention, recorded before the act, and the receipt after it.

    An intention without a receipt may or may not have happened: look before acting again.
    """

    key: str
    intended_at: datetime
    detail: str = ""
    receipt: str | None = None
    received_at: datetime | None = None
