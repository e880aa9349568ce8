"""Leads, events, plans and runs to store, with fixed times."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from store.lead import Contact, Effect, Event, Lead, new_lead
from store.plan import End, Plan, Run, StepLine, new_plan

AT = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
DAY = timedelta(days=1)


def lead(name: str = "ada", *addresses: str, organisation: str = "") -> Lead:
    """A lead with the id `l<name>` and, by default, the one address `<name>@<name>.example`."""
    contacts = tuple(Contact(address) for address in addresses or (f"{name}@{name}.example",))
    return new_lead(f"l{name}", organisation or f"{name.title()} University", contacts, at=AT, by="U1")


def event(key: str, text: str = "Something happened") -> Event:
    return Event(key, AT, "note", text, by="U1")


def intention(key: str = "mail", at: datetime = AT) -> Effect:
    return Effect(key, at, detail="to ada")


def receipt(key: str = "mail", receipt: str = "ticket 7") -> Effect:
    return Effect(key, AT + DAY, receipt=receipt, received_at=AT + DAY)


def plan(lead_id: str = "lada", at: datetime = AT, **content: object) -> Plan:
    return new_plan(
        "hail-lead", lead_id, "U1", at, content or {"to": ["ada@ada.example"], "subject": "Hello"}
    )


def run(of: Plan, end: End = End.QUEUED, *, changes: int = 0, shown: int = 0) -> Run:
    steps = (StepLine("mail", "Send the mail", "running"),)
    return Run(of.id, of.sop, of.lead_id, "U1", "C1", end, AT, steps, changes=changes, shown=shown)
