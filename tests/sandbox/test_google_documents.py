"""Docs: how a document is told: its indexes, tabs, suggestions and comments, and who may see what."""

from __future__ import annotations

import pytest
from googleapiclient.errors import HttpError

from tests.sandbox.google_account import (
    AGREEMENT,
    ALL,
    NOTES,
    SHORTCUT,
    check_indexes,
    content,
    insert,
    reason,
    refusal,
    words,
)


@pytest.mark.parametrize("template", [NOTES, AGREEMENT])
def test_every_index_of_a_document_follows_from_the_one_before(google, template):
    document = google.read(template)
    end = check_indexes(content(document), 0)
    assert content(document)[0] == {
        "endIndex": 1,
        "sectionBreak": {"sectionStyle": {"sectionType": "CONTINUOUS"}},
    }
    assert end > 500


def test_the_running_notes_template_has_what_the_procedure_fills_in(google):
    elements = content(google.read(NOTES))
    lines = {words(e).strip(): e["paragraph"]["paragraphStyle"] for e in elements if "paragraph" in e}
    assert lines["Running notes -- PartnerX + 2i2c"]["namedStyleType"] == "TITLE"
    assert lines["Notes"]["namedStyleType"] == "HEADING_1"
    assert lines["Notes"]["headingId"].startswith("h.")
    assert any("table" in e for e in elements)
    chips = [
        run["person"]
        for e in elements
        if "paragraph" in e
        for run in e["paragraph"]["elements"]
        if "person" in run
    ]
    assert [chip["personProperties"]["email"] for chip in chips] == ["damian@2i2c.org"]
    bulleted = [e["paragraph"]["bullet"]["listId"] for e in elements if "bullet" in e.get("paragraph", {})]
    assert set(bulleted) == set(google.read(NOTES)["tabs"][0]["documentTab"]["lists"])


def test_the_agreements_table_of_contents_repeats_its_headings(google):
    elements = content(google.read(AGREEMENT))
    [contents] = [e["tableOfContents"]["content"] for e in elements if "tableOfContents" in e]
    headings = [
        words(e) for e in elements if "paragraph" in e and "headingId" in e["paragraph"]["paragraphStyle"]
    ]
    assert "2. Term\n" in headings
    assert "2. Term\n" in [words(each) for each in contents]


def test_without_tabs_the_first_one_is_told_and_a_mask_can_ask_for_them(google):
    plain = google.docs.get(documentId=NOTES).execute()
    assert "tabs" not in plain
    assert plain["body"]["content"] == content(google.read(NOTES))
    assert google.docs.get(documentId=NOTES, fields="tabs(documentTab(body))").execute()["tabs"]


def test_tabs_are_told_as_a_tree_and_edited_by_their_id(google):
    document = google.blank("first")
    two = google.person(f"docs/{document}/tab", title="Two", text="second")["made"]
    three = google.person(f"docs/{document}/tab", title="Three", text="third", parent=two)["made"]
    google.edit(document, insert(1, "the ", tabId=three), insert(1, "the "))
    tabs = google.read(document)["tabs"]
    assert [each["tabProperties"]["tabId"] for each in tabs] == ["t.0", two]
    assert tabs[1]["childTabs"][0]["tabProperties"] == {
        "tabId": three, "title": "Three", "index": 0, "parentTabId": two, "nestingLevel": 1,
    }  # fmt: skip
    assert google.view(document)["text"] == "the first\nsecond\nthe third"
    assert "t.9" in refusal(google, document, insert(1, "x", tabId="t.9"))


def test_suggestions_are_inline_by_default_and_previews_leave_them_out(google):
    document = google.blank("We pay in 30 days.")
    added = google.person(f"docs/{document}/suggest", text="always ", after="We ")["made"]
    gone = google.person(f"docs/{document}/suggest", delete="30 ")["made"]
    [_, line] = content(google.docs.get(documentId=document, includeTabsContent=True).execute())
    runs = [each["textRun"] for each in line["paragraph"]["elements"]]
    assert [run["content"] for run in runs] == ["We ", "always ", "pay in ", "30 ", "days.\n"]
    assert [run.get("suggestedInsertionIds") for run in runs] == [None, [added], None, None, None]
    assert [run.get("suggestedDeletionIds") for run in runs] == [None, None, None, [gone], None]
    for view, expected in (
        ("PREVIEW_SUGGESTIONS_ACCEPTED", "We always pay in days.\n"),
        ("PREVIEW_WITHOUT_SUGGESTIONS", "We pay in 30 days.\n"),
    ):
        assert words(content(google.read(document, suggestionsViewMode=view))[1]) == expected
    google.edit(document, insert(19, "-"))
    assert [run["text"] for run in google.view(document)["lines"][0]["runs"] if run["deleted"]] == ["3", "0 "]


def test_comments_and_suggestions_are_told_when_asked_for_rightly(google):
    document = google.blank("We pay in 30 days.")
    made = google.person(f"docs/{document}/comment", text="Why?", quote="30 days", **{"as": "jim@2i2c.org"})[
        "made"
    ]
    google.person(f"docs/{document}/reply", comment=made, text="Because", action="resolve")
    google.person(f"docs/{document}/suggest", delete="30 ")
    mask = (
        "comments(commentId,status,plainTextQuote,headPost(author/displayName,content),replies/commentAction),"
        "suggestions(status,summaryText,headPost/author/displayName)"
    )
    told = google.read(document, commentsViewMode="COMMENTS_VIEW_MODE_INCLUDED", fields=mask)
    assert told["comments"] == [
        {
            "commentId": made,
            "status": "RESOLVED",
            "plainTextQuote": "30 days",
            "headPost": {"author": {"displayName": "Jim"}, "content": "Why?"},
            "replies": [{"commentAction": "RESOLVE"}],
        }
    ]
    assert told["suggestions"] == [
        {"status": "OPEN", "summaryText": "Delete: “30 ”", "headPost": {"author": {"displayName": "Damian"}}}
    ]
    assert "comments" not in google.read(document)
    anchored = google.read(document, commentsViewMode="COMMENTS_VIEW_MODE_INCLUDED")["tabs"][0]["documentTab"]
    [anchor] = anchored["commentAnchors"].values()
    assert anchor["ranges"] == [{"startIndex": 11, "endIndex": 18, "tabId": "t.0"}]
    for wrong in (
        {"commentsViewMode": "COMMENTS_VIEW_MODE_INCLUDED", "includeTabsContent": True},
        {"commentsViewMode": "COMMENTS_VIEW_MODE_INCLUDED", "suggestionsViewMode": "SUGGESTIONS_INLINE"},
    ):
        with pytest.raises(HttpError) as refused:
            google.docs.get(documentId=document, **wrong).execute()
        assert reason(refused.value) == (400, "INVALID_ARGUMENT")


def test_a_reader_sees_the_text_without_revision_and_suggestions(google):
    document = google.blank("We pay in 30 days.")
    google.person(f"docs/{document}/suggest", delete="30 ")
    google.person("switches", assistant_role="reader")
    told = google.docs.get(documentId=document, includeTabsContent=True).execute()
    assert "revisionId" not in told
    assert words(content(told)[1]) == "We pay in 30 days.\n"
    for call in (
        google.docs.get(documentId=document, suggestionsViewMode="SUGGESTIONS_INLINE"),
        google.docs.batchUpdate(documentId=document, body={"requests": [insert(1, "x")]}),
    ):
        with pytest.raises(HttpError) as refused:
            call.execute()
        assert reason(refused.value) == (403, "PERMISSION_DENIED")


def test_only_documents_that_are_there_are_edited(google):
    trashed = google.notes()
    google.person(f"docs/{trashed}/trash")
    for document, expected in (
        ("1Nowhere", (404, "NOT_FOUND")),
        (SHORTCUT, (400, "FAILED_PRECONDITION")),
        (trashed, (403, "PERMISSION_DENIED")),
    ):
        with pytest.raises(HttpError) as refused:
            google.edit(document, insert(1, "x"))
        assert reason(refused.value) == expected


def test_a_new_document_is_blank_and_in_my_drive(google):
    made = google.docs.create(body={"title": "Fresh"}).execute()
    assert made["title"] == "Fresh"
    file = google.files.get(fileId=made["documentId"], fields="parents,driveId,ownedByMe", **ALL).execute()
    assert file == {"parents": ["0ASandboxMyDriveUk9PVA"], "ownedByMe": True}
    google.edit(made["documentId"], insert(1, "Hello"))
    assert google.view(made["documentId"])["text"] == "Hello"
