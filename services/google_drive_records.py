"""What the Drive client gives: files, permissions, and what became of sharing with one person."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

FOLDER = "application/vnd.google-apps.folder"
DOCUMENT = "application/vnd.google-apps.document"
SHORTCUT = "application/vnd.google-apps.shortcut"
FILE = (
    "id,name,mimeType,webViewLink,parents,driveId,createdTime,trashed,appProperties,"
    "shortcutDetails(targetId,targetMimeType)"
)
"""The `fields` that `drive_file` reads."""
PERMISSION = "id,type,emailAddress,domain,role,deleted"


@dataclass(frozen=True)
class DriveFile:
    """A file or folder. `link` opens it; `properties` are the assistant's own marks, which people do not see;
    `target` is the file a shortcut leads to, else empty; `created` is aware."""

    id: str
    name: str
    kind: str
    link: str
    parent: str
    drive: str
    created: datetime | None
    trashed: bool
    properties: Mapping[str, str] = field(default_factory=dict)
    target: str = ""
    target_kind: str = ""


@dataclass(frozen=True)
class Template:
    """A file to copy: `id` is the document itself, `name` what it is called in the folder of templates."""

    id: str
    name: str
    kind: str
    by_shortcut: bool


class Role(StrEnum):
    """What somebody may do with a file, least first."""

    READER = "reader"
    COMMENTER = "commenter"
    WRITER = "writer"
    FILE_ORGANIZER = "fileOrganizer"
    ORGANIZER = "organizer"
    OWNER = "owner"

    def covers(self, other: Role) -> bool:
        """Whether who has this role may do all that `other` allows."""
        order = list(Role)
        return order.index(self) >= order.index(other)


@dataclass(frozen=True)
class Permission:
    """Somebody who can open a file, directly or by its folder. `kind` is user, group, domain or anyone; a domain has
    no address, and stands for everybody who has an account there (Drive: `Permission.domain`)."""

    id: str
    kind: str
    address: str
    role: Role
    domain: str = ""


class Shared(StrEnum):
    """What became of sharing a file with one address."""

    SHARED = "shared"
    ALREADY = "already"
    SHARED_WITHOUT_MAIL = "shared_without_mail"
    """They can open it; Google could not mail them."""
    NO_GOOGLE_ACCOUNT = "no_google_account"
    REFUSED_BY_POLICY = "refused_by_policy"


@dataclass(frozen=True)
class ShareResult:
    """`words` are for a person where it did not simply work; `code` is Google's reason."""

    outcome: Shared
    address: str
    words: str = ""
    code: str = ""

    @property
    def can_open(self) -> bool:
        return self.outcome in (Shared.SHARED, Shared.ALREADY, Shared.SHARED_WITHOUT_MAIL)


@dataclass(frozen=True)
class DriveRestrictions:
    """What a shared drive lets the assistant do. `can_share` is about our account, the others about everybody:
    only people of the organisation, only members of the drive, folders shared by managers only."""

    name: str
    can_share: bool
    can_add_files: bool
    organisation_only: bool
    members_only: bool
    folders_by_managers_only: bool


def drive_file(row: Mapping[str, Any]) -> DriveFile:
    """A files resource with the fields `FILE`."""
    shortcut = row.get("shortcutDetails") or {}
    created = row.get("createdTime")
    return DriveFile(
        id=str(row["id"]),
        name=str(row.get("name") or ""),
        kind=str(row.get("mimeType") or ""),
        link=str(row.get("webViewLink") or ""),
        parent=str(next(iter(row.get("parents") or ()), "")),
        drive=str(row.get("driveId") or ""),
        created=datetime.fromisoformat(str(created)) if created else None,
        trashed=row.get("trashed") is True,
        properties={str(key): str(value) for key, value in (row.get("appProperties") or {}).items()},
        target=str(shortcut.get("targetId") or ""),
        target_kind=str(shortcut.get("targetMimeType") or ""),
    )


def permission(row: Mapping[str, Any]) -> Permission:
    """A permissions resource with the fields `PERMISSION`; a role that is new to us counts as the least."""
    address = "" if row.get("deleted") else str(row.get("emailAddress") or "")
    role = Role(row["role"]) if row["role"] in set(Role) else Role.READER
    return Permission(str(row["id"]), str(row.get("type") or ""), address, role, str(row.get("domain") or ""))


def restrictions(row: Mapping[str, Any]) -> DriveRestrictions:
    """A drives resource with its name, capabilities and restrictions."""
    may, must = row["capabilities"], row.get("restrictions") or {}
    return DriveRestrictions(
        name=str(row.get("name") or ""),
        can_share=may.get("canShare") is True,
        can_add_files=may.get("canAddChildren") is True,
        organisation_only=must.get("domainUsersOnly") is True,
        members_only=must.get("driveMembersOnly") is True,
        folders_by_managers_only=must.get("sharingFoldersRequiresOrganizerPermission") is True,
    )
