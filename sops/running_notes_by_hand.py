"""Create running notes while Google is not connected: everything is prepared, a person does it and says so."""

from __future__ import annotations

import re
from dataclasses import replace

from sops import attempting
from sops.context import here
from sops.effects import made_by_hand, receive
from sops.ends import Failed, NeedsPerson
from sops.engine import Json, step
from sops.running_notes_plan import NotesPlan, of
from sops.running_notes_sharing import shared_by_hand
from store.lead import DriveItem, Event, Lead

_DOCUMENT = re.compile(r"https://docs\.google\.com/document/(?:u/\d+/)?d/([\w-]{10,100})")


def remember(plan_id: str) -> None:
    """What a person made, by the link they gave; harmless to repeat."""
    plan = here().store.plan(plan_id)
    if plan is None:
        raise Failed("The plan is gone.")
    notes, done = of(plan), attempting.by_hand(plan_id, MAKE)
    found = _DOCUMENT.search(done.receipt or "") if done is not None else None
    if found is not None:
        receive(notes.lead_id, notes.notes_key, found[1])
    for key in (notes.replaced_key, notes.entry_key):
        made_by_hand(notes.lead_id, key)
    by = done.detail if done is not None else ""
    event = Event(f"{plan_id}:by-hand", here().clock.now(), "notes", "Running notes made by hand", by)
    here().store.update(notes.lead_id, lambda lead: _known(lead, notes, found), event)
    shared_by_hand(notes, by)


@step("Make the running notes by hand", by_hand=remember)
def make_by_hand(plan_id: str) -> Json:
    """Waits for the person, whose word for it is recorded by the shared mechanism of steps done by hand."""
    words = "Google Drive is not connected, so a person does this there. Everything is prepared."
    raise NeedsPerson(words, reason="by hand")


MAKE = make_by_hand.__name__


def _known(lead: Lead, notes: NotesPlan, found: re.Match[str] | None) -> Lead:
    if found is not None:
        return replace(lead, notes=DriveItem(found[1], notes.notes_name, found[0]))
    folder = replace(lead.folder, name=notes.organisation) if lead.folder is not None else None
    document = replace(lead.notes, name=notes.notes_name) if lead.notes is not None else None
    return replace(lead, folder=folder, notes=document)
