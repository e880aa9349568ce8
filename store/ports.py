"""What a store of leads promises. Every implementation passes the one suite in `tests/store/contract.py`."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any, Protocol

from store.lead import Effect, Event, Lead, LeadSummary, Message
from store.lifecycle import Phase
from store.plan import Plan, Run

Telling = Callable[[Lead, Lead], Event | None]
"""What the timeline says of a change, from the lead before and after."""


class StoreError(Exception):
    """Something about the store itself; the message names the file or the process to look at."""


class StoreLocked(StoreError):
    """Another process has the store open for writing; the message names it."""


class StoreFull(StoreError):
    """The disk is full. Nothing was changed and the store goes on working once space is free."""


class StoreDamaged(StoreError):
    """A file does not hold what was written to it; it has been set aside under the name in the message."""


class NoSuchLead(KeyError):
    """No lead has this id."""


class AddressTaken(Exception):
    """Another lead already has one of these addresses."""

    def __init__(self, address: str, lead_id: str) -> None:
        super().__init__(f"{address} belongs to lead {lead_id}")
        self.address = address
        self.lead_id = lead_id


class LeadStore(Protocol):
    """Leads, their timelines, the effects made for them, plans and runs, and workspace values.

    Every method that changes something is durable when it returns, and atomic: all of it or nothing, also
    after a crash. All methods may be called from any thread. What is returned is the caller's own copy.
    """

    def create(self, lead: Lead, *events: Event) -> Lead:
        """Remember a new lead. A lead of the same id is returned as it is (a retry). Raises AddressTaken."""

    def get(self, lead_id: str) -> Lead:
        """Raises NoSuchLead; StoreDamaged when its file was set aside."""

    def update(
        self,
        lead_id: str,
        change: Callable[[Lead], Lead],
        *events: Event,
        telling: Telling | None = None,
        receipt: Effect | None = None,
    ) -> Lead:
        """Apply the pure function `change` under the lock and raise `version` by one; events whose key is
        already in the timeline are not added again. `telling` words one more, so that of two who change the same at
        once only the first is told. `receipt` is recorded with it, as by `receive`. Where nothing changes and
        nothing is told, nothing is written. An exception of either aborts. Raises NoSuchLead, AddressTaken."""

    def find_by_address(self, address: str) -> LeadSummary | None:
        """Case does not count."""

    def find_by_domain(self, domain: str) -> list[LeadSummary]: ...

    def find_by_ticket(self, ticket_id: int) -> LeadSummary | None: ...

    def find_by_thread(self, thread: Message) -> LeadSummary | None: ...

    def find_by_booking(self, booking: str) -> LeadSummary | None:
        """The lead with a meeting of this Calendly event (its URI)."""

    def leads(
        self,
        *,
        phase: Phase | None = None,
        owner: str | None = None,
        after: str = "",
        limit: int | None = None,
    ) -> list[LeadSummary]:
        """By id, starting after the id `after`; all of them without a `limit`."""

    def search(self, text: str, limit: int = 20) -> list[LeadSummary]:
        """Leads whose organisation, address, domain or ticket number contains `text`, best first."""

    def append(self, lead_id: str, event: Event) -> bool:
        """Add to the timeline; False when an event of that key is already there. Raises NoSuchLead."""

    def timeline(self, lead_id: str, *, after: int = 0, limit: int | None = None) -> list[Event]:
        """In the order of recording, starting after the first `after` events; all of them without a `limit`."""

    def intend(self, lead_id: str, effect: Effect) -> None:
        """Record an intention before acting. A receipt already there is kept."""

    def receive(self, lead_id: str, effect: Effect) -> None:
        """Record the receipt (with the intention, where none was recorded)."""

    def forget(self, lead_id: str, key: str) -> None:
        """Clear an intention that a person says did not happen. A receipt is never cleared."""

    def effect(self, lead_id: str, key: str) -> Effect | None: ...

    def save_plan(self, plan: Plan) -> None: ...

    def plan(self, plan_id: str) -> Plan | None: ...

    def start_run(self, run: Run) -> Run:
        """Record a run for a saved plan; the one already there is returned as it is."""

    def run(self, plan_id: str) -> Run | None: ...

    def update_run(self, plan_id: str, change: Callable[[Run], Run]) -> Run:
        """Apply `change` under the lock. Raises KeyError where the plan has no run."""

    def open_runs(self) -> list[Run]:
        """Runs that are not over (queued, running, failed, unknown, needs a person) or not yet shown."""

    def drop_expired_plans(self, before: datetime) -> int:
        """Delete plans created before the aware datetime `before` that were never run; how many."""

    def save_blob(self, data: bytes) -> str:
        """Keep bytes (an attachment of a plan) under their SHA-256 in hex, which is returned."""

    def blob(self, sha256: str) -> bytes:
        """Raises KeyError; StoreDamaged when the bytes no longer have that hash."""

    def value(self, name: str) -> Any:
        """A workspace value (JSON), None when never set."""

    def set_value(self, name: str, value: Any) -> None: ...

    def close(self) -> None: ...
