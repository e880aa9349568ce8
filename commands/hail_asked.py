"""What a person asks Hail the Lead for, as it goes from the form through the questions to the plan."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import Any

from sops import addresses
from store.lead import Contact

Line = tuple[Contact, ...]
LONGEST = 1800
"""Bytes of the contacts as JSON: they are kept in a modal's private_metadata (Slack: 3000 in all)."""


@dataclass(frozen=True)
class Asked:
    """One lead for each line. `organisation` and `lead_id` are the first line's; empty means a guessed name,
    a new lead. `source` is empty when nobody said any."""

    lines: tuple[Line, ...]
    organisation: str = ""
    owner: str = ""
    source: str = ""
    lead_id: str = ""

    @property
    def contacts(self) -> Line:
        return tuple(contact for line in self.lines for contact in line)

    @property
    def typed(self) -> str:
        """The contacts as a person would type them."""
        return "\n".join(as_typed(line) for line in self.lines)

    @property
    def mixed(self) -> tuple[Line, ...]:
        """The lines with addresses of more than one organisation."""
        return tuple(line for line in self.lines if len(by_domain(line)) > 1)

    @property
    def split(self) -> Asked:
        """The same with a lead for each organisation."""
        return replace(self, lines=tuple(group for line in self.lines for group in by_domain(line)))

    def kept(self, channel: str) -> dict[str, Any]:
        """What a modal remembers of it; `again` reads it."""
        return {
            "typed": self.typed,
            "organisation": self.organisation,
            "owner": self.owner,
            "source": self.source,
            "lead_id": self.lead_id,
            "channel": channel,
        }


def again(metadata: dict[str, Any]) -> Asked:
    """What `Asked.kept` remembered."""
    lines = addresses.parse(str(metadata["typed"])).lines
    fields = {name: str(metadata[name]) for name in ("organisation", "owner", "source", "lead_id")}
    return Asked(lines, **fields)


def as_typed(line: Line) -> str:
    """One line of contacts, names and all."""
    return ", ".join(f"{one.name} <{one.address}>" if one.name else one.address for one in line)


def too_long(lines: tuple[Line, ...]) -> bool:
    typed = "\n".join(as_typed(line) for line in lines)
    return len(json.dumps(typed, ensure_ascii=False).encode()) > LONGEST


def by_domain(contacts: Line) -> tuple[Line, ...]:
    """One group for each organisation; everybody at a public provider stands alone."""
    groups: dict[str, list[Contact]] = {}
    for contact in contacts:
        groups.setdefault(_group(contact), []).append(contact)
    return tuple(tuple(group) for group in groups.values())


def are_together(line: Line, before: Line) -> bool:
    """Whether no organisation is in `line` that was not among those of `before`, who are one lead."""
    return {_group(one) for one in line} <= {_group(one) for one in before}


def _group(contact: Contact) -> str:
    own = addresses.related_domains(contact.domain)
    return own[-1] if own else contact.key
