"""SOP: Log meeting, the end of "Meet with the lead".

Source: "SOP: Meet with the lead" of the procedure: answer questions, right to replicate, demo, target of a verbal
close, forecast the stages ahead, record notes in the running notes file. The lines for the notes are written first,
so that a plan whose readers changed meanwhile has recorded nothing.
"""

from __future__ import annotations

from dataclasses import replace

from sops import blocks, brakes, mail_outcome, notes_entry, phases
from sops.blocks import escape
from sops.context import here
from sops.effects import once
from sops.ends import Failed, NeedsPerson, Standing
from sops.engine import Json, sop, step
from sops.meeting_plan import (
    NAME,
    MeetingPlan,
    Said,
    logged_before,
    logged_words,
    of,
)
from sops.status_update_plan import CLOSED, why_not_shared
from store.lead import Decision, Event, Lead
from store.lifecycle import Phase, TransitionRefused
from store.meeting import Forecast, Meeting, MeetingState, Question, Verbal
from store.plan import Plan

OFFER = "meeting_offer"
"""The metadata of the message that offers what follows: Close, or a mail with a new time."""
_NOT_WRITTEN = "Nothing was written into the running notes."


def entry_key(plan_id: str) -> str:
    """The entry's id in the document, and its key as an effect."""
    return f"{plan_id}:entry"


def standing(plan_id: str) -> Standing:
    """What is in the notes by now. A retry looks there first, so nothing is ever unsettled."""
    log = _log(plan_id)
    if not log.lines:
        return Standing(not_outside=f"Nothing left {here().team.organisation}.")
    known = here().store.effect(log.lead_id, entry_key(plan_id))
    if known is None:
        return Standing(not_outside=_NOT_WRITTEN)
    if known.receipt is None:
        return Standing(outside="The lines may be in the running notes; Retry looks before it writes.")
    return Standing(outside=f"The lines are in the running notes, where {_readers(log)} can read them.")


@sop(NAME, standing)
def log_meeting(plan_id: str) -> str:
    """Carry out a confirmed plan; the line of the result."""
    log = _log(plan_id)
    if log.lines:
        write_into_notes(plan_id)
    record_meeting(plan_id)
    if log.said.prospect:
        make_prospect(plan_id)
    if _follows(log):
        offer_what_follows(plan_id)
    return _result(log)


@step("Write into the running notes", by_hand=True)
def write_into_notes(plan_id: str) -> Json:
    """One dated entry, once; not when the readers are other people than those named in the plan."""
    log, key = _log(plan_id), entry_key(plan_id)

    def before_act() -> None:
        lead = here().store.get(log.lead_id)
        mail_outcome.refuse_old_plan(plan_id)
        _refuse_closed(lead)
        _refuse_second_log(plan_id, lead, log)
        _refuse_other_readers(plan_id, lead, log)
        brakes.may_leave(here())

    return {"state": notes_entry.write(log.lead_id, key, log.lines, before_act=before_act)}


@step("Record the meeting")
def record_meeting(plan_id: str) -> Json:
    """In the lead and in its timeline, in one write; somebody else's log of the same meeting is left alone."""
    plan, log = _plan(plan_id), _log(plan_id)

    def change(lead: Lead) -> Lead:
        if not log.lines and logged_before(lead, log.said) is None:
            _refuse_closed(lead)
        _refuse_second_log(plan_id, lead, log)
        return _recorded(lead, log.said, plan, log)

    here().store.update(log.lead_id, change, *_events(plan, log))
    here().progress.card(log.lead_id)
    return {"state": "done"}


@step("Make them a Prospect")
def make_prospect(plan_id: str) -> Json:
    """The change of phase that the person confirmed with the plan."""
    plan, log = _plan(plan_id), _log(plan_id)
    lead = here().store.get(log.lead_id)
    if lead.phase not in (Phase.LEAD, Phase.QUALIFIED):
        return {"state": "found", "note": f"the lead is {lead.phase}"}
    try:
        phases.move(here(), lead.id, Phase.PROSPECT, _by(plan), f"verbal yes in the meeting of {_day(log)}")
    except TransitionRefused as refused:
        raise Failed(f"The meeting is logged, but the phase was not changed. {refused}") from None
    return {"state": "done"}


@step("Offer what follows")
def offer_what_follows(plan_id: str) -> Json:
    """A no: Close. Nobody came: a mail that asks for a new time. In the lead's thread, once."""
    log = _log(plan_id)
    lead = here().store.get(log.lead_id)
    thread, slack = lead.thread, here().services.slack
    if thread is None:
        return {"state": "skipped", "note": "the lead has no thread"}
    words, button = _offer(log)
    shown = [blocks.section(words), blocks.actions(button)]
    key = f"{plan_id}:offer"

    def post() -> str:
        return slack.post(thread.channel, words, shown, thread_ts=thread.ts, kind=OFFER, key=key)

    def look() -> str | None:
        return slack.find(thread.channel, OFFER, key, thread_ts=thread.ts)

    state, _ = once(lead.id, key, post, look)
    return {"state": state}


def _follows(log: MeetingPlan) -> bool:
    return not log.said.held or log.said.verbal is Verbal.NO


def _offer(log: MeetingPlan) -> tuple[str, blocks.Block]:
    name = f"*{escape(log.organisation)}*"
    if not log.said.held:
        button = blocks.button("Write to them", "meeting_new_time", f"{log.lead_id} {log.said.meeting_id}")
        return f":calendar: {name} did not come to the meeting of {_day(log)}.", button
    return f":no_entry_sign: {name} said no.", blocks.button("Close the lead…", "lead_close", log.lead_id)


def _recorded(lead: Lead, said: Said, plan: Plan, log: MeetingPlan) -> Lead:
    """The lead with this meeting logged; `logged_at` is the plan's own time, by which a repeat knows its work."""
    at, by = plan.created_at, _by(plan)
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
        forecast=_forecast(lead.forecast, said, plan),
        decision=Decision(said.verbal, by, at, f"in the meeting of {_day(log)}")
        if decided and said.verbal is not None
        else lead.decision,
        next_step=log.next_step,
        next_step_due=log.due,
    )


def _forecast(before: Forecast, said: Said, plan: Plan) -> Forecast:
    """What the form holds; who and when only where something is new."""
    now = Forecast(said.procurement, said.technical, said.signature, said.start, before.by, before.at)
    return before if now == before else replace(now, by=_by(plan), at=plan.created_at)


def _events(plan: Plan, log: MeetingPlan) -> list[Event]:
    now, by = here().clock.now(), _by(plan)
    events = [Event(f"{plan.id}:logged", now, "meeting", "\n".join(log.team_lines), by)]
    if log.lines:
        events.append(Event(f"{plan.id}:noted", now, "meeting", "\n".join(log.lines), by, "notes"))
    return events


def _refuse_second_log(plan_id: str, lead: Lead, log: MeetingPlan) -> None:
    """Somebody else may have logged this very meeting since the plan was shown."""
    before = logged_before(lead, log.said)
    plan = _plan(plan_id)
    if before is not None and (before.logged_by, before.logged_at) != (_by(plan), plan.created_at):
        raise _changed(logged_words(before))


def _refuse_closed(lead: Lead) -> None:
    if lead.phase is Phase.CLOSED:
        raise _changed(CLOSED)


def _refuse_other_readers(plan_id: str, lead: Lead, log: MeetingPlan) -> None:
    """Only what the person saw is done: the same document, and the same readers, who are looked at again unless the
    plan was made a moment ago."""
    if lead.notes is None or lead.notes.id != log.document:
        raise _changed("The lead has other running notes now.")
    if _plan(plan_id).is_fresh(here().clock.now()):
        return
    now = notes_entry.audience(here(), lead)
    why_not = why_not_shared(here(), lead, now)
    if why_not and not now.checked:
        words = f"Who reads the running notes could not be looked at. {why_not}"
        raise Failed(words, not_outside=_NOT_WRITTEN)
    if why_not:
        raise _changed(why_not)
    known = {address.casefold() for address in log.readers}
    new = [address for address in now.addresses if address.casefold() not in known]
    if new or (now.everybody and not log.everybody):
        who = "everybody who has the link" if now.everybody else escape(", ".join(new))
        raise _changed(f"Since you saw the plan, {who} can read the running notes too.")


def _changed(words: str) -> NeedsPerson:
    kept = "Nothing of yours was recorded, and nothing was written into the running notes."
    return NeedsPerson(f"{words} Look at the new plan.", not_outside=kept, reason="changed")


def _result(log: MeetingPlan) -> str:
    parts = [f"Meeting of {_day(log)} logged: {'held' if log.said.held else 'they did not come'}"]
    if log.said.verbal in (Verbal.YES, Verbal.NO):
        parts.append(f"they said {log.said.verbal}")
    if log.lines:
        parts.append(f"written into the running notes, where {_readers(log)} can read it")
    if log.said.prospect:
        parts.append(f"now a {here().store.get(log.lead_id).phase}")
    if log.next_step:
        parts.append(f"next: {escape(log.next_step)}")
    return " · ".join(parts)


def _readers(log: MeetingPlan) -> str:
    return escape(log.reader_words)


def _day(log: MeetingPlan) -> str:
    return log.said.starts_at.astimezone(here().clock.zone).date().isoformat()


def _by(plan: Plan) -> str:
    run = here().store.run(plan.id)
    return run.by if run else plan.by


def _plan(plan_id: str) -> Plan:
    plan = here().store.plan(plan_id)
    if plan is None:
        raise Failed("The plan is gone.", not_outside=_NOT_WRITTEN)
    return plan


def _log(plan_id: str) -> MeetingPlan:
    return of(_plan(plan_id))
