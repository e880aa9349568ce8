"""The one message in a lead's thread about a booked meeting: edited when it is moved or cancelled, or notes exist."""

from __future__ import annotations

import hashlib
from datetime import datetime

from sops import blocks, card
from sops.blocks import Block, escape
from sops.context import here
from sops.effects import once
from sops.starting import start_button
from store.lead import Effect, Lead, Message
from store.lifecycle import Phase
from store.meeting import Meeting, MeetingState

BOOKING = "lead_booking"
"""The metadata by which such a message is found again."""


def id_of(booking: str) -> str:
    """The id of the meeting that a booking makes; one that it only moves keeps the id of the first."""
    return "m" + hashlib.sha256(booking.encode()).hexdigest()[:8]


def moment(at: datetime) -> str:
    """A time in the reader's own zone (Slack: date formatting), in UTC for clients that cannot."""
    return f"<!date^{int(at.timestamp())}^{{date_long_pretty}}, {{time}}|{at:%Y-%m-%d %H:%M} UTC>"


def say(lead: Lead, meeting_id: str) -> None:
    """Have the thread say how the meeting stands now; nothing happens where it does already."""
    meeting = next(each for each in lead.meetings if each.id == meeting_id)
    if meeting.state not in (MeetingState.PLANNED, MeetingState.CANCELLED) or _is_said(lead, meeting):
        return
    thread = _thread(lead)
    slack = here().services.slack
    summary, shown = _summary(lead, meeting), render(lead, meeting)

    def post() -> str:
        return slack.post(thread.channel, summary, shown, thread_ts=thread.ts, kind=BOOKING, key=meeting.id)

    def look() -> str | None:
        return slack.find(thread.channel, BOOKING, meeting.id, thread_ts=thread.ts)

    state, ts = once(lead.id, f"{meeting.id}:booked", post, look)
    if state == "found":
        slack.update(thread.channel, ts, summary, shown)
    now = here().clock.now()
    here().store.receive(lead.id, Effect(_said_key(lead, meeting), now, receipt=ts, received_at=now))


def render(lead: Lead, meeting: Meeting) -> list[Block]:
    """Who booked and when; Create running notes for as long as there are none."""
    who = f"*{escape(blocks.cut(meeting.name, 200))}*"
    if meeting.state is MeetingState.CANCELLED:
        return [blocks.section(f":calendar: {who} cancelled the meeting of ~{moment(meeting.starts_at)}~.")]
    moved = meeting.id != id_of(meeting.booking)
    verb = "moved the meeting to" if moved else "booked a meeting:"
    words = f":calendar: {who} {verb} *{moment(meeting.starts_at)}*"
    if lead.phase is Phase.CLOSED:
        return [blocks.section(f"{words}\nThis lead is closed ({escape(lead.phases[-1].why)}).")]
    shown = [blocks.section(words)]
    if lead.notes is None:
        button = start_button("running_notes", "Create running notes", lead.id, style="primary")
        shown.append(blocks.actions(button))
    return shown


def _summary(lead: Lead, meeting: Meeting) -> str:
    done = "cancelled" if meeting.state is MeetingState.CANCELLED else "booked"
    return f"{escape(blocks.cut(lead.organisation, 200))}: a meeting was {done}"


def _thread(lead: Lead) -> Message:
    """The lead's thread; its card is posted where a crash left the lead without one."""
    if lead.thread is None:
        card.post(here(), lead)
    thread = here().store.get(lead.id).thread
    assert thread is not None
    return thread


def _is_said(lead: Lead, meeting: Meeting) -> bool:
    known = here().store.effect(lead.id, _said_key(lead, meeting))
    return known is not None and known.receipt is not None


def _said_key(lead: Lead, meeting: Meeting) -> str:
    """By everything that changes the message; with notes it offers none."""
    made = ":notes" if lead.notes is not None else ""
    return f"{meeting.id}:said:{meeting.state}:{int(meeting.starts_at.timestamp())}{made}"
