"""Private notes on the lead's ticket: the ticket tracks the lead too, so each change of phase and each finished
procedure is noted there. A note never leaves the organisation, and Freshdesk being away delays it only.

What is owed stands in a workspace value until it is on the ticket; the tick goes through it, and each note carries a
reference by which it is found again.
"""

from __future__ import annotations

import hashlib
import html
import logging
import re
import threading
from collections.abc import Iterable
from dataclasses import asdict, dataclass

from services.errors import Refused, ServiceError
from services.freshdesk import Freshdesk
from sops import engine, jobs
from sops.context import Context, here
from sops.effects import once
from sops.jobs import Job
from sops.progress_message import TITLES
from store.lead import Lead
from store.plan import Plan
from store.ports import NoSuchLead

log = logging.getLogger(__name__)

_OWED = "ticket_notes_owed"
_JOB = "write_ticket_notes"
_NOTES_ITSELF = frozenset({"hail"})
"""Procedures with a note of their own among their steps."""
_OF_OUR_KEY = frozenset({401, 403})
_changing = threading.Lock()
_writing = threading.Lock()


@dataclass(frozen=True)
class _Note:
    lead: str
    key: str
    words: str

    @property
    def effect(self) -> str:
        return f"note:{self.key}"

    @property
    def reference(self) -> str:
        return "Reference " + hashlib.sha256(f"{self.lead} {self.key}".encode()).hexdigest()[:12]

    @property
    def body_html(self) -> str:
        lines = "<br>".join(html.escape(line) for line in self.words.splitlines())
        return f"<p>{lines}</p><p>{self.reference}</p>"


def follow(context: Context, lead: Lead) -> bool:
    """Whether what happens with this lead is noted on a ticket: not for a lead without one, nor in practice mode."""
    return lead.ticket_id is not None and context.team.live and context.services.freshdesk is not None


def owe(context: Context, lead_id: str, key: str, words: str) -> None:
    """Have `words` (plain text) noted on the lead's ticket, once for each `key`. Durable when it returns; the note
    follows, where notes `follow` at all.
    """
    note = _Note(lead_id, key, words)
    if not follow(context, context.store.get(lead_id)):
        return
    known = context.store.effect(lead_id, note.effect)
    if known is not None and known.receipt is not None:
        return
    with _changing:
        owed = _owed(context)
        if all((each.lead, each.key) != (lead_id, key) for each in owed):
            context.store.set_value(_OWED, [asdict(each) for each in (*owed, note)])
    engine.soon(Job(f"note:{lead_id}:{key}", _JOB, ""))


@engine.when_done
def owe_result(plan: Plan, by: str, words: str) -> None:
    """A finished procedure is noted with its result, and who approved it."""
    if plan.sop in _NOTES_ITSELF:
        return
    try:
        if here().store.get(plan.lead_id).ticket_id is None:
            return
        text = f"{TITLES[plan.sop]}: {as_plain(words)} (approved by {_name(by)})"
        owe(here(), plan.lead_id, f"{plan.id}:done", text)
    except NoSuchLead:
        return


@jobs.due
def owed_notes(context: Context) -> Iterable[Job]:
    """Once a minute while a note is owed: Freshdesk was away, or a crash came first."""
    if _owed(context):
        yield Job(f"notes:{context.clock.now():%Y%m%d%H%M}", _JOB, "")


@jobs.job(_JOB)
def write_notes(_: str) -> None:
    """Write what is owed. Whoever finds another at it leaves, because that one looks again for what came since."""
    tried: set[_Note] = set()
    while waiting := [note for note in _owed(here()) if note not in tried]:
        if not _writing.acquire(blocking=False):
            return
        try:
            for note in waiting:
                tried.add(note)
                if not _write(note):
                    return
        finally:
            _writing.release()


def _write(note: _Note) -> bool:
    """Whether it makes sense to go on with the next note: not while Freshdesk is away or refuses our key."""
    try:
        _once_on_ticket(note)
    except NoSuchLead:
        log.warning("The lead %s of an owed note is gone", note.lead)
    except Refused as refused:
        if refused.status in _OF_OUR_KEY:
            log.warning("Freshdesk refuses our key; notes wait: %s", refused)
            return False
        log.warning("The ticket of lead %s takes no note, which is dropped: %s", note.lead, refused)
    except ServiceError as error:
        log.info("Notes wait for the next tick: %s", error)
        return False
    _drop(note)
    return True


def _once_on_ticket(note: _Note) -> None:
    ticket, freshdesk = here().store.get(note.lead).ticket_id, here().services.freshdesk
    if ticket is None or freshdesk is None:
        return
    once(
        note.lead,
        note.effect,
        lambda: str(freshdesk.add_note(ticket, note.body_html).id),
        lambda: _find(freshdesk, ticket, note),
    )


def _find(freshdesk: Freshdesk, ticket: int, note: _Note) -> str | None:
    said = freshdesk.conversations(ticket)
    found = [one for one in said if one.private and note.reference in one.body_text]
    return str(found[0].id) if found else None


def _owed(context: Context) -> list[_Note]:
    return [_Note(**each) for each in context.store.value(_OWED) or []]


def _drop(note: _Note) -> None:
    with _changing:
        left = [each for each in _owed(here()) if (each.lead, each.key) != (note.lead, note.key)]
        here().store.set_value(_OWED, [asdict(each) for each in left])


def as_plain(mrkdwn: str) -> str:
    """A line of ours in Slack's mrkdwn as plain text: links as their words, people by name (Slack: "formatting
    text"). Links that only lead on ("… →") are left out."""
    text = re.sub(r" · <[^|<>]+\|[^<>]*→>", "", mrkdwn)
    text = re.sub(r"<@(\w+)>", lambda match: _name(match[1]), text)
    text = re.sub(r"<[^|<>]+\|([^<>]*)>", r"\1", text)
    text = re.sub(r"<([^<>]+)>", r"\1", text)
    return html.unescape(re.sub(r" ?:[a-z][a-z0-9_+-]*: ?", " ", text)).strip()


def _name(user: str) -> str:
    try:
        return here().services.slack.member(user).name
    except ServiceError:
        return "somebody"
