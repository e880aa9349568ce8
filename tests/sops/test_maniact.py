"""MANIAC-T in one line and as an agenda."""

from __future__ import annotations

from datetime import UTC, datetime

from sops.maniact import agenda, marks_line
from store.lead import Lead, new_lead
from store.qualification import Answer, Letter, Mark

AT = datetime(2026, 3, 2, 9, tzinfo=UTC)


def lead_with(marks: dict[Letter, Mark]) -> Lead:
    lead = new_lead("lmaniact2", "Org", (), at=AT, by="U01DAMIAN")
    answers = tuple(Answer(letter, mark, "", "U01DAMIAN", AT) for letter, mark in marks.items())
    return Lead(lead.id, lead.organisation, (), lead.phases, answers=answers)


def test_the_line_shows_seven_marks_and_counts_them_in_words() -> None:
    line = marks_line(lead_with({Letter.MONEY: Mark.GOOD, Letter.NEED: Mark.BAD})).replace("\u00a0", " ")
    assert line == (
        "MANIAC-T  M :white_check_mark:  A :grey_question:  N :x:  I :grey_question:  A :grey_question:"
        "  C :grey_question:  T :grey_question:  (1 good, 1 bad, 5 unknown)"
    )


def test_the_agenda_asks_what_is_weak_or_unknown_and_leaves_out_what_is_settled() -> None:
    settled = dict.fromkeys(Letter, Mark.GOOD)
    asked = agenda(
        lead_with(settled | {Letter.TIMELINE: Mark.WEAK, Letter.NEED: Mark.BAD, Letter.MONEY: Mark.UNKNOWN})
    )
    assert [line.partition(":")[0] for line in asked] == ["Money", "Timeline"]
    assert asked[1].startswith("Timeline: What does the buying process look like")
