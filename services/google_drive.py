"""Google Drive: the partners' folders, copies of templates, and who may open them.

Source of the rules marked "Drive:" is https://developers.google.com/workspace/drive/api/reference/rest/v3
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from services import google_drive_records as records
from services.errors import Refused
from services.google_client import GoogleClient, Page
from services.google_drive_records import (
    DOCUMENT,
    FILE,
    FOLDER,
    PERMISSION,
    SHORTCUT,
    DriveFile,
    DriveRestrictions,
    Permission,
    Role,
    Shared,
    ShareResult,
    Template,
)
from services.google_errors import DRIVE, PLAIN_WORDS

if TYPE_CHECKING:
    from services.google_wire import Api

PDF = "application/pdf"
MOST_IDS = 1000
"""Drive: ids made in one call."""
PROPERTY_LIMIT = 124
"""Drive: UTF-8 bytes of a property's key and value together."""
_POLICY = frozenset({
    "domainPolicy",
    "driveMembersOnlyRestriction",
    "insufficientFilePermissions",
    "shareInNotPermitted",
    "shareOutNotPermitted",
    "sharingNotSupported",
    "teamDriveDomainUsersOnlyRestriction",
    "teamDriveTeamMembersOnlyRestriction",
})  # fmt: skip
_NO_ACCOUNT = "cannotShareTeamDriveWithNonGoogleAccounts"


class GoogleDrive:
    """One shared drive, as one Google account sees it. Safe to use from several threads.

    `drive_id` is the shared drive's. Reads raise Refused, Busy or Unreachable; writes also OutcomeUnknown.
    A write whose repetition changes nothing is repeated here, the others never are.
    """

    def __init__(self, client: GoogleClient, drive_id: str) -> None:
        self._client = client
        self._drive = drive_id
        self._own_address = ""

    def __repr__(self) -> str:
        return f"GoogleDrive({self._drive!r})"

    def find_folders(self, parent: str, name: str) -> list[DriveFile]:
        """Every folder of that name in `parent`, oldest first; case does not count, trash neither.

        Drive: what was made some seconds ago may not be found by name yet.
        """
        query = f"{quoted(parent)} in parents and mimeType = {quoted(FOLDER)} and name = {quoted(name)}"
        wanted = name.strip().casefold()
        return [each for each in self._list(query) if each.name.strip().casefold() == wanted]

    def find_by_property_in(self, parent: str, key: str, value: str) -> list[DriveFile]:
        """Every file in `parent` that was made with this property, oldest first: the look after an unknown
        outcome. Drive: a list by parent is up to date at once, a search for properties is not, so the
        comparison is made here."""
        found = self._list(f"{quoted(parent)} in parents")
        return [each for each in found if each.properties.get(key) == value]

    def resolve_template(self, folder: str, name: str) -> list[Template]:
        """The documents that `name` in `folder` means: none, one, or several of one name, of which a person
        has to choose. A shortcut stands for what it leads to, as it does now."""
        query = f"{quoted(folder)} in parents and name = {quoted(name)}"
        wanted = name.strip().casefold()
        found = [each for each in self._list(query) if each.name.strip().casefold() == wanted]
        templates = {each.id: each for each in map(_template, found) if each.kind == DOCUMENT}
        return list(templates.values())

    def file(self, id: str) -> DriveFile:
        """Raises Refused with status 404 when it is not there, or not shared with the assistant's account."""
        return self._client.read(
            DRIVE,
            lambda api: api.files.get(fileId=id, fields=FILE, supportsAllDrives=True),
            records.drive_file,
        )

    def generate_ids(self, count: int) -> list[str]:
        """Ids for folders to be made. Drive: at most 1000; not for documents."""
        if not 1 <= count <= MOST_IDS:
            raise ValueError(f"1 to {MOST_IDS} ids at a time")
        return self._client.read(
            DRIVE,
            lambda api: api.files.generateIds(count=count, space="drive", fields="ids"),
            lambda answer: [str(each) for each in answer["ids"]],
        )

    def create_folder(self, parent: str, name: str, id: str, properties: Mapping[str, str]) -> DriveFile:
        """A folder under an id of `generate_ids` that was written down before: asked for again, it is found.

        What is found may have been renamed, moved or trashed by people since.
        """
        body = {
            "id": id,
            "name": name,
            "mimeType": FOLDER,
            "parents": [parent],
            "appProperties": _checked(properties),
        }
        try:
            return self._client.write_again(
                DRIVE,
                lambda api: api.files.create(body=body, fields=FILE, supportsAllDrives=True),
                records.drive_file,
            )
        except Refused as refused:
            if refused.status != 409:
                raise
        return self.file(id)

    def copy(self, template: str, parent: str, name: str, properties: Mapping[str, str]) -> DriveFile:
        """A copy of a document, without its comments and sharing; never repeated here.

        Drive: documents take no id of ours. After an unknown outcome look by `find_by_property_in`.
        """
        body = {"name": name, "parents": [parent], "appProperties": _checked(properties)}
        return self._client.write(
            DRIVE,
            lambda api: api.files.copy(
                fileId=template, body=body, copyComments=False, fields=FILE, supportsAllDrives=True
            ),
            records.drive_file,
        )

    def permissions(self, file: str) -> list[Permission]:
        """Everybody who can open the file, also by way of its folder or drive."""

        def ask(api: Api, page: Page) -> Any:
            fields = f"nextPageToken,permissions({PERMISSION})"
            return api.permissions.list(
                fileId=file, pageSize=100, fields=fields, supportsAllDrives=True, **page
            )

        return self._client.pages(DRIVE, ask, "permissions", records.permission)

    def share(
        self,
        file: str,
        address: str,
        role: Role,
        message: str = "",
        *,
        notify: bool = True,
        present: Sequence[Permission] = (),
    ) -> ShareResult:
        """Let `address` open the file; with `notify` Google mails them `message`. Never repeated here.

        Who has the role already, by `present` (see `permissions`), is not asked for again, nor mailed. Share
        with one person after the other (Drive: of changes made at once only the last is applied). After an
        unknown outcome look by `permissions`. Refusals that concern this address are results, not errors;
        Refused with "sharingRateLimitExceeded" means that nobody can be shared with for hours.
        """
        if any(_same(each.address, address) and each.role.covers(role) for each in present):
            return ShareResult(Shared.ALREADY, address)
        body = {"type": "user", "role": str(role), "emailAddress": address.strip()}
        asked: dict[str, Any] = {"sendNotificationEmail": notify, "supportsAllDrives": True}
        if notify and message:
            asked["emailMessage"] = message
        try:
            self._client.write(
                DRIVE,
                lambda api: api.permissions.create(fileId=file, body=body, fields="id,role", **asked),
                lambda answer: str(answer["id"]),
            )
        except Refused as refused:
            return _share_refused(address, refused)
        return ShareResult(Shared.SHARED, address)

    def rename(self, file: str, name: str) -> DriveFile:
        """Give it another name; asked for twice it is the same."""
        return self._update(file, {"name": name})

    def export_pdf(self, file: str) -> bytes:
        """The document as a PDF. Drive: at most 10 MB, else Refused with "exportSizeLimitExceeded"."""
        return self._client.read(DRIVE, lambda api: api.files.export_media(fileId=file, mimeType=PDF), _pdf)

    def drive_restrictions(self) -> DriveRestrictions:
        """What the shared drive allows, for the check at the start."""
        fields = "name,capabilities(canShare,canAddChildren),restrictions"
        return self._client.read(
            DRIVE, lambda api: api.drives.get(driveId=self._drive, fields=fields), records.restrictions
        )

    def own_address(self) -> str:
        """The address of the account the assistant has at Google, asked for once."""
        if not self._own_address:
            self._own_address = self._client.read(
                DRIVE,
                lambda api: api.about.get(fields="user(emailAddress)"),
                lambda answer: str(answer["user"]["emailAddress"]),
            )
        return self._own_address

    def _update(self, file: str, body: Mapping[str, Any]) -> DriveFile:
        return self._client.write_again(
            DRIVE,
            lambda api: api.files.update(fileId=file, body=dict(body), fields=FILE, supportsAllDrives=True),
            records.drive_file,
        )

    def _list(self, query: str) -> list[DriveFile]:
        """Files of this drive that are not in the trash, oldest first."""

        def ask(api: Api, page: Page) -> Any:
            return api.files.list(
                q=f"{query} and trashed = false",
                corpora="drive",
                driveId=self._drive,
                includeItemsFromAllDrives=True,
                supportsAllDrives=True,
                orderBy="createdTime",
                pageSize=1000,
                fields=f"nextPageToken,files({FILE})",
                **page,
            )

        return self._client.pages(DRIVE, ask, "files", records.drive_file)


def quoted(text: str) -> str:
    """A value in a query. Drive: in single quotes, `\\` and `'` escaped by `\\`."""
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


def _template(found: DriveFile) -> Template:
    if found.kind == SHORTCUT:
        return Template(found.target, found.name, found.target_kind, by_shortcut=True)
    return Template(found.id, found.name, found.kind, by_shortcut=False)


def _checked(properties: Mapping[str, str]) -> dict[str, str]:
    for key, value in properties.items():
        if len(f"{key}{value}".encode()) > PROPERTY_LIMIT:
            raise ValueError(f"the property {key!r} has more than {PROPERTY_LIMIT} bytes")
    return dict(properties)


def _same(address: str, other: str) -> bool:
    return bool(address) and address.strip().casefold() == other.strip().casefold()


def _share_refused(address: str, refused: Refused) -> ShareResult:
    """Drive: invalidSharingRequest means three things, told apart by Google's words only. Raises what does
    not concern this address."""
    words = refused.message.replace(address.strip(), "")
    plain = PLAIN_WORDS.get(refused.code, refused.message)
    if refused.code == "invalidSharingRequest":
        if "successfully shared" in words:
            mailed = "they can open it, but Google could not mail them; tell them yourself"
            return ShareResult(Shared.SHARED_WITHOUT_MAIL, address, mailed, refused.code)
        if "Notify people" in words or "no Google account" in words:
            known = "the address has no Google account, so Google has to mail them an invitation"
            return ShareResult(Shared.NO_GOOGLE_ACCOUNT, address, known, refused.code)
        forbidden = PLAIN_WORDS["domainPolicy"] if "ACL change" in words else _user_message(refused.message)
        return ShareResult(Shared.REFUSED_BY_POLICY, address, forbidden, refused.code)
    if refused.code == _NO_ACCOUNT:
        return ShareResult(Shared.NO_GOOGLE_ACCOUNT, address, plain, refused.code)
    if refused.status == 403 and refused.code in _POLICY:
        return ShareResult(Shared.REFUSED_BY_POLICY, address, plain, refused.code)
    raise refused


def _user_message(words: str) -> str:
    """Drive: `Bad Request. User message: "…"`."""
    _, found, said = words.partition('User message: "')
    return said.rpartition('"')[0] if found else words


def _pdf(answer: Any) -> bytes:
    if not isinstance(answer, bytes) or not answer.startswith(b"%PDF-"):
        raise ValueError("not a PDF")
    return answer


__all__ = [
    "DriveFile",
    "DriveRestrictions",
    "GoogleDrive",
    "Permission",
    "Role",
    "ShareResult",
    "Shared",
    "Template",
    "quoted",
]
