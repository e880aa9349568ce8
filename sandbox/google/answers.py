"""What Drive answers about files, permissions and people, as JSON."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sandbox.google.drive import Access, TeamDrive, is_drive_root, name_of, permission_id, rank
from sandbox.google.records import ASSISTANT, DOCUMENT, FOLDER, SHORTCUT, File, Permission


def moment(at: datetime) -> str:
    """Drive: RFC 3339 in UTC, to the millisecond."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.") + f"{at.microsecond // 1000:03d}Z"


def link(base: str, file: File) -> str:
    """Where a browser opens a file."""
    kinds = {DOCUMENT: "document/d/{}/edit", FOLDER: "drive/folders/{}"}
    return f"{base}/google/{kinds.get(file.mime_type, 'file/d/{}/view').format(file.id)}"


def user(address: str) -> dict[str, Any]:
    """Drive's `User`."""
    return {
        "kind": "drive#user",
        "displayName": name_of(address),
        "me": address == ASSISTANT,
        "permissionId": permission_id(address),
        "emailAddress": address,
    }


@dataclass(frozen=True)
class Answers:
    """Answers from one Drive; `base` is the sandbox's origin."""

    drive: TeamDrive
    base: str

    def file(self, file: File) -> dict[str, Any]:
        """Everything of a file that `fields` may select."""
        told: dict[str, Any] = {
            "kind": "drive#file",
            "id": file.id,
            "name": file.name,
            "mimeType": file.mime_type,
            "trashed": self.drive.is_trashed(file),
            "explicitlyTrashed": file.trashed,
            "parents": [file.parent] if file.parent else [],
            "createdTime": moment(file.created),
            "modifiedTime": moment(file.modified),
            "lastModifyingUser": user(file.modified_by),
            "modifiedByMe": file.modified_by == ASSISTANT,
            "webViewLink": link(self.base, file),
            "iconLink": f"{self.base}/static/file.png",
            "spaces": ["drive"],
            "starred": False,
            "version": str(1 + int(file.modified.timestamp() * 1000)),
            "capabilities": self.capabilities(file),
            "appProperties": dict(file.app_properties),
            "properties": dict(file.properties),
            "description": file.description,
        }
        return told | self._by_place(file) | self._by_kind(file)

    def capabilities(self, file: File) -> dict[str, bool]:
        """What the assistant may do. Google: contributors edit and share, content managers also trash and move."""
        held = rank(self.drive.role_of(ASSISTANT, file))
        writes, manages = held >= rank("writer"), held >= rank("fileOrganizer")
        top, folder, shortcut = is_drive_root(file), file.mime_type == FOLDER, file.mime_type == SHORTCUT
        return {
            "canEdit": writes,
            "canModifyContent": writes and not folder,
            "canComment": held >= rank("commenter"),
            "canCopy": not folder and not shortcut,
            "canDownload": not folder,
            "canListChildren": folder,
            "canAddChildren": folder and writes,
            "canShare": writes and not top,
            "canRename": writes and not top,
            "canTrash": manages and not top,
            "canUntrash": manages and not top,
            "canDelete": held >= rank("organizer") and not top,
        }

    def access(self, access: Access, file: File) -> dict[str, Any]:
        """A permission of a file as listed: on a shared drive, with where it comes from."""
        told = self.permission(access.permission)
        if not file.drive_id:
            return told
        detail: dict[str, Any] = {
            "permissionType": "member" if access.is_member else "file",
            "role": access.permission.role,
            "inherited": access.source != file.id,
        }
        if access.source != file.id:
            detail["inheritedFrom"] = access.source
        return told | {"permissionDetails": [detail]}

    @staticmethod
    def permission(permission: Permission) -> dict[str, Any]:
        told = {
            "kind": "drive#permission",
            "id": permission.id,
            "type": permission.type,
            "role": permission.role,
            "deleted": False,
            "pendingOwner": False,
        }
        if permission.type == "anyone":
            return told | {"allowFileDiscovery": False}
        if permission.type == "domain":
            named = {"domain": permission.address, "displayName": permission.address}
            return told | named | {"allowFileDiscovery": False}
        return told | {"emailAddress": permission.address, "displayName": name_of(permission.address)}

    def _by_place(self, file: File) -> dict[str, Any]:
        """Google: owners and the list of permissions are of My Drive, drive ids of shared drives."""
        if file.drive_id:
            direct = bool(self.drive.state.permissions.get(file.id))
            return {"driveId": file.drive_id, "teamDriveId": file.drive_id, "hasAugmentedPermissions": direct}
        return {"owners": [user(ASSISTANT)], "ownedByMe": True, "shared": False}

    def _by_kind(self, file: File) -> dict[str, Any]:
        if file.mime_type == SHORTCUT:
            return {"shortcutDetails": {"targetId": file.shortcut_to, "targetMimeType": file.shortcut_type}}
        if file.mime_type == DOCUMENT:
            return {"size": str(len(self.drive.documents[file.id].tabs[0].units))}
        return {"size": str(file.size)} if file.mime_type != FOLDER else {}
