"""Docs: what each edit does to text, styles, lists, ranges and tables, and which edits are refused."""

from __future__ import annotations

from typing import Any

import pytest
from googleapiclient.errors import HttpError

from tests.sandbox.google_account import (
    NOTES,
    Account,
    at,
    check_indexes,
    content,
    insert,
    reason,
    refusal,
    span,
)

DISC = "BULLET_DISC_CIRCLE_SQUARE"


def looks(google: Account, document: str) -> list[tuple[str, str, str]]:
    """Each line's words, style and bullet."""
    return [(each["text"], each["style"], each["bullet"]) for each in google.view(document)["lines"]]


def ranges(google: Account, document: str) -> dict[str, str]:
    """The named ranges and the words they hold."""
    return {each["name"]: each["text"] for each in google.view(document)["named_ranges"]}


def named_style(start: int, end: int, style: str) -> dict[str, Any]:
    how = {"paragraphStyle": {"namedStyleType": style}, "fields": "namedStyleType"}
    return {"updateParagraphStyle": {"range": span(start, end), **how}}


def test_text_goes_in_by_utf_16_units(google):
    document = google.blank("a🎉b\nc")
    google.edit(document, insert(4, "👩‍🔬é"), {"insertText": {"endOfSegmentLocation": {}, "text": "!"}})
    assert google.view(document)["text"] == "a🎉👩‍🔬éb\nc!"
    assert content(google.read(document))[1]["endIndex"] == 1 + 1 + 2 + 5 + 1 + 1 + 1
    assert "grapheme cluster" in refusal(google, document, insert(3, "x"))
    assert "grapheme cluster" in refusal(google, document, insert(6, "x"))


def test_what_docs_strips_is_stripped_and_moves_no_index(google):
    document = google.blank("b")
    google.edit(document, insert(1, "a\r\n\x00\x07\x0c\ue000\uf8ff\x0b\t"), insert(5, "!"))
    assert google.view(document)["text"] == "a\n\x0b\t!b"
    assert "cannot be empty" in refusal(google, document, insert(1, "\r\x00"))
    assert "cannot be empty" in refusal(google, document, insert(1, ""))


def test_new_paragraphs_take_the_style_and_bullets_of_where_they_are_written(google):
    document = google.blank("Heading\nitem\nplain")
    google.edit(
        document,
        named_style(1, 2, "HEADING_1"),
        {"createParagraphBullets": {"range": span(9, 10), "bulletPreset": DISC}},
    )  # fmt: skip
    google.edit(document, insert(9, "new item\n"), insert(1, "Above\n"))
    assert looks(google, document) == [
        ("Above", "HEADING_1", ""),
        ("Heading", "HEADING_1", ""),
        ("new item", "NORMAL_TEXT", "•"),
        ("item", "NORMAL_TEXT", "•"),
        ("plain", "NORMAL_TEXT", ""),
    ]
    google.edit(document, {"deleteParagraphBullets": {"range": span(15, 20)}})
    assert [line[2] for line in looks(google, document)] == ["", "", "", "•", ""]


def test_leading_tabs_set_a_bullets_level_and_go_away(google):
    document = google.blank("one\n\ttwo\n\t\tthree")
    google.edit(
        document,
        {"createParagraphBullets": {"range": span(1, 16), "bulletPreset": "NUMBERED_DECIMAL_NESTED"}},
    )
    lines = google.view(document)["lines"]
    assert [(each["text"], each["depth"], each["bullet"]) for each in lines] == [
        ("one", 0, "1."), ("two", 1, "1."), ("three", 2, "1."),
    ]  # fmt: skip
    told = content(google.read(document))
    assert told[2]["paragraph"]["bullet"]["nestingLevel"] == 1
    check_indexes(told, 0)


def test_text_takes_the_style_in_front_of_it(google):
    document = google.blank("bold plain")
    style = {"range": span(1, 5), "textStyle": {"bold": True}, "fields": "bold"}
    google.edit(document, {"updateTextStyle": style}, insert(5, "er"), insert(1, "un"))
    runs = [(run["text"], run["bold"]) for run in google.view(document)["lines"][0]["runs"]]
    assert runs == [("un", False), ("bolder", True), (" plain", False)]
    link = {"range": span(1, 3), "textStyle": {"link": {"url": "https://2i2c.org"}}, "fields": "link"}
    off = {"range": span(4, 6), "textStyle": {}, "fields": "bold"}
    google.edit(document, {"updateTextStyle": link}, {"updateTextStyle": off})
    styled = google.view(document)["lines"][0]["runs"]
    assert [run["text"] for run in styled] == ["un", "b", "ol", "der", " plain"]
    assert [run["text"] for run in styled if run["bold"]] == ["b", "der"]
    assert [run["link"] for run in styled] == ["https://2i2c.org", "", "", "", ""]


def test_replacing_reaches_tables_contents_and_every_tab_and_says_how_often(google):
    document = google.notes()
    google.person(f"docs/{document}/tab", title="More", text="PartnerX here too")
    replace = {"containsText": {"text": "PartnerX", "matchCase": True}, "replaceText": "Uni 🎉\nof X"}
    reply = google.edit(document, {"replaceAllText": replace})["replies"]
    assert reply == [{"replaceAllText": {"occurrencesChanged": 7}}]
    text = google.view(document)["text"]
    assert "PartnerX" not in text
    assert text.count("Uni 🎉\nof X") == 7
    check_indexes(content(google.read(document)), 0)
    assert google.edit(document, {"replaceAllText": replace})["replies"] == [{"replaceAllText": {}}]


def test_replacing_in_any_case_in_one_tab_only(google):
    document = google.blank("Cat cat CAT.")
    tab = google.person(f"docs/{document}/tab", title="Two", text="cat")["made"]
    request = {"containsText": {"text": "cat"}, "replaceText": "", "tabsCriteria": {"tabIds": ["t.0"]}}
    google.edit(document, {"replaceAllText": request})
    assert google.view(document)["text"] == "  .\ncat"
    request["tabsCriteria"] = {"tabIds": [tab, "t.none"]}
    assert "t.none" in refusal(google, document, {"replaceAllText": request})


def test_a_named_range_moves_grows_and_dies_with_its_text(google):
    document = google.blank("one two three")
    google.edit(document, {"createNamedRange": {"name": "pa:entry:1", "range": span(5, 8)}})
    assert ranges(google, document) == {"pa:entry:1": "two"}
    google.edit(document, insert(5, "<"), insert(9, ">"), insert(7, "--"), insert(1, "🎉"))
    assert ranges(google, document) == {"pa:entry:1": "t--wo"}
    named = google.read(document)["tabs"][0]["documentTab"]["namedRanges"]["pa:entry:1"]["namedRanges"]
    assert named[0]["ranges"] == [{"startIndex": 8, "endIndex": 13, "tabId": "t.0"}]
    google.edit(document, {"deleteContentRange": {"range": span(2 + 1, 9)}})
    assert ranges(google, document) == {"pa:entry:1": "--wo"}
    google.edit(document, {"deleteContentRange": {"range": span(3, 7)}})
    assert ranges(google, document) == {}


def test_named_ranges_are_deleted_by_id_or_by_name(google):
    document = google.blank("one two three")
    made = google.edit(
        document,
        {"createNamedRange": {"name": "a", "range": span(1, 4)}},
        {"createNamedRange": {"name": "a", "range": span(5, 8)}},
        {"createNamedRange": {"name": "b", "range": span(1, 14)}},
    )["replies"]
    ids = [each["createNamedRange"]["namedRangeId"] for each in made]
    assert len(set(ids)) == 3
    google.edit(document, {"deleteNamedRange": {"namedRangeId": ids[0]}})
    assert [each["text"] for each in google.view(document)["named_ranges"]] == ["two", "one two three"]
    google.edit(document, {"deleteNamedRange": {"name": "a"}})
    assert ranges(google, document) == {"b": "one two three"}
    assert "no named range" in refusal(google, document, {"deleteNamedRange": {"namedRangeId": ids[0]}})
    refusal(google, document, {"deleteNamedRange": {}})
    refusal(google, document, {"createNamedRange": {"name": "", "range": span(1, 4)}})
    refusal(google, document, {"createNamedRange": {"name": "🎉" * 129, "range": span(1, 4)}})


def test_all_requests_of_a_batch_happen_or_none(google):
    document = google.blank("Hello")
    told = refusal(google, document, insert(1, "x"), {"deleteContentRange": {"range": span(3, 99)}})
    assert "Invalid requests[1].deleteContentRange: Index 99 must be less than the end index" in told
    assert "No request set" in refusal(google, document, {})
    assert "already set" in refusal(google, document, insert(1, "x") | {"deleteNamedRange": {"name": "x"}})
    assert "at least one request" in refusal(google, document)


def test_a_required_revision_that_is_not_the_latest_changes_nothing(google):
    document = google.blank("Hello")
    revision = google.read(document)["revisionId"]
    answer = google.edit(document, insert(1, "a"), requiredRevisionId=revision)
    latest = answer["writeControl"]["requiredRevisionId"]
    assert latest == google.read(document)["revisionId"] != revision
    assert revision in refusal(google, document, insert(1, "b"), requiredRevisionId=revision)
    google.person(f"docs/{document}/type", text="typed ", at=1)
    refusal(google, document, insert(1, "b"), requiredRevisionId=latest)
    assert google.view(document)["text"] == "typed aHello"


def test_a_target_revision_must_be_one_the_document_had(google):
    document = google.blank("Hello")
    revision = google.read(document)["revisionId"]
    refusal(google, document, insert(1, "a"), targetRevisionId="A1234")
    refusal(google, document, insert(1, "a"), targetRevisionId=revision, requiredRevisionId=revision)
    google.edit(document, insert(1, "a"), targetRevisionId=revision)
    with pytest.raises(HttpError) as merging:
        google.edit(document, insert(1, "b"), targetRevisionId=revision)
    assert reason(merging.value) == (501, "UNIMPLEMENTED")
    assert google.view(document)["text"] == "aHello"


def test_text_goes_into_paragraphs_and_nowhere_else(google):
    document = google.notes()
    elements = content(google.read(document))
    table = next(each for each in elements if "table" in each)
    row = table["table"]["tableRows"][0]
    for index in (
        0,
        table["startIndex"],
        row["startIndex"],
        row["tableCells"][0]["startIndex"],
        table["endIndex"] - 1,
    ):
        assert "inside the bounds of an existing paragraph" in refusal(google, document, insert(index, "x"))
    end = elements[-1]["endIndex"]
    assert f"end index of the referenced segment, {end}" in refusal(google, document, insert(end, "x"))
    google.edit(
        document,
        insert(table["startIndex"] - 1, " now"),
        insert(row["tableCells"][0]["startIndex"] + 5, "Full "),
    )
    text = google.view(document)["text"]
    assert "Who we are now\nFull Name\n" in text


def test_a_deletion_keeps_tables_cells_and_letters_whole(google):
    document = google.notes()
    elements = content(google.read(document))
    number = next(n for n, each in enumerate(elements) if "table" in each)
    before, table = elements[number - 1], elements[number]
    cell = table["table"]["tableRows"][0]["tableCells"][0]
    wrong = (
        span(before["startIndex"], before["endIndex"]),  # the newline before a table
        span(before["endIndex"] - 1, table["endIndex"] - 3),  # a part of a table
        span(cell["startIndex"] + 1, cell["endIndex"]),  # the last newline of a cell
        span(cell["startIndex"], cell["endIndex"]),  # a cell
        span(elements[-1]["startIndex"], elements[-1]["endIndex"]),  # the last newline of all
        span(0, 5),
        span(5, 5),
        span(7, 5),
    )
    for each in wrong:
        refusal(google, document, {"deleteContentRange": {"range": each}})
    google.edit(
        document, {"deleteContentRange": {"range": span(cell["startIndex"] + 1, cell["endIndex"] - 1)}}
    )
    google.edit(document, {"deleteContentRange": {"range": span(table["startIndex"], table["endIndex"] - 4)}})
    after = content(google.read(document))
    check_indexes(after, 0)
    assert "table" not in after[number]
    emoji = google.blank("a🎉b")
    refusal(google, emoji, {"deleteContentRange": {"range": span(2, 3)}})
    google.edit(emoji, {"deleteContentRange": {"range": span(2, 4)}})
    assert google.view(emoji)["text"] == "ab"


def test_paragraphs_that_merge_keep_the_first_ones_style(google):
    document = google.blank("Heading\nplain\nlast")
    style = {
        "range": span(1, 9),
        "paragraphStyle": {"namedStyleType": "HEADING_2"},
        "fields": "namedStyleType",
    }
    google.edit(document, {"updateParagraphStyle": style})
    google.edit(document, {"deleteContentRange": {"range": span(5, 11)}})
    assert looks(google, document) == [("Headain", "HEADING_2", ""), ("last", "NORMAL_TEXT", "")]
    google.edit(document, {"deleteContentRange": {"range": span(1, 9)}})
    assert looks(google, document) == [("last", "NORMAL_TEXT", "")]


def test_a_style_needs_its_fields_and_fields_of_its_own(google):
    document = google.blank("Hello")
    style = {"range": span(1, 3), "paragraphStyle": {"namedStyleType": "TITLE"}}
    assert "At least one field" in refusal(google, document, {"updateParagraphStyle": style})
    assert "Invalid field: bold" in refusal(
        google, document, {"updateParagraphStyle": style | {"fields": "bold"}}
    )
    centred = {
        "range": span(1, 3),
        "paragraphStyle": {"alignment": "CENTER"},
        "fields": "alignment,namedStyleType",
    }
    google.edit(document, {"updateParagraphStyle": centred})
    [_, told] = content(google.read(document))
    assert told["paragraph"]["paragraphStyle"] == {
        "namedStyleType": "NORMAL_TEXT",
        "direction": "LEFT_TO_RIGHT",
        "alignment": "CENTER",
    }


def test_a_segment_other_than_the_body_is_not_built(google):
    with pytest.raises(HttpError) as refused:
        google.edit(NOTES, {"insertText": {"location": at(1, segmentId="kix.header"), "text": "x"}})
    assert reason(refused.value) == (501, "UNIMPLEMENTED")
