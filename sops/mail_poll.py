"""Polls Freshdesk for mail on the tickets that track leads, and tells the lead's thread, once for each mail.

Freshdesk lists tickets by when they changed, to the second. So each look begins a little before the last change it
has seen, in Freshdesk's own time, and a changed ticket is looked at twice: more may have come in the same second.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from services.errors import ServiceError
from services.freshdesk import Freshdesk, bare_address
from services.freshdesk_records import Conversation, TicketChange
from sops import in_thread, jobs, mail_line, mail_text, poll_failures, reply, unanswered
from sops.blocks import flat_text
from sops.context import Context, here
from sops.in_thread import Mark
from sops.jobs import Job
from sops.poll_failures import Failures
from store.lead import Effect, Event, Lead, Mail

log = logging.getLogger(__name__)

MAIL = "lead_mail"
"""The metadata by which a mail's line is found again."""
_KEPT = "mail_poll"
_OVERLAP = timedelta(minutes=2)
_LOOKS = 2
_REPLY = 0
_looking = threading.Lock()


@dataclass(frozen=True)
class _Kept:
    """`since`: the newest change that was dealt with; `began`: mail before it is not told; `seen`: for each ticket of
    the last look when it had changed, and how often it was looked at since; `failing`: since when some could not be
    dealt with; `linked`: the leads' tickets, each of which was looked at since it was a lead's (None: none yet)."""

    since: datetime
    began: datetime
    seen: dict[int, tuple[datetime, int]]
    failing: dict[str, datetime]
    linked: frozenset[int] | None

    def looks(self, change: TicketChange) -> int:
        at, looks = self.seen.get(change.id, (change.updated_at, 0))
        return looks if at == change.updated_at else 0


@jobs.due
def mail(context: Context) -> Iterable[Job]:
    if context.services.freshdesk is not None:
        yield Job(f"poll:freshdesk:{context.clock.now():%Y%m%d%H%M}", "poll_mail", "")


@jobs.job("poll_mail")
def poll(_: str) -> None:
    """One look. What could not be read, or not be told, is read again at the next."""
    freshdesk = here().services.freshdesk
    if freshdesk is None or not _looking.acquire(blocking=False):
        return
    try:
        kept = _kept()
        _keep(_look(freshdesk, kept, freshdesk.tickets_changed(kept.since - _OVERLAP)))
    except ServiceError as error:
        log.info("Mail is looked for again at the next tick: %s", error)
    finally:
        _looking.release()


def _look(freshdesk: Freshdesk, kept: _Kept, changed: list[TicketChange]) -> _Kept:
    """Nothing of one ticket keeps another waiting; a ticket that failed keeps the next look from beginning later."""
    failures = Failures(kept.failing, here().clock.now())
    seen: dict[int, tuple[datetime, int]] = {}
    failed: list[datetime] = []

    def told(ticket: int) -> bool:
        return failures.dealt_with(f"Ticket {ticket}", partial(_tell_new, freshdesk, ticket, kept.began))

    for change in changed:
        if here().store.find_by_ticket(change.id) is None:
            continue
        looks = kept.looks(change)
        if looks < _LOOKS:
            if not told(change.id):
                failed.append(change.updated_at)
                continue
            looks += 1
        seen[change.id] = (change.updated_at, looks)
    linked = _linked(kept, {change.id for change in changed}, told)
    newest = max((change.updated_at for change in changed), default=kept.since)
    since = min(failed, default=max(newest, kept.since))
    return _Kept(since, kept.began, seen, failures.since, linked)


def _linked(kept: _Kept, changed: set[int], told: Callable[[int], bool]) -> frozenset[int]:
    """The leads' tickets by now. One that became a lead's after it had changed (a hail that was settled later) is
    looked at here, once: no look at what changed comes back to it."""
    tickets = {lead.ticket_id for lead in here().store.leads() if lead.ticket_id is not None}
    if kept.linked is None:
        return frozenset(tickets)
    new = tickets - kept.linked - changed
    return frozenset(tickets - {ticket for ticket in sorted(new) if not told(ticket)})


def _tell_new(freshdesk: Freshdesk, ticket: int, began: datetime) -> None:
    """Tell what is new on one ticket. What is wrong with one mail is raised after the others were told."""
    lead = here().store.find_by_ticket(ticket)
    assert lead is not None
    wrong: Exception | None = None
    for said in freshdesk.conversations(ticket):
        if said.private or said.created_at < began:
            continue
        try:
            _take(lead.id, said)
        except ServiceError:
            raise
        except Exception as error:
            wrong = error
    if wrong is not None:
        raise wrong


def _take(lead_id: str, said: Conversation) -> None:
    ours = bare_address(said.from_address).casefold() == here().team.mailbox.casefold()
    if said.incoming and not ours:
        _tell(lead_id, said)
    elif said.source == _REPLY and not said.incoming:
        _note_answer(lead_id, said)


def _tell(lead_id: str, said: Conversation) -> None:
    """The line in the thread comes last: once it is there, everything is."""
    key = event_key(said)
    known = here().store.effect(lead_id, key)
    if known is not None and known.receipt is not None:
        return
    who = mail_line.sender(here().store.get(lead_id), said)
    text = f"{who} wrote: {mail_text.line(mail_text.words_of(said, 300), 200)}"
    lead = here().store.update(
        lead_id,
        lambda lead: unanswered.came(lead, Mail(said.id, who)),
        Event(key, said.created_at, "mail", text),
    )
    here().progress.card(lead_id)
    _post(lead, said, key)


def _post(lead: Lead, said: Conversation, key: str) -> None:
    now = here().clock.now()
    if lead.thread is None:
        here().store.receive(lead.id, Effect(key, now, receipt="no thread", received_at=now))
        return
    shown = mail_line.render(lead, said)
    in_thread.post_once(lead.id, lead.thread, Mark(MAIL, str(said.id), key), flat_text(shown), shown)


def _note_answer(lead_id: str, said: Conversation) -> None:
    """An answer of ours that did not go through the assistant is only recorded: nobody has to act."""
    if reply.is_under_way(lead_id, said):
        return
    text = f"Answered from Freshdesk: {mail_text.line(mail_text.words_of(said, 300), 200)}"
    event = Event(event_key(said), said.created_at, "mail", text)
    if all(told.key != event.key for told in here().store.timeline(lead_id)):
        here().store.update(lead_id, lambda lead: unanswered.answered(lead, said.id, here().clock), event)
        here().progress.card(lead_id)


def event_key(said: Conversation) -> str:
    """The key of a mail in the timeline, whoever recorded it."""
    return f"mail:{said.id}"


def _kept() -> _Kept:
    value = here().store.value(_KEPT)
    if value is None:
        now = here().clock.now()
        return _Kept(now, now - _OVERLAP, {}, {}, None)
    seen = {int(id): (datetime.fromisoformat(at), looks) for id, (at, looks) in value["seen"].items()}
    since, began = (datetime.fromisoformat(value[each]) for each in ("since", "began"))
    linked = frozenset(value["linked"]) if "linked" in value else None
    return _Kept(since, began, seen, poll_failures.from_json(value.get("failing", {})), linked)


def _keep(kept: _Kept) -> None:
    seen = {str(id): [at.isoformat(), looks] for id, (at, looks) in kept.seen.items()}
    value = {
        "since": kept.since.isoformat(),
        "began": kept.began.isoformat(),
        "seen": seen,
        "failing": poll_failures.to_json(kept.failing),
        "linked": sorted(kept.linked or ()),
    }
    here().store.set_value(_KEPT, value)
