"""Drive's permissions: giving access, listing it, changing and taking it away, and every way it is refused."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from sandbox.freshdesk.parameters import is_address
from sandbox.google.answers import Answers
from sandbox.google.call import Call, Handler
from sandbox.google.drive import Access, domain_of, has_account, is_drive_root, is_folder, permission_id
from sandbox.google.notices import notify
from sandbox.google.problems import Problem, invalid, not_built
from sandbox.google.records import BLOCKED_DOMAIN, ORGANISATION, ROLES, File, Permission

LONGEST_MESSAGE = 10_000
MOST_ON_A_PAGE = 100


def list_permissions(call: Call) -> dict[str, Any]:
    """Who can open a file; on a shared drive its members too."""
    file, answers = call.file(), Answers(call.drive, call.world.base)
    accesses = call.drive.accesses(file)
    size = call.query.get("pageSize", MOST_ON_A_PAGE)
    return {
        "kind": "drive#permissionList",
        **call.page(accesses, lambda each: answers.access(each, file), "permissions", size),
    }


def get_permission(call: Call) -> dict[str, Any]:
    file = call.file()
    return Answers(call.drive, call.world.base).access(_named(call, file), file)


def create_permission(call: Call) -> dict[str, Any]:
    """Share with one address and, unless asked not to, mail them.

    A repeat mails again, as far as is known; the answer shows the role somebody really has.
    """
    file = _shareable(call)
    wanted = _asked(call, file)
    notifying = call.query.get("sendNotificationEmail", True)
    message = call.query.get("emailMessage", "")
    if len(message) > LONGEST_MESSAGE:
        raise invalid("The message is too long.", "emailMessage")
    _check_rates(call)
    _check_policy(call, file, wanted.address)
    wanted = replace(wanted, is_visitor=_check_account(call, wanted.address, notifying))
    call.must_be_read()
    given = call.drive.share(file, wanted)
    if call.takes("shared_without_mail"):
        words = f"Sorry, the items were successfully shared but emails could not be sent to {wanted.address}."
        raise _sharing_refused(words)
    if notifying:
        notify(call.world, file, replace(given, role=wanted.role), message)
    return Answers.permission(given)


def update_permission(call: Call) -> dict[str, Any]:
    """Another role for somebody who has access to this very file."""
    file = _shareable(call)
    access = _direct(call, file)
    role = _role(call, file)
    call.must_be_read()
    changed = replace(access.permission, role=role)
    call.drive.state.permissions[file.id][changed.address.casefold()] = changed
    return Answers.permission(changed)


def delete_permission(call: Call) -> None:
    """Take access away. Google: what is inherited is taken away where it was given."""
    file = _shareable(call)
    access = _direct(call, file)
    del call.drive.state.permissions[file.id][access.permission.address.casefold()]


HANDLERS: dict[str, Handler] = {
    "drive.permissions.list": list_permissions,
    "drive.permissions.get": get_permission,
    "drive.permissions.create": create_permission,
    "drive.permissions.update": update_permission,
    "drive.permissions.delete": delete_permission,
}


def _shareable(call: Call) -> File:
    file = call.file(role="writer")
    if is_drive_root(file):
        raise not_built("members of a drive: change them in the Team Drive tab")
    return file


def _asked(call: Call, file: File) -> Permission:
    body = call.body
    kind = body["type"]
    if kind in ("domain", "anyone"):
        raise not_built(f"sharing with type {kind}")
    if kind not in ("user", "group"):
        raise invalid("The specified permission type is invalid.", "permission.type", "other")
    address = body.get("emailAddress", "").strip()
    if not is_address(address):
        words = "The specified emailAddress is invalid or not applicable for the given permission type."
        raise invalid(words, "permission.emailAddress", "other")
    return Permission(permission_id(address), kind, _role(call, file), address)


def _role(call: Call, file: File) -> str:
    role = call.body.get("role")
    if role not in (*ROLES, "owner"):
        raise invalid("The specified role is invalid.", "permission.role", "other")
    if role == "owner":
        words = (
            "Ownership of shared drive items cannot be given." if file.drive_id else "Not for the sandbox."
        )
        raise Problem(403, "ownerOnTeamDriveItemNotSupported", words)
    if role == "organizer" or (role == "fileOrganizer" and not is_folder(file)):
        words = f"The role {role} is only valid for shared drives and their folders."
        raise Problem(403, f"{role}OnNonTeamDriveItemNotSupported", words)
    return str(role)


def _check_rates(call: Call) -> None:
    if call.takes("sharingRateLimitExceeded"):
        words = 'Rate limit exceeded. User message: "Sorry, you have exceeded your sharing quota."'
        raise Problem(403, "sharingRateLimitExceeded", words)


def _check_policy(call: Call, file: File, address: str) -> None:
    """What administrators and the shared drive's settings forbid. Retrying changes nothing."""
    switches, domain = call.drive.state.switches, domain_of(address)
    is_outside = domain != ORGANISATION
    if domain == BLOCKED_DOMAIN and switches.policy == "invalidSharingRequest":
        raise _sharing_refused("ACL change not allowed.")
    if domain == BLOCKED_DOMAIN or call.takes("domainPolicy"):
        raise Problem(
            403, "domainPolicy", "The domain administrators have disabled sharing with this address."
        )
    if is_outside and file.drive_id and switches.domain_users_only:
        words = "Sharing is restricted to users of the shared drive's domain."
        raise Problem(403, "teamDriveDomainUsersOnlyRestriction", words)
    if file.drive_id and switches.members_only and address.casefold() not in call.drive.members():
        words = "Sharing is restricted to members of the shared drive."
        raise Problem(403, "teamDriveTeamMembersOnlyRestriction", words)


def _check_account(call: Call, address: str, notifying: bool) -> bool:
    """Whether the person becomes a visitor. Google: without an account the invitation is mandatory."""
    if has_account(address):
        return False
    if not notifying:
        raise _sharing_refused(
            f"You are trying to invite {address}. Since there is no Google account associated with this email "
            'address, you must check the "Notify people" box to invite this recipient.'
        )
    if not call.drive.state.switches.visitors:
        words = "Shared drive items cannot be shared with people who have no Google account."
        raise Problem(403, "cannotShareTeamDriveWithNonGoogleAccounts", words)
    return True


def _sharing_refused(words: str) -> Problem:
    """One reason, three meanings: only the words tell them apart."""
    return Problem(400, "invalidSharingRequest", f'Bad Request. User message: "{words}"')


def _named(call: Call, file: File) -> Access:
    for access in call.drive.accesses(file):
        if access.permission.id == call.path["permissionId"]:
            return access
    id = call.path["permissionId"]
    raise Problem(404, "notFound", f"Permission not found: {id[:50]}.", "permissionId")


def _direct(call: Call, file: File) -> Access:
    access = _named(call, file)
    if access.source != file.id:
        words = "Cannot change or delete an inherited permission."
        raise Problem(403, "cannotModifyInheritedTeamDrivePermission", words)
    return access
