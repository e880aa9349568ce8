"""Drive's files: list, get, make, copy, change, export, delete, and ids given out in advance."""

from __future__ import annotations

import base64
from typing import Any

from starlette.responses import Response

from sandbox.google.answers import Answers
from sandbox.google.call import Call, Handler
from sandbox.google.drive import is_drive_root, is_folder, new_id
from sandbox.google.export import FORMATS, exported
from sandbox.google.listing import list_files
from sandbox.google.problems import Problem, file_not_found, invalid, no_permission, not_built
from sandbox.google.records import ASSISTANT, DOCUMENT, FOLDER, GOOGLE_TYPES, MY_DRIVE, SHORTCUT, File

LONGEST_PROPERTY = 124
MOST_PROPERTIES = 30
LARGEST_EXPORT = 10_000_000
BLOB = "application/octet-stream"


def get_file(call: Call) -> dict[str, Any] | Response:
    """The file's fields, or with `alt=media` its bytes."""
    file = call.file()
    call.query.get("acknowledgeAbuse")
    if call.query.get("alt") != "media":
        return Answers(call.drive, call.world.base).file(file)
    if file.mime_type.startswith(GOOGLE_TYPES):
        words = "Only files with binary content can be downloaded. Use Export with Docs Editors files."
        raise Problem(403, "fileNotDownloadable", words, "alt")
    return Response(base64.b64decode(file.content), media_type="application/octet-stream")


def generate_ids(call: Call) -> dict[str, Any]:
    """Ids to be used once. Seen live: good for folders and files with bytes; shortcuts need ids of their own."""
    count, kind = call.query["count"], call.query["type"]
    if call.query["space"] != "drive" or kind not in ("files", "shortcuts"):
        raise invalid("Invalid Value", "space" if kind in ("files", "shortcuts") else "type")
    ids = [new_id() for _ in range(count)]
    state = call.drive.state
    (state.issued if kind == "files" else state.issued_shortcuts).extend(ids)
    return {"kind": "drive#generatedIds", "space": "drive", "ids": ids}


def create_file(call: Call) -> dict[str, Any]:
    """A folder, an empty document, a shortcut, or with an upload a file with bytes."""
    body = call.body
    kind = body.get("mimeType") or (call.media.content_type if call.media else BLOB)
    if kind.startswith(GOOGLE_TYPES) and (kind not in (FOLDER, DOCUMENT, SHORTCUT) or call.media):
        raise not_built(f"making a {kind}")
    more = _shortcut(call) if kind == SHORTCUT else {}
    if call.media:
        more |= {"content": base64.b64encode(call.media.data).decode(), "size": len(call.media.data)}
    file = _new(call, kind, body.get("name", "Untitled"), {}, more)
    call.must_be_read()
    return Answers(call.drive, call.world.base).file(call.drive.add(file))


def copy_file(call: Call) -> dict[str, Any]:
    """A copy with the name, folder and properties asked for. Google: sharing is never copied."""
    source = call.file()
    if source.mime_type in (FOLDER, SHORTCUT):
        raise Problem(403, "cannotCopyFile", "This file cannot be copied by the user.")
    more = {"content": source.content, "size": source.size, "description": source.description}
    more |= {"properties": _properties(call, "properties", source.properties)}
    name = call.body.get("name", f"Copy of {source.name}")
    target = _new(call, source.mime_type, name, source.app_properties, more, source.parent)
    with_comments = call.query["copyComments"]
    call.must_be_read()
    kept = call.drive.copy_of(source, target, with_comments=with_comments)
    return Answers(call.drive, call.world.base).file(kept)


def update_file(call: Call) -> dict[str, Any]:
    """Name, description, properties, the trash, and the folder by addParents with removeParents."""
    file, body = call.file(role="writer"), call.body
    if "id" in body or "parents" in body:
        words = "The resource body includes fields which are not directly writable."
        raise Problem(403, "fieldNotWritable", words)
    changes: dict[str, Any] = {key: _text(call, key) for key in ("name", "description") if key in body}
    if changes and is_drive_root(file):
        raise no_permission()
    if "trashed" in body:
        changes["trashed"] = body["trashed"]
        _needs_manager(call, file)
    if "mimeType" in body and body["mimeType"] != file.mime_type:
        raise not_built("a change of mimeType")
    changes |= {"app_properties": _properties(call, "appProperties", file.app_properties)}
    changes |= {"properties": _properties(call, "properties", file.properties)}
    changes |= _moved(call, file)
    call.must_be_read()
    changed = call.drive.change(file.id, call.now, **changes)
    return Answers(call.drive, call.world.base).file(changed)


def delete_file(call: Call) -> None:
    """For good. Google: on a shared drive only for its managers, of the folder above."""
    file = call.file()
    if is_drive_root(file) or not call.drive.may(ASSISTANT, "organizer", file):
        raise no_permission()
    call.drive.remove(file)


def export_file(call: Call) -> Response:
    """A document in another format, at most 10 MB. Drive: only for Docs editors' files."""
    file, kind = call.file(), call.query["mimeType"]
    if file.mime_type != DOCUMENT:
        raise Problem(403, "fileNotExportable", "Export only supports Docs Editors files.")
    if kind not in FORMATS:
        raise Problem(400, "badRequest", "The requested conversion is not supported.", "convertTo")
    data = exported(call.drive.documents[file.id], file.name, kind)
    if len(data) > LARGEST_EXPORT:
        words = "This file is too large to be exported."
        raise Problem(403, "exportSizeLimitExceeded", words)
    return Response(data, media_type=kind)


HANDLERS: dict[str, Handler] = {
    "drive.files.list": list_files,
    "drive.files.get": get_file,
    "drive.files.generateIds": generate_ids,
    "drive.files.create": create_file,
    "drive.files.copy": copy_file,
    "drive.files.update": update_file,
    "drive.files.delete": delete_file,
    "drive.files.export": export_file,
}


def _new(
    call: Call, kind: str, name: str, properties: dict[str, str], more: dict[str, Any], parent: str = MY_DRIVE
) -> File:
    """A file not kept yet, checked as Drive checks creations and copies alike."""
    folder = _parent(call, parent)
    id = _given_id(call, kind)
    more = {"properties": _properties(call, "properties", {})} | more
    if "description" in call.body:
        more["description"] = _text(call, "description")
    return call.drive.new_file(
        name,
        kind,
        folder,
        call.now,
        id=id,
        app_properties=_properties(call, "appProperties", properties),
        **more,
    )


def _parent(call: Call, default: str) -> File:
    parents = call.body.plain("parents") or [default]
    if len(parents) != 1:
        words = "A file can only have one parent folder."
        raise Problem(403, "multipleParentsNotSupported", words, "parents", "other")
    folder = call.file(parents[0])
    if not is_folder(folder):
        raise Problem(403, "parentNotAFolder", "The specified parent is not a folder.", "parents", "other")
    call.file(folder.id, "writer")
    if call.drive.is_trashed(folder):
        raise Problem(403, "parentIsTrashed", "The specified parent is in the trash.", "parents", "other")
    return folder


def _given_id(call: Call, kind: str) -> str:
    """An id given out in advance, "" for none. The order and words of the refusals were seen live."""
    id = str(call.body.get("id", ""))
    if not id:
        return ""
    state = call.drive.state
    if id in state.files:
        raise Problem(409, "fileIdInUse", "A file already exists with the provided ID.", "file.id", "other")
    if kind.startswith(GOOGLE_TYPES) and kind not in (FOLDER, SHORTCUT):
        words = "Generated IDs are not supported for Docs Editors formats."
        raise Problem(403, "insufficientFilePermissions", words)
    if id not in (state.issued_shortcuts if kind == SHORTCUT else state.issued):
        raise invalid("The provided file ID is not usable.", "file.id", "other")
    return id


def _shortcut(call: Call) -> dict[str, Any]:
    target_id = call.body.inside("shortcutDetails").get("targetId")
    if not target_id:
        raise Problem(
            400, "required", "A shortcut needs shortcutDetails.targetId.", "shortcutDetails", "other"
        )
    target = call.file(target_id)
    if target.mime_type == SHORTCUT:
        raise Problem(403, "shortcutTargetInvalid", "The shortcut target is invalid.")
    return {"shortcut_to": target.id, "shortcut_type": target.mime_type}


def _properties(call: Call, name: str, before: dict[str, str]) -> dict[str, str]:
    """Drive: a null clears a property; key and value at most 124 bytes of UTF-8, at most 30 of an app."""
    asked: dict[str, str | None] = call.body.plain(name) or {}
    kept = {key: value for key, value in {**before, **asked}.items() if value is not None}
    for key, value in kept.items():
        if len((key + value).encode("utf-8", "replace")) > LONGEST_PROPERTY:
            raise Problem(403, "propertyTooLong", f"The property {key[:50]} is longer than 124 bytes.")
    if len(kept) > MOST_PROPERTIES:
        raise Problem(403, "appPropertiesLimitExceeded", "There are more than 30 properties.")
    return kept


def _text(call: Call, name: str) -> str:
    text: str = call.body[name]
    return text


def _needs_manager(call: Call, file: File) -> None:
    if is_drive_root(file):
        raise no_permission()
    call.file(file.id, "fileOrganizer")


def _moved(call: Call, file: File) -> dict[str, Any]:
    """Drive: a file has exactly one parent, so a move takes the old one away."""
    added, removed = call.query.get("addParents"), call.query.get("removeParents")
    if added is None and removed is None:
        return {}
    if removed != file.parent or added is None:
        words = "A shared drive item must have exactly one parent."
        raise Problem(403, "teamDrivesParentLimit", words)
    _needs_manager(call, file)
    folder = call.file(added, "writer")
    if not is_folder(folder):
        raise file_not_found(added)
    if file.id in (each.id for each in call.drive.above(folder)):
        raise Problem(403, "cyclicFolder", "A folder cannot lie in itself.")
    return {"parent": folder.id, "drive_id": folder.drive_id}
