"""What Google Drive holds for a lead before its running notes are made: folder, document, template, who can edit.

An effect is numbered: what people put into the trash or deleted is not written to, the next number is made instead.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from services.errors import Refused, ServiceError
from services.google_drive import DriveFile, GoogleDrive, Permission, Role
from sops import folder_ids
from sops.blocks import cut, escape, link
from sops.context import Context
from sops.hail_plan import Check
from sops.in_words import in_words
from sops.notes_entry import Audience, audience, seen_by
from sops.running_notes_plan import numbered
from store.lead import DriveItem, Lead
from store.ports import NoSuchLead

PROPERTY = "pa.notes"
"""The mark on a document of ours: the key of the effect that made it (Drive: appProperties)."""
OWNER = "pa.lead"
"""The mark on a folder of ours: the lead's id."""
FOLDER, NOTES = "folder", "notes"
_INSTEAD = {FOLDER: ("folder", "another one is used"), NOTES: ("document", "a new one is made")}
GONE = "gone"
"""The name of a remark that people took away what was made, which they may want to bring back before."""
_MOST_NUMBERS = 50
NOBODY = Audience((), "nobody outside")


@dataclass(frozen=True)
class InDrive:
    """What is there; None is to be made. `choices` are folders of one name, none of them known to be the lead's.

    `known` says that the folder was this lead's before, and not just found by its name. `permissions` are the
    document's; `audience` is who outside reads it, or will as soon as it is made in the folder that is there.
    `manual`: Google is not connected, so this is what we remember ourselves.
    """

    folder_key: str
    notes_key: str
    folder: DriveItem | None = None
    known: bool = False
    choices: tuple[DriveItem, ...] = ()
    template: DriveItem | None = None
    notes: DriveItem | None = None
    permissions: tuple[Permission, ...] = ()
    audience: Audience = NOBODY
    checks: tuple[Check, ...] = ()
    manual: bool = False

    @property
    def editors(self) -> tuple[str, ...]:
        """Addresses that can edit the document already."""
        return tuple(each.address for each in self.permissions if each.role.covers(Role.WRITER))

    def seen(self, *checks: Check) -> InDrive:
        return replace(self, checks=(*self.checks, *checks))


def look(context: Context, lead: Lead, folder_name: str, notes_name: str, chosen: str = "") -> InDrive:
    """Some reads of Drive. What keeps the notes from being made is a check that blocks, never an error."""
    found = InDrive(f"{lead.id}:{FOLDER}", f"{lead.id}:{NOTES}")
    drive, team = context.services.drive, context.team
    if drive is None or context.services.docs is None:
        return _manual(context, lead, found)
    if not team.agreements_folder or not team.templates_folder:
        words = "The settings do not say which folders are Agreements and Templates."
        return found.seen(_blocks("google", words))
    try:
        folder_ids.refill(context, drive)
        found = _with_folder(context, drive, lead, found, folder_name, chosen)
        found = _with_notes(context, drive, lead, found, notes_name)
        found = _with_readers(context, drive, lead, found)
        return found if found.notes else _with_template(context, drive, found)
    except ServiceError as error:
        return found.seen(_blocks("google", in_words(error)))


def _manual(context: Context, lead: Lead, found: InDrive) -> InDrive:
    """What is there by our own record, where Google cannot be asked."""
    number = max(1, len(_receipts(context, lead, NOTES)))
    let_in = tuple(Permission("", "user", one.address, Role.WRITER) for one in lead.readers if one.can_open)
    words = (
        "Google Drive is not connected: the assistant prepares everything, and a person does it there. What is "
        "there already, and who can open it, could not be looked at."
    )
    return replace(
        found,
        manual=True,
        notes_key=numbered(f"{lead.id}:{NOTES}", number),
        folder=lead.folder,
        notes=lead.notes,
        permissions=let_in,
        audience=audience(context, lead),
    ).seen(_remark("google", words))


def _with_folder(
    context: Context, drive: GoogleDrive, lead: Lead, found: InDrive, name: str, chosen: str
) -> InDrive:
    number, ours, gone = _ours(context, drive, lead, FOLDER)
    found = replace(found, folder_key=numbered(f"{lead.id}:{FOLDER}", number))
    if gone:
        found = found.seen(_remark(GONE, gone))
    if ours is not None:
        return replace(found, folder=item(ours), known=True)
    named = drive.find_folders(context.team.agreements_folder, name)
    others = [(each, other) for each in named if (other := _other_lead(context, lead, each)) is not None]
    named = [each for each in named if each not in [taken for taken, _ in others]]
    if others and not named:
        return found.seen(_blocks("folder", _taken(*others[0])))
    if len(named) > 1:
        named = [each for each in named if each.id == chosen] or named
    if len(named) > 1:
        words = f"There are {len(named)} folders named “{escape(name)}”. Choose one of them."
        choices = tuple(item(each) for each in named)
        return replace(found, choices=choices).seen(_blocks("folder", words))
    if not named:
        return found
    words = f"The folder “{escape(named[0].name)}” is there already and is used."
    return replace(found, folder=item(named[0])).seen(_remark("folder", words))


def _other_lead(context: Context, lead: Lead, folder: DriveFile) -> Lead | None:
    """Whose folder it is by our mark; None where it is this lead's, people's own, or of a lead we do not know."""
    owner = folder.properties.get(OWNER, lead.id)
    try:
        return context.store.get(owner) if owner != lead.id else None
    except NoSuchLead:
        return None


def _taken(folder: DriveFile, other: Lead) -> str:
    whose = f"{escape(cut(other.organisation, 200))} ({other.phase})"
    return (
        f"The folder “{escape(folder.name)}” belongs to another lead, {whose}. Give this one another name, or go on "
        "with that one."
    )


def _with_notes(context: Context, drive: GoogleDrive, lead: Lead, found: InDrive, name: str) -> InDrive:
    number, ours, gone = _ours(context, drive, lead, NOTES)
    found = replace(found, notes_key=numbered(f"{lead.id}:{NOTES}", number))
    if gone:
        found = found.seen(_remark(GONE, gone))
    if ours is None and found.folder is not None:
        named = drive.resolve_template(found.folder.id, name)
        if len(named) > 1:
            words = (
                f"The folder has {len(named)} documents named “{escape(name)}”. Rename all but one of them."
            )
            return found.seen(_blocks("notes", words))
        ours = drive.file(named[0].id) if named else None
        if ours is not None and ours.properties.get(PROPERTY, lead.id).partition(":")[0] != lead.id:
            words = f"“{escape(name)}” belongs to another lead. Give this one another name, or go on with that one."
            return found.seen(_blocks("notes", words))
        if ours is not None:
            words = f"The document “{escape(ours.name)}” is there already and is used."
            found = found.seen(_remark("notes", words))
    if ours is None:
        return found
    return replace(found, notes=item(ours), permissions=tuple(drive.permissions(ours.id)))


def _with_readers(context: Context, drive: GoogleDrive, lead: Lead, found: InDrive) -> InDrive:
    """Who outside reads the document. Drive: what is made in a folder inherits the folder's permissions."""
    permissions = found.permissions
    if found.notes is None:
        above = found.folder.id if found.folder is not None else context.team.agreements_folder
        permissions = tuple(drive.permissions(above))
    return replace(found, audience=seen_by(context, lead, drive, permissions))


def _with_template(context: Context, drive: GoogleDrive, found: InDrive) -> InDrive:
    name = context.team.notes_template
    named = drive.resolve_template(context.team.templates_folder, name)
    if not named:
        words = (
            f"There is no document “{escape(name)}” in the folder of templates. It may have been renamed, moved "
            "or put into the trash: put it back."
        )
        return found.seen(_blocks("template", words))
    if len(named) > 1:
        words = f"There are {len(named)} documents “{escape(name)}” in the folder of templates. Keep one."
        return found.seen(_blocks("template", words))
    template = DriveItem(named[0].id, named[0].name, "")
    ok = Check("template", "ok", f"There is one template “{escape(name)}”")
    return replace(found, template=template).seen(ok)


def _ours(context: Context, drive: GoogleDrive, lead: Lead, what: str) -> tuple[int, DriveFile | None, str]:
    """The number of the effect that holds, the newest file of ours that is usable, and else what became of it."""
    made = _receipts(context, lead, what)
    files = [_file(drive, id) for id in made]
    for number, file in reversed(list(enumerate(files, 1))):
        if file is not None and not file.trashed:
            return number, file, ""
    return len(made) + 1, None, _gone(files[-1], *_INSTEAD[what]) if files else ""


def _receipts(context: Context, lead: Lead, what: str) -> list[str]:
    """The ids of the files that were made or adopted for it, oldest first."""
    made: list[str] = []
    while len(made) < _MOST_NUMBERS:
        known = context.store.effect(lead.id, numbered(f"{lead.id}:{what}", len(made) + 1))
        if known is None or known.receipt is None:
            return made
        made.append(known.receipt)
    raise Refused("Google Drive", f"{_MOST_NUMBERS} of its files were deleted, one after the other")


def _gone(file: DriveFile | None, what: str, instead: str) -> str:
    """Google: managers and content managers of a shared drive restore what is in its trash, for 30 days."""
    if file is None:
        return f"The earlier {what} was deleted, or is hidden from the assistant, so {instead}."
    return (
        f"The earlier {what} {link(file.link, file.name)} is in Drive's trash, so {instead}. To go on with that one, "
        "first restore it there (managers and content managers of the drive can, within 30 days), then check again."
    )


def _file(drive: GoogleDrive, id: str) -> DriveFile | None:
    try:
        return drive.file(id)
    except Refused as refused:
        if refused.status != 404:
            raise
        return None


def item(file: DriveFile) -> DriveItem:
    return DriveItem(file.id, file.name, file.link)


def _blocks(name: str, words: str) -> Check:
    return Check(name, "block", words)


def _remark(name: str, words: str) -> Check:
    return Check(name, "remark", words)
