"""What an entry, its retraction and a replacement do to a document's text, on any text people may write."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.google_docs_edits import (
    Removal,
    entry_requests,
    has_entry,
    removal_requests,
    replacement_requests,
)
from services.google_docs_structure import docs_lines, snapshot, units
from tests.services.google_documents import Paper, document, paragraph, tab, table

WORDS = st.text(
    st.characters(exclude_characters="\n\r\x0b\x0c\x85\u2028\u2029", exclude_categories=["Cs"]), max_size=8
)
PARAGRAPHS = st.lists(st.tuples(WORDS, st.sampled_from(["NORMAL_TEXT", "HEADING_1", "TITLE"])), max_size=5)
NOTES = ("Notes", "HEADING_2")


def add(paper: Paper, entry: str, *lines: str, heading: str = "Notes") -> None:
    requests = entry_requests(snapshot(paper.told()), heading, entry, docs_lines(lines))
    assert requests is not None
    paper.apply(requests)


def remove(paper: Paper, entry: str) -> Removal:
    requests = removal_requests(snapshot(paper.told()), entry)
    if isinstance(requests, Removal):
        return requests
    paper.apply(requests)
    return Removal.REMOVED


def below_notes(paper: Paper) -> list[str]:
    words = [words for words, _ in paper.paragraphs()]
    return words[words.index("Notes") + 1 :]


def test_entries_stand_under_the_heading_newest_first_as_plain_text():
    paper = Paper(("Partner", "TITLE"), NOTES, ("What people wrote", "HEADING_3"))
    add(paper, "e1", "2026-01-01 Met")
    add(paper, "e2", "2026-01-02 Wrote", "and called")
    assert paper.paragraphs()[1:] == [
        NOTES,
        ("2026-01-02 Wrote", "NORMAL_TEXT"),
        ("and called", "NORMAL_TEXT"),
        ("2026-01-01 Met", "NORMAL_TEXT"),
        ("What people wrote", "HEADING_3"),
    ]


def test_an_entry_that_is_there_is_not_written_again():
    paper = Paper(NOTES, ("", "NORMAL_TEXT"))
    add(paper, "e1", "Met")
    assert entry_requests(snapshot(paper.told()), "Notes", "e1", "Met") is None
    assert has_entry(snapshot(paper.told()), "e1")
    assert not has_entry(snapshot(paper.told()), "e")


def test_a_heading_at_the_end_of_the_body_gets_its_entry_after_it():
    paper = Paper(("Partner", "TITLE"), NOTES)
    add(paper, "e1", "Met")
    assert paper.paragraphs()[1:] == [NOTES, ("Met", "NORMAL_TEXT")]


def test_before_a_table_the_entry_goes_into_the_paragraph_before_it():
    now = snapshot(document(tab("t.0", [paragraph("Notes", "HEADING_1"), table([]), paragraph("")])))
    requests = entry_requests(now, "Notes", "e1", "Met")
    assert requests is not None
    assert requests[0] == {"insertText": {"location": {"index": 6, "tabId": "t.0"}, "text": "\nMet"}}
    assert requests[-1]["createNamedRange"]["range"] == {"startIndex": 7, "endIndex": 10, "tabId": "t.0"}


@pytest.mark.parametrize("last", ["", "The end"])
def test_a_missing_heading_is_made_at_the_end_of_the_first_tab(last):
    paper = Paper(("Partner", "TITLE"), (last, "NORMAL_TEXT"))
    add(paper, "e1", "Met")
    kept = [("The end", "NORMAL_TEXT")] if last else []
    assert paper.paragraphs() == [("Partner", "TITLE"), *kept, ("Notes", "HEADING_2"), ("Met", "NORMAL_TEXT")]
    add(paper, "e2", "Wrote")
    assert below_notes(paper) == ["Wrote", "Met"]


@given(
    PARAGRAPHS,
    PARAGRAPHS,
    st.lists(WORDS, min_size=1, max_size=3).filter(lambda lines: "".join(lines).strip()),
)
def test_an_entry_comes_and_goes_and_leaves_everything_as_it_was(before, after, lines):
    if any(words.strip().casefold() == "notes" for words, _ in before):
        return
    try:
        docs_lines(lines)
    except ValueError:
        return
    paper = Paper(*before, NOTES, *after)
    untouched = paper.paragraphs()
    add(paper, "e1", *lines)
    written = docs_lines(lines).split("\n")
    at = len(before) + 1
    assert paper.paragraphs() == [
        *untouched[:at],
        *((each, "NORMAL_TEXT") for each in written),
        *untouched[at:],
    ]
    add(paper, "e2", "Another")
    assert remove(paper, "e1") is Removal.REMOVED
    assert remove(paper, "e2") is Removal.REMOVED
    assert paper.paragraphs() == untouched
    assert remove(paper, "e1") is Removal.ABSENT


@given(st.data())
def test_an_entry_somebody_wrote_in_stays(data):
    paper = Paper(("Partner", "TITLE"), NOTES, ("theirs", "NORMAL_TEXT"))
    add(paper, "e1", "Met 😀 them", "and others")
    start, end = next(iter(paper.ranges.values()))
    offsets = [at for at in range(end - start + 1) if at != units("Met 😀") - 1]
    paper.type(start + data.draw(st.sampled_from(offsets)), "x")
    before = paper.paragraphs()
    assert remove(paper, "e1") is Removal.CHANGED
    assert paper.paragraphs() == before


def test_a_range_that_grew_over_its_neighbours_still_says_what_its_own_text_is():
    paper = Paper(NOTES, ("theirs", "NORMAL_TEXT"))
    add(paper, "e1", "Met")
    add(paper, "e2", "Wrote")
    [name] = [name for name in paper.ranges if ":e1:" in name]
    start, end = paper.ranges[name]
    paper.ranges[name] = (start - len("Wrote\n"), end)
    assert remove(paper, "e1") is Removal.REMOVED
    assert below_notes(paper) == ["Wrote", "theirs"]


def test_before_a_table_a_removal_leaves_the_heading_a_heading():
    now = snapshot(document(tab("t.0", [paragraph("Notes", "HEADING_1"), table([]), paragraph("")])))
    added = entry_requests(now, "Notes", "e1", "Met")
    assert added is not None
    name = added[-1]["createNamedRange"]["name"]
    content = [paragraph("Notes", "HEADING_1"), paragraph("Met"), table([]), paragraph("")]
    requests = removal_requests(snapshot(document(tab("t.0", content, {name: (7, 10)}))), "e1")
    assert isinstance(requests, list)
    assert requests[1] == {"deleteContentRange": {"range": {"startIndex": 6, "endIndex": 10, "tabId": "t.0"}}}
    assert requests[2]["updateParagraphStyle"]["paragraphStyle"] == {"namedStyleType": "HEADING_1"}
    assert requests[2]["updateParagraphStyle"]["range"]["startIndex"] == 1


@pytest.mark.parametrize("entry", ["", "x" * 250])
def test_an_id_that_fits_into_no_name_is_refused(entry):
    with pytest.raises(ValueError, match="id"):
        entry_requests(snapshot(document(tab("t.0", [paragraph("")]))), "Notes", entry, "Met")


def replaced(text: str, replacements: dict[str, str]) -> str:
    requests = replacement_requests(replacements, "pa:filled", None)
    assert requests is not None
    for request in requests:
        if asked := request.get("replaceAllText"):
            text = text.replace(asked["containsText"]["text"], asked["replaceText"])
    return text


def test_a_partner_called_partnerx_is_filled_in_once():
    assert replaced("PartnerX + 2i2c", {"PartnerX": "PartnerX Labs"}) == "PartnerX Labs + 2i2c"


def test_no_value_is_searched_for_another_key():
    values = {"PartnerX": "The YYYY Lab of Partner", "YYYY": "PartnerX", "Partner": "P"}
    assert replaced("PartnerX YYYY Partner", values) == "The YYYY Lab of Partner PartnerX P"


def test_a_replacement_that_was_made_is_not_made_again():
    made = snapshot(document(tab("t.0", [paragraph("PartnerX")], {"pa:filled": (1, 2)})))
    assert replacement_requests({"PartnerX": "P"}, "pa:filled", made) is None


def test_nothing_to_look_for_is_refused():
    with pytest.raises(ValueError, match="words to look for"):
        replacement_requests({"": "P"}, "pa:filled", None)
