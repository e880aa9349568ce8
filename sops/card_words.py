"""A lead's fields in few words, as its card, its own modal and the Home tab show them; people's text is escaped."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from sops import blocks, next_steps
from sops.blocks import escape
from store.lead import Lead, LeadSummary

_NAMED = 3
_NAME = 60
"""Characters of one person's name, so that a long one crowds nobody else out of what a person is shown."""


def days(since: datetime, now: datetime) -> str:
    """`today`, `1 day`, `12 days`."""
    passed = (now - since).days
    return "today" if passed <= 0 else f"{passed} day{'s' if passed > 1 else ''}"


def ahead(lead: Lead | LeadSummary, today: date) -> str:
    """What is to be done next: the mails of theirs that wait, and the next step; empty where there is neither."""
    waits_for_them = lead.unanswered and lead.next_step == next_steps.WAIT
    step = "" if waits_for_them else next_step(lead.next_step, lead.next_step_due, today)
    return "; ".join(part for part in (to_answer(lead), step) if part)


def to_answer(lead: Lead | LeadSummary) -> str:
    """`answer Ada and Bo`, whose mails wait; empty where none does."""
    return f"answer {writers(lead)}" if lead.unanswered else ""


def writers(lead: Lead | LeadSummary) -> str:
    """Whose mails wait."""
    return listed([one.who for one in lead.unanswered])


def next_step(step: str, due: str, today: date) -> str:
    """The next step with its date (ISO, or empty), marked where that is over; empty where there is none. A date that
    the step names itself is not said twice."""
    if not step:
        return ""
    words = escape(blocks.cut(step, 200))
    if not due:
        return words
    if due < today.isoformat():
        return f"{words} (:red_circle: overdue since {due})"
    return words if due in words else f"{words} (due {due})"


def overdue(due: str, today: date) -> bool:
    return bool(due) and due < today.isoformat()


def links(lead: Lead) -> list[str]:
    """The folder and the running notes, where they are."""
    found = (("folder", lead.folder), ("notes", lead.notes))
    return [blocks.link(item.link, name) for name, item in found if item is not None and item.link]


def readers(lead: Lead) -> str:
    """With whom outside we shared the running notes; empty where there are none. People share documents in Drive
    without us, so that we shared with nobody does not mean that nobody reads them."""
    if lead.notes is None:
        return ""
    can = [reader.address for reader in lead.readers if reader.can_open]
    if not can:
        return "notes not shared by us yet"
    return f"{listed(named(lead, can))} read{'s' if len(can) == 1 else ''} the notes"


def named(lead: Lead, addresses: Sequence[str]) -> list[str]:
    """People outside by the names of our contacts and by their addresses: a name is what somebody chose to be called,
    so it never stands alone. Not escaped."""
    names = {contact.key: blocks.cut(contact.name, _NAME) for contact in lead.contacts}
    return [
        f"{name} ({address})" if (name := names.get(address.casefold())) else address for address in addresses
    ]


def listed(names: Sequence[str]) -> str:
    """`Ada`, `Ada and Bo`, `Ada, Bo, Cy and 4 more`, escaped."""
    shown = [escape(blocks.cut(name, 350)) for name in names[:_NAMED]]
    rest = len(names) - len(shown)
    if rest:
        return f"{', '.join(shown)} and {rest} more"
    return " and ".join([", ".join(shown[:-1]), shown[-1]]) if len(shown) > 1 else "".join(shown)
