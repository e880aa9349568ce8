"""The plan of Create running notes: names, folder, document, who may edit, and the text that Google mails."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sops.hail_plan import Check
from store.codec import Codec
from store.lead import Contact, DriveItem
from store.plan import Plan

NAME = "running_notes"


@dataclass(frozen=True)
class NotesAsked:
    """What a person asks for. `meeting` is aware; `message` is what Google mails; `folder` the id of the one chosen
    of several of one name; `by_address` where the document is shared instead while practising."""

    lead_id: str
    organisation: str
    meeting: datetime | None
    participants: tuple[Contact, ...]
    message: str
    by: str
    by_address: str = ""
    folder: str = ""


@dataclass(frozen=True)
class Share:
    """One person to be let in. `key` names it as an effect."""

    address: str
    name: str
    key: str


@dataclass(frozen=True)
class NotesPlan:
    """`before` is the organisation's name when the plan was made. `folder` and `notes` are those found in Drive; None
    ones are made under `folder_key` and `notes_key`. `choices` are folders of one name, of which a person has to
    choose. `present` can edit already; `lines` is the first entry, empty where it was written. `idle`: there is
    nothing left to do. `readers` outside can read the document as it is, or its folder where it is to be made;
    `reader_words` names them, `everybody`: the link is enough; `fills`: the organisation's name is filled in.
    `manual`: Google is not connected, so a person does all of it."""

    lead_id: str
    organisation: str
    before: str
    meeting: datetime | None
    participants: tuple[Contact, ...]
    added: tuple[Contact, ...]
    message: str
    shares: tuple[Share, ...]
    present: tuple[str, ...]
    folder: DriveItem | None
    folder_key: str
    chosen: str
    choices: tuple[DriveItem, ...]
    template: DriveItem | None
    notes: DriveItem | None
    notes_key: str
    notes_name: str
    rename_folder: bool
    rename_notes: bool
    lines: tuple[str, ...]
    practice: bool
    idle: bool
    checks: tuple[Check, ...]
    readers: tuple[str, ...] = ()
    reader_words: str = ""
    everybody: bool = False
    fills: bool = False
    manual: bool = False

    @property
    def blocked(self) -> tuple[Check, ...]:
        return tuple(check for check in self.checks if check.state == "block")

    @property
    def outsiders(self) -> int:
        """How many people outside are let in."""
        return 0 if self.practice else len(self.shares)

    @property
    def shows(self) -> bool:
        """Whether people outside read what is written or renamed, whoever is let in."""
        writes = self.fills or bool(self.lines) or self.renames
        return writes and (bool(self.readers) or self.everybody)

    @property
    def leaves(self) -> bool:
        """Whether something leaves the organisation, so that a sender has to press."""
        return bool(self.shares) or self.shows

    @property
    def leaves_at_once(self) -> bool:
        """Whether it leaves when the plan is confirmed, and not when a person does it."""
        return self.leaves and not self.manual

    @property
    def renames(self) -> bool:
        return self.rename_folder or self.rename_notes

    @property
    def replaced_key(self) -> str:
        return replaced_key(self.notes_key)

    @property
    def entry_key(self) -> str:
        return entry_key(self.notes_key)


def numbered(base: str, number: int) -> str:
    """The key of an effect that is made anew because people took away what it had made: `…`, `…:2`, `…:3`."""
    return base if number == 1 else f"{base}:{number}"


def entry_key(notes_key: str) -> str:
    """The key of the first dated entry of these notes."""
    return f"{notes_key}:first"


def replaced_key(notes_key: str) -> str:
    """The key of filling in the organisation's name."""
    return f"{notes_key}:replaced"


_CONTENT = Codec(NotesPlan)


def to_content(notes: NotesPlan) -> dict[str, object]:
    """The JSON kept in `Plan.content`."""
    return _CONTENT.encode(notes)


def of(plan: Plan) -> NotesPlan:
    """The running notes that a saved plan is about."""
    return _CONTENT.decode(plan.content)
