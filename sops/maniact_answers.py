"""What a form about MANIAC-T holds, and how it is saved when two people have it open.

Answers and verdicts are only ever appended, so what a form was filled with is named by two numbers: how many of
each there were. Source: "When to decide to work with a lead" of the procedure.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from sops.blocks import cut
from sops.context import Context
from sops.merging import merge
from store.lead import Event, Lead
from store.lifecycle import Phase
from store.qualification import Answer, Judgement, Letter, Mark, Verdict, current, judged

Field = Letter | Judgement
_EVIDENCE_IN_TIMELINE = 300


@dataclass(frozen=True)
class Given:
    """One of the seven fields; untouched it is unknown and empty, which is not stored."""

    mark: Mark = Mark.UNKNOWN
    evidence: str = ""


@dataclass(frozen=True)
class Ruling:
    """One of the two human questions; `yes` is None while nobody answered it."""

    yes: bool | None = None
    reason: str = ""


@dataclass(frozen=True)
class Sheet:
    """A form: what it holds, and from how many answers and verdicts it was filled."""

    answers_seen: int
    verdicts_seen: int
    given: Mapping[Letter, Given]
    rulings: Mapping[Judgement, Ruling]


@dataclass(frozen=True)
class Saved:
    """How saving went. `clashes`: fields where somebody else wrote something else meanwhile; they are not stored,
    nor is any verdict then, which belongs to what its author has seen. `judged`: a verdict was stored.
    A lead that was closed meanwhile (`lead.phase`) is left as it is."""

    lead: Lead
    clashes: frozenset[Field] = frozenset()
    judged: bool = False


def sheet(lead: Lead, answers_seen: int | None = None, verdicts_seen: int | None = None) -> Sheet:
    """The form as it is filled from the lead as it stands, or as it stood with so many answers and verdicts."""
    answers = lead.answers[:answers_seen]
    verdicts = lead.verdicts[:verdicts_seen]
    known, ruled = current(answers), judged(verdicts)
    return Sheet(
        len(answers),
        len(verdicts),
        {letter: _given(known.get(letter)) for letter in Letter},
        {judgement: _ruling(ruled.get(judgement)) for judgement in Judgement},
    )


def _given(answer: Answer | None) -> Given:
    return Given(answer.mark, answer.evidence) if answer else Given()


def _ruling(verdict: Verdict | None) -> Ruling:
    return Ruling(verdict.yes, verdict.reason) if verdict else Ruling()


def brought_up_to_date(lead: Lead, typed: Sheet) -> Sheet:
    """The form as it is shown again: what the person changed stays as typed, the rest is as it stands now."""
    shown, now = sheet(lead, typed.answers_seen, typed.verdicts_seen), sheet(lead)
    given = {
        letter: value if value != shown.given[letter] else now.given[letter]
        for letter, value in typed.given.items()
    }
    rulings = {
        judgement: value if value != shown.rulings[judgement] else now.rulings[judgement]
        for judgement, value in typed.rulings.items()
    }
    return replace(now, given=given, rulings=rulings)


def save(context: Context, lead_id: str, typed: Sheet, by: str) -> Saved:
    """Store what the person changed, as new answers beside the old ones, with one line in the timeline (team only).

    Raises NoSuchLead.
    """
    while True:
        lead = context.store.get(lead_id)
        now = context.clock.now()
        if lead.phase is Phase.CLOSED:
            return Saved(lead)
        clashes, answers, verdicts = _to_store(lead, typed, by, now)
        if not answers and not verdicts:
            return Saved(lead, clashes)
        try:
            lead = context.store.update(
                lead_id, _appending(lead, answers, verdicts), _event(lead, answers, verdicts, by, now)
            )
        except _ChangedMeanwhile:
            continue
        context.progress.card(lead_id)
        return Saved(lead, clashes, judged=bool(verdicts))


class _ChangedMeanwhile(Exception):
    """Somebody else stored something between our look and our change: look again."""


def _to_store(
    lead: Lead, typed: Sheet, by: str, at: datetime
) -> tuple[frozenset[Field], tuple[Answer, ...], tuple[Verdict, ...]]:
    shown, now = sheet(lead, typed.answers_seen, typed.verdicts_seen), sheet(lead)
    seven = merge(shown.given, typed.given, now.given)
    two = merge(shown.rulings, typed.rulings, now.rulings)
    clashes: frozenset[Field] = frozenset([*seven.clashes, *two.clashes])
    answers = tuple(
        Answer(letter, given.mark, given.evidence, by, at) for letter, given in seven.changed.items()
    )
    verdicts = tuple(
        Verdict(judgement, ruling.yes, ruling.reason, by, at)
        for judgement, ruling in two.changed.items()
        if ruling.yes is not None and not clashes
    )
    return clashes, answers, verdicts


def _appending(
    seen: Lead, answers: tuple[Answer, ...], verdicts: tuple[Verdict, ...]
) -> Callable[[Lead], Lead]:
    def change(lead: Lead) -> Lead:
        if lead.version != seen.version:
            raise _ChangedMeanwhile
        return replace(lead, answers=lead.answers + answers, verdicts=lead.verdicts + verdicts)

    return change


def _event(
    before: Lead, answers: tuple[Answer, ...], verdicts: tuple[Verdict, ...], by: str, at: datetime
) -> Event:
    """Keyed by where in the two lists it begins: each save has its own, however often it is tried."""
    marks = current(before.answers)
    told = [_answer_words(answer, marks.get(answer.letter)) for answer in answers]
    told += [_verdict_words(verdict) for verdict in verdicts]
    key = f"maniact:{len(before.answers)}:{len(before.verdicts)}"
    return Event(key, at, "maniact", f"MANIAC-T: {'; '.join(told)}", by)


def _answer_words(answer: Answer, before: Answer | None) -> str:
    was = before.mark if before else Mark.UNKNOWN
    mark = f"{answer.letter} {answer.mark}" + (f" (was {was})" if was != answer.mark else "")
    evidence = cut(" ".join(answer.evidence.split()), _EVIDENCE_IN_TIMELINE)
    return f"{mark}: {evidence}" if evidence else mark


def _verdict_words(verdict: Verdict) -> str:
    said = f"{verdict.judgement}: {'yes' if verdict.yes else 'no'}"
    reason = cut(" ".join(verdict.reason.split()), _EVIDENCE_IN_TIMELINE)
    return f"{said} ({reason})" if reason else said
