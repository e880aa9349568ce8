"""What every plan of an entry in the running notes has in common: what stands there by now, and the checks right
before it is written. People outside read the notes, so only what a person saw is done, for those they saw named."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from sops import brakes, notes_entry
from sops.blocks import escape
from sops.context import here
from sops.ends import Failed, NeedsPerson, Standing
from sops.status_update_plan import CLOSED, entry_key, why_not_shared
from store.lead import Lead
from store.lifecycle import Phase

NOTHING_WRITTEN = "Nothing was written into the running notes."


class EntryPlan(Protocol):
    """What a person saw: `document` is the id of the notes; `readers` are addresses outside, named by
    `reader_words`; `everybody`: the link alone is enough to read them."""

    @property
    def lead_id(self) -> str: ...
    @property
    def document(self) -> str: ...
    @property
    def readers(self) -> tuple[str, ...]: ...
    @property
    def reader_words(self) -> str: ...
    @property
    def everybody(self) -> bool: ...


def entry_standing(plan_id: str, entry: EntryPlan) -> Standing:
    """What is in the notes by now. A retry looks there first, so nothing is ever unsettled."""
    known = here().store.effect(entry.lead_id, entry_key(plan_id))
    if known is None:
        return Standing(not_outside=NOTHING_WRITTEN)
    if known.receipt is None:
        return Standing(outside="The entry may be in the running notes; Retry looks before it writes.")
    return Standing(
        outside=f"The entry is in the running notes, where {escape(entry.reader_words)} can read it."
    )


def refuse_what_changed(plan_id: str, entry: EntryPlan) -> None:
    """Right before the entry is written: sending is not paused, the plan holds, the lead is open, and the notes and
    who reads them are those of the plan. Readers are asked of Drive, unless the plan was made a moment ago; those
    whom the assistant let in since then count at once.

    Raises NeedsPerson, or Failed where Drive could not be asked; what was written is left to the procedure's
    standing to say.
    """
    plan, lead = here().store.plan(plan_id), here().store.get(entry.lead_id)
    if plan is None or plan.expires_at <= here().clock.now():
        raise changed("This plan is more than a day old.")
    if lead.phase is Phase.CLOSED:
        raise changed(CLOSED)
    if lead.notes is None or lead.notes.id != entry.document:
        raise changed("The lead has other running notes now.")
    _refuse_new(entry, (one.address for one in lead.readers if one.can_open and one.at > plan.created_at))
    if not plan.is_fresh(here().clock.now()):
        _ask_drive(lead, entry)
    _brakes(entry)


def changed(words: str) -> NeedsPerson:
    """What the person confirmed is not what would be done now."""
    return NeedsPerson(f"{words} Look at the new plan.", reason="changed")


def _ask_drive(lead: Lead, entry: EntryPlan) -> None:
    now = notes_entry.audience(here(), lead)
    why_not = why_not_shared(here(), lead, now)
    if now.why_not and not now.checked:
        raise Failed(f"Who reads the running notes could not be looked at. {why_not}")
    if why_not:
        raise changed(why_not)
    if now.everybody and not entry.everybody:
        raise _also_read_by("everybody who has the link")
    _refuse_new(entry, now.addresses)


def _refuse_new(entry: EntryPlan, readers: Iterable[str]) -> None:
    known = {address.casefold() for address in entry.readers}
    new = [address for address in readers if address.casefold() not in known]
    if new:
        raise _also_read_by(escape(", ".join(new)))


def _also_read_by(who: str) -> NeedsPerson:
    return changed(f"Since you saw the plan, {who} can read the running notes too.")


def _brakes(entry: EntryPlan) -> None:
    try:
        brakes.may_leave(here(), outside=bool(entry.readers) or entry.everybody)
    except NeedsPerson as stop:
        # The brakes speak of mails only; the procedure's standing says what is in the notes.
        raise NeedsPerson(stop.words, reason=stop.reason) from None
