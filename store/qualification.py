"""MANIAC-T as it is remembered: every answer ever given, and the two human questions that end it.

Source: "When to decide to work with a lead" of the procedure.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Letter(StrEnum):
    """The seven questions, in the procedure's order."""

    MONEY = "Money"
    AUTHORITY = "Authority"
    NEED = "Need"
    IMPENDING_EVENT = "Impending Event"
    APPLICATION = "Application"
    COMPETITION = "Competition"
    TIMELINE = "Timeline"


class Mark(StrEnum):
    """How an answer looks to the person who gave it; unknown is not bad."""

    GOOD = "good"
    WEAK = "weak"
    BAD = "bad"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Answer:
    """One answer to one of the seven, `at` aware UTC, `by` a Slack user id."""

    letter: Letter
    mark: Mark
    evidence: str
    by: str
    at: datetime


class Judgement(StrEnum):
    """The two questions that a person answers at the end."""

    CANDIDATE = "good candidate"
    QUALIFIED = "qualified"


@dataclass(frozen=True)
class Verdict:
    """A person's yes or no to one of the two questions, and why."""

    judgement: Judgement
    yes: bool
    reason: str
    by: str
    at: datetime


def current(answers: Sequence[Answer]) -> dict[Letter, Answer]:
    """The newest answer to each question that has one; the others are its history."""
    return {answer.letter: answer for answer in answers}


def judged(verdicts: Sequence[Verdict]) -> dict[Judgement, Verdict]:
    """The newest verdict on each of the two questions."""
    return {verdict.judgement: verdict for verdict in verdicts}


def gaps(answers: Sequence[Answer]) -> list[Letter]:
    """The questions to ask at the next meeting: never answered, or marked weak or unknown; in order."""
    known = current(answers)
    return [
        letter for letter in Letter if letter not in known or known[letter].mark in (Mark.WEAK, Mark.UNKNOWN)
    ]
