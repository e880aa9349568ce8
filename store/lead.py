"""The lead: everything remembered about one organisation that may become a partner.

All classes are frozen; a change makes a new value with `dataclasses.replace`. Times are aware UTC.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import UTC, datetime

from store.lifecycle import Phase, PhaseChange

SCHEMA = 1
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
class Lead:
    """One organisation on its way from first contact to partner."""

    id: str
    organisation: str
    contacts: tuple[Contact, ...]
    phases: tuple[PhaseChange, ...]
    owner: str = ""
    source: str = ""
    thread: Message | None = None
    ticket_id: int | None = None
    hailed_at: datetime | None = None
    next_step: str = ""
    next_step_due: str = ""
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


@dataclass(frozen=True)
class Event:
    """One line of a lead's timeline. `key` names the happening: the same key is recorded once.

    `audience` is "team" or "notes" (also in the running notes, which people outside read).
    """

    key: str
    at: datetime
    kind: str
    text: str
    by: str = ""
    audience: str = "team"


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
