"""SOP: Status update.

Source: "Record notes and exchanges in Running Notes file" of the procedure. The notes are shared with people outside,
so who reads them is named before anything is written, and looked at again right before. An update for the team alone
is recorded at once, without a plan.
"""

from __future__ import annotations

from dataclasses import replace

from sops import brakes, notes_entry
from sops import status_update_offer as offers
from sops.blocks import cut, escape, link
from sops.context import Context, here
from sops.ends import Failed, NeedsPerson, Standing
from sops.engine import Json, sop, step
from sops.status_update_plan import (
    CLOSED,
    NAME,
    Saying,
    UpdatePlan,
    due_words,
    entry_key,
    of,
)
from store.lead import Event, Lead
from store.lifecycle import Phase

KIND = "update"
_SHOWN = 120
NOTHING_WRITTEN = "Nothing was written into the running notes."


def record_for_team(context: Context, lead_id: str, saying: Saying, key: str) -> None:
    """Record an update that stays with the team; telling the same `key` twice records once."""
    _record(context, lead_id, saying, key, "team")
    context.progress.card(lead_id)


def standing(plan_id: str) -> Standing:
    """What is in the notes by now. A retry looks there first, so nothing is ever unsettled."""
    update = update_of(plan_id)
    known = here().store.effect(update.lead_id, entry_key(plan_id))
    if known is None:
        return Standing(not_outside=NOTHING_WRITTEN)
    if known.receipt is None:
        return Standing(outside="The entry may be in the running notes; Retry looks before it writes.")
    return Standing(outside=f"The entry is in the running notes, where {_readers(update)} can read it.")


@sop(NAME, standing)
def status_update(plan_id: str) -> str:
    """Carry out a confirmed plan; the line of the result."""
    update = update_of(plan_id)
    write_entry(plan_id)
    record_update(plan_id)
    where = link(update.link, "running notes") if update.link else "running notes"
    words = escape(cut(" ".join(update.saying.text.split()), _SHOWN))
    return f"Written into the {where}, where {_readers(update)} can read it: “{words}”"


@step("Write into the running notes", by_hand=True)
def write_entry(plan_id: str) -> Json:
    """One dated entry, once; not when the readers are other people than those named in the plan."""
    update = update_of(plan_id)
    key = entry_key(plan_id)

    def before_act() -> None:
        _refuse_what_changed(plan_id, update)
        brakes.may_leave(here())

    return {"state": notes_entry.write(update.lead_id, key, update.lines, before_act=before_act)}


@step("Record it")
def record_update(plan_id: str) -> Json:
    """In the timeline, and as the next step."""
    update = update_of(plan_id)
    _record(here(), update.lead_id, update.saying, event_key(plan_id), "notes")
    offers.written(here(), update, plan_id)
    return {"state": "done"}


def update_of(plan_id: str) -> UpdatePlan:
    """Raises Failed where the plan is gone."""
    plan = here().store.plan(plan_id)
    if plan is None:
        raise Failed("The plan is gone.", not_outside=NOTHING_WRITTEN)
    return of(plan)


def event_key(plan_id: str) -> str:
    """The timeline's key of a shared update."""
    return f"{plan_id}:shared"


def shared_plan(event: Event) -> str:
    """The plan of a shared update by its line in the timeline; empty for any other line."""
    plan_id, _, what = event.key.rpartition(":")
    return plan_id if what == "shared" and event.kind == KIND else ""


def _refuse_what_changed(plan_id: str, update: UpdatePlan) -> None:
    """Only what the person saw is done: the same document, the lead still open, and the same readers, who are
    looked at again unless the plan was made a moment ago."""
    plan, lead = here().store.plan(plan_id), here().store.get(update.lead_id)
    if plan is None or plan.expires_at <= here().clock.now():
        raise _changed("This plan is more than a day old.")
    if lead.phase is Phase.CLOSED:
        raise _changed(CLOSED)
    if lead.notes is None or lead.notes.id != update.document:
        raise _changed("The lead has other running notes now.")
    if plan.is_fresh(here().clock.now()):
        return
    now = notes_entry.audience(here(), lead)
    if now.why_not:
        raise (_changed if now.checked else _unseen)(now.why_not)
    known = {address.casefold() for address in update.readers}
    new = [address for address in now.addresses if address.casefold() not in known]
    if new or (now.everybody and not update.everybody):
        who = "everybody who has the link" if now.everybody else escape(", ".join(new))
        raise _changed(f"Since you saw the plan, {who} can read the running notes too.")


def _changed(words: str) -> NeedsPerson:
    return NeedsPerson(f"{words} Look at the new plan.", not_outside=NOTHING_WRITTEN, reason="changed")


def _unseen(words: str) -> Failed:
    return Failed(f"Who reads the running notes could not be looked at. {words}", not_outside=NOTHING_WRITTEN)


def _record(context: Context, lead_id: str, saying: Saying, key: str, audience: str) -> None:
    now = context.clock.now()
    events = [Event(key, now, KIND, saying.text, saying.author, audience)]
    step, due = saying.next_step, saying.due
    if step or due:
        planned = step or context.store.get(lead_id).next_step
        words = f"Next step: {planned}{due_words(due)}"
        events.append(Event(f"{key}:next", now, "next step", words, saying.author))

    def change(lead: Lead) -> Lead:
        if not step and not due:
            return lead
        return replace(lead, next_step=step or lead.next_step, next_step_due=due)

    context.store.update(lead_id, change, *events)


def _readers(update: UpdatePlan) -> str:
    return escape(update.reader_words)
