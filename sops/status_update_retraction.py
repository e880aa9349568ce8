"""SOP: Take back an update, a meeting's lines, or the first dated line of the running notes: the entry goes from
there, where nobody has written in it since. What the team recorded of a meeting stays."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace

from services.google_docs_edits import Removal
from sops import leaving, meeting_plan, notes_entry, running_notes_plan
from sops import status_update_offer as offers
from sops.blocks import Block, button, cut, escape, link
from sops.context import Context, here
from sops.effects import BY_HAND
from sops.ends import Failed, Standing
from sops.engine import Json, sop, step
from sops.progress_message import AFTERWARDS
from sops.status_update import KIND, SHARED, event_key
from sops.status_update_plan import NAME as UPDATE
from sops.status_update_plan import entry_key, of
from store.lead import Effect, Event, Lead
from store.plan import End, Plan, Run, new_plan

NAME = "retraction"
TAKE_BACK = "update_take_back"
"""The action of every button that takes an entry back; its value is the plan that wrote it."""
MEETING, NOTES = meeting_plan.NAME, running_notes_plan.NAME


@dataclass(frozen=True)
class RetractionPlan:
    """`update`: the plan that wrote the entry, of an update, of a meeting's log or of the running notes."""

    update: str


@dataclass(frozen=True)
class Written:
    """What such a plan wrote, under `entry`. `event` is the key of its line in the timeline, empty where it has none
    of its own; `what` is it in words."""

    lead_id: str
    entry: str
    organisation: str
    lines: tuple[str, ...]
    reader_words: str
    link: str
    event: str
    kind: str
    what: str


def written_by(context: Context, plan: Plan) -> Written:
    """The entry of an update, of a meeting's log or of the running notes; one without lines wrote none."""
    if plan.sop == MEETING:
        return _of_meeting(context, plan)
    if plan.sop == NOTES:
        return _of_notes(context, plan)
    update = of(plan)
    return Written(plan.lead_id, entry_key(plan.id), update.organisation, update.lines, update.reader_words,
                   update.link, event_key(plan.id), KIND, "an update")  # fmt: skip


def _of_meeting(context: Context, plan: Plan) -> Written:
    log, notes = meeting_plan.of(plan), context.store.get(plan.lead_id).notes
    where = notes.link if notes is not None and notes.id == log.document else ""
    return Written(plan.lead_id, entry_key(plan.id), log.organisation, log.lines, log.reader_words, where,
                   f"{plan.id}:noted", SHARED["noted"], "the lines about a meeting")  # fmt: skip


def _of_notes(context: Context, plan: Plan) -> Written:
    """Its line was read by those whom the plan found there, and by those whom it let in."""
    made, lead = running_notes_plan.of(plan), context.store.get(plan.lead_id)
    readers = made.reader_words if made.everybody else notes_entry.known_readers(lead, made.readers)
    lines = () if made.manual else made.lines
    where = lead.notes.link if lead.notes is not None else ""
    return Written(plan.lead_id, made.entry_key, made.organisation, lines, readers, where, "", "notes",
                   "the first dated line")  # fmt: skip


def prepare(context: Context, update_plan: Plan, by: str) -> Plan:
    """Save the plan to take back what `update_plan` wrote."""
    content = asdict(RetractionPlan(update_plan.id))
    lead = context.store.get(update_plan.lead_id)
    about = f"the running notes of {cut(lead.organisation, 200)}"
    plan = new_plan(NAME, lead.id, by, context.clock.now(), content, about)
    context.store.save_plan(plan)
    return plan


def updated(context: Context, plan: Plan) -> Plan | None:
    """The plan of the entry that this one takes back."""
    return context.store.plan(str(plan.content["update"]))


def way_back(context: Context, run: Run) -> list[Block]:
    """The button of what wrote an entry into the notes, while that can be taken back."""
    plan = context.store.plan(run.plan_id)
    if run.end is not End.DONE or plan is None or is_taken_back(context, run.lead_id, run.plan_id):
        return []
    if not written_by(context, plan).lines:
        return []
    return [{"type": "actions", "elements": [take_back_button(run.plan_id)]}]


AFTERWARDS[UPDATE] = way_back
AFTERWARDS[MEETING] = way_back
AFTERWARDS[NOTES] = way_back


def take_back_button(update_plan_id: str) -> Block:
    return button("Take it back", TAKE_BACK, update_plan_id)


def is_taken_back(context: Context, lead_id: str, update_plan_id: str) -> bool:
    known = context.store.effect(lead_id, _key(update_plan_id))
    return known is not None and known.receipt is not None


def standing(plan_id: str) -> Standing:
    written = _written(plan_id)
    readers = escape(written.reader_words)
    if is_taken_back(here(), written.lead_id, _update(plan_id)):
        return Standing(
            not_outside=f"It is no longer in the running notes; {readers} could read it until then."
        )
    return Standing(outside=f"The entry is in the running notes, where {readers} can read it.")


leaving.decides(NAME, lambda plan: False)


@sop(NAME, standing)
def retraction(plan_id: str) -> str:
    """Carry out a confirmed plan; the line of the result."""
    written = _written(plan_id)
    state = remove_entry(plan_id).get("removal")
    record_retraction(plan_id)
    where = link(written.link, "running notes") if written.link else "running notes"
    readers = escape(written.reader_words)
    if state == Removal.ABSENT:
        return (
            f"The entry is no longer where it was written. If somebody moved it within the {where}, take it out "
            f"there by hand: {readers} can read it."
        )
    return f"Taken back out of the {where}. Until now {readers} could read it there."


@step("Take it out of the running notes", by_hand=True)
def remove_entry(plan_id: str) -> Json:
    """Exactly its own lines; a person's words in it stay, and so does the entry."""
    update_id, written = _update(plan_id), _written(plan_id)
    lead_id, key = written.lead_id, _key(update_id)
    begun = here().store.effect(lead_id, key) is not None
    here().store.intend(lead_id, Effect(key, here().clock.now()))
    removal = notes_entry.retract(lead_id, written.entry)
    if begun and removal is Removal.ABSENT and not notes_entry.says(lead_id, written.lines):
        removal = Removal.REMOVED  # by this very step, before a crash
    made = here().store.effect(lead_id, written.entry)
    by_hand = removal is Removal.ABSENT and (made is None or made.receipt == BY_HAND)
    if removal is Removal.CHANGED or by_hand:
        where = link(written.link, "running notes") if written.link else "running notes"
        why = "This entry was written by hand" if by_hand else "Somebody wrote in this entry"
        words = f"{why}, so it was left as it is. Take it out of the {where} by hand."
        raise Failed(words, outside=standing(plan_id).outside, reason="changed entry")
    return {"state": "done" if removal is Removal.REMOVED else "found", "removal": removal.value}


@step("Record it")
def record_retraction(plan_id: str) -> Json:
    """The timeline's line is taken back, and says that it was."""
    update, written = _plan(_update(plan_id)), _written(plan_id)
    run, now, key = here().store.run(plan_id), here().clock.now(), _key(update.id)
    by = run.by if run else ""
    words = f"Took {written.what} back out of the running notes, where {written.reader_words} could read it"
    told = [Event(key, now, written.kind, words, by)]
    if written.event:
        told.insert(0, Event(f"{key}:revised", now, written.kind, "", by, revises=written.event))
    change = _naming_no_meeting if update.sop == NOTES else _same
    here().store.update(written.lead_id, change, *told)
    here().store.receive(written.lead_id, Effect(key, now, receipt=plan_id, received_at=now))
    if update.sop == UPDATE:
        offers.written(here(), of(update), update.id, taken_back=True)
    here().progress.show(update.id)
    return {"state": "done"}


def _same(lead: Lead) -> Lead:
    return lead


def _naming_no_meeting(lead: Lead) -> Lead:
    """Without their first line the notes say no meeting's time."""
    return replace(lead, meetings=tuple(replace(one, noted=None) for one in lead.meetings))


def _update(plan_id: str) -> str:
    return RetractionPlan(**_plan(plan_id).content).update


def _written(plan_id: str) -> Written:
    return written_by(here(), _plan(_update(plan_id)))


def _plan(plan_id: str) -> Plan:
    plan = here().store.plan(plan_id)
    if plan is None:
        raise Failed("The plan is gone.", outside="The entry is in the running notes as before.")
    return plan


def _key(update_plan_id: str) -> str:
    return f"{update_plan_id}:taken-back"
