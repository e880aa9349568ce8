"""The plan of Hail the Lead: who is written to, the exact mail, and what the checks said."""

from __future__ import annotations

from dataclasses import dataclass

from store.codec import Codec
from store.lead import Contact
from store.plan import Plan

NAME = "hail"


@dataclass(frozen=True)
class Check:
    """What one check found. `state`: ok, remark (worth knowing), ask (a person has to say yes) or block."""

    name: str
    state: str
    words: str


@dataclass(frozen=True)
class File:
    """An attachment as planned: `id` and `url` are Freshdesk's, `sha256` names the kept bytes, `size` is
    in bytes."""

    id: int
    name: str
    content_type: str
    size: int
    sha256: str
    url: str


@dataclass(frozen=True)
class Mail:
    """The mail, word for word. Addresses are bare; `body_html` is what Freshdesk sends."""

    from_address: str
    mailbox_id: int
    to: str
    to_name: str
    cc: tuple[str, ...]
    subject: str
    body_html: str
    files: tuple[File, ...]


@dataclass(frozen=True)
class Source:
    """The canned response the mail was made from, to notice when it changes before the click."""

    id: int
    digest: str


@dataclass(frozen=True)
class HailPlan:
    """`new` says that the lead does not exist yet; `again` that a second hail needs a person's yes.
    `mail` is None for "New lead, no mail" and while a check blocks it from being written."""

    lead_id: str
    organisation: str
    contacts: tuple[Contact, ...]
    owner: str
    source: str
    new: bool
    again: bool
    practice: bool
    mail: Mail | None
    response: Source | None
    checks: tuple[Check, ...]

    @property
    def blocked(self) -> tuple[Check, ...]:
        return tuple(check for check in self.checks if check.state == "block")

    @property
    def asked(self) -> tuple[Check, ...]:
        return tuple(check for check in self.checks if check.state == "ask")

    @property
    def outsiders(self) -> int:
        """How many people outside the mail goes to."""
        if self.mail is None or self.practice:
            return 0
        return sum(1 for contact in self.contacts if contact.key in _addressed(self.mail))


def _addressed(mail: Mail) -> set[str]:
    return {address.casefold() for address in (mail.to, *mail.cc)}


_CONTENT = Codec(HailPlan)


def to_content(hail: HailPlan) -> dict[str, object]:
    """The JSON kept in `Plan.content`."""
    return _CONTENT.encode(hail)


def of(plan: Plan) -> HailPlan:
    """The hail that a saved plan holds."""
    return _CONTENT.decode(plan.content)
