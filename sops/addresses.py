"""Reading e-mail addresses that a person typed or pasted, and guessing the organisation behind them."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable
from dataclasses import dataclass

from email_validator import EmailNotValidError, validate_email

from store.lead import Contact

# fmt: off
PUBLIC_PROVIDERS = frozenset([
    "126.com", "163.com", "aol.com", "fastmail.com", "free.fr", "gmail.com", "gmx.at", "gmx.ch",
    "gmx.com", "gmx.de", "gmx.net", "googlemail.com", "hey.com", "hotmail.co.uk", "hotmail.com",
    "hotmail.fr", "icloud.com", "laposte.net", "libero.it", "live.com", "mac.com", "mail.com",
    "mail.ru", "mailbox.org", "me.com", "msn.com", "naver.com", "orange.fr", "outlook.com", "pm.me",
    "posteo.de", "proton.me", "protonmail.com", "qq.com", "rocketmail.com", "sfr.fr", "t-online.de",
    "tutanota.com", "uol.com.br", "web.de", "wanadoo.fr", "yahoo.co.in", "yahoo.co.jp", "yahoo.co.uk",
    "yahoo.com", "yahoo.de", "yahoo.es", "yahoo.fr", "yandex.com", "yandex.ru", "ymail.com", "zoho.com",
])
# fmt: on
"""Domains whose addresses say nothing about an organisation."""

_SECOND_LEVEL = frozenset({"ac", "co", "com", "edu", "gob", "gov", "net", "nhs", "or", "org"})
_LINKED = re.compile(r"<(?:mailto:)?([^<>|\s]+@[^<>|\s]+)(?:\|[^<>]*)?>")
_NAMED = re.compile(r"^\s*\"?([^\"<>@]*?)\"?\s*<([^<>]+)>\s*$")
_ANYWHERE = re.compile(r"[^\s<>|,;:()\[\]\"']+@[^\s<>|,;:()\[\]\"']+\.[^\s<>|,;:()\[\]\"'.!?]+")


@dataclass(frozen=True)
class Parsed:
    """One tuple of contacts for each line that had any, and what could not be read, in words."""

    lines: tuple[tuple[Contact, ...], ...]
    problems: tuple[str, ...]

    @property
    def contacts(self) -> tuple[Contact, ...]:
        return tuple(contact for line in self.lines for contact in line)


def parse(text: str) -> Parsed:
    """Read addresses separated by spaces, commas or semicolons; a new line is a new lead.

    Understands `Ada Lovelace <ada@uni.example>` and Slack's `<mailto:ada@uni.example|…>`. An address given
    twice, in whatever case, counts once.
    """
    seen: set[str] = set()
    problems: list[str] = []
    lines = []
    for line in html.unescape(text).splitlines():
        contacts = []
        for contact in _contacts_of(line, problems):
            if contact.key not in seen:
                seen.add(contact.key)
                contacts.append(contact)
        if contacts:
            lines.append(tuple(contacts))
    return Parsed(tuple(lines), tuple(problems))


def found_in(text: str) -> tuple[Contact, ...]:
    """The valid addresses somewhere in a message, in their order; everything else is passed over."""
    plain = _LINKED.sub(r" \1 ", html.unescape(text))
    contacts: dict[str, Contact] = {}
    for match in _ANYWHERE.findall(plain):
        contact = _contact("", match, [])
        if contact is not None:
            contacts.setdefault(contact.key, contact)
    return tuple(contacts.values())


def as_typed(contact: Contact) -> str:
    """As `parse` reads it: signs that part addresses do not belong in a name."""
    name = " ".join("".join(" " if sign in ',;"<>@' else sign for sign in contact.name).split())
    return f"{name} <{contact.address}>" if name else contact.address


def in_a_field(contacts: Iterable[Contact], limit: int) -> str:
    """As many as a field of `limit` characters holds, each whole: half an address may be somebody else's."""
    held = ""
    for contact in contacts:
        longer = f"{held}, {as_typed(contact)}" if held else as_typed(contact)
        if len(longer) > limit:
            break
        held = longer
    return held


def _contacts_of(line: str, problems: list[str]) -> list[Contact]:
    found = []
    for part in re.split(r"[,;]", line):
        named = _NAMED.match(part)
        if named and not named[2].startswith("mailto:"):
            pieces = [(named[1].strip(), named[2].strip())]
        else:
            pieces = [("", piece) for piece in _LINKED.sub(r" \1 ", part).split()]
        for name, piece in pieces:
            contact = _contact(name, piece, problems)
            if contact is not None:
                found.append(contact)
    return found


def _contact(name: str, piece: str, problems: list[str]) -> Contact | None:
    try:
        checked = validate_email(piece, check_deliverability=False, allow_smtputf8=False)
    except EmailNotValidError:
        shown = piece if len(piece) <= 60 else piece[:59] + "…"
        if piece.isascii():
            problems.append(f"“{shown}” is not an e-mail address.")
        else:
            problems.append(f"“{shown}” cannot be mailed: Freshdesk takes no accented letters in addresses.")
        return None
    return Contact(checked.normalized, " ".join(name.split()))


def is_public(domain: str) -> bool:
    return domain.casefold() in PUBLIC_PROVIDERS


def related_domains(domain: str) -> tuple[str, ...]:
    """The domain and its parents, nearest first: `cs.uni.example` belongs to `uni.example`. Empty for a
    public provider."""
    if is_public(domain):
        return ()
    labels = domain.casefold().split(".")
    wide = [".".join(labels[start:]) for start in range(len(labels) - 1)]
    return tuple(one for one in wide if one.split(".")[0] not in _SECOND_LEVEL or one.count(".") > 1)


def guess_organisation(contacts: tuple[Contact, ...]) -> str:
    """A working name from the first domain that is an organisation's: `ada@cs.uni-bonn.example` gives
    "Uni Bonn"; at a public provider the person's name has to do."""
    for contact in contacts:
        if not is_public(contact.domain):
            labels = contact.domain.split(".")[:-1] or [contact.domain]
            if len(labels) > 1 and labels[-1] in _SECOND_LEVEL:
                labels = labels[:-1]
            return " ".join(word.capitalize() for word in re.split(r"[-_]+", labels[-1]))
    first = contacts[0]
    return first.name or first.key.partition("@")[0].replace(".", " ").title()
