"""The one message in a lead's thread about a booked meeting: edited when it is moved or cancelled, or notes exist."""

from __future__ import annotations

import hashlib
import json
from datetime import datetime

from sops import blocks, card, in_thread
from sops.blocks import Block, escape
from sops.context import here
from sops.in_thread import Mark
from sops.starting import start_button
from store.lead import Contact, Effect, Lead, Message
from store.lifecycle import Phase
from store.meeting import Meeting, MeetingState

BOOKING = "lead_booking"
"""The metadata by which such a message is found again."""
NAME_CONTACT = "booking_name"
"""The action id of the button that takes the booking's name for the contact; its value is the lead's id and the
meeting's."""

NOTE_CHANGE = "booking_note_change"
"""The action id of the button that offers an entry for the notes that it was moved or cancelled; the same value."""


def id_of(booking: str) -> str:
    """The id of the meeting that a booking makes; one that it only moves keeps the id of the first."""
    return "m" + hashlib.sha256(booking.encode()).hexdigest()[:8]


def moment(at: datetime) -> str:
    """A time with its day of the week, in the reader's own zone."""
    return blocks.moment(at, "{date_long_pretty}, {time}")


def say(lead: Lead, meeting_id: str) -> None:
    """Have the thread say how the meeting stands now; nothing happens where it does already."""
    meeting = next(each for each in lead.meetings if each.id == meeting_id)
    summary, shown = _summary(lead, meeting), render(lead, meeting)
    if meeting.state not in (MeetingState.PLANNED, MeetingState.CANCELLED) or _is_said(lead, meeting, shown):
        return
    mark = Mark(BOOKING, meeting.id, f"{meeting.id}:booked")
    ts = in_thread.show(lead.id, _thread(lead), mark, summary, shown)
    now = here().clock.now()
    said = Effect(_said_key(meeting), now, detail=_digest(shown), receipt=ts, received_at=now)
    here().store.receive(lead.id, said)


def render(lead: Lead, meeting: Meeting) -> list[Block]:
    """Who booked and when; Create running notes for as long as there are none. The name is what a stranger typed:
    that a contact is called so is only offered."""
    who = f"*{escape(blocks.cut(meeting.name, 200))}*"
    if meeting.state is MeetingState.CANCELLED:
        words = f":calendar: {who} cancelled the meeting of ~{moment(meeting.starts_at)}~."
        return [blocks.section(words), *_row(_note_change(lead, meeting))]
    moved = meeting.id != id_of(meeting.booking)
    verb = "moved the meeting to" if moved else "booked a meeting:"
    words = f":calendar: {who} {verb} *{moment(meeting.starts_at)}*"
    if lead.phase is Phase.CLOSED:
        return [blocks.section(f"{words}\nThis lead is closed ({escape(lead.phases[-1].why)}).")]
    buttons = _note_change(lead, meeting)
    if lead.notes is None:
        buttons.append(start_button("running_notes", "Create running notes", lead.id, style="primary"))
    contact = unnamed(lead, meeting)
    if contact is not None:
        value = f"{lead.id} {meeting.id}"
        buttons.append(blocks.button(f"Add this name to {contact.address}", NAME_CONTACT, value))
    return [blocks.section(words), *_row(buttons)]


def _row(buttons: list[Block]) -> list[Block]:
    return [blocks.actions(*buttons)] if buttons else []


def _note_change(lead: Lead, meeting: Meeting) -> list[Block]:
    """Only offered: people outside read the notes."""
    if lead.notes is None or lead.phase is Phase.CLOSED or not is_noted_wrong(meeting):
        return []
    return [blocks.button("Add this to the running notes", NOTE_CHANGE, f"{lead.id} {meeting.id}")]


def is_noted_wrong(meeting: Meeting) -> bool:
    """Whether the running notes name a time at which this meeting is not."""
    gone = meeting.state is MeetingState.CANCELLED
    return meeting.noted is not None and (gone or meeting.noted != meeting.starts_at)


def unnamed(lead: Lead, meeting: Meeting) -> Contact | None:
    """The contact who booked, if we have no name for them and the booking has."""
    booker = meeting.participants[0].casefold() if meeting.participants else ""
    if not meeting.booking or "@" in meeting.name:
        return None
    return next((each for each in lead.contacts if each.key == booker and not each.name), None)


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


def _is_said(lead: Lead, meeting: Meeting, shown: list[Block]) -> bool:
    """Whether the message shows exactly this: a meeting may be moved, and moved back."""
    known = here().store.effect(lead.id, _said_key(meeting))
    return known is not None and known.detail == _digest(shown)


def _said_key(meeting: Meeting) -> str:
    """The effect whose detail is what the message shows last."""
    return f"{meeting.id}:said"


def _digest(shown: list[Block]) -> str:
    return hashlib.sha256(json.dumps(shown).encode()).hexdigest()
