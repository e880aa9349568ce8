"""The next steps that the assistant writes by itself. It puts them in the place of its own only: what a person wrote
there, and by when, stays."""

from __future__ import annotations

import re
from dataclasses import replace

from store.lead import Lead
from store.lifecycle import Phase

WAIT = "wait for an answer"
_ANSWER = "answer "
_AGREE = "agree on a new time with "
_MEET = re.compile(r"meet (on \d{4}-\d{2}-\d{2}|with them)")
_ADDRESS = re.compile(r"[^\s@]+@[^\s@]+")
SOMEBODY = "Somebody"
"""Who wrote a mail that names no sender."""


def to_answer(lead: Lead, who: str) -> Lead:
    """Their mail waits; `who` is the contact's name, an address or SOMEBODY."""
    return _become(lead, f"{_ANSWER}{who}") if _is_ours(lead) else lead


def answered(lead: Lead) -> Lead:
    """Their mail has its answer: the next step that it had become is done."""
    return _become(lead, WAIT) if waits_for_us(lead) else lead


def waits_for_us(lead: Lead) -> bool:
    """Whether the next step is to answer a mail of theirs, as the assistant writes it."""
    who = lead.next_step.removeprefix(_ANSWER)
    if who == lead.next_step:
        return False
    known = {SOMEBODY, *(name for each in lead.contacts for name in (each.name, each.address))}
    return who in known or _ADDRESS.fullmatch(who) is not None


def is_an_answer(step: str) -> bool:
    """Whether a next step is to answer somebody, whoever wrote it."""
    return step.startswith(_ANSWER)


def to_meet(lead: Lead, day: str) -> Lead:
    """They booked; `day` is an ISO date."""
    return _become(lead, f"meet on {day}", day) if _is_ours(lead) else lead


def to_agree_again(lead: Lead, who: str, today: str) -> Lead:
    """They cancelled the meeting that was the next step; `today` is an ISO date."""
    return _become(lead, f"{_AGREE}{who}", today) if _MEET.fullmatch(lead.next_step) else lead


def _is_ours(lead: Lead) -> bool:
    step = lead.next_step
    ours = step in ("", WAIT) or step.startswith(_AGREE) or _MEET.fullmatch(step) is not None
    return ours or waits_for_us(lead)


def _become(lead: Lead, step: str, due: str = "") -> Lead:
    return lead if lead.phase is Phase.CLOSED else replace(lead, next_step=step, next_step_due=due)
