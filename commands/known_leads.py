"""Finding the lead that somebody is about to create a second time."""

from __future__ import annotations

from dataclasses import dataclass

from sops import addresses
from sops.context import Context
from store.lead import Contact, Lead


@dataclass(frozen=True)
class Known:
    """A lead that fits the contacts `asked` about: by an address, or only by their organisation's domain."""

    lead: Lead
    asked: tuple[Contact, ...]
    by_domain: bool


def find_known(context: Context, contacts: tuple[Contact, ...]) -> Known | None:
    """By address, else by the organisation's domain; public mail providers never match by domain."""
    for contact in contacts:
        found = context.store.find_by_address(contact.address)
        if found is not None:
            return Known(context.store.get(found.id), contacts, by_domain=False)
    for contact in contacts:
        for domain in addresses.related_domains(contact.domain):
            same = context.store.find_by_domain(domain)
            if same:
                return Known(context.store.get(same[0].id), contacts, by_domain=True)
    return None


def permalink_of(context: Context, lead: Lead) -> str:
    """The address of the lead's thread, empty while it has none."""
    thread = lead.thread
    return context.services.slack.permalink(thread.channel, thread.ts) if thread else ""
