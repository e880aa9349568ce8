"""SOP: Log meeting, the end of "Meet with the lead".

Source: "SOP: Meet with the lead" of the procedure: answer questions, right to replicate, demo, target of a verbal
close, forecast the stages ahead, record notes in the running notes file. The lines for the notes are written first,
so that a plan whose readers changed meanwhile has recorded nothing.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from sops import blocks, in_thread, leaving, mail_outcome, notes_entry, phases
from sops.blocks import escape
from sops.context import here
from sops.effects import made_by_hand
from sops.ends import Failed, Standing
from sops.engine import Json, sop, step
from sops.entry_checks import NOTHING_WRITTEN, changed, entry_standing, refuse_what_changed
from sops.in_thread import Mark
from sops.meeting_plan import (
    NAME,
    MeetingPlan,
    Said,
    logged_before,
    logged_words,
    moved_words,
    of,
)
from sops.status_update_plan import CLOSED, entry_key
from store.lead import Decision, Event, Lead
from store.lifecycle import CloseReason, Phase, TransitionRefused
from store.meeting import Forecast, Meeting, MeetingState, Question, Verbal
from store.plan import Plan

_WHY = {Phase.PROSPECT: "verbal yes", Phase.CLOSED: f"{CloseReason.DECLINED}: they said no"}
"""Why the phase changes, as a person would have said it in the form for that."""
OFFER = "meeting_offer"
"""The metadata of the message that offers what follows: Close, or a mail with a new time."""


def standing(plan_id: str) -> Standing:
    """What is in the notes and in the lead by now."""
    plan, log = _plan(plan_id), _log(plan_id)
    known = logged_before(here().store.get(log.lead_id), log.said)
    recorded = known is not None and _is_own(known, plan, _by(plan))
    notes = entry_standing(plan_id, log) if log.lines else Standing(not_outside=mail_outcome.nothing_left())
    if recorded:
        return notes
    return replace(notes, not_outside=f"Nothing of yours was recorded. {notes.not_outside}".strip())


leaving.decides(NAME, lambda plan: bool(of(plan).lines))


@sop(NAME, standing)
def log_meeting(plan_id: str) -> str:
    """Carry out a confirmed plan; the line of the result."""
    log = _log(plan_id)
    if log.lines:
        write_into_notes(plan_id)
    record_meeting(plan_id)
    phase = change_phase(plan_id) if log.said.follow else {}
    if _follows(log):
        offer_what_follows(plan_id)
    return _result(log, phase)


def _by_hand(plan_id: str) -> None:
    made_by_hand(_log(plan_id).lead_id, entry_key(plan_id))


@step("Write into the running notes", by_hand=_by_hand)
def write_into_notes(plan_id: str) -> Json:
    """One dated entry, once; not when the readers are other people than those named in the plan."""
    plan, log = _plan(plan_id), _log(plan_id)

    def before_act() -> None:
        _refuse_other_log(here().store.get(log.lead_id), log, plan, _by(plan))
        refuse_what_changed(plan_id, log)

    key = entry_key(plan_id)
    return {"state": notes_entry.write(log.lead_id, key, log.lines, before_act=before_act, manual=log.manual)}


@step("Record the meeting")
def record_meeting(plan_id: str) -> Json:
    """In the lead and in its timeline, in one write; somebody else's log of the same meeting is left alone."""
    plan, log = _plan(plan_id), _log(plan_id)
    by = _by(plan)

    def change(lead: Lead) -> Lead:
        if not log.lines and logged_before(lead, log.said) is None and lead.phase is Phase.CLOSED:
            raise changed(CLOSED)
        _refuse_other_log(lead, log, plan, by)
        return _recorded(lead, log, plan, by)

    here().store.update(log.lead_id, change, *_events(plan, log, by))
    here().progress.card(log.lead_id)
    return {"state": "done"}


@step("Change the phase")
def change_phase(plan_id: str) -> Json:
    """To Prospect, or Closed: what the person confirmed with the plan."""
    plan, log = _plan(plan_id), _log(plan_id)
    lead, by, to = here().store.get(log.lead_id), _by(plan), log.follows
    assert to is not None
    why = f"{_WHY[to]} in the meeting of {_day(log)}"
    if lead.phase not in (Phase.LEAD, Phase.QUALIFIED):
        last = lead.phases[-1]
        if (last.after, last.by, last.why) == (to, by, why):
            return {"state": "done"}  # by this very step, before a crash
        return {"state": "found", "note": f"the lead is {lead.phase}"}
    try:
        phases.move(here(), lead.id, to, by, why)
    except TransitionRefused as refused:
        raise Failed(f"The meeting is logged, but the phase was not changed. {refused}") from None
    return {"state": "done"}


@step("Offer what follows")
def offer_what_follows(plan_id: str) -> Json:
    """A no: Close. Nobody came: a mail that asks for a new time. In the lead's thread, once."""
    log = _log(plan_id)
    lead = here().store.get(log.lead_id)
    if lead.thread is None:
        return {"state": "skipped", "note": "the lead has no thread"}
    words, button = _offer(log)
    shown = [blocks.section(words), blocks.actions(button)]
    key = f"{plan_id}:offer"
    state, _ = in_thread.post_once(lead.id, lead.thread, Mark(OFFER, key, key), words, shown)
    return {"state": state}


def _follows(log: MeetingPlan) -> bool:
    return not log.said.held or (log.said.verbal is Verbal.NO and not log.said.follow)


def _offer(log: MeetingPlan) -> tuple[str, blocks.Block]:
    name = f"*{escape(log.organisation)}*"
    if not log.said.held:
        button = blocks.button("Write to them", "meeting_new_time", f"{log.lead_id} {log.said.meeting_id}")
        return f":calendar: {name} did not come to the meeting of {_day(log)}.", button
    return f":no_entry_sign: {name} said no.", blocks.button("Close the lead…", "lead_close", log.lead_id)


def _recorded(lead: Lead, log: MeetingPlan, plan: Plan, by: str) -> Lead:
    """The lead with this meeting logged; `logged_at` is the plan's own time, by which a repeat knows its work."""
    at, said = plan.created_at, log.said
    known = next((one for one in lead.meetings if one.id == said.meeting_id), None)
    meeting = known or Meeting(said.meeting_id, said.starts_at, said.ends_at)
    logged = replace(
        meeting,
        state=MeetingState.HELD if said.held else MeetingState.NO_SHOW,
        notes=said.team,
        demo=said.demo,
        replicate=said.replicate,
        verbal=said.verbal,
        logged_by=by,
        logged_at=at,
    )
    earlier = [
        replace(one, owed=False) if one.owed and one.text in said.settled else one for one in lead.questions
    ]
    asked = [Question(text, at, owed=False) for text in said.answered]
    asked += [Question(one.text, at, owed=True, due=one.due) for one in said.owed]
    decided = said.verbal in (Verbal.YES, Verbal.NO)
    return replace(
        lead,
        meetings=(*(one for one in lead.meetings if one.id != logged.id), logged),
        questions=(*earlier, *(one for one in asked if one not in earlier)),
        forecast=_forecast(lead.forecast, said, at, by),
        decision=Decision(said.verbal, by, at, f"in the meeting of {_day(log)}")
        if decided and said.verbal is not None
        else lead.decision,
        next_step=log.next_step,
        next_step_due=log.due,
    )


def _forecast(before: Forecast, said: Said, at: datetime, by: str) -> Forecast:
    """What the form holds; who and when only where something is new."""
    now = Forecast(said.procurement, said.technical, said.signature, said.start, before.by, before.at)
    return before if now == before else replace(now, by=by, at=at)


def _events(plan: Plan, log: MeetingPlan, by: str) -> list[Event]:
    now = here().clock.now()
    events = [Event(f"{plan.id}:logged", now, "meeting", "\n".join(log.team_lines), by)]
    if log.lines:
        events.append(Event(f"{plan.id}:noted", now, "meeting", "\n".join(log.lines), by, "notes"))
    return events


def _refuse_other_log(lead: Lead, log: MeetingPlan, plan: Plan, by: str) -> None:
    """Somebody else may have logged this very meeting since the plan was shown, or have moved it."""
    if words := moved_words(lead, log.said):
        raise changed(words)
    before = logged_before(lead, log.said)
    if before is not None and not _is_own(before, plan, by):
        raise changed(logged_words(before))


def _is_own(logged: Meeting, plan: Plan, by: str) -> bool:
    """Whether the meeting was logged by this very plan."""
    return (logged.logged_by, logged.logged_at) == (by, plan.created_at)


def _result(log: MeetingPlan, phase: Json) -> str:
    """`phase` is what the step of the phase gave, empty where there was none."""
    parts = [f"Meeting of {_day(log)} logged: {'held' if log.said.held else 'they did not come'}"]
    if log.said.verbal in (Verbal.YES, Verbal.NO):
        parts.append(f"they said {log.said.verbal}")
    if log.lines:
        parts.append(f"written into the running notes, where {escape(log.reader_words)} can read it")
    if phase:
        done = "now a Prospect" if log.follows is Phase.PROSPECT else "the lead is closed"
        parts.append(done if phase["state"] == "done" else str(phase["note"]))
    if log.next_step:
        parts.append(f"next: {escape(log.next_step)}")
    return " · ".join(parts)


def _day(log: MeetingPlan) -> str:
    return log.said.starts_at.astimezone(here().clock.zone).date().isoformat()


def _by(plan: Plan) -> str:
    run = here().store.run(plan.id)
    return run.by if run else plan.by


def _plan(plan_id: str) -> Plan:
    plan = here().store.plan(plan_id)
    if plan is None:
        raise Failed("The plan is gone.", not_outside=NOTHING_WRITTEN)
    return plan


def _log(plan_id: str) -> MeetingPlan:
    return of(_plan(plan_id))
