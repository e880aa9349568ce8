"""Leads put straight into the assistant's store, for tests of what comes after the first mail. All tests' leads that
were not hailed come from here, those with notes, a ticket or a document too."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from sops import card
from store.lead import Contact, Lead, new_lead, new_lead_id
from tests.office import CHANNEL, Office
from tests.workspace import Person, View


def a_lead(office: Office, address: str, *, days: float = 0, shown: bool = False, **fields: Any) -> Lead:
    """A lead of Damian's that was created `days` ago and has these fields; `shown`: with its card in the channel."""
    context = office.assistant.context
    given: dict[str, Any] = {"organisation": f"Lab of {address}", "hailed_at": context.clock.now()} | fields
    made = new_lead(
        new_lead_id(),
        str(given.pop("organisation")),
        (Contact(address),),
        at=context.clock.now() - timedelta(days=days),
        by="U01DAMIAN",
        owner=str(given.pop("owner", "U01DAMIAN")),
    )
    lead = office.store.create(replace(made, **given))
    if shown:
        card.post(context, lead)
    return office.store.get(lead.id)


def open_lead(person: Person, address: str) -> View:
    """Type /partnerships and the address; the lead's modal."""
    person.command(CHANNEL, f"/partnerships {address}")
    return person.modal("Partnerships", where=lambda view: "Timeline" in Person.buttons(view))
