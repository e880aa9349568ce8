"""What is kept in memory of every lead, to answer the finds, the lists and the search."""

from __future__ import annotations

import threading
import unicodedata
from bisect import bisect_left, bisect_right, insort
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice

from store.lead import Contact, Lead, LeadSummary, Message
from store.lifecycle import Phase
from store.meeting import Planned
from store.ports import AddressTaken

_Key = tuple[str, Hashable]
"""A kind of find (address, domain, ticket, thread, booking) and what it asks for."""


def summarise(lead: Lead) -> LeadSummary:
    return LeadSummary(
        id=lead.id,
        organisation=lead.organisation,
        phase=lead.phase,
        owner=lead.owner,
        addresses=tuple(contact.address for contact in lead.contacts),
        ticket_id=lead.ticket_id,
        thread=lead.thread,
        phase_since=lead.phase_since,
        next_step=lead.next_step,
        next_step_due=lead.next_step_due,
        planned=tuple(Planned(one.id, one.starts_at, one.ends_at) for one in lead.planned),
        owed=lead.owed,
        unanswered=lead.unanswered,
    )


@dataclass(frozen=True)
class _Entry:
    summary: LeadSummary
    keys: frozenset[_Key]
    name: str
    text: str


class LeadIndex:
    """Leads by id, address, domain, ticket and thread. May be used from any thread.

    An address is claimed before its lead is written and shown only afterwards, so that of two leads created
    at the same moment with one address exactly one succeeds.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._entries: dict[str, _Entry] = {}
        self._order: list[str] = []
        self._by_name: list[tuple[str, str, _Entry]] = []
        self._ids: dict[_Key, tuple[str, ...]] = {}
        self._claims: dict[str, str] = {}

    def __contains__(self, lead_id: str) -> bool:
        with self._lock:
            return lead_id in self._entries

    @contextmanager
    def claiming(self) -> Iterator[Callable[[Lead], None]]:
        """Around the writing of a lead: gives the function that claims the addresses it will have.

        The lead is shown at the end of the body, unless that raises. The function raises `AddressTaken`.
        """
        claimed: list[Lead] = []

        def claim(lead: Lead) -> None:
            self._claim(lead)
            claimed.append(lead)

        try:
            yield claim
            for lead in claimed:
                self.put(lead)
        finally:
            for lead in claimed:
                self._release(lead)

    def put(self, lead: Lead) -> None:
        """Show the lead as it is now on the disk."""
        entry = _entry(lead)
        with self._lock:
            old = self._entries.get(lead.id)
            self._entries[lead.id] = entry
            if old is None:
                insort(self._order, lead.id)
            else:
                del self._by_name[bisect_left(self._by_name, (old.name, lead.id))]
            insort(self._by_name, (entry.name, lead.id, entry))
            if old is not None and old.keys == entry.keys:
                return
            for key in old.keys if old else ():
                self._ids[key] = tuple(other for other in self._ids[key] if other != lead.id)
                if not self._ids[key]:
                    del self._ids[key]
            for key in entry.keys:
                self._ids[key] = (*self._ids.get(key, ()), lead.id)

    def by_address(self, address: str) -> LeadSummary | None:
        return self._first(("address", Contact(address).key))

    def by_ticket(self, ticket_id: int) -> LeadSummary | None:
        return self._first(("ticket", ticket_id))

    def by_thread(self, thread: Message) -> LeadSummary | None:
        return self._first(("thread", thread))

    def by_booking(self, booking: str) -> LeadSummary | None:
        return self._first(("booking", booking))

    def by_domain(self, domain: str) -> list[LeadSummary]:
        return self._all(("domain", domain.strip().casefold()))

    def page(
        self, phase: Phase | None, owner: str | None, after: str, limit: int | None
    ) -> list[LeadSummary]:
        """By id, starting after the id `after`; those of `phase` and `owner` where given."""
        with self._lock:
            ids = islice(self._order, bisect_right(self._order, after), None)
            every = (self._entries[id].summary for id in ids)
            found = (one for one in every if phase in (None, one.phase) and owner in (None, one.owner))
            return list(islice(found, limit))

    def search(self, text: str, limit: int) -> list[LeadSummary]:
        """Best first: what equals `text`, begins with it, has a word that does, contains it; then by name."""
        wanted = searchable(text)
        with self._lock:
            hits = [entry for _, _, entry in self._by_name if wanted in entry.text]
        found: dict[str, LeadSummary] = {}
        for pattern in (f"\n{wanted}\n", f"\n{wanted}", f" {wanted}", wanted):
            for entry in (entry for entry in hits if pattern in entry.text):
                if len(found) >= limit:
                    return list(found.values())
                found.setdefault(entry.summary.id, entry.summary)
        return list(found.values())

    def _claim(self, lead: Lead) -> None:
        with self._lock:
            for contact in lead.contacts:
                holder = self._holder(contact.key)
                if holder not in (None, lead.id):
                    raise AddressTaken(contact.address, str(holder))
            self._claims.update({contact.key: lead.id for contact in lead.contacts})

    def _release(self, lead: Lead) -> None:
        with self._lock:
            for contact in lead.contacts:
                self._claims.pop(contact.key, None)

    def _holder(self, address: str) -> str | None:
        return min(self._ids.get(("address", address), ()), default=None) or self._claims.get(address)

    def _first(self, key: _Key) -> LeadSummary | None:
        with self._lock:
            lead_id = min(self._ids.get(key, ()), default=None)
            return self._entries[lead_id].summary if lead_id else None

    def _all(self, key: _Key) -> list[LeadSummary]:
        with self._lock:
            return [self._entries[lead_id].summary for lead_id in sorted(self._ids.get(key, ()))]


def searchable(text: str) -> str:
    """One line without case or accents, so that "universite" finds "Université"."""
    if not text.isascii():
        apart = unicodedata.normalize("NFKD", text)
        text = "".join(sign for sign in apart if not unicodedata.combining(sign))
    return " ".join(text.casefold().split())


def _entry(lead: Lead) -> _Entry:
    addresses = [contact.key for contact in lead.contacts]
    domains = sorted({address.rpartition("@")[2] for address in addresses})
    keys: list[_Key] = [("address", address) for address in addresses]
    keys += [("domain", domain) for domain in domains]
    name = searchable(lead.organisation)
    lines = [name, *map(searchable, addresses), *domains]
    if lead.ticket_id is not None:
        keys.append(("ticket", lead.ticket_id))
        lines.append(str(lead.ticket_id))
    if lead.thread is not None:
        keys.append(("thread", lead.thread))
    keys += [("booking", meeting.booking) for meeting in lead.meetings if meeting.booking]
    return _Entry(summarise(lead), frozenset(keys), name, "\n" + "\n".join(lines) + "\n")
