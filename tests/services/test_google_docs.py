"""The Docs client against the pretended Docs: entries once each, whatever people do in the document meanwhile."""

from __future__ import annotations

import itertools
import threading
import time

import pytest

from sandbox.google import seed
from sandbox.google.drafting import Draft
from services.errors import Busy, OutcomeUnknown, Refused, Unreachable
from services.google_docs import TRIES, GoogleDocs
from services.google_docs_edits import Removal
from services.google_drive import GoogleDrive
from tests.services.google_running import Google

HEADING = ("HEADING_1", "Notes")
BATCH = "POST /docs/*:batchUpdate"


@pytest.fixture
def docs(google: Google) -> GoogleDocs:
    return google.docs


def notes(google: Google) -> str:
    """A copy of the team's template."""
    return google.drive.copy(seed.NOTES_TEMPLATE, seed.AGREEMENTS, "Running notes", {}).id


def written(google: Google, id: str, heading: str = "Notes") -> list[tuple[str, str]]:
    """The lines under a heading, as style and words."""
    lines = google.read(id)
    words = [words for _, words in lines]
    return lines[words.index(heading) + 1 :]


def test_an_entry_takes_two_calls_and_stands_under_its_heading(google, docs):
    id = notes(google)
    before = len(google.calls())
    assert docs.add_entry(
        id, "Notes", "e1", ["2026-01-01 Sent (Draft) Service Agreement as shared Google doc"]
    )
    assert [call.partition(" ")[0] for call in google.calls()[before:]] == ["GET", "POST"]
    assert written(google, id)[:2] == [
        ("NORMAL_TEXT", "2026-01-01 Sent (Draft) Service Agreement as shared Google doc"),
        ("HEADING_1", "Questions we would like to talk about 💬"),
    ]


def test_an_entry_is_written_once_and_newer_ones_above_it(google, docs):
    id = notes(google)
    assert docs.add_entry(id, "Notes", "e1", ["2026-01-01 Met 🎉"])
    assert docs.add_entry(id, "notes ", "e2", ["2026-01-02 Wrote", "a second line"])
    assert not docs.add_entry(id, "Notes", "e1", ["2026-01-01 Met, said otherwise"])
    lines = [words for _, words in written(google, id)[:3]]
    assert lines == ["2026-01-02 Wrote", "a second line", "2026-01-01 Met 🎉"]
    assert docs.has_entry(id, "e1") and docs.has_entry(id, "e2")
    assert not docs.has_entry(id, "e3")


def test_an_entry_leaves_everything_else_as_it_was(google, docs):
    draft = Draft().line("Uni 🎓", "TITLE").heading("Who").table([["a", "b"], ["c", "😀"]]).heading("Notes")
    id = google.write(draft.bullets(["one", "two"]).heading("Next", 2).table([["x"]]).line("end"))
    before = google.read(id)
    docs.add_entry(id, "Notes", "e1", ["Met"])
    at = before.index(HEADING) + 1
    assert google.read(id) == [*before[:at], ("NORMAL_TEXT", "Met"), *before[at:]]
    [first, second] = google.document(id).tabs[0].paragraphs[at : at + 2]
    assert (first.list_id, bool(second.list_id)) == ("", True)
    assert docs.remove_entry(id, "e1") is Removal.REMOVED
    assert google.read(id) == before
    assert not docs.has_entry(id, "e1")
    assert docs.remove_entry(id, "e1") is Removal.ABSENT


@pytest.mark.parametrize("blocks", ["table", "contents", "nothing"])
def test_an_entry_fits_before_anything_that_is_no_paragraph(google, docs, blocks):
    draft = Draft().line("Uni", "TITLE").heading("Notes")
    if blocks == "table":
        draft.table([["x"]]).line("end")
    elif blocks == "contents":
        draft.contents(["Notes"]).line("end")
    id = google.write(draft)
    before = google.read(id)
    for number in (1, 2):
        assert docs.add_entry(id, "Notes", f"e{number}", [f"entry {number}"])
    assert written(google, id)[:2] == [("NORMAL_TEXT", "entry 2"), ("NORMAL_TEXT", "entry 1")]
    assert google.read(id)[1] == HEADING
    assert [docs.remove_entry(id, each) for each in ("e2", "e1")] == [Removal.REMOVED] * 2
    assert google.read(id) == before


def test_a_table_of_contents_in_front_is_not_the_heading(google, docs):
    id = google.write(Draft().line("Uni", "TITLE").contents(["Notes"]).heading("Notes").line("theirs"))
    docs.add_entry(id, "Notes", "e1", ["Met"])
    assert [words for _, words in google.read(id)[-3:]] == ["Notes", "Met", "theirs"]


def test_the_heading_is_found_in_a_later_tab_and_a_tab_inside_it(google, docs):
    inner = Draft("t.2", "Inner").heading("Notes").line("theirs")
    id = google.write(Draft().line("Uni", "TITLE"), Draft("t.1", "Outer").line("x"), inner)
    google.document(id).tabs[2].parent = "t.1"
    docs.add_entry(id, "Notes", "e1", ["Met"])
    assert [words for _, words in google.read(id)] == ["Uni", "x", "Notes", "Met", "theirs"]
    assert not docs.add_entry(id, "Notes", "e1", ["Met"])
    assert docs.remove_entry(id, "e1") is Removal.REMOVED


def test_a_heading_that_was_deleted_renamed_or_moved_into_a_table_is_made_again(google, docs):
    for action in ("remove-heading", "heading-into-table"):
        id = notes(google)
        google.person(f"/docs/{id}/{action}", heading="Notes")
        before = google.read(id)
        docs.add_entry(id, "Notes", "e1", ["Met"])
        docs.add_entry(id, "Notes", "e2", ["Wrote"])
        made = [("HEADING_2", "Notes"), ("NORMAL_TEXT", "Wrote"), ("NORMAL_TEXT", "Met")]
        assert google.read(id)[-3:] == made
        assert google.read(id)[:-3] in (before, before[:-1])
    id = notes(google)
    google.person(f"/docs/{id}/rename-heading", heading="Notes", to="Log")
    docs.add_entry(id, "Notes", "e1", ["Met"])
    assert google.words(id)[-2:] == ["Notes", "Met"]


def test_suggestions_neither_hide_the_heading_nor_are_touched(google, docs):
    id = notes(google)
    google.person(
        f"/docs/{id}/suggest", text=" so far", after="The newest entry first.", **{"as": "bea@2i2c.org"}
    )
    google.person(f"/docs/{id}/suggest", delete="The newest entry first.", **{"as": "bea@2i2c.org"})
    docs.add_entry(id, "Notes", "e1", ["Met"])
    assert written(google, id)[0][1] == "Met" and "The newest entry first. so far" in google.words(id)
    said = docs.comments_and_suggestions(id)
    assert said.open_suggestions is not None
    assert [each.text for each in said.open_suggestions] == [
        "Add: “ so far”",
        "Delete: “The newest entry first.”",
    ]
    google.person(f"/docs/{id}/suggest", delete="Notes", **{"as": "bea@2i2c.org"})
    docs.add_entry(id, "Notes", "e2", ["Wrote"])
    assert google.words(id)[-2:] == ["Notes", "Wrote"]


@pytest.mark.parametrize(
    "lines",
    [["😀🎉 é ﷽"], ["a\r\nb\u2028c"], ["\x00x\ue000y\x1f"], ["{{PartnerX}} <b>&amp;</b>"], ["x" * 20_000]],
)
def test_any_words_come_and_go_whole(google, docs, lines):
    id = notes(google)
    before = google.read(id)
    docs.add_entry(id, "Notes", "e1", lines)
    docs.add_entry(id, "Notes", "e2", ["after"])
    assert docs.remove_entry(id, "e1") is Removal.REMOVED
    assert docs.remove_entry(id, "e2") is Removal.REMOVED
    assert google.read(id) == before


def test_nothing_to_write_writes_nothing(google, docs):
    id = notes(google)
    with pytest.raises(ValueError, match="nothing to write"):
        docs.add_entry(id, "Notes", "e1", ["", "\x00"])


def test_an_entry_somebody_wrote_in_is_not_taken_away(google, docs):
    id = notes(google)
    docs.add_entry(id, "Notes", "e1", ["2026-01-01 Met the dean"])
    google.person(f"/docs/{id}/type", text=" and her staff", after="the dean")
    before = google.read(id)
    assert docs.remove_entry(id, "e1") is Removal.CHANGED
    assert google.read(id) == before
    assert not docs.add_entry(id, "Notes", "e1", ["2026-01-01 Met the dean"])


def test_an_entry_a_person_deleted_is_gone(google, docs):
    id = notes(google)
    docs.add_entry(id, "Notes", "e1", ["2026-01-01 Met the dean"])
    google.person(f"/docs/{id}/delete-text", text="2026-01-01 Met the dean")
    assert not docs.has_entry(id, "e1")
    assert docs.remove_entry(id, "e1") is Removal.ABSENT


@pytest.mark.parametrize("kind", ["lost_before", "lost_after", "500", "502", "429", "backendError"])
def test_an_entry_is_written_once_whatever_happens_to_its_answer(google, docs, kind):
    id = notes(google)
    google.fault(BATCH, kind)
    assert docs.add_entry(id, "Notes", "e1", ["Met"])
    assert google.words(id).count("Met") == 1
    google.fault(BATCH, kind)
    assert docs.remove_entry(id, "e1") is Removal.REMOVED
    assert "Met" not in google.words(id)


def test_a_docs_that_answers_nobody_leaves_the_outcome_open(google, docs):
    id = notes(google)
    google.fault(BATCH, "lost_before", times=0)
    with pytest.raises(OutcomeUnknown):
        docs.add_entry(id, "Notes", "e1", ["Met"])
    assert sum("batchUpdate" in call for call in google.calls()) == TRIES
    google.sandbox.world.faults.clear()
    google.fault("GET /docs/*", "500", times=0)
    with pytest.raises(Unreachable):
        docs.add_entry(id, "Notes", "e1", ["Met"])


def test_a_refusal_after_a_lost_answer_leaves_the_outcome_open(google):
    id = notes(google)
    google.fault(BATCH, "lost_before")
    client = google.another_client(lambda seconds: google.switch(assistant_role="reader"))
    with pytest.raises(OutcomeUnknown):
        GoogleDocs(client).add_entry(id, "Notes", "e1", ["Met"])


def test_somebody_who_never_stops_typing_is_waited_for_later(google, docs):
    id = notes(google)
    outcome: list[BaseException] = []

    def add() -> None:
        try:
            docs.add_entry(id, "Notes", "e1", ["Met"])
        except Busy as busy:
            outcome.append(busy)

    adding = threading.Thread(target=add)
    faults = google.sandbox.world.faults
    fault = faults.add("google", BATCH, "hold_before")
    adding.start()
    for number in range(1, TRIES + 1):
        google.sandbox.wait_until(faults.held)
        google.person(f"/docs/{id}/type", text="x", at=1)
        held, fault = fault, faults.add("google", BATCH, "hold_before") if number < TRIES else fault
        faults.remove(held.id)
    adding.join()
    assert ["people are writing" in str(each) for each in outcome] == [True]
    assert google.words(id)[0] == "x" * TRIES + "Running notes -- PartnerX + 2i2c"
    assert "Met" not in google.words(id)
    assert docs.add_entry(id, "Notes", "e1", ["Met"])


def test_a_document_we_may_not_write_in_is_left_alone(google, docs):
    id = notes(google)
    google.person("/switches", assistant_role="reader")
    with pytest.raises(Refused) as caught:
        docs.add_entry(id, "Notes", "e1", ["Met"])
    assert caught.value.status == 403
    assert "The newest entry first." in docs.text(id)
    google.person("/switches", assistant_role="")
    with pytest.raises(Refused, match="cannot see it"):
        docs.text(id)


def test_a_document_in_the_trash_is_not_written_in(google, docs):
    id = notes(google)
    google.person(f"/docs/{id}/trash")
    with pytest.raises(Refused):
        docs.add_entry(id, "Notes", "e1", ["Met"])
    assert "Met" not in google.words(id)


@pytest.mark.parametrize("partner", ["Uni", "PartnerX", "The PartnerX Lab", "O'Reilly \\ 🎉", "$1 \\g<0>"])
@pytest.mark.parametrize("fresh", [True, False])
def test_the_partners_name_is_filled_in_once(google, docs, partner, fresh):
    id = notes(google)
    assert docs.replace_all(id, {"PartnerX": partner}, "pa:filled", fresh=fresh)
    filled = google.words(id)
    assert filled[0] == f"Running notes -- {partner} + 2i2c"
    assert not docs.replace_all(id, {"PartnerX": partner}, "pa:filled")
    assert google.words(id) == filled


@pytest.mark.parametrize("kind", ["lost_before", "lost_after", "500", "429"])
@pytest.mark.parametrize("fresh", [True, False])
def test_a_name_is_filled_in_once_whatever_happens_to_the_answer(google, docs, kind, fresh):
    id = notes(google)
    google.fault(BATCH, kind)
    assert docs.replace_all(id, {"PartnerX": "PartnerX 2"}, "pa:filled", fresh=fresh)
    assert google.words(id)[0] == "Running notes -- PartnerX 2 + 2i2c"


def test_a_name_that_may_be_filled_in_is_never_said_not_to_be(google, docs):
    id = notes(google)
    google.fault(BATCH, "lost_after")
    google.fault("GET /docs/*", "500", times=3)
    with pytest.raises(OutcomeUnknown):
        docs.replace_all(id, {"PartnerX": "PartnerX 2"}, "pa:filled", fresh=True)
    assert not docs.replace_all(id, {"PartnerX": "PartnerX 2"}, "pa:filled")
    assert google.words(id)[0] == "Running notes -- PartnerX 2 + 2i2c"


def test_a_document_that_begins_with_a_table_can_be_filled_in(google, docs):
    id = google.write(Draft().table([["PartnerX"]]).line("PartnerX"))
    assert docs.replace_all(id, {"PartnerX": "Uni"}, "pa:filled", fresh=True)
    assert google.words(id) == ["Uni", "Uni"]
    assert not docs.replace_all(id, {"Uni": "U"}, "pa:filled")


def test_what_people_discuss_is_told_with_what_is_still_open(google, docs):
    id = notes(google)
    first = google.person(f"/docs/{id}/comment", text="Which budget?", quote="The newest entry first.")[
        "made"
    ]
    google.person(f"/docs/{id}/comment", text="Thanks!")
    google.person(f"/docs/{id}/reply", comment=first, text="Settled", action="resolve")
    said = docs.comments_and_suggestions(id)
    assert [(each.text, each.is_open) for each in said.comments] == [
        ("Which budget?", False),
        ("Thanks!", True),
    ]
    assert (said.comments[0].quote, said.comments[0].replies) == ("The newest entry first.", 1)
    assert [each.text for each in said.open_comments] == ["Thanks!"]
    assert said.open_suggestions == ()


def test_where_docs_does_not_tell_comments_drive_does_and_suggestions_are_unknown(google, docs):
    id = notes(google)
    google.person(f"/docs/{id}/comment", text="Which budget?", quote="The newest entry first.")
    google.person("/switches", assistant_role="commenter")
    said = docs.comments_and_suggestions(id)
    assert [(each.text, each.is_open, each.quote) for each in said.comments] == [
        ("Which budget?", True, "The newest entry first.")
    ]
    assert said.suggestions is said.open_suggestions is None


def test_the_text_is_all_of_it_without_suggestions(google, docs):
    id = google.write(
        Draft().line("Uni 🎉", "TITLE").table([["a", "b"]]).person("Lead: ", "damian@2i2c.org"),
        Draft("t.1", "More").line("more"),
    )
    google.person(f"/docs/{id}/suggest", text="not yet", after="Uni")
    assert docs.text(id).split("\n") == ["Uni 🎉", "a", "b", "Lead: Damian", "more", ""]


ENTRIES = 200


def test_three_writers_and_a_person_typing_lose_nothing(google):
    """200 entries by three writers, while somebody types above and below them."""
    draft = Draft().line("Uni 🎉", "TITLE").line("Above: ").heading("Notes").line("Below: ")
    id = google.write(draft.table([["x"]]))
    client = google.another_client(time.sleep)
    failed: list[BaseException] = []
    finished = threading.Event()
    typed = {"Above: ": "", "Below: ": ""}

    def write(numbers: range) -> None:
        docs = GoogleDocs(client)
        try:
            for number in numbers:
                while not added(docs, number):
                    time.sleep(0.1)
        except BaseException as problem:
            failed.append(problem)

    def added(docs: GoogleDocs, number: int) -> bool:
        """Not while people type too fast; then whoever asked for it tries again, as here."""
        try:
            return docs.add_entry(id, "Notes", f"e{number}", [f"entry {number} 😀"])
        except Busy:
            return False

    def type_along() -> None:
        try:
            for letter in itertools.cycle("abcdefghij"):
                for place in typed:
                    google.person(f"/docs/{id}/type", text=letter, after=place + typed[place])
                    typed[place] += letter
                if finished.wait(0.1):
                    return
        except BaseException as problem:
            failed.append(problem)

    writers = [threading.Thread(target=write, args=(range(each, ENTRIES, 3),)) for each in range(3)]
    person = threading.Thread(target=type_along)
    for each in (*writers, person):
        each.start()
    for each in writers:
        each.join()
    finished.set()
    person.join()
    client.close()
    assert not failed
    title, above, heading, *entries, below, cell, _ = google.words(id)
    assert sorted(entries) == sorted(f"entry {number} 😀" for number in range(ENTRIES))
    assert (title, heading, cell) == ("Uni 🎉", "Notes", "x")
    assert (above, below) == tuple(place + letters for place, letters in typed.items())
    assert len(typed["Below: "]) > 10
    refused = [call for call in google.sandbox.world.traffic.recent(5000, "google") if call.status == 400]
    assert refused, "nobody was ever quicker than another: this was no race"


def test_drive_and_docs_of_one_account_sign_in_once(google):
    GoogleDrive(google.client, "0A")
    before = len(google.sandbox.requests("POST /token", "google"))
    id = notes(google)
    google.docs.text(id)
    assert len(google.sandbox.requests("POST /token", "google")) - before <= 1
