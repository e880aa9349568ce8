"""The Docs API: documents.get, documents.create and documents.batchUpdate."""

from __future__ import annotations

from typing import Any

from sandbox.google import masks
from sandbox.google.call import Call, Handler
from sandbox.google.document import Document, refused
from sandbox.google.document_json import (
    INLINE,
    VIEWS,
    anchors_as_json,
    comments_as_json,
    suggestion_as_json,
    tab_as_json,
    tabs_as_json,
)
from sandbox.google.edits import applied
from sandbox.google.given import Given
from sandbox.google.problems import Problem, not_built
from sandbox.google.records import ASSISTANT, DOCUMENT, MY_DRIVE, File

INCLUDED = "COMMENTS_VIEW_MODE_INCLUDED"
BY_ACCESS = ("DEFAULT_FOR_CURRENT_ACCESS", "COMMENTS_VIEW_MODE_DEFAULT_FOR_CURRENT_ACCESS")


def get_document(call: Call) -> dict[str, Any]:
    """The document in the views asked for. Docs: a mask that names `tabs` asks for the tabs."""
    file, document = _document(call, "reader")
    view, with_comments = _views(call, file)
    with_tabs = call.query.get("includeTabsContent", False) or "tabs" in masks.parsed(
        call.query.get("fields", "x")
    )
    if "commentsViewMode" in call.query and not with_tabs:
        raise refused("If you set comments_view_mode, you must also set include_tabs_content to true.")
    told: dict[str, Any] = {"documentId": file.id, "title": file.name, "suggestionsViewMode": view}
    if call.drive.may(ASSISTANT, "writer", file):
        told["revisionId"] = document.revision_id(file.id)
    if not with_tabs:
        return told | tab_as_json(document.tabs[0], view)
    told["tabs"] = tabs_as_json(document, view)
    if with_comments:
        told |= {"commentsViewMode": INCLUDED, "comments": comments_as_json(call.drive, file)}
        told["suggestions"] = [suggestion_as_json(each) for each in document.suggestions.values()]
        _add_anchors(document, told["tabs"])
    return told


def create_document(call: Call) -> dict[str, Any]:
    """A blank document in the assistant's own My Drive. Docs: everything but the title is ignored."""
    title = call.body.get("title", "Untitled document")
    parent = call.drive.state.files[MY_DRIVE]
    file = call.drive.add(call.drive.new_file(title, DOCUMENT, parent, call.now))
    document = call.drive.documents[file.id]
    told = {"documentId": file.id, "title": title, "revisionId": document.revision_id(file.id)}
    return told | {"suggestionsViewMode": INLINE} | tab_as_json(document.tabs[0], INLINE)


def batch_update(call: Call) -> dict[str, Any]:
    """All requests or none. Docs: a revision that is required and is not the latest is refused with 400."""
    file, document = _document(call, "writer")
    if call.drive.is_trashed(file):
        raise Problem(403, "PERMISSION_DENIED", "The document is in the trash.")
    _check_revision(call, file, document)
    edited = document.copy()
    replies = applied(edited, call.body.get("requests", []))
    edited.revision += 1
    call.must_be_read()
    call.drive.documents[file.id] = edited
    call.drive.change(file.id, call.now)
    control = {"requiredRevisionId": edited.revision_id(file.id)}
    return {"documentId": file.id, "replies": replies, "writeControl": control}


HANDLERS: dict[str, Handler] = {
    "docs.documents.get": get_document,
    "docs.documents.create": create_document,
    "docs.documents.batchUpdate": batch_update,
}


def _document(call: Call, role: str) -> tuple[File, Document]:
    """The document of the path. Docs: no shortcut and no other file; 404 when it cannot be seen."""
    id = call.path["documentId"]
    file = call.drive.state.files.get(id)
    if file is None or not call.drive.may(ASSISTANT, "reader", file):
        raise Problem(404, "NOT_FOUND", "Requested entity was not found.")
    if file.mime_type != DOCUMENT:
        raise Problem(400, "FAILED_PRECONDITION", "This operation is not supported for this document")
    if not call.drive.may(ASSISTANT, role, file):
        raise Problem(403, "PERMISSION_DENIED", "The caller does not have permission")
    return file, call.drive.documents[id]


def _views(call: Call, file: File) -> tuple[str, bool]:
    """The suggestions' view, and whether comments are told. Docs: by default what the reader may see."""
    may_edit = call.drive.may(ASSISTANT, "writer", file)
    asked = call.query.get("suggestionsViewMode")
    view = asked or BY_ACCESS[0]
    if view == BY_ACCESS[0]:
        view = INLINE if may_edit else "PREVIEW_WITHOUT_SUGGESTIONS"
    if not may_edit and view != "PREVIEW_WITHOUT_SUGGESTIONS":
        raise Problem(403, "PERMISSION_DENIED", "The caller does not have permission to view suggestions.")
    comments = call.query.get("commentsViewMode", "COMMENTS_VIEW_MODE_OMITTED")
    may_comment = call.drive.may(ASSISTANT, "commenter", file)
    if comments == INCLUDED and asked != INLINE:
        raise refused(
            "comments_view_mode COMMENTS_VIEW_MODE_INCLUDED needs suggestions_view_mode SUGGESTIONS_INLINE."
        )
    if comments in (INCLUDED, BY_ACCESS[1]) and view in VIEWS and asked:
        raise refused("Comments cannot be included in a preview.")
    return view, comments == INCLUDED or (comments == BY_ACCESS[1] and may_comment)


def _add_anchors(document: Document, tabs: list[dict[str, Any]]) -> None:
    for told in tabs:
        anchors = anchors_as_json(document.tab(told["tabProperties"]["tabId"]))
        if anchors:
            told["documentTab"]["commentAnchors"] = anchors
        _add_anchors(document, told.get("childTabs", []))


def _check_revision(call: Call, file: File, document: Document) -> None:
    control: Given = call.body.inside("writeControl")
    required, target = control.get("requiredRevisionId"), control.get("targetRevisionId")
    if required is not None and target is not None:
        raise refused("Only one of required_revision_id and target_revision_id can be set.")
    if control.get("writeMode") == "SUGGEST":
        raise not_built("writeMode SUGGEST")
    latest = document.revision_id(file.id)
    if required is not None and required != latest:
        words = f"The required revision ID '{required[:60]}' does not match the latest revision."
        raise Problem(400, "FAILED_PRECONDITION", words)
    if target is not None and target != latest:
        earlier = (Document([], revision=each).revision_id(file.id) for each in range(1, document.revision))
        if target not in earlier:
            raise refused(f"The target revision ID '{target[:60]}' is not valid.")
        raise not_built("merging with what others wrote since targetRevisionId")
