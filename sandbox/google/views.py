"""The team's drive as JSON for the page and for tests: the tree, and each document as its readers see it."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from sandbox.google.answers import link
from sandbox.google.document import NAMED, Document
from sandbox.google.drive import TeamDrive, name_of
from sandbox.google.reading import lines, text_of
from sandbox.google.records import DOCUMENT, FOLDER, MY_DRIVE, SHORTCUT, TEAM_DRIVE, Comment, File
from sandbox.google.units import to_text

if TYPE_CHECKING:
    from sandbox.world import World

KINDS = {FOLDER: "folder", DOCUMENT: "document", SHORTCUT: "shortcut"}


def overview(world: World) -> dict[str, Any]:
    """The tree from the drive down, every document, what Google mailed, and the switches."""
    drive: TeamDrive = world.drive
    files = drive.state.files
    return {
        "tree": _branch(world, files[TEAM_DRIVE]),
        "my_drive": _branch(world, files[MY_DRIVE]),
        "documents": [document_view(world, file) for file in files.values() if file.mime_type == DOCUMENT],
        "mails": [asdict(notice) | {"at": notice.at.isoformat()} for notice in drive.state.notices],
        "members": dict(drive.members()),
        "switches": asdict(drive.state.switches),
    }


def document_view(world: World, file: File) -> dict[str, Any]:
    """One document: its lines, who can open it, its comments and suggestions, what was mailed about it."""
    drive: TeamDrive = world.drive
    document = drive.documents[file.id]
    return {
        "id": file.id,
        "name": file.name,
        "path": drive.path(file),
        "url": link(world.base, file),
        "trashed": drive.is_trashed(file),
        "modified": file.modified.isoformat(),
        "modified_by": file.modified_by,
        "text": text_of(document),
        "lines": [asdict(line) | {"text": line.text} for line in lines(document)],
        "tabs": [{"id": tab.id, "title": tab.title, "parent": tab.parent} for tab in document.tabs],
        "readers": _readers(drive, file),
        "comments": [_comment(each) for each in drive.comments(file.id)],
        "suggestions": [asdict(each) for each in document.suggestions.values()],
        "named_ranges": named_ranges(document),
        "mails": [
            {"address": each.address, "role": each.role, "message": each.message, "mail": each.mail}
            for each in drive.state.notices
            if each.file == file.id
        ],
    }


def named_ranges(document: Document) -> list[dict[str, str]]:
    """Every named range with the words it holds."""
    return [
        {"name": span.value, "text": to_text(tab.units[span.start : span.end]), "tab": tab.id}
        for tab in document.tabs
        for span in tab.spans
        if span.kind == NAMED
    ]


def _readers(drive: TeamDrive, file: File) -> list[dict[str, Any]]:
    return [
        {
            "address": access.permission.address or "anyone with the link",
            "name": name_of(access.permission.address),
            "role": access.permission.role,
            "inherited": access.source != file.id,
            "visitor": access.permission.is_visitor,
        }
        for access in drive.accesses(file)
    ]


def _comment(comment: Comment) -> dict[str, Any]:
    return {
        "id": comment.id,
        "author": comment.author,
        "text": comment.content,
        "quote": comment.quote,
        "anchor": comment.anchor,
        "resolved": comment.resolved,
        "replies": [
            {"author": each.author, "text": each.content, "action": each.action} for each in comment.replies
        ],
    }


def _branch(world: World, file: File) -> dict[str, Any]:
    drive: TeamDrive = world.drive
    branch: dict[str, Any] = {
        "id": file.id,
        "name": file.name,
        "kind": KINDS.get(file.mime_type, "file"),
        "trashed": drive.is_trashed(file),
        "url": link(world.base, file),
        "properties": dict(file.app_properties),
    }
    if file.shortcut_to:
        branch["target"] = file.shortcut_to
    if file.mime_type == FOLDER:
        inside = sorted(
            drive.children(file.id), key=lambda each: (each.mime_type != FOLDER, each.name.casefold())
        )
        branch["children"] = [_branch(world, each) for each in inside]
    return branch
