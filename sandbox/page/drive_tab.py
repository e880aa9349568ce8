"""The team's drive: its tree, and one file as somebody sees it, writes in it and comments on it."""

from collections.abc import Iterator
from dataclasses import dataclass

from markupsafe import Markup

from sandbox.google.drive import TeamDrive, name_of, rank
from sandbox.google.records import ASSISTANT, DOCUMENT, FOLDER, SHORTCUT, TEAM_DRIVE, Comment, File
from sandbox.page.document_view import shown, written_lines
from sandbox.page.people import Person
from sandbox.page.templating import render
from sandbox.world import World

MARKS = {FOLDER: "📁", DOCUMENT: "📄", SHORTCUT: "↪"}
CAN = {"reader": "can view", "commenter": "can comment", "writer": "can edit", "fileOrganizer": "can manage"}
MANAGER = "manages the drive"


@dataclass(frozen=True)
class Row:
    """A file in the tree; `depth` is 0 for the drive itself."""

    id: str
    name: str
    mark: str
    depth: int
    trashed: bool
    shortcut: bool


@dataclass(frozen=True)
class Reader:
    """Somebody who can open a file."""

    address: str
    name: str
    can: str
    member: bool
    visitor: bool


def place(world: World, me: Person, rest: str) -> Markup:
    """The tab at `rest`: "", "<file id>" or "<file id>/<address>", the address being who looks at it."""
    drive: TeamDrive = world.drive
    id, _, asked = rest.partition("/")
    file = drive.state.files.get(id)
    mine = _own_address(world, me)
    reader = asked or mine
    context = {"rows": list(_tree(drive, drive.state.files[TEAM_DRIVE], 0)), "asked": asked, "wanted": id}
    if file is None:
        return render("drive.html", **context, file=None)
    role = drive.role_of(reader, file)
    readers = [_reader(drive, access.permission.address, file) for access in drive.accesses(file)]
    people = [each for each in readers if each.address != ASSISTANT]
    if reader not in [each.address for each in people]:
        people.append(Reader(reader, name_of(reader), "cannot open it", False, False))
    return render(
        "drive.html",
        **context,
        file=file,
        reader=reader,
        role=role,
        writes=rank(role) >= rank("writer"),
        comments_too=rank(role) >= rank("commenter"),
        manages=rank(drive.role_of(mine, file)) >= rank("fileOrganizer"),
        mine=mine,
        trashed=drive.is_trashed(file),
        path=drive.path(file),
        people=people,
        readers=readers,
        said=[each for each in drive.state.notices if each.file == file.id],
        invited=CAN,
        **_content(drive, file),
    )


def _content(drive: TeamDrive, file: File) -> dict[str, object]:
    """What is inside: a document's tabs and comments, a shortcut's target, nothing for other files."""
    if file.mime_type == SHORTCUT:
        return {"kind": "shortcut", "target": drive.state.files.get(file.shortcut_to)}
    if file.mime_type == FOLDER:
        return {"kind": "folder", "top": not file.parent}
    if file.mime_type != DOCUMENT:
        return {"kind": "file", "size": file.size}
    document = drive.documents[file.id]
    tabs = shown(document)
    return {
        "kind": "document",
        "tabs": tabs,
        "lines": written_lines(tabs),
        "comments": sorted(drive.comments(file.id), key=_resolved_last),
        "suggestions": [each for each in document.suggestions.values() if each.status == "OPEN"],
        "name_of": name_of,
    }


def _resolved_last(comment: Comment) -> bool:
    return comment.resolved


def _tree(drive: TeamDrive, file: File, depth: int) -> Iterator[Row]:
    """A file and all below it: folders first, then by name; what is in the trash last."""
    trashed = drive.is_trashed(file)
    mark = MARKS.get(file.mime_type, "🖼" if file.mime_type.startswith("image/") else "▫")
    yield Row(file.id, file.name, mark, depth, trashed, file.mime_type == SHORTCUT)
    inside = drive.children(file.id)
    for child in sorted(inside, key=lambda one: (one.trashed, one.mime_type != FOLDER, one.name.casefold())):
        yield from _tree(drive, child, depth + 1)


def _reader(drive: TeamDrive, address: str, file: File) -> Reader:
    access = next(each for each in drive.accesses(file) if each.permission.address == address)
    can = CAN.get(access.permission.role, MANAGER)
    return Reader(address, name_of(address), can, access.is_member, access.permission.is_visitor)


def _own_address(world: World, me: Person) -> str:
    return world.workspace.users[me.id].email
