"""The next steps that the assistant writes by itself. It puts them in the place of its own only: what a person wrote
there, and by when, stays. That a mail of theirs waits is no next step but a fact beside it: `sops.unanswered`."""

from __future__ import annotations

import re
from dataclasses import replace

from sops.clock import Clock
from store.lead import Lead
from store.lifecycle import Phase

WAIT = "wait for an answer"
FOLLOW_UP = "follow up on the meeting"
NEW_TIME = "agree on a new time"
ANSWER_THEM = "answer their questions"
CONTRACT = "send the draft contract"
CLOSE = "close the lead"
_AGREE = f"{NEW_TIME} with "
_MEET = re.compile(r"meet (on \d{4}-\d{2}-\d{2}|with them)")


def answered(lead: Lead, clock: Clock) -> Lead:
    """Their mail has its answer: the next meeting is ahead, if any, else it is for them to say something."""
    if not _is_ours(lead):
        return lead
    day = day_ahead(lead, clock)
    return _become(lead, meet(day), day) if day else _become(lead, WAIT)


def owing_less(lead: Lead) -> Lead:
    """A question of theirs was answered: the others wait, or now it is for them to say something."""
    if lead.next_step != ANSWER_THEM:
        return lead
    first = min((one.due for one in lead.owed if one.due), default="")
    return _become(lead, ANSWER_THEM, first) if lead.owed else _become(lead, WAIT)


def is_a_person_s(lead: Lead) -> bool:
    """Whether somebody wrote the next step, so that nothing but a person takes it away."""
    return lead.next_step not in ("", ANSWER_THEM, CONTRACT, CLOSE) and not _is_ours(lead)


def meet(day: str) -> str:
    """`day` is an ISO date."""
    return f"meet on {day}"


def to_meet(lead: Lead, day: str) -> Lead:
    """They booked; `day` is an ISO date."""
    return _become(lead, meet(day), day) if _is_ours(lead) else lead


def to_agree_again(lead: Lead, who: str, today: str, ahead: str) -> Lead:
    """They cancelled a meeting; where the next step was to meet, it is the meeting `ahead`, if there is one. Both are
    ISO dates, `ahead` may be empty."""
    if _MEET.fullmatch(lead.next_step) is None:
        return lead
    return _become(lead, meet(ahead), ahead) if ahead else _become(lead, f"{_AGREE}{who}", today)


def day_ahead(lead: Lead, clock: Clock) -> str:
    """The ISO date, as the team counts days, of the soonest meeting that has not begun; empty where there is none."""
    begins = next((meeting.starts_at for meeting in lead.planned if meeting.starts_at > clock.now()), None)
    return begins.astimezone(clock.zone).date().isoformat() if begins else ""


def _is_ours(lead: Lead) -> bool:
    step = lead.next_step
    logged = step in (FOLLOW_UP, NEW_TIME) and not lead.next_step_due
    ours = logged or step in ("", WAIT) or step.startswith(_AGREE)
    return ours or _MEET.fullmatch(step) is not None


def _become(lead: Lead, step: str, due: str = "") -> Lead:
    return lead if lead.phase is Phase.CLOSED else replace(lead, next_step=step, next_step_due=due)
