"""What the pretended Drive keeps, as plain data; `State` is all of it but the documents. Times are aware UTC."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

_G = "application/vnd.google-apps."
FOLDER, DOCUMENT, SHORTCUT = _G + "folder", _G + "document", _G + "shortcut"
GOOGLE_TYPES = _G
ROLES = ("reader", "commenter", "writer", "fileOrganizer", "organizer")
"""From least to most. Google's words for the last three: contributor, content manager, manager."""

ORGANISATION = "2i2c.org"
ASSISTANT = "assistant@2i2c.org"
TEAM_DRIVE, MY_DRIVE = "0ASandboxTeamDrivePVA", "0ASandboxMyDriveUk9PVA"
NO_ACCOUNT_DOMAIN, BLOCKED_DOMAIN = "nogoogle.example", "blocked.example"
POLICIES = ("domainPolicy", "invalidSharingRequest")


@dataclass(frozen=True)
class File:
    """A file, folder or shortcut. `drive_id` is empty in My Drive, `parent` only for a drive's own top folder.

    `is_limited` leaves only managers, and who it is shared with, able to see it. `content` is base64.
    """

    id: str
    name: str
    mime_type: str
    parent: str
    created: datetime
    modified: datetime
    drive_id: str = ""
    trashed: bool = False
    app_properties: dict[str, str] = field(default_factory=dict)
    properties: dict[str, str] = field(default_factory=dict)
    description: str = ""
    shortcut_to: str = ""
    shortcut_type: str = ""
    content: str = ""
    size: int = 0
    modified_by: str = ASSISTANT
    is_limited: bool = False


@dataclass(frozen=True)
class Permission:
    """What one address may do with one file; `is_visitor` has no Google account and was invited. Of the type domain
    `address` is the domain, of the type anyone (who has the link) it is empty."""

    id: str
    type: str
    role: str
    address: str
    is_visitor: bool = False


@dataclass(frozen=True)
class Reply:
    id: str
    author: str
    content: str
    created: datetime
    modified: datetime
    action: str = ""
    deleted: bool = False


@dataclass(frozen=True)
class Comment:
    """A comment's thread. `anchor` names the place in a document, `quote` the words there when it was written."""

    id: str
    author: str
    content: str
    created: datetime
    modified: datetime
    quote: str = ""
    anchor: str = ""
    resolved: bool = False
    deleted: bool = False
    replies: tuple[Reply, ...] = ()


@dataclass(frozen=True)
class Notice:
    """A mail Google sent because a file was shared; `mail` is its number in the inbox."""

    file: str
    address: str
    role: str
    message: str
    at: datetime
    mail: int


@dataclass(frozen=True)
class Switches:
    """What an administrator can set, and what can be wrong.

    `policy` is how sharing with blocked.example is refused; `visitors` lets people without a Google account be
    invited; `assistant_role` is the assistant's role on the drive ("" none); `lag_seconds` is how long a search
    by name or property does not find a new file.
    """

    policy: str = POLICIES[0]
    visitors: bool = False
    domain_users_only: bool = False
    members_only: bool = False
    assistant_role: str = "fileOrganizer"
    revoked: bool = False
    lag_seconds: float = 0.0


@dataclass
class State:
    """Everything but the documents' text. `permissions` are by file and address, members by address.

    `times_revoked` makes access tokens of before worthless for good.
    """

    files: dict[str, File] = field(default_factory=dict)
    permissions: dict[str, dict[str, Permission]] = field(default_factory=dict)
    comments: dict[str, list[Comment]] = field(default_factory=dict)
    members: dict[str, str] = field(default_factory=dict)
    issued: list[str] = field(default_factory=list)
    issued_shortcuts: list[str] = field(default_factory=list)
    notices: list[Notice] = field(default_factory=list)
    times_revoked: int = 0
    switches: Switches = field(default_factory=Switches)
