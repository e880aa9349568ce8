"""The plan of a status update for the running notes: the exact lines, and who outside reads them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sops import notes_entry
from sops.blocks import cut, escape
from sops.context import Context
from sops.hail_plan import Check
from store.codec import Codec
from store.lead import Lead
from store.lifecycle import Phase
from store.plan import Plan, new_plan

NAME = "update"
LONGEST = 3000
"""Characters of one update (Slack: what a text input of a modal takes at most)."""
CLOSED = "This lead is closed. Reopen it first: More… on its card."


@dataclass(frozen=True)
class Source:
    """The message that an update is made from, and who asked for it with a reaction (empty: another way)."""

    channel: str
    ts: str
    asked_by: str = ""


@dataclass(frozen=True)
class Saying:
    """What somebody wants to say about a lead. `author` is a Slack user id; `due` an ISO date or empty."""

    text: str
    author: str
    next_step: str = ""
    due: str = ""
    source: Source | None = None


@dataclass(frozen=True)
class UpdatePlan:
    """`lines` are written as they are. `readers` are addresses outside, `reader_words` names them for a person.
    `manual`: Google is not connected, so a person writes them."""

    lead_id: str
    organisation: str
    saying: Saying
    lines: tuple[str, ...]
    readers: tuple[str, ...]
    reader_words: str
    everybody: bool
    document: str
    link: str
    checks: tuple[Check, ...]
    manual: bool = False

    @property
    def leaves_at_once(self) -> bool:
        """Whether it is written when the plan is confirmed, and not when a person does it."""
        return not self.manual

    @property
    def blocked(self) -> tuple[Check, ...]:
        return tuple(check for check in self.checks if check.state == "block")


_CONTENT = Codec(UpdatePlan)


def prepare(context: Context, lead: Lead, saying: Saying, by: str) -> Plan:
    """Look who reads the notes, write down exactly what will be written, and save it."""
    seen = notes_entry.audience(context, lead)
    why_not = why_not_shared(context, lead, seen)
    update = UpdatePlan(
        lead_id=lead.id,
        organisation=lead.organisation,
        saying=saying,
        lines=notes_entry.dated(context, saying.text, saying.author),
        readers=seen.addresses,
        reader_words=seen.words,
        everybody=seen.everybody,
        document=lead.notes.id if lead.notes else "",
        link=lead.notes.link if lead.notes else "",
        checks=(Check("notes", "block", why_not),) if why_not else (),
        manual=seen.manual,
    )
    content = _CONTENT.encode(update)
    about = f"the running notes of {cut(lead.organisation, 200)}"
    plan = new_plan(NAME, lead.id, by, context.clock.now(), content, about)
    context.store.save_plan(plan)
    return plan


def of(plan: Plan) -> UpdatePlan:
    """The update that a saved plan holds."""
    return _CONTENT.decode(plan.content)


def why_not_shared(context: Context, lead: Lead, seen: notes_entry.Audience) -> str:
    """Why nothing can be written into the running notes now, empty when it can."""
    if lead.phase is Phase.CLOSED:
        return CLOSED
    if not seen.why_not and not context.team.live and (seen.addresses or seen.everybody):
        readers = escape(seen.words)
        return (
            f"Practice mode is on, and {readers} can read the running notes. Nothing real is written there."
        )
    return seen.why_not


def due_words(due: str) -> str:
    """`2026-10-09` with its weekday, as it follows a next step; empty for none."""
    return f" (by {date.fromisoformat(due):%a %Y-%m-%d})" if due else ""


def entry_key(plan_id: str) -> str:
    """The entry's id in the document, and its key as an effect."""
    return f"{plan_id}:entry"
