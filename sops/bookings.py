"""What leads book at Calendly: asked for every minute, remembered as meetings of the lead they belong to.

Calendly offers no list of what changed, so each look reads what starts from now on and compares it with what is
remembered; doing so twice changes nothing. A reschedule is a cancellation and a new event that names the old one.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial

from services.calendly_records import Invitee, ScheduledEvent
from services.errors import Refused, ServiceError
from sops import addresses, bookings_said, bookings_unmatched, connected, jobs, next_steps, poll_failures
from sops.bookings_unmatched import Unmatched
from sops.context import Context, here
from sops.jobs import Job
from sops.poll_failures import Failures
from store.lead import Event, Lead, LeadSummary
from store.lifecycle import Phase
from store.meeting import Meeting, MeetingState

log = logging.getLogger(__name__)

CURSOR = "calendly_cursor"
"""The workspace value with the times of the first and of the last complete look, and what kept a later one from being
complete."""
_OVERLAP = timedelta(minutes=15)
"""Each look goes back so far behind the last one: clocks differ, and a lost look costs nothing."""
_looking = threading.Lock()
_giving = threading.Lock()
"""Held while a booking becomes a lead's, so that two people give it to one lead."""


@dataclass(frozen=True)
class _Cursor:
    first: datetime
    last: datetime
    failing: Mapping[str, datetime] = field(default_factory=dict)


@jobs.due
def poll(context: Context) -> Iterable[Job]:
    """Once a minute, where Calendly is connected."""
    if context.services.calendly is not None:
        yield Job(f"poll:calendly:{context.clock.now():%Y%m%d%H%M}", "poll_calendly", "")


@jobs.job("poll_calendly")
def look(_: str) -> None:
    """Follow what changed since the last look; the first one only remembers when it was made."""
    with _looking:
        now, cursor = here().clock.now(), _cursor()
        if cursor is None:
            _keep(_Cursor(now, now))
            return
        since = max(cursor.first, min(cursor.last, now) - _OVERLAP)
        failures = Failures(cursor.failing, now)
        complete = _follow_all(since, failures)
        _keep(_Cursor(cursor.first, now if complete else cursor.last, failures.since))


def attach(lead_id: str, event_uri: str) -> Lead:
    """A person says that this booking belongs to this lead; the lead it belongs to, which is another one where
    somebody was faster. Raises the errors of `services.errors`."""
    with _giving:
        taken = here().store.find_by_booking(event_uri)
        if taken is None:
            event = connected.calendly().scheduled_event(event_uri)
            lead = _remember(lead_id, event, connected.calendly().invitees(event_uri))
        else:
            lead = here().store.get(taken.id)
    bookings_unmatched.settle(event_uri, lead.organisation)
    return lead


def _follow_all(since: datetime, failures: Failures) -> bool:
    """Whether everything could be followed; if not, the next look starts where this one did. One booking that cannot
    be followed keeps no other waiting."""
    complete = True
    try:
        events = connected.calendly().scheduled_events(since)
    except ServiceError as error:
        log.warning("Calendly cannot be asked for bookings; the next minute asks again: %s", error)
        return False
    for event in events:
        complete &= failures.dealt_with(f"The booking {event.uri}", partial(_follow, event, since))
    for left in bookings_unmatched.all_of(here()):
        failures.dealt_with(f"The unmatched booking {left.uri}", partial(_match_again, left))
    return complete


def _follow(event: ScheduledEvent, since: datetime) -> None:
    known = here().store.find_by_booking(event.uri)
    if known is not None:
        _bring_up_to_date(here().store.get(known.id), event)
    elif not event.active:
        bookings_unmatched.cancelled(event.uri)
    elif event.updated_at >= since and not bookings_unmatched.knows(event.uri):
        _take_up(event)


def _bring_up_to_date(lead: Lead, event: ScheduledEvent) -> None:
    """A booking that we remember: is it still so?"""
    meeting = next(each for each in lead.meetings if each.booking == event.uri)
    if not event.active and meeting.state is MeetingState.PLANNED:
        after = _moved_to(event)
        if after is not None:
            _remember(lead.id, after, connected.calendly().invitees(after.uri))
            return
        lead = _cancel(lead.id, meeting)
    elif event.active and (event.starts_at, event.ends_at, event.link) != _times(meeting):
        lead = _remember(lead.id, event, connected.calendly().invitees(event.uri))
    bookings_said.say(lead, meeting.id)


def _moved_to(event: ScheduledEvent) -> ScheduledEvent | None:
    """The event that took this one's place; None where it was only cancelled, or the new one is gone as well."""
    moved_to = next((each.moved_to for each in connected.calendly().invitees(event.uri) if each.moved_to), "")
    try:
        return connected.calendly().scheduled_event(moved_to) if moved_to else None
    except Refused as refused:
        if refused.status != 404:
            raise
        return None


def _times(meeting: Meeting) -> tuple[datetime, datetime, str]:
    return meeting.starts_at, meeting.ends_at, meeting.link


def _take_up(event: ScheduledEvent) -> None:
    """A new booking, or the new time of one that we remember."""
    invitees = connected.calendly().invitees(event.uri)
    found = _whose(event, invitees)
    if found is None:
        bookings_unmatched.say(event, invitees)
    else:
        _remember(found.id, event, invitees)


def _match_again(left: Unmatched) -> None:
    """Somebody made a lead of the address meanwhile, or gave it to one (also where a crash kept the message from
    saying so)."""
    found = here().store.find_by_booking(left.uri) or here().store.find_by_address(left.address)
    if found is not None:
        attach(found.id, left.uri)


def _whose(event: ScheduledEvent, invitees: Sequence[Invitee]) -> LeadSummary | None:
    """By the booking it took the place of, by who booked, by their guests; else by the organisation's domain, where
    that is one lead's only."""
    store = here().store
    asked = [store.find_by_booking(each.came_from) for each in invitees if each.came_from]
    people = [*(each.address for each in invitees), *event.guests]
    asked += [store.find_by_address(address) for address in people]
    found = next((lead for lead in asked if lead is not None), None)
    return found or next((lead for each in people if (lead := _by_domain(each)) is not None), None)


def _by_domain(address: str) -> LeadSummary | None:
    for domain in addresses.related_domains(address.rpartition("@")[2]):
        same = here().store.find_by_domain(domain)
        still_open = [lead for lead in same if lead.phase is not Phase.CLOSED] or same
        if still_open:
            return still_open[0] if len(still_open) == 1 else None
    return None


def _remember(lead_id: str, event: ScheduledEvent, invitees: Sequence[Invitee]) -> Lead:
    """The meeting as it is booked now, in the lead, in its timeline and in its thread."""
    came_from = {each.came_from for each in invitees if each.came_from}
    before = _booked(here().store.get(lead_id), event, came_from)
    booked = _meeting(event, invitees, before)

    def change(lead: Lead) -> Lead:
        typed = [each for each in lead.meetings if _same_typed(each, booked)]
        noted = next((each.noted for each in typed if each.noted), booked.noted)
        others = (each for each in lead.meetings if each.id != booked.id and each not in typed)
        lead = replace(lead, meetings=(*others, replace(booked, noted=noted)))
        return next_steps.to_meet(lead, next_steps.day_ahead(lead, here().clock) or _day(booked))

    verb = "booked a meeting" if before is None else "moved the meeting"
    at = f"{booked.starts_at.astimezone(here().clock.zone):%Y-%m-%d %H:%M}"
    lead = here().store.update(lead_id, change, _event("booked", booked, f"{booked.name} {verb}: {at}"))
    bookings_said.say(lead, booked.id)
    here().progress.card(lead_id)
    return lead


def _same_typed(meeting: Meeting, booked: Meeting) -> bool:
    """Whether a person wrote this very meeting down, before its booking was known."""
    typed = not meeting.booking and meeting.state is MeetingState.PLANNED
    return typed and meeting.starts_at == booked.starts_at


def _booked(lead: Lead, event: ScheduledEvent, came_from: set[str]) -> Meeting | None:
    """The meeting that this event is, or moves; one that was logged already is not moved any more."""
    for meeting in lead.meetings:
        over = meeting.state in (MeetingState.HELD, MeetingState.NO_SHOW)
        if meeting.booking == event.uri or (meeting.booking in came_from and not over):
            return meeting
    return None


def _meeting(event: ScheduledEvent, invitees: Sequence[Invitee], before: Meeting | None) -> Meeting:
    people = dict.fromkeys([*(each.address for each in invitees), *event.guests])
    name = next((each.name.strip() or each.address for each in invitees), event.name)
    meeting = before or Meeting(bookings_said.id_of(event.uri), event.starts_at, event.ends_at)
    state = MeetingState.PLANNED if meeting.state is MeetingState.CANCELLED else meeting.state
    return replace(
        meeting,
        starts_at=event.starts_at,
        ends_at=event.ends_at,
        state=state,
        booking=event.uri,
        name=" ".join(name.split()),
        link=event.link,
        participants=tuple(people),
    )


def _cancel(lead_id: str, meeting: Meeting) -> Lead:
    def change(lead: Lead) -> Lead:
        meetings = tuple(
            replace(each, state=MeetingState.CANCELLED) if each.id == meeting.id else each
            for each in lead.meetings
        )
        lead, today = replace(lead, meetings=meetings), here().clock.today().isoformat()
        return next_steps.to_agree_again(lead, meeting.name, today, next_steps.day_ahead(lead, here().clock))

    words = f"{meeting.name} cancelled the meeting of {_day(meeting)}"
    lead = here().store.update(lead_id, change, _event("cancelled", meeting, words))
    here().progress.card(lead_id)
    return lead


def _event(what: str, meeting: Meeting, words: str) -> Event:
    key = f"{bookings_said.id_of(meeting.booking)}:{what}:{int(meeting.starts_at.timestamp())}"
    return Event(key, here().clock.now(), "meeting", words)


def _day(meeting: Meeting) -> str:
    return meeting.starts_at.astimezone(here().clock.zone).date().isoformat()


def _cursor() -> _Cursor | None:
    kept = here().store.value(CURSOR)
    if not kept:
        return None
    first, last = (datetime.fromisoformat(kept[each]) for each in ("first", "last"))
    return _Cursor(first, last, poll_failures.from_json(kept.get("failing", {})))


def _keep(cursor: _Cursor) -> None:
    kept = {"first": cursor.first.isoformat(), "last": cursor.last.isoformat()}
    here().store.set_value(CURSOR, kept | {"failing": poll_failures.to_json(cursor.failing)})
