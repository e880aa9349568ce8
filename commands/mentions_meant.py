"""Which lead somebody means who writes to the assistant in their own words."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass

from commands.known_leads import find_known
from sops import addresses
from sops.context import Context
from store.index import searchable
from store.lead import Contact, LeadSummary

MOST = 5
"""Leads offered where several fit."""
_WORDS_READ = 12
_LONGEST_NAME = 5
"""Words of an organisation's name that are looked for together."""
_SHORTEST = 3
_LINK = re.compile(r"<https?://(?:www\.)?([^<>|/:]+)[^<>]*>")
"""Slack makes one of a domain that somebody types, too: <http://uni.example|uni.example>."""
_MARKUP = re.compile(r"<[^<>]*>")
_TICKET = re.compile(r"(?:#|\bticket\s+#?)(\d{1,12})\b|^\D{0,3}(\d{1,12})\D{0,3}$", re.IGNORECASE)
_WORD = re.compile(r"[^\s,;:!?()\"“”]+")
# fmt: off
_COMMON = frozenset([
    "about", "and", "any", "are", "can", "card", "could", "did", "does", "for", "from", "has", "have",
    "hello", "help", "how", "hub", "lead", "leads", "let", "may", "next", "not", "now", "our", "out",
    "please", "show", "status", "tell", "than", "thank", "thanks", "that", "the", "their", "them",
    "then", "there", "they", "this", "ticket", "university", "update", "was", "what", "when", "where",
    "which", "who", "why", "will", "with", "would", "you", "your",
])
# fmt: on
"""Words that stand in a question rather than in a name; together with others they may."""


@dataclass(frozen=True)
class Meant:
    """`leads` fit, best first; `by_domain` says that only the organisation's domain does. `unknown` are addresses of
    no lead."""

    leads: tuple[str, ...] = ()
    by_domain: bool = False
    unknown: tuple[Contact, ...] = ()


def meant_in(context: Context, text: str) -> Meant:
    """Read Slack's `text`: an address decides, then a ticket's number, then an organisation's name or domain."""
    contacts = addresses.found_in(text)
    if contacts:
        known = find_known(context, contacts)
        return Meant((known.lead.id,), known.by_domain) if known else Meant(unknown=contacts)
    plain = html.unescape(_MARKUP.sub(" ", _LINK.sub(r" \1 ", text)))
    ticket = _TICKET.search(plain.strip())
    found = context.store.find_by_ticket(int(ticket[1] or ticket[2])) if ticket else None
    if found is not None:
        return Meant((found.id,))
    return Meant(tuple(lead.id for lead in _named(context, plain)))


def _named(context: Context, plain: str) -> list[LeadSummary]:
    """Leads whose domain is named, else those whose organisation has the longest words in a row that any has."""
    words = [word.strip(".'’") for word in _WORD.findall(searchable(plain))][:_WORDS_READ]
    for name in _rows(words):
        hits = [lead for lead in context.store.search(name, 4 * MOST) if _has(lead, name)]
        same = [lead for lead in hits if searchable(lead.organisation) == name]
        if hits:
            return same if len(same) == 1 else hits[:MOST]
    return []


def _rows(words: list[str]) -> Iterator[str]:
    yield from (word for word in words if "." in word)  # A domain says more than any words around it.
    for size in range(min(_LONGEST_NAME, len(words)), 0, -1):
        for start in range(len(words) - size + 1):
            row = words[start : start + size]
            name = " ".join(row)
            if (len(name) >= _SHORTEST or len(words) == 1) and not _COMMON.issuperset(row):
                yield name


def _has(lead: LeadSummary, name: str) -> bool:
    """In whole words: "is" is not in "Paris"."""
    organisation = " ".join(_WORD.findall(searchable(lead.organisation)))
    domains = {address.rpartition("@")[2].casefold() for address in lead.addresses}
    return f" {name} " in f" {organisation} " or name in domains
