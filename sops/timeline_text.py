"""A lead's timeline as it stands, and as plain text for a file."""

from __future__ import annotations

import re
from collections.abc import Sequence

from services.errors import ServiceError
from sops.context import Context
from store.lead import Event, Lead, as_it_stands

_AUDIENCES = {"team": "team only", "notes": "also in the running notes"}
_PERSON = re.compile(r"[UW][A-Z0-9]{2,}")


def happened(context: Context, lead_id: str) -> list[Event]:
    """Every line as it reads now, oldest first; those taken back left out."""
    return as_it_stands(context.store.timeline(lead_id))


def is_person(by: str) -> bool:
    """Whether `by` is the id of somebody in Slack, and not the assistant itself or a system."""
    return _PERSON.fullmatch(by) is not None


def file_name(lead: Lead) -> str:
    """`uni-bonn-timeline.txt`: of the organisation's name only what every computer takes in a file's name."""
    plain = "-".join(re.findall(r"[a-z0-9]+", lead.organisation.casefold()))[:60]
    return f"{plain or lead.id}-timeline.txt"


def as_text(context: Context, lead: Lead, lines: Sequence[Event]) -> str:
    """Oldest first, one paragraph each: when (UTC), who, for whom, what."""
    names: dict[str, str] = {}
    told = [
        f"{lead.organisation} ({lead.phase})",
        f"{len(lines)} lines. Times are UTC. For the team only.",
        "",
    ]
    for line in lines:
        parts = [f"{line.at:%Y-%m-%d %H:%M}", _AUDIENCES.get(line.audience, line.audience)]
        if is_person(line.by):
            parts.insert(1, _name(context, line.by, names))
        told += [", ".join(parts), *(f"    {text}" for text in line.text.splitlines()), ""]
    return "\n".join(told)


def _name(context: Context, user: str, names: dict[str, str]) -> str:
    """Somebody's name; their id where Slack does not say it."""
    if user not in names:
        try:
            names[user] = context.services.slack.member(user).name
        except ServiceError:
            names[user] = user
    return names[user]
