"""Three leads that a newcomer finds in the sandbox, in different phases; made up, and no mail went to them."""

from __future__ import annotations

import logging
import threading
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from services.errors import ServiceError
from sops import card
from sops.context import Context
from store.lead import Contact, Event, Lead, new_lead
from store.lifecycle import Phase, transition
from store.ports import LeadStore

log = logging.getLogger(__name__)

DAMIAN, JIM = "U01DAMIAN", "U02JIM"
"""People of the pretended Slack; their ids are as fixed as its tokens."""
_INTRODUCED = "sample leads"
"""The workspace value: absent, "begun", or "done" once all cards are posted."""


@dataclass(frozen=True)
class _Told:
    """One line of a sample's story, `days` ago; with a phase, the lead enters it then."""

    days: float
    kind: str
    text: str
    phase: Phase | None = None


@dataclass(frozen=True)
class _Sample:
    id: str
    organisation: str
    contacts: tuple[Contact, ...]
    owner: str
    source: str
    next_step: str
    story: tuple[_Told, ...]


_SAMPLES = (
    _Sample(
        "lsampleaa",
        "Tidewater Marine Lab",
        (Contact("noor@tidewater.example", "Noor Haddad"),),
        DAMIAN,
        "conference talk (sample lead)",
        "wait for an answer",
        (
            _Told(4.2, "created", "Lead created (a sample: everything about it is made up)"),
            _Told(4.1, "mail", "Hail the Lead sent to noor@tidewater.example (made up: no mail was sent)"),
        ),
    ),
    _Sample(
        "lsamplebb",
        "Glacier Data Institute",
        (
            Contact("ines@glacier-data.example", "Inês Duarte"),
            Contact("tom@glacier-data.example", "Tom Okafor"),
        ),
        JIM,
        "web site (sample lead)",
        "ask about their budget cycle",
        (
            _Told(19.3, "created", "Lead created (a sample: everything about it is made up)"),
            _Told(
                19.2, "mail", "Hail the Lead sent to ines@glacier-data.example (made up: no mail was sent)"
            ),
            _Told(12.1, "meeting", "First meeting with Inês and Tom; 40 researchers, two courses a year"),
            _Told(9.0, "phase", "Good candidate, and qualified to set up a partnership", Phase.QUALIFIED),
        ),
    ),
    _Sample(
        "lsamplecc",
        "Riverbend University",
        (Contact("maya@riverbend.example", "Maya Lindqvist"),),
        DAMIAN,
        "recommended by a partner (sample lead)",
        "send the draft contract",
        (
            _Told(41.3, "created", "Lead created (a sample: everything about it is made up)"),
            _Told(41.2, "mail", "Hail the Lead sent to maya@riverbend.example (made up: no mail was sent)"),
            _Told(33.0, "phase", "Good candidate, and qualified to set up a partnership", Phase.QUALIFIED),
            _Told(20.0, "meeting", "Second meeting with Maya: hub for three departments from next term"),
            _Told(6.0, "phase", "Verbal yes from Maya", Phase.PROSPECT),
        ),
    ),
)


def introduce(context: Context, wait_seconds: float = 1.0) -> None:
    """Into a fresh practice store: the sample leads, then their cards in the team's channel, each once.

    Goes on in the background after `wait_seconds`; what a crash left undone is done at the next start.
    """
    at_work = threading.Thread(target=_introduce, args=(context,), name="sample leads", daemon=True)
    at_work.start()
    at_work.join(wait_seconds)


def _introduce(context: Context) -> None:
    store = context.store
    so_far = store.value(_INTRODUCED)
    if so_far == "done" or (so_far is None and store.leads(limit=1)):
        return
    store.set_value(_INTRODUCED, "begun")
    now = context.clock.now()
    try:
        for lead in [_remembered(store, sample, now) for sample in _SAMPLES]:
            if lead.thread is None:
                card.post(context, lead)
    except ServiceError as error:
        log.warning("The cards of the sample leads wait for the next start: %s", error)
    else:
        store.set_value(_INTRODUCED, "done")


def _remembered(store: LeadStore, sample: _Sample, now: datetime) -> Lead:
    """The sample as the store has it; created where it does not."""
    first, *later = sample.story
    lead = new_lead(
        sample.id,
        sample.organisation,
        sample.contacts,
        at=_ago(now, first),
        by=sample.owner,
        source=sample.source,
    )
    for told in later:
        if told.kind == "mail":
            lead = replace(lead, hailed_at=_ago(now, told))
        if told.phase is not None:
            phases = transition(lead.phases, told.phase, at=_ago(now, told), by=sample.owner, why=told.text)
            lead = replace(lead, phases=phases)
    lead = replace(lead, next_step=sample.next_step)
    return store.create(lead, *(_event(sample, told, now) for told in sample.story))


def _event(sample: _Sample, told: _Told, now: datetime) -> Event:
    return Event(f"{sample.id}:{told.days:g}", _ago(now, told), told.kind, told.text, sample.owner)


def _ago(now: datetime, told: _Told) -> datetime:
    return now - timedelta(days=told.days)
