"""Reading a document as Docs tells it: headings, tabs, UTF-16 indices, and what Docs strips."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.google_docs_structure import docs_lines, docs_text, heading_in, snapshot, units
from tests.services.google_documents import document, paragraph, run, tab, table


def heading_of(*contents, heading="Notes") -> tuple[str, int] | None:
    now = snapshot(document(*(tab(f"t.{number}", content) for number, content in enumerate(contents))))
    found = heading_in(now.tabs, heading)
    return found and (found[0].id, found[0].blocks[found[1]].start)


def test_the_heading_is_found_whatever_its_case_and_the_space_around():
    assert heading_of([paragraph("Title", "TITLE"), paragraph("  NOTES ", "HEADING_2")]) == ("t.0", 7)


def test_words_that_are_no_heading_are_not_the_heading():
    assert heading_of([paragraph("Notes"), paragraph("Notes", "TITLE")]) is None


def test_a_heading_in_a_table_or_a_table_of_contents_is_no_place_for_entries():
    inside = [paragraph("Notes", "HEADING_1")]
    assert (
        heading_of([paragraph(""), table(inside), {"tableOfContents": {"content": inside}, "size": 7}])
        is None
    )


def test_the_first_heading_in_reading_order_is_meant_children_after_their_parent():
    child = tab("t.1", [paragraph("Notes", "HEADING_3")])
    parent = tab("t.0", [paragraph("Other", "HEADING_1")], children=[child])
    later = tab("t.2", [paragraph("Notes", "HEADING_1")])
    found = heading_in(snapshot(document(parent, later)).tabs, "notes")
    assert found is not None
    assert found[0].id == "t.1"


def test_what_somebody_suggests_to_delete_does_not_count():
    runs = [run("Old "), run("Notes")]
    runs[0]["textRun"]["suggestedDeletionIds"] = ["s.1"]
    assert heading_of([paragraph(runs, "HEADING_1")]) == ("t.0", 1)
    runs = [run("Notes")]
    runs[0]["textRun"]["suggestedDeletionIds"] = ["s.1"]
    assert heading_of([paragraph(runs, "HEADING_1")]) is None


def test_pictures_and_chips_take_their_place_but_say_nothing():
    picture = {"inlineObjectElement": {"inlineObjectId": "kix.1"}, "size": 1}
    [first] = snapshot(document(tab("t.0", [paragraph([run("a"), picture, run("b")])]))).tabs
    assert first.content(1, 5) == "a\ufffcb\n"
    assert first.blocks[1].words == "ab\n"


def test_text_is_read_across_paragraphs_but_not_across_a_table():
    [first] = snapshot(
        document(tab("t.0", [paragraph("ab"), paragraph("😀d"), table([]), paragraph("e")]))
    ).tabs
    assert first.content(2, 8) == "b\n😀d\n"
    assert first.content(2, 9) is None


def test_a_document_that_makes_no_sense_is_not_read():
    broken = document(tab("t.0", [paragraph("ab")]))
    broken["tabs"][0]["documentTab"]["body"]["content"][1]["endIndex"] += 1
    with pytest.raises(ValueError, match="longer or shorter"):
        snapshot(broken)
    with pytest.raises(ValueError, match="without tabs"):
        snapshot({"tabs": []})


@pytest.mark.parametrize(
    ("lines", "kept"),
    [
        (["a", "b"], "a\nb"),
        (["", "a\r\nb\u2028c\x0bd", ""], "a\nb\nc\nd"),
        (["a\x00b\ue000c\td"], "abc\td"),
        (["a\ud800b"], "a\ufffdb"),
        (["a", "", "b"], "a\n\nb"),
    ],
)
def test_lines_are_kept_as_docs_would_keep_them(lines, kept):
    assert docs_lines(lines) == kept


@pytest.mark.parametrize("lines", [[], [""], ["\x00\ue123", "\r\n"], ["  "]])
def test_nothing_to_write_is_said(lines):
    with pytest.raises(ValueError, match="nothing to write"):
        docs_lines(lines)


@given(st.text(alphabet=st.characters()))
def test_an_index_is_a_utf16_unit_of_what_docs_keeps(text):
    kept = docs_text(text)
    assert units(kept) == sum(2 if ord(letter) > 0xFFFF else 1 for letter in kept)
    assert docs_text(kept) == kept
    assert not any(
        ord(letter) <= 8 or 12 <= ord(letter) <= 31 or 0xE000 <= ord(letter) <= 0xF8FF for letter in kept
    )


@given(st.lists(st.text(alphabet=st.characters())))
def test_no_line_grows_a_paragraph_unseen(lines):
    try:
        text = docs_lines(lines)
    except ValueError:
        return
    assert not set(text) & set("\r\x0b\x0c\x85\u2028\u2029")
    assert docs_lines(text.split("\n")) == text
