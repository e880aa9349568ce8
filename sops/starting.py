"""Which procedure comes next for a lead, and the button that starts one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sops import blocks
from sops.blocks import Block
from store.lead import Lead
from store.lifecycle import Phase
from store.meeting import MeetingState
from store.qualification import Letter, current


@dataclass(frozen=True)
class Next:
    """What a person would do next for a lead: the action id of its button, and what the button says."""

    action: str
    label: str


def start_action(key: str) -> str:
    """The action id of every button that starts the procedure `key`; the button's value is the lead's id."""
    return f"start_{key}"


def start_button(key: str, text: str, lead_id: str, *, style: str = "") -> Block:
    return blocks.button(text, start_action(key), lead_id, style=style)


def next_procedure(lead: Lead, now: datetime) -> Next | None:
    """What comes next in this phase at `now` (aware UTC); None where the next word is somebody else's.

    Meetings go before the phase: who has booked one needs no first mail, and what was said there is logged while
    it is remembered.
    """
    if lead.phase is Phase.CLOSED:
        return Next("lead_reopen", "Reopen")
    if any(meeting.ends_at <= now for meeting in lead.planned):
        return Next(start_action("meeting"), "Log meeting")
    if lead.planned and lead.notes is None:
        return Next(start_action("running_notes"), "Create running notes")
    if lead.phase is Phase.QUALIFIED:
        return Next(start_action("decided"), "They decided")
    if lead.unanswered:
        return Next(start_action("reply"), "Reply")
    if lead.phase is not Phase.LEAD:
        return None
    if len(current(lead.answers)) == len(Letter) or _met(lead):
        return Next(start_action("qualify"), "Qualify")
    if lead.hailed_at is None and not lead.planned:
        return Next("lead_hail", "Hail")
    return None


def next_button(lead: Lead, now: datetime) -> Block | None:
    """The one primary button of a lead."""
    step = next_procedure(lead, now)
    return blocks.button(step.label, step.action, lead.id, style="primary") if step else None


def _met(lead: Lead) -> bool:
    return any(meeting.state is MeetingState.HELD for meeting in lead.meetings)
