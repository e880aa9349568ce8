"""A dated entry in a lead's running notes, which people outside read: written once, and taken back.

The entry goes under one heading, newest first, under a named range of its own (`services.google_docs`); the first
record of it is our own store (`sops.effects`), because people may delete text and range alike.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from services.errors import Refused, ServiceError
from services.google_docs import GoogleDocs
from services.google_docs_edits import Removal
from services.google_drive import GoogleDrive, Permission
from sops import connected
from sops.card_words import named
from sops.context import Context, here
from sops.effects import once
from sops.ends import NeedsPerson
from sops.in_words import in_words
from store.lead import Lead

_LOST = "running notes were deleted, or the assistant's Google account cannot open them any more"


@dataclass(frozen=True)
class Audience:
    """Who outside can read the notes now: addresses, and "everybody at …" for a domain whose people all can.
    `words` names them for a person; `why_not` says why nothing can be written there, empty when it can; `checked` is
    whether Drive was asked, and not only our own record; `everybody` whether the link alone is enough to read them;
    `manual`: Google is not connected, so a person writes what the assistant prepares.
    """

    addresses: tuple[str, ...]
    words: str
    why_not: str = ""
    checked: bool = True
    everybody: bool = False
    manual: bool = False


def audience(context: Context, lead: Lead) -> Audience:
    """Look who can read the running notes, before anything is written there (one or two calls to Drive)."""
    drive = context.services.drive
    if lead.notes is None:
        return Audience((), "nobody", "There are no running notes yet. Create them first.")
    known = _known(lead)
    if drive is None or context.services.docs is None:
        return Audience(known, _names(lead, known), checked=False, manual=True)
    try:
        if drive.file(lead.notes.id).trashed:
            words = "The running notes are in Drive's trash. Restore them there, or create new ones."
            return Audience(known, _names(lead, known), words)
        return seen_by(context, lead, drive, drive.permissions(lead.notes.id))
    except Refused as refused:
        why_not = f"The {_LOST}. Create new ones." if refused.status == 404 else in_words(refused)
        return Audience(known, _names(lead, known), why_not)
    except ServiceError as error:
        return Audience(known, _names(lead, known), in_words(error), checked=False)


def known_readers(lead: Lead, seen: Sequence[str]) -> str:
    """Who outside was `seen` to read the notes, or was let in as we remember it, named for a person; nobody is
    asked."""
    named_once = {address.casefold(): address for address in (*_known(lead), *seen)}
    return _names(lead, tuple(named_once.values()))


def seen_by(context: Context, lead: Lead, drive: GoogleDrive, permissions: Sequence[Permission]) -> Audience:
    """Who outside can read a file with these permissions: neither our own people nor the assistant's account, which
    may be of another domain. Raises the errors of `services.errors`."""
    own = context.team.mailbox.rpartition("@")[2].casefold()
    people = [each.address for each in permissions if each.address and _domain(each.address) != own]
    if people:
        ours = drive.own_address().casefold()
        people = [address for address in people if address.casefold() != ours]
    whole = {each.domain.casefold() for each in permissions if each.domain} - {own}
    outside = (*people, *(f"everybody at {domain}" for domain in sorted(whole)))
    everyone = any(each.kind == "anyone" for each in permissions)
    words = "everybody who has the link" if everyone else _names(lead, outside)
    return Audience(outside, words, everybody=everyone)


def _domain(address: str) -> str:
    return address.rpartition("@")[2].casefold()


def dated(context: Context, text: str, by: str) -> tuple[str, ...]:
    """The exact lines of an entry: today's date and who wrote it, then the text. `by` is a Slack user id."""
    name = context.services.slack.member(by).name
    return (
        f"{context.clock.today():%Y-%m-%d} ({name})",
        *(line for line in text.splitlines() if line.strip()),
    )


def write(
    lead_id: str,
    entry_id: str,
    lines: Sequence[str],
    *,
    before_act: Callable[[], None] = lambda: None,
    manual: bool = False,
) -> str:
    """Within a step: write the entry, once whatever happens; "done" or "found". `entry_id` is the effect's key.

    `before_act` may raise what forbids it; it is asked only when the entry is not there. Raises the errors of
    `services.errors`; Refused where there are no running notes, or they cannot be written in. `manual`: a person
    writes it, who is waited for by NeedsPerson.
    """
    if manual:
        before_act()
        words = (
            "Google is not connected, so a person writes this into the running notes. Everything is prepared."
        )
        raise NeedsPerson(words, reason="by hand")
    document, docs = _notes(lead_id)

    def act() -> str:
        docs.add_entry(document, here().team.notes_heading, entry_id, lines)
        return document

    def look() -> str | None:
        return document if docs.has_entry(document, entry_id) else None

    try:
        state, _ = once(lead_id, entry_id, act, look, before_act=before_act)
    except Refused as refused:
        raise _in_our_words(refused, document) from None
    return state


def retract(lead_id: str, entry_id: str) -> Removal:
    """Within a step: take the entry away again, only where nobody has written in it. Harmless to repeat."""
    document, docs = _notes(lead_id)
    try:
        return docs.remove_entry(document, entry_id)
    except Refused as refused:
        raise _in_our_words(refused, document) from None


def says(lead_id: str, lines: Sequence[str]) -> bool:
    """Within a step: whether the notes have these lines, one after the other, wherever that is."""
    document, docs = _notes(lead_id)
    return "\n".join(lines) in docs.text(document)


def _in_our_words(error: ServiceError, document: str) -> ServiceError:
    """Docs refuses a document in the trash, and one that is gone, by words that do not say so: ask Drive."""
    drive = here().services.drive
    if not isinstance(error, Refused) or error.status not in (403, 404) or drive is None:
        return error
    try:
        trashed = drive.file(document).trashed
    except Refused as refused:
        if refused.status != 404:
            return error
        return Refused(error.system, f"the {_LOST}", status=error.status, code=error.code)
    except ServiceError:
        return error
    if not trashed:
        return error
    words = "the running notes are in Drive's trash; restore them there, then do this again"
    return Refused(error.system, words, status=error.status, code=error.code)


def _notes(lead_id: str) -> tuple[str, GoogleDocs]:
    lead, docs = here().store.get(lead_id), connected.docs()
    if lead.notes is None:
        raise Refused("Google Docs", "there are no running notes for this lead yet")
    return lead.notes.id, docs


def _known(lead: Lead) -> tuple[str, ...]:
    return tuple(reader.address for reader in lead.readers if reader.can_open)


def _names(lead: Lead, addresses: Sequence[str]) -> str:
    shown = named(lead, addresses)
    if not shown:
        return "nobody outside"
    return shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} and {shown[-1]}"
