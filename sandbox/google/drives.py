"""Drive's shared drives, and who the assistant is."""

from __future__ import annotations

from typing import Any

from sandbox.google.answers import moment, user
from sandbox.google.call import Call, Handler
from sandbox.google.drive import rank
from sandbox.google.problems import Problem
from sandbox.google.records import ASSISTANT, TEAM_DRIVE

MOST_ON_A_PAGE = 100


def get_drive(call: Call) -> dict[str, Any]:
    """The shared drive with what the assistant may do there and what its settings forbid."""
    id = call.path["driveId"]
    if id != TEAM_DRIVE or not call.drive.members().get(ASSISTANT):
        raise Problem(404, "notFound", f"Shared drive not found: {id[:50]}", "driveId")
    return _team_drive(call)


def list_drives(call: Call) -> dict[str, Any]:
    """The shared drives the assistant is a member of."""
    drives = [_team_drive(call)] if call.drive.members().get(ASSISTANT) else []
    return {"kind": "drive#driveList", **call.page(drives, dict, "drives", call.query["pageSize"])}


def about(call: Call) -> dict[str, Any]:
    """The account the access token belongs to."""
    return {
        "kind": "drive#about",
        "user": user(ASSISTANT),
        "storageQuota": {"limit": "32212254720", "usage": "0", "usageInDrive": "0", "usageInDriveTrash": "0"},
        "exportFormats": {"application/vnd.google-apps.document": ["application/pdf", "text/plain"]},
        "maxUploadSize": "20000000",
        "canCreateDrives": False,
        "appInstalled": True,
    }


HANDLERS: dict[str, Handler] = {
    "drive.drives.get": get_drive,
    "drive.drives.list": list_drives,
    "drive.about.get": about,
}


def _team_drive(call: Call) -> dict[str, Any]:
    top, switches = call.drive.state.files[TEAM_DRIVE], call.drive.state.switches
    held = rank(call.drive.role_of(ASSISTANT, top))
    writes, manages = held >= rank("writer"), held >= rank("fileOrganizer")
    return {
        "kind": "drive#drive",
        "id": top.id,
        "name": top.name,
        "createdTime": moment(top.created),
        "hidden": False,
        "capabilities": {
            "canAddChildren": writes,
            "canComment": held >= rank("commenter"),
            "canCopy": True,
            "canDownload": True,
            "canEdit": writes,
            "canListChildren": True,
            "canManageMembers": held >= rank("organizer"),
            "canRename": writes,
            "canShare": writes,
            "canTrashChildren": manages,
        },
        "restrictions": {
            "adminManagedRestrictions": False,
            "copyRequiresWriterPermission": False,
            "domainUsersOnly": switches.domain_users_only,
            "driveMembersOnly": switches.members_only,
            "sharingFoldersRequiresOrganizerPermission": False,
        },
    }
