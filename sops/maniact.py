"""MANIAC-T: the procedure's seven questions, the marks as one line, and the gaps as the next meeting's agenda.

Source: "When to decide to work with a lead" and "Service partnership lifecycle" of the procedure. Team only: nothing
of this ever goes to the running notes.
"""

from __future__ import annotations

from store.lead import Lead
from store.qualification import Judgement, Letter, Mark, current, gaps

QUESTIONS: dict[Letter, str] = {
    Letter.MONEY: (
        "Is there a specific amount of money set aside for the project? If they are seeking funding in order to pay "
        "for this, what are the details?"
    ),
    Letter.AUTHORITY: (
        "Does the contact have the authority to make a buying decision? Who else will need to be involved in the "
        "decision-making process?"
    ),
    Letter.NEED: (
        "What are their clear pain-points with their current infrastructure setup? Do they seem to have a real need "
        "for change?"
    ),
    Letter.IMPENDING_EVENT: "Do they have an upcoming event that is urgent or pressing?",
    Letter.APPLICATION: (
        "Is their use-case a good fit for 2i2c infrastructure? Would their use-case require major changes to our "
        "hubs? Is there a different organization better-suited to help them?"
    ),
    Letter.COMPETITION: (
        "What alternative options are they considering? e.g., other organizations, internal approaches, or deciding "
        "to do nothing?"
    ),
    Letter.TIMELINE: (
        "What does the buying process look like for this prospect? E.g., finalizing a contract, or receiving a "
        "sub-award."
    ),
}
"""The procedure's own words, in its order."""

DECISIONS: dict[Judgement, str] = {
    Judgement.CANDIDATE: "Are their needs a good candidate for partnership with 2i2c?",
    Judgement.QUALIFIED: "Are they qualified to set up partnership with 2i2c?",
}
"""The two questions of the Lead phase, which a person answers."""

LOOKS: dict[Mark, str] = {
    Mark.GOOD: ":white_check_mark:",
    Mark.WEAK: ":warning:",
    Mark.BAD: ":x:",
    Mark.UNKNOWN: ":grey_question:",
}
"""Four shapes, not four colours: everybody can tell them apart, and their names can be read aloud."""


def marks_line(lead: Lead) -> str:
    """The seven marks in one line of mrkdwn, each behind its letter, and then how many there are of each in words:
    "MANIAC-T  M :white_check_mark:  A :grey_question:  … (1 good, 6 unknown)". A line never ends between the two."""
    marks = [_mark(lead, letter) for letter in Letter]
    counted = ", ".join(f"{marks.count(mark)} {mark}" for mark in Mark if mark in marks)
    return f"{seven_marks(lead)}  ({counted})"


def seven_marks(lead: Lead) -> str:
    """The marks alone, where there is room for one line only."""
    shown = (f"{letter[0]}\u00a0{LOOKS[_mark(lead, letter)]}" for letter in Letter)
    return f"MANIAC-T  {'  '.join(shown)}"


def _mark(lead: Lead, letter: Letter) -> Mark:
    answer = current(lead.answers).get(letter)
    return answer.mark if answer else Mark.UNKNOWN


def agenda(lead: Lead) -> list[str]:
    """What to ask at the next meeting, in the procedure's words: each question that was never answered, or whose
    answer is weak or unknown. Plain text, "Money: Is there a specific amount …?"."""
    return [f"{letter}: {QUESTIONS[letter]}" for letter in gaps(lead.answers)]
