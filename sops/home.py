"""The Home tab of one person: what needs them, and their leads by phase. Rendered from state, like the cards.

What is kept in memory of every lead is enough to choose; of what is shown, the button needs the lead itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import Any

from sops import blocks, brakes, card_words, next_steps, progress_message, questions, starting, unanswered
from sops.blocks import Block, escape
from sops.context import Context
from store.lead import LeadSummary
from store.lifecycle import ARC, Phase
from store.meeting import Planned
from store.plan import End
from store.ports import NoSuchLead, StoreDamaged

_MOST_BLOCKS = 100
"""Slack: blocks of a view."""
_FOR_NEEDS = 45
_FINDS = "the button at the top finds every lead"
_WAITING = frozenset({End.FAILED, End.UNKNOWN, End.NEEDS_PERSON})


def remember(context: Context, user: str) -> None:
    """Somebody has opened it: from now on it is kept up to date."""
    if not context.store.value(_opened(user)):
        context.store.set_value(_opened(user), True)


def publish(context: Context, user: str) -> None:
    """Called by `sops.progress` alone: of two at a time the older could be shown last. Raises the errors of
    `services.errors`; harmless to repeat."""
    context.services.slack.publish_home(user, render(context, user))


def shown_to(context: Context, users: Iterable[str]) -> set[str]:
    """Those of `users` who have ever opened it: only theirs is kept up to date."""
    return {user for user in users if context.store.value(_opened(user))}


def _opened(user: str) -> str:
    return f"home_opened:{user}"


def render(context: Context, user: str) -> dict[str, Any]:
    """The view, at most 100 blocks; what does not fit is counted."""
    leads = _leads_of(context, user)
    waiting = _needs(context, user, leads)
    needs = blocks.limited(waiting, len(waiting), _FOR_NEEDS, f"more things need you; {_FINDS}")
    find = blocks.button("Find a lead, start a procedure", "open_launcher", "home")
    shown: list[Block] = [blocks.actions(find), *_brake(context)]
    if needs:
        shown += [_heading("What needs you"), *needs]
    shown.append(_heading("My leads"))
    if leads:
        room = _MOST_BLOCKS - len(shown)
        shown += blocks.limited(_by_phase(context, leads), len(leads), room, f"more leads of yours; {_FINDS}")
    else:
        words = "None yet. A lead that you hail, or that somebody gives you, appears here."
        shown.append(blocks.section(f":seedling: {words}"))
    return {"type": "home", "blocks": shown}


def _leads_of(context: Context, user: str) -> list[LeadSummary]:
    """Their leads that are not closed; those first that wait longest in their phase."""
    open_ones = (one for one in context.store.leads(owner=user) if one.phase is not Phase.CLOSED)
    return sorted(open_ones, key=lambda one: one.phase_since)


def _heading(words: str) -> Block:
    return {"type": "header", "text": blocks.plain(words, 150)}


def _brake(context: Context) -> list[Block]:
    stopped = brakes.paused(context)
    if stopped is None:
        return []
    resume = blocks.button("Resume sending", "sending_resume", "yes")
    return [blocks.section(f":octagonal_sign: *All sending is paused* {stopped.words}.", accessory=resume)]


def _needs(context: Context, user: str, leads: list[LeadSummary]) -> list[list[Block]]:
    """One entry a thing: attempts that stopped (newest first), meetings to log; then, for each lead, mails that
    wait for their answer, answers owed without a date or overdue, a next step that is overdue."""
    mine = {lead.id for lead in leads}
    stopped = [
        run
        for run in context.store.open_runs()
        if run.end in _WAITING and (run.by == user or run.lead_id in mine)
    ]
    stopped.sort(key=lambda run: run.due_at, reverse=True)
    found = [progress_message.render(context, run) for run in stopped]
    found += [entry for lead in leads for entry in _meetings(context, lead)]
    today = context.clock.today()
    for lead in leads:
        if lead.unanswered:
            row = blocks.actions(*_reply(lead, style="primary"), unanswered.none_needed_button(lead))
            found.append([_with_open(lead, f"{_name(lead)} · {card_words.to_answer(lead)}"), row])
        owed = list(_owed(lead, today))
        found += owed
        if owed and lead.next_step == next_steps.ANSWER_THEM:
            continue  # Each of the questions is there by itself.
        if card_words.overdue(lead.next_step_due, today):
            words = card_words.next_step(lead.next_step or "next step", lead.next_step_due, today)
            found.append([_with_open(lead, f"{_name(lead)} · {words}")])
    return found


def _owed(lead: LeadSummary, today: date) -> Iterator[list[Block]]:
    for question in lead.owed:
        if not question.due or card_words.overdue(question.due, today):
            words = card_words.next_step(question.text, question.due, today)
            row = blocks.actions(*_reply(lead), questions.answered_button(lead.id, question))
            yield [_with_open(lead, f"{_name(lead)} · we owe an answer: {words}"), row]


def _meetings(context: Context, lead: LeadSummary) -> list[list[Block]]:
    now = context.clock.now()
    log = starting.start_button("meeting", "Log meeting", lead.id, style="primary")
    return [
        [blocks.section(f"{_name(lead)} · the meeting of {_day(context, one)} is over", accessory=log)]
        for one in lead.planned
        if one.ends_at <= now
    ]


def _day(context: Context, meeting: Planned) -> str:
    return meeting.starts_at.astimezone(context.clock.zone).date().isoformat()


def _by_phase(context: Context, leads: list[LeadSummary]) -> Iterator[list[Block]]:
    """One entry a lead; the first of a phase brings the phase's name along."""
    for phase in ARC:
        these = [lead for lead in leads if lead.phase is phase]
        for number, lead in enumerate(these):
            above = [blocks.context(f"*{phase}* ({len(these)})")] if number == 0 else []
            yield [*above, *_entry(context, lead)]


def _entry(context: Context, lead: LeadSummary) -> list[Block]:
    now, today = context.clock.now(), context.clock.today()
    step = card_words.ahead(lead, today)
    parts = [_name(lead), card_words.days(lead.phase_since, now), f"next: {step}" if step else ""]
    line = " · ".join(part for part in parts if part)
    to_log = any(meeting.ends_at <= now for meeting in lead.planned)
    if lead.unanswered or to_log:  # The button stands above, among what needs them.
        return [_with_open(lead, line)]
    button = _next_button(context, lead.id, now)
    row = [blocks.actions(button)] if button is not None else []
    return [_with_open(lead, line), *row]


def _next_button(context: Context, lead_id: str, now: datetime) -> Block | None:
    try:
        return starting.next_button(context.store.get(lead_id), now)
    except (NoSuchLead, StoreDamaged):
        return None  # Set aside at this moment; the log and the launcher say so.


def _with_open(lead: LeadSummary, words: str) -> Block:
    return blocks.section(words, accessory=blocks.button("Open", "lead_more", lead.id))


def _reply(lead: LeadSummary, *, style: str = "") -> list[Block]:
    if lead.ticket_id is None:
        return []
    return [starting.start_button("reply", "Reply", lead.id, style=style)]


def _name(lead: LeadSummary) -> str:
    return f"*{escape(blocks.cut(lead.organisation, 200))}*"
