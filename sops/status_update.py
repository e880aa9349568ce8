"""SOP: Status update.

Source: "Record notes and exchanges in Running Notes file" of the procedure. The notes are shared with people outside,
so who reads them is named before anything is written, and looked at again right before. An update for the team alone
is recorded at once, without a plan.
"""

from __future__ import annotations

from dataclasses import replace

from sops import notes_entry, said
from sops import status_update_offer as offers
from sops.blocks import cut, escape, link
from sops.context import Context, here
from sops.effects import made_by_hand
from sops.ends import Failed, Standing
from sops.engine import Json, sop, step
from sops.entry_checks import NOTHING_WRITTEN, entry_standing, refuse_what_changed
from sops.status_update_plan import NAME, Saying, UpdatePlan, due_words, entry_key, of
from store.lead import Event, Lead

KIND = "update"
SHARED = {"shared": KIND, "noted": "meeting"}
"""How the timeline's key of what stands in the notes ends, with its kind: an update, a meeting's lines."""
_SHOWN = 120


def record_for_team(context: Context, lead_id: str, saying: Saying, key: str) -> None:
    """Record an update that stays with the team; telling the same `key` twice records once."""
    _record(context, lead_id, saying, key, "team")
    context.progress.card(lead_id)


def standing(plan_id: str) -> Standing:
    """What is in the notes by now."""
    return entry_standing(plan_id, update_of(plan_id))


@sop(NAME, standing)
def status_update(plan_id: str) -> str:
    """Carry out a confirmed plan; the line of the result."""
    update = update_of(plan_id)
    write_entry(plan_id)
    record_update(plan_id)
    where = link(update.link, "running notes") if update.link else "running notes"
    words = escape(cut(" ".join(update.saying.text.split()), _SHOWN))
    return f"Written into the {where}, where {_readers(update)} can read it: “{words}”"


def _by_hand(plan_id: str) -> None:
    made_by_hand(update_of(plan_id).lead_id, entry_key(plan_id))


@step("Write into the running notes", by_hand=_by_hand)
def write_entry(plan_id: str) -> Json:
    """One dated entry, once; not when the readers are other people than those named in the plan."""
    update = update_of(plan_id)
    state = notes_entry.write(
        update.lead_id,
        entry_key(plan_id),
        update.lines,
        before_act=lambda: refuse_what_changed(plan_id, update),
        manual=update.manual,
    )
    return {"state": state}


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
    """The plan of an entry in the notes by its line in the timeline; empty for any other line."""
    plan_id, _, what = event.key.rpartition(":")
    return plan_id if SHARED.get(what) == event.kind else ""


def _record(context: Context, lead_id: str, saying: Saying, key: str, audience: str) -> None:
    now = context.clock.now()
    source = said.key_of(saying.source.channel, saying.source.ts) if saying.source else ""
    events = [Event(key, now, KIND, saying.text, saying.author, audience, repeats=source)]
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
