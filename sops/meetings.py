"""Meet with the lead: the agenda a quarter of an hour ahead, and the question how it went after it, in working hours.

Source: "SOP: Meet with the lead" of the procedure: answer questions, right to replicate, demo, the target of a verbal
close, the forecast of the stages ahead. Both messages go to the lead's owner directly; where the owner has left Slack
they go to the lead's thread.
"""

from __future__ import annotations

import logging
import secrets
import threading
from collections.abc import Iterable
from datetime import datetime, timedelta

from services.errors import Refused
from sops import blocks, in_thread, jobs, maniact, working_hours
from sops.blocks import Block, escape
from sops.bookings_said import moment
from sops.context import Context, here
from sops.effects import once, receive
from sops.in_thread import Mark
from sops.jobs import Job
from sops.starting import start_button
from store.lead import Lead, LeadSummary
from store.lifecycle import Phase
from store.meeting import Meeting, Planned
from store.ports import NoSuchLead, StoreError

log = logging.getLogger(__name__)

REMINDER = "meeting_reminder"
"""The metadata by which such a message is found again."""
_ASKED_FOR = timedelta(days=7)
"""So long after its end a meeting's owner may still be asked how it went, if nobody could be told before."""
_QUESTIONS, _QUESTION = 10, 200
"""Of what we owe so many are listed, and so many characters of each: a message holds some 13,200 (Slack)."""
_telling = threading.Lock()


@jobs.due
def reminders(context: Context) -> Iterable[Job]:
    """Meetings that begin soon, and those that have ended; again every minute until the message is there. A lead that
    cannot be read keeps no other's owner waiting."""
    now = context.clock.now()
    for lead in context.store.leads():
        try:
            yield from _reminders_of(context, lead, now)
        except StoreError as error:
            log.error("Nobody is reminded of the meetings with %s: %s", lead.organisation, error)
        except Exception:
            token = secrets.token_hex(3)
            log.exception("Nobody is reminded of the meetings with %s (reference %s)", lead.id, token)


def _reminders_of(context: Context, lead: LeadSummary, now: datetime) -> Iterable[Job]:
    for meeting in lead.planned:
        what = _due(context, meeting, now)
        if what == "log" and lead.phase is Phase.CLOSED:
            continue
        if what and not _is_told(context, lead, meeting, what):
            argument = f"{what} {lead.id} {meeting.id} {_epoch(meeting)}"
            job_id = f"remind:{lead.id}:{meeting.id}:{what}:{_epoch(meeting)}:{now:%Y%m%d%H%M}"
            yield Job(job_id, "remind_of_meeting", argument)


@jobs.job("remind_of_meeting")
def remind(argument: str) -> None:
    """Tell the owner, once for each time the meeting was booked for. One that was moved, cancelled or logged
    meanwhile is not spoken of."""
    what, lead_id, meeting_id, epoch = argument.split()
    try:
        lead = here().store.get(lead_id)
    except NoSuchLead:
        return
    for meeting in lead.planned:
        if (meeting.id, str(_epoch(meeting))) == (meeting_id, epoch):
            shown = agenda(here(), lead, meeting) if what == "agenda" else ask_how_it_went(lead, meeting)
            _tell(lead, _key(meeting, what), shown)
            here().progress.card(lead.id)


def agenda(context: Context, lead: Lead, meeting: Meeting) -> list[Block]:
    """What to speak about, and the links: the gaps, what we owe, right to replicate, demo, the forecast."""
    team = context.team
    words = context.words.render("meeting/right_to_replicate.txt.j2", organisation=team.organisation)
    listed = context.words.render(
        "meeting/agenda.md.j2",
        lead=lead,
        team=team,
        gaps=[escape(each) for each in maniact.agenda(lead)],
        owed=_owed_in_short(lead),
        right_to_replicate=f"{escape(words)} {team.replicate_link}",
    )
    links = [blocks.link(meeting.link, "Join the meeting")] if meeting.link else []
    links += [blocks.link(lead.notes.link, "Running notes")] if lead.notes else []
    head = f":alarm_clock: *{escape(lead.organisation)}* · {moment(meeting.starts_at)} · {_with(meeting)}"
    return [
        blocks.section(" · ".join([head, *links])),
        *blocks.sections(listed.replace("- [ ] ", "☐ ")),
        *([] if lead.notes else [blocks.actions(_make_notes(lead))]),
    ]


def _owed_in_short(lead: Lead) -> list[str]:
    """So many, and so much of each, that the message stays within Slack's limits."""
    waiting = lead.owed
    shown = [
        escape(blocks.cut(each.text, _QUESTION)) + (f" (by {each.due})" if each.due else "")
        for each in waiting[:_QUESTIONS]
    ]
    rest = len(waiting) - len(shown)
    return [*shown, f"{rest} more: see *More…* on the card"] if rest > 0 else shown


def ask_how_it_went(lead: Lead, meeting: Meeting) -> list[Block]:
    """The meeting is over: one line and the button."""
    words = f":memo: How was the meeting with *{escape(lead.organisation)}* ({moment(meeting.starts_at)})?"
    log_it = start_button("meeting", "Log meeting", lead.id, style="primary")
    return [blocks.section(words), blocks.actions(log_it)]


def show_logged(lead: Lead) -> None:
    """The question how a meeting went says so once that is logged, in place of its button. Raises the errors of
    `services.errors`; called again until it stands there."""
    for meeting in lead.meetings:
        key = f"{_key(meeting, 'log')}:answered"
        asked = here().store.effect(lead.id, _key(meeting, "log"))
        if meeting.logged_at is None or asked is None or not asked.receipt:
            continue
        if here().store.effect(lead.id, key) is None:
            _show_logged(lead, meeting, asked.receipt)
            receive(lead.id, key, asked.receipt)


def _show_logged(lead: Lead, meeting: Meeting, asked: str) -> None:
    """`asked` is the question's receipt: whom it was put to directly, nobody in the lead's thread, and its `ts`."""
    slack = here().services.slack
    user, _, ts = asked.rpartition(" ")
    words = f"*{escape(lead.organisation)}* ({moment(meeting.starts_at)}): {meeting.state}"
    shown = [blocks.section(f":memo: The meeting with {words}; logged by <@{meeting.logged_by}>.")]
    try:
        channel = slack.direct(user) if user or lead.thread is None else lead.thread.channel
        slack.update(channel, ts, blocks.flat_text(shown), shown)
    except Refused as refused:  # Somebody may have deleted it, or have left Slack since they were asked.
        log.warning("The question how a meeting went was not answered in its place: %s", refused)


def _due(context: Context, meeting: Planned, now: datetime) -> str:
    """What there is to say now: "agenda", "log" or nothing. The agenda goes whenever the meeting is; the question how
    it went waits for working hours."""
    ahead = timedelta(minutes=context.team.agenda_minutes)
    if meeting.starts_at - ahead <= now < meeting.ends_at:
        return "agenda"
    over = meeting.ends_at <= now < meeting.ends_at + _ASKED_FOR
    return "log" if over and working_hours.covers(context.team, now) else ""


def _is_told(context: Context, lead: LeadSummary, meeting: Planned, what: str) -> bool:
    known = context.store.effect(lead.id, _key(meeting, what))
    return known is not None and known.receipt is not None


def _tell(lead: Lead, key: str, shown: list[Block]) -> None:
    """Write to the owner, or to the thread where the owner has left Slack (or nobody owns the lead). The receipt of
    what went to somebody directly names them before its `ts`."""
    slack, text, there = here().services.slack, blocks.flat_text(shown), _is_there(lead.owner)

    def post() -> str:
        return f"{lead.owner} {slack.post(lead.owner, text, shown, kind=REMINDER, key=key)}"

    def look() -> str | None:
        found = slack.find(slack.direct(lead.owner), REMINDER, key)
        return f"{lead.owner} {found}" if found else None

    with _telling:
        if there:
            once(lead.id, key, post, look)
        elif lead.thread is not None:
            in_thread.post_once(lead.id, lead.thread, Mark(REMINDER, key, key), text, shown)


def _is_there(user: str) -> bool:
    if not user:
        return False
    try:
        return here().services.slack.member(user).active
    except Refused:
        return False


def _key(meeting: Meeting | Planned, what: str) -> str:
    """By which the message about this meeting, at the time it is booked for, is known."""
    return f"{meeting.id}:{what}:{_epoch(meeting)}"


def _epoch(meeting: Meeting | Planned) -> int:
    return int(meeting.starts_at.timestamp())


def _with(meeting: Meeting) -> str:
    return f"with {escape(blocks.cut(meeting.name or ', '.join(meeting.participants) or 'them', 200))}"


def _make_notes(lead: Lead) -> Block:
    return start_button("running_notes", "Create running notes", lead.id)
