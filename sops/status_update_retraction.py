"""SOP: Take back an update: its entry goes from the running notes, where nobody has written in it since."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from services.google_docs_edits import Removal
from sops import leaving, notes_entry
from sops import status_update_offer as offers
from sops.blocks import Block, button, cut, escape, link
from sops.context import Context, here
from sops.effects import BY_HAND
from sops.ends import Failed, Standing
from sops.engine import Json, sop, step
from sops.progress_message import AFTERWARDS
from sops.status_update import KIND, event_key, update_of
from sops.status_update_plan import NAME as UPDATE
from sops.status_update_plan import entry_key
from store.lead import Effect, Event
from store.plan import End, Plan, Run, new_plan

NAME = "retraction"
TAKE_BACK = "update_take_back"
"""The action of every button that takes an update back; its value is the update's plan."""


@dataclass(frozen=True)
class RetractionPlan:
    update: str


def prepare(context: Context, update_plan: Plan, by: str) -> Plan:
    """Save the plan to take back what `update_plan` wrote."""
    content = asdict(RetractionPlan(update_plan.id))
    lead = context.store.get(update_plan.lead_id)
    about = f"the running notes of {cut(lead.organisation, 200)}"
    plan = new_plan(NAME, lead.id, by, context.clock.now(), content, about)
    context.store.save_plan(plan)
    return plan


def updated(context: Context, plan: Plan) -> Plan | None:
    """The plan of the update that this one takes back."""
    return context.store.plan(str(plan.content["update"]))


def way_back(context: Context, run: Run) -> list[Block]:
    """The button of a finished update, while it can be taken back."""
    if run.end is not End.DONE or is_taken_back(context, run.lead_id, run.plan_id):
        return []
    return [{"type": "actions", "elements": [take_back_button(run.plan_id)]}]


AFTERWARDS[UPDATE] = way_back


def take_back_button(update_plan_id: str) -> Block:
    return button("Take it back", TAKE_BACK, update_plan_id)


def is_taken_back(context: Context, lead_id: str, update_plan_id: str) -> bool:
    known = context.store.effect(lead_id, _key(update_plan_id))
    return known is not None and known.receipt is not None


def standing(plan_id: str) -> Standing:
    update = _update(plan_id)
    readers = escape(update_of(update).reader_words)
    if is_taken_back(here(), update_of(update).lead_id, update):
        return Standing(
            not_outside=f"It is no longer in the running notes; {readers} could read it until then."
        )
    return Standing(outside=f"The entry is in the running notes, where {readers} can read it.")


leaving.decides(NAME, lambda plan: False)


@sop(NAME, standing)
def retraction(plan_id: str) -> str:
    """Carry out a confirmed plan; the line of the result."""
    update = update_of(_update(plan_id))
    state = remove_entry(plan_id).get("removal")
    record_retraction(plan_id)
    where = link(update.link, "running notes") if update.link else "running notes"
    readers = escape(update.reader_words)
    if state == Removal.ABSENT:
        return (
            f"The update is no longer where it was written. If somebody moved it within the {where}, take it out "
            f"there by hand: {readers} can read it."
        )
    return f"Taken back out of the {where}. Until now {readers} could read it there."


@step("Take it out of the running notes", by_hand=True)
def remove_entry(plan_id: str) -> Json:
    """Exactly its own lines; a person's words in it stay, and so does the entry."""
    update_id = _update(plan_id)
    update, key = update_of(update_id), _key(update_id)
    begun = here().store.effect(update.lead_id, key) is not None
    here().store.intend(update.lead_id, Effect(key, here().clock.now()))
    removal = notes_entry.retract(update.lead_id, entry_key(update_id))
    if begun and removal is Removal.ABSENT and not notes_entry.says(update.lead_id, update.lines):
        removal = Removal.REMOVED  # by this very step, before a crash
    written = here().store.effect(update.lead_id, entry_key(update_id))
    by_hand = removal is Removal.ABSENT and (written is None or written.receipt == BY_HAND)
    if removal is Removal.CHANGED or by_hand:
        where = link(update.link, "running notes") if update.link else "running notes"
        why = "This entry was written by hand" if by_hand else "Somebody wrote in this entry"
        words = f"{why}, so it was left as it is. Take it out of the {where} by hand."
        raise Failed(words, outside=standing(plan_id).outside, reason="changed entry")
    return {"state": "done" if removal is Removal.REMOVED else "found", "removal": removal.value}


@step("Record it")
def record_retraction(plan_id: str) -> Json:
    """The timeline's line is taken back, and says that it was."""
    update_id = _update(plan_id)
    update, run, now = update_of(update_id), here().store.run(plan_id), here().clock.now()
    by = run.by if run else ""
    words = f"Took an update back out of the running notes, where {update.reader_words} could read it"
    key = _key(update_id)
    revised = Event(f"{key}:revised", now, KIND, "", by, revises=event_key(update_id))
    here().store.update(update.lead_id, lambda lead: lead, revised, Event(key, now, KIND, words, by))
    here().store.receive(update.lead_id, Effect(key, now, receipt=plan_id, received_at=now))
    offers.written(here(), update, update_id, taken_back=True)
    here().progress.show(update_id)
    return {"state": "done"}


def _update(plan_id: str) -> str:
    plan = here().store.plan(plan_id)
    if plan is None:
        raise Failed("The plan is gone.", outside="The entry is in the running notes as before.")
    return RetractionPlan(**plan.content).update


def _key(update_plan_id: str) -> str:
    return f"{update_plan_id}:taken-back"
