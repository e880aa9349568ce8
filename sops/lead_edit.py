"""Changing what is known of a lead by hand, also when two people do so at once: different fields merge, the same
field is told to the second of them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace

from sops import addresses, blocks
from sops.context import Context
from sops.merging import merge
from store.lead import Event, Lead

FIELDS = {
    "contacts": "Contacts",
    "organisation": "Organisation",
    "source": "Source",
    "next_step": "Next step",
    "next_step_due": "Due",
}
"""The fields that a person edits, and what they are called."""

Values = Mapping[str, str]
"""By field, as a form holds it: contacts one a line, the due date as an ISO date or empty."""


class Clash(Exception):
    """Somebody else changed `fields` meanwhile to something else; nothing was written. `lead` is as it is now."""

    def __init__(self, fields: frozenset[str], lead: Lead) -> None:
        super().__init__(", ".join(sorted(fields)))
        self.fields = fields
        self.lead = lead


@dataclass(frozen=True)
class Saved:
    """The lead before and after; the same where nothing was changed."""

    before: Lead
    after: Lead


def values_of(lead: Lead) -> dict[str, str]:
    return {
        "contacts": "\n".join(addresses.as_typed(contact) for contact in lead.contacts),
        "organisation": lead.organisation,
        "source": lead.source,
        "next_step": lead.next_step,
        "next_step_due": lead.next_step_due,
    }


def marks(values: Values) -> dict[str, str]:
    """A few signs for each value, enough to tell later whether it is still the same (a form keeps 3000)."""
    return {field: hashlib.sha256(value.encode()).hexdigest()[:12] for field, value in values.items()}


def save(context: Context, lead_id: str, shown: Mapping[str, str], typed: Values, by: str) -> Saved:
    """Write what differs from what was `shown` (its marks). Raises Clash, AddressTaken, NoSuchLead."""
    before = context.store.get(lead_id)
    now = context.clock.now()

    def telling(before: Lead, after: Lead) -> Event | None:
        words = "; ".join(_differences(before, after))
        return Event(f"edited:{now.isoformat()}", now, "change", words, by) if words else None

    after = context.store.update(lead_id, lambda lead: _merged(lead, shown, typed), telling=telling)
    if after != before:
        context.progress.card(lead_id)
    return Saved(before, after)


def _merged(lead: Lead, shown: Mapping[str, str], typed: Values) -> Lead:
    held = values_of(lead)
    merged = merge(shown, marks(typed), marks({field: held[field] for field in typed}))
    if merged.clashes:
        raise Clash(frozenset(merged.clashes), lead)
    plain = {field: typed[field] for field in merged.changed}
    if "contacts" in plain:
        lead = replace(lead, contacts=addresses.parse(plain.pop("contacts")).contacts)
    return replace(lead, **plain)  # type: ignore[arg-type]


def _differences(before: Lead, after: Lead) -> list[str]:
    """What changed, for the timeline."""
    told = []
    for field, name in FIELDS.items():
        old, new = getattr(before, field), getattr(after, field)
        if field != "contacts" and old != new:
            told.append(f"{name}: {blocks.cut(old, 200) or 'none'} → {blocks.cut(new, 200) or 'none'}")
    had, has = {one.key for one in before.contacts}, {one.key for one in after.contacts}
    come = [f"Contact added: {one.address}" for one in after.contacts if one.key not in had]
    gone = [f"Contact removed: {one.address}" for one in before.contacts if one.key not in has]
    if before.contacts != after.contacts and not come + gone:
        told.append("Contacts: names or their order")
    return told + come + gone
