"""A lead's change of phase: no procedure makes one by itself, a person confirms it.

Source: "Service partnership lifecycle" of the procedure; the table of transitions is `store.lifecycle`.
"""

from __future__ import annotations

from dataclasses import replace

from sops import ticket_notes
from sops.context import Context
from store.lead import Event, Lead
from store.lifecycle import Phase, transition


def move(context: Context, lead_id: str, to: Phase, by: str, why: str) -> Lead:
    """Change the phase: recorded in the transition log and the timeline, noted on the ticket, shown on the card.

    Raises store.lifecycle.TransitionRefused where the table does not allow it, NoSuchLead.
    """
    now = context.clock.now()
    before = context.store.get(lead_id)
    key = f"phase:{len(before.phases)}"
    words = f"{before.phase} → {to}" + (f": {why}" if why else "")

    def change(lead: Lead) -> Lead:
        return replace(lead, phases=transition(lead.phases, to, at=now, by=by, why=why))

    lead = context.store.update(lead_id, change, Event(key, now, "phase", words, by))
    ticket_notes.owe(context, lead_id, key, words)
    context.progress.card(lead_id)
    return lead
