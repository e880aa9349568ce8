"""A lead's change of phase: no procedure makes one by itself, a person confirms it.

Source: "Service partnership lifecycle" of the procedure; the table of transitions is `store.lifecycle`.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta

from sops import jobs, ticket_notes
from sops.context import Context
from sops.jobs import Job
from sops.maniact import DECISIONS
from store.lead import Event, Lead
from store.lifecycle import TRANSITIONS, Phase, TransitionRefused, transition
from store.meeting import Verbal
from store.ports import NoSuchLead, StoreError, StoreFull
from store.qualification import judged

log = logging.getLogger(__name__)

_KIND = "phase"
_LOOKED_BACK = timedelta(days=7)
"""Longer than the assistant is ever away; a note that stands on the ticket is not written again."""
_lost = threading.Event()
"""Set while a note could not even be written down as owed."""


class MovedMeanwhile(TransitionRefused):
    """Somebody changed the phase after the person was shown it."""


def move(context: Context, lead_id: str, to: Phase, by: str, why: str, *, seen: int | None = None) -> Lead:
    """Change the phase: recorded in the transition log and the timeline, noted on the ticket, shown on the card.

    `seen` is how many entries the transition log had when the person was shown it, for a confirmation that was
    open for a while. Raises MovedMeanwhile where it has others now; store.lifecycle.TransitionRefused where the
    table does not allow the change; NoSuchLead.
    """
    now = context.clock.now()
    before = context.store.get(lead_id)
    expected = len(before.phases) if seen is None else seen
    key = f"phase:{expected}"
    words = f"{before.phase} → {to}" + (f": {why}" if why else "")

    def change(lead: Lead) -> Lead:
        if len(lead.phases) != expected:
            raise MovedMeanwhile(f"The lead is {lead.phase} since {lead.phase_since:%Y-%m-%d %H:%M}.")
        return replace(lead, phases=transition(lead.phases, to, at=now, by=by, why=why))

    lead = context.store.update(lead_id, change, Event(key, now, _KIND, words, by))
    try:
        ticket_notes.owe(context, lead_id, key, words)
    except StoreFull:  # The change stands, and nobody is to be told otherwise.
        _lost.set()
    context.progress.card(lead_id)
    return lead


@jobs.due
def lost_notes(context: Context) -> Iterable[Job]:
    """Once the disk has room again."""
    if _lost.is_set():
        _lost.clear()
        owe_lost_notes(context)
    return ()


def owe_lost_notes(context: Context) -> None:
    """Also at the start: a change of phase whose note a crash, or a full disk, left out just between the two is noted
    now."""
    since = context.clock.now() - _LOOKED_BACK
    for one in context.store.leads():
        if one.phase_since < since:
            continue
        try:
            for event in context.store.timeline(one.id):
                if event.kind == _KIND and event.at >= since:
                    ticket_notes.owe(context, one.id, event.key, event.text)
        except StoreFull:
            _lost.set()
            return
        except (NoSuchLead, StoreError):
            log.warning("The notes of lead %s could not be looked through", one.id, exc_info=True)


def moves(lead: Lead) -> list[Phase]:
    """The phases that a person may move it to, in order. Closing and reopening have their own buttons; Partner
    needs the fully signed agreement, which is confirmed with its file and dates and not here."""
    if lead.phase is Phase.CLOSED:
        return []
    left_out = (Phase.CLOSED, Phase.PARTNER)
    return [phase for phase in Phase if phase in TRANSITIONS[lead.phase] and phase not in left_out]


def missing(lead: Lead, to: Phase, *, said_yes: bool = False) -> list[str]:
    """What the procedure needs before a lead is `to` and this lead does not have, in words. `said_yes`: their verbal
    yes is just being recorded."""
    lacks = []
    if lead.phase is Phase.LEAD:
        verdicts = judged(lead.verdicts)
        for judgement, question in DECISIONS.items():
            verdict = verdicts.get(judgement)
            if verdict is None or not verdict.yes:
                lacks.append(f"a yes to “{question}”")
    if to is Phase.PROSPECT and not said_yes and not _said_yes(lead):
        lacks.append("their verbal yes")
    return lacks


def _said_yes(lead: Lead) -> bool:
    if lead.decision is not None:
        return lead.decision.verbal is Verbal.YES
    return any(meeting.verbal is Verbal.YES for meeting in lead.meetings)
