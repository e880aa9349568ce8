"""The pretended Google Drive: the team's shared drive, who may do what, and its documents.

Rules of the wire (parameters, masks, errors) are in `sandbox.google.api`; here is what happens.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Self

from pydantic import TypeAdapter

from sandbox.google.document import Document
from sandbox.google.records import (
    ASSISTANT,
    DOCUMENT,
    FOLDER,
    MY_DRIVE,
    NO_ACCOUNT_DOMAIN,
    ROLES,
    TEAM_DRIVE,
    Comment,
    File,
    Permission,
    State,
)
from sandbox.google.seed import seeded

_STATE = TypeAdapter(State)


@dataclass(frozen=True)
class Access:
    """Somebody who can open a file; `source` is the file that gives it (the drive itself for members)."""

    permission: Permission
    source: str
    is_member: bool


class TeamDrive:
    """One organisation's Drive. `state` and `documents` may be read by anyone."""

    def __init__(self, state: State, documents: dict[str, Document]) -> None:
        self.state = state
        self.documents = documents

    @classmethod
    def seeded(cls, now: datetime) -> Self:
        """As a newcomer finds it."""
        return cls(*seeded(now))

    @classmethod
    def from_json(cls, kept: dict[str, Any]) -> Self:
        """Raises ValueError, KeyError or TypeError when `kept` is not what `to_json` gave."""
        documents = {id: Document.from_json(each) for id, each in kept["documents"].items()}
        return cls(_STATE.validate_python(kept["state"]), documents)

    def to_json(self) -> dict[str, Any]:
        documents = {id: each.to_json() for id, each in self.documents.items()}
        return {"state": _STATE.dump_python(self.state, mode="json"), "documents": documents}

    def above(self, file: File) -> Iterator[File]:
        """The file itself, then the folders it lies in, up to the drive's own."""
        here: File | None = file
        while here is not None:
            yield here
            here = self.state.files.get(here.parent)

    def path(self, file: File) -> str:
        """Where a file is, e.g. "2i2c Team Drive / Partnerships / Templates"."""
        return " / ".join(each.name for each in reversed(list(self.above(file))[1:]))

    def is_trashed(self, file: File) -> bool:
        """Google: also what lies in a trashed folder is trashed."""
        return any(each.trashed for each in self.above(file))

    def children(self, folder_id: str) -> list[File]:
        """What lies in a folder, oldest first."""
        return [file for file in self.state.files.values() if file.parent == folder_id]

    def accesses(self, file: File) -> list[Access]:
        """Who can open a file, the drive's members first; a higher role hides a lower one of the same person."""
        found: dict[str, Access] = {}
        line = list(self.above(file))
        if file.drive_id:
            limited = any(each.is_limited for each in line)
            for address, role in self.members().items():
                if role == "organizer" or not limited:
                    member = Permission(permission_id(address), "user", role, address)
                    found[address.casefold()] = Access(member, file.drive_id, True)
        for each in reversed(line):
            for address, permission in self.state.permissions.get(each.id, {}).items():
                before = found.get(address)
                if before is None or rank(before.permission.role) < rank(permission.role):
                    found[address] = Access(permission, each.id, False)
        return list(found.values())

    def role_of(self, address: str, file: File) -> str:
        """What somebody may do with a file; "" when they cannot open it."""
        if not file.drive_id:
            return "organizer" if address == ASSISTANT else ""
        wanted = address.casefold()
        fits = (
            each.permission for each in self.accesses(file) if each.permission.address.casefold() == wanted
        )
        return max((each.role for each in fits), key=rank, default="")

    def may(self, address: str, role: str, file: File) -> bool:
        """Whether somebody has at least `role` on a file."""
        return rank(self.role_of(address, file)) >= rank(role)

    def members(self) -> dict[str, str]:
        """The shared drive's members and their roles."""
        role = self.state.switches.assistant_role
        own = {ASSISTANT: role} if role else {}
        return {**self.state.members, **own}

    def add(self, file: File, document: Document | None = None) -> File:
        """Keep a new file."""
        self.state.files[file.id] = file
        if file.mime_type == DOCUMENT:
            self.documents[file.id] = document or Document.blank()
        return file

    def new_file(self, name: str, mime_type: str, parent: File, now: datetime, **more: Any) -> File:
        """A file not kept yet, on its parent's drive; `more` are fields of `File`, also `id`."""
        id = more.pop("id", None) or new_id()
        return File(id, name, mime_type, parent.id, now, now, parent.drive_id, **more)

    def change(self, id: str, now: datetime, by: str = ASSISTANT, **changes: Any) -> File:
        """Set fields of a file; `modified` moves. Raises KeyError."""
        changed = replace(self.state.files[id], **changes, modified=now, modified_by=by)
        self.state.files[id] = changed
        return changed

    def copy_of(self, source: File, target: File, *, with_comments: bool) -> File:
        """Fill a new file with a copy of another. Google: sharing is not copied; comments only when asked for."""
        document = self.documents[source.id].copy() if source.id in self.documents else None
        kept = self.add(target, document)
        if with_comments:
            self.state.comments[kept.id] = [c for c in self.comments(source.id) if not c.resolved]
        elif document is not None:
            document.forget_comments()
        return kept

    def remove(self, file: File) -> None:
        """Delete for good, with all that lies inside."""
        for child in self.children(file.id):
            self.remove(child)
        for holder in (self.state.files, self.state.permissions, self.state.comments, self.documents):
            holder.pop(file.id, None)

    def share(self, file: File, permission: Permission) -> Permission:
        """Give access. Google: one permission for each grantee, and asking for less does not take away."""
        on_file = self.state.permissions.setdefault(file.id, {})
        before = on_file.get(permission.address.casefold())
        if before is not None and rank(before.role) >= rank(permission.role):
            return before
        on_file[permission.address.casefold()] = permission
        return permission

    def comments(self, file_id: str) -> list[Comment]:
        """The comments of a file that were not deleted, oldest first."""
        return [each for each in self.state.comments.get(file_id, []) if not each.deleted]

    def put_comment(self, file_id: str, comment: Comment) -> Comment:
        """Keep a new comment, or a changed one in its old place."""
        listed = self.state.comments.setdefault(file_id, [])
        for number, each in enumerate(listed):
            if each.id == comment.id:
                listed[number] = comment
                return comment
        listed.append(comment)
        return comment


def rank(role: str) -> int:
    """How much a role may do; -1 for none."""
    return ROLES.index(role) if role in ROLES else -1


def new_id() -> str:
    """As long as Drive's ids are."""
    return "1" + secrets.token_urlsafe(24)


def permission_id(address: str) -> str:
    """Google: it stands for the grantee and is the same on every file."""
    return str(int(hashlib.sha256(address.casefold().encode()).hexdigest()[:17], 16)).zfill(20)


def name_of(address: str) -> str:
    """What Google calls somebody."""
    if address == ASSISTANT:
        return "2i2c Partnerships Assistant"
    return address.partition("@")[0].replace(".", " ").title()


def has_account(address: str) -> bool:
    """Whether there is a Google account behind an address; nobody at nogoogle.example has one."""
    return domain_of(address) != NO_ACCOUNT_DOMAIN


def domain_of(address: str) -> str:
    return address.rpartition("@")[2].casefold()


def is_drive_root(file: File) -> bool:
    return file.id in (TEAM_DRIVE, MY_DRIVE)


def is_folder(file: File) -> bool:
    return file.mime_type == FOLDER
