"""The form of MANIAC-T, its earlier answers, and what is proposed once the two human questions are answered."""

from __future__ import annotations

from collections.abc import Collection

from commands import lead_modal, views
from commands.act import View
from sops import blocks
from sops.blocks import Block, escape
from sops.maniact import DECISIONS, LOOKS, QUESTIONS
from sops.maniact_answers import Field, Given, Ruling, Sheet
from store.lead import Lead
from store.lifecycle import Phase
from store.qualification import Answer, Judgement, Letter, Mark, Verdict, judged

TITLE = "Qualify (MANIAC-T)"
FORM = "qualify_form"
PROPOSAL = "qualify_proposal"
EARLIER = "qualify_earlier"
REOPEN = "qualify_reopen"
_EVIDENCE = 3000
_REASON_SHOWN = 500
_HISTORY_CHARACTERS = 18_000
_HISTORY_EACH = 400
"""Each answer counts as its text and this: at most 45 of them, two blocks each, stay below 100 blocks, and their text
below 250 kB in any script (Slack: views). The lead's timeline has what is older."""


def form_view(lead: Lead, held: Sheet, channel: str, *, clashes: Collection[Field] = ()) -> View:
    """The seven fields filled with `held`, then the two questions. `clashes`: fields where somebody else wrote
    something else meanwhile, which is shown there."""
    shown = [*_head(lead, clashes)]
    for letter in Letter:
        shown += _letter(lead, letter, held, letter in clashes)
    shown += [blocks.divider(), blocks.section("*Then decide, once you know enough*")]
    for judgement in Judgement:
        shown += _judgement(lead, judgement, held, judgement in clashes)
    return views.modal(
        TITLE,
        [*shown, *_ways_on(lead)],
        callback_id=FORM,
        submit="Save",
        metadata={
            "channel": channel,
            "lead_id": lead.id,
            "answers": held.answers_seen,
            "verdicts": held.verdicts_seen,
        },
    )


def _head(lead: Lead, clashes: Collection[Field]) -> list[Block]:
    shown = [blocks.section(f"*{escape(lead.organisation)}* · {lead.phase}")]
    if lead.phase is Phase.CLOSED:
        shown.append(
            _closed(lead, " Nothing was saved: what you typed is below. Reopen the lead, then save.")
        )
    elif clashes:
        names = ", ".join(f"*{field}*" for field in clashes)
        words = f":warning: Somebody else wrote at {names} while you did. It is shown there, above what you typed, "
        words += "which is not saved yet. *Save* again keeps yours and puts theirs into the earlier answers."
        shown.append(blocks.section(words))
    note = "For the team only, never in the running notes. Save at any time, also half-filled; unknown is not bad."
    return [*shown, blocks.context(note)]


def _letter(lead: Lead, letter: Letter, held: Sheet, clash: bool) -> list[Block]:
    answers = [answer for answer in lead.answers if answer.letter is letter]
    given: Given = held.given[letter]
    shown = [_question(f"*{letter[0]} · {letter}*\n{QUESTIONS[letter]}", lead, letter, len(answers))]
    if answers:
        shown += _another(answers[-1]) if clash else [_by(answers[-1])]
    choices = [blocks.option(f"{LOOKS[mark]} {mark}", mark) for mark in Mark]
    chosen = choices[list(Mark).index(given.mark)]
    radio = {"type": "radio_buttons", "action_id": "mark", "options": choices, "initial_option": chosen}
    return [
        *shown,
        blocks.input_block(f"{letter}: how it looks", mark_id(letter, held), radio),
        blocks.text_input(
            f"{letter}: evidence",
            text_id(letter, held),
            initial=given.evidence,
            multiline=True,
            optional=True,
            max_length=_EVIDENCE,
        ),
    ]


def _judgement(lead: Lead, judgement: Judgement, held: Sheet, clash: bool) -> list[Block]:
    verdicts = [verdict for verdict in lead.verdicts if verdict.judgement is judgement]
    ruling: Ruling = held.rulings[judgement]
    shown = [_question(f"*{DECISIONS[judgement]}*", lead, judgement, len(verdicts))]
    if verdicts:
        shown += _another(verdicts[-1]) if clash else [_by(verdicts[-1])]
    choices = [blocks.option("Yes", "yes"), blocks.option("No", "no")]
    radio: Block = {"type": "radio_buttons", "action_id": "verdict", "options": choices}
    if ruling.yes is not None:
        radio["initial_option"] = choices[0 if ruling.yes else 1]
    name = str(judgement).capitalize()
    return [
        *shown,
        blocks.input_block(name, mark_id(judgement, held), radio, optional=True),
        blocks.text_input(
            f"{name}: reason",
            text_id(judgement, held),
            initial=ruling.reason,
            hint="A no needs one.",
            multiline=True,
            optional=True,
            max_length=_EVIDENCE,
        ),
    ]


def mark_id(field: Field, held: Sheet) -> str:
    """Its block_id. It changes with what the form was filled from: Slack keeps what an input of the same id held
    and ignores a new initial value (Slack: views.update)."""
    return f"{field.name}.mark.{held.answers_seen}.{held.verdicts_seen}"


def text_id(field: Field, held: Sheet) -> str:
    return f"{field.name}.text.{held.answers_seen}.{held.verdicts_seen}"


def _question(words: str, lead: Lead, field: Field, said: int) -> Block:
    """A question, with the way to its history once something was replaced."""
    if said < 2:
        return blocks.section(words)
    button = blocks.button(f"Earlier answers ({said - 1})", EARLIER, f"{lead.id} {field.name}")
    return blocks.section(words, accessory=button)


def _by(said: Answer | Verdict) -> Block:
    return blocks.context(f"<@{said.by}>, {blocks.moment(said.at)}")


def _another(said: Answer | Verdict) -> list[Block]:
    """What somebody else wrote at a field meanwhile, whole."""
    mark, text = _parts(said)
    return [
        blocks.section(f":warning: Meanwhile <@{said.by}> wrote, {blocks.moment(said.at)}: *{mark}*"),
        *_as_typed(text),
    ]


def _as_typed(text: str) -> list[Block]:
    """Text of people as plain text, in which nothing mentions or links (Slack: text objects)."""
    return [{"type": "section", "text": blocks.plain(text, blocks.SECTION_TEXT)}] if text else []


def _ruled(verdict: Verdict) -> str:
    reason = escape(blocks.cut(verdict.reason, _REASON_SHOWN)) or "_no reason_"
    return (
        f"<@{verdict.by}> answered, {blocks.moment(verdict.at)}: *{'yes' if verdict.yes else 'no'}*\n{reason}"
    )


def _ways_on(lead: Lead) -> list[Block]:
    """What the verdicts that stand lead to, for whoever did not take it at once."""
    if proposes(lead):
        return [
            blocks.actions(
                blocks.button("Propose Qualified Lead", "lead_move", f"{lead.id} {Phase.QUALIFIED}")
            )
        ]
    if refuses(lead):
        return [blocks.actions(blocks.button("Close the lead…", "lead_close", lead.id))]
    return []


def proposes(lead: Lead) -> bool:
    """Yes and yes: they become a Qualified Lead (Service partnership lifecycle), unless they are that or more."""
    verdicts = judged(lead.verdicts)
    return lead.phase is Phase.LEAD and len(verdicts) == len(Judgement) and not _noes(lead)


def refuses(lead: Lead) -> bool:
    """A no offers to close, as long as there is no signed agreement."""
    return lead.phase in (Phase.LEAD, Phase.QUALIFIED, Phase.PROSPECT) and bool(_noes(lead))


def _noes(lead: Lead) -> list[Verdict]:
    return [verdict for verdict in judged(lead.verdicts).values() if not verdict.yes]


def proposal_view(lead: Lead, channel: str, *, noted: bool) -> View:
    """Yes and yes: from and to, for a person to confirm. `noted`: on the lead's ticket too."""
    verdicts = judged(lead.verdicts)
    asked = [blocks.section(f"*{DECISIONS[one]}*\n{_ruled(verdicts[one])}") for one in Judgement]
    words = f"Saved. Both answers are yes for *{escape(lead.organisation)}*."
    note = ", and a private note on its ticket" if noted else ""
    change = f"*{Phase.LEAD} → {Phase.QUALIFIED}*\nIts card and timeline say so{note}."
    return views.modal(
        TITLE,
        [
            blocks.section(words),
            *asked,
            blocks.section(change),
            blocks.context("Nothing leaves the organisation."),
        ],
        callback_id=PROPOSAL,
        submit="Make Qualified Lead",
        close="Not now",
        metadata={"channel": channel, "lead_id": lead.id},
    )


def refusal_view(lead: Lead, channel: str) -> View:
    """A no: closing is offered, never done by itself. It counts as the lead's modal, which takes its place once the
    lead is closed."""
    asked = [blocks.section(f"*{DECISIONS[one.judgement]}*\n{_ruled(one)}") for one in _noes(lead)]
    words = f"Saved. *{escape(lead.organisation)}* can be closed now, or stay open as {lead.phase}."
    return views.modal(
        TITLE,
        [
            blocks.section(words),
            *asked,
            blocks.actions(blocks.button("Close the lead…", "lead_close", lead.id, style="danger")),
            blocks.context("Nothing was sent, and the lead is as open as before."),
        ],
        callback_id=lead_modal.CALLBACK,
        close="Leave it open",
        metadata={"channel": channel, "lead_id": lead.id},
    )


def closed_view(lead: Lead, channel: str) -> View:
    """A closed lead is not qualified any further until somebody reopens it."""
    return views.modal(
        TITLE,
        [blocks.section(f"*{escape(lead.organisation)}*"), _closed(lead, " Reopen it to go on.")],
        metadata={"channel": channel, "lead_id": lead.id},
    )


def _closed(lead: Lead, then: str) -> Block:
    last = lead.phases[-1]
    why = escape(blocks.cut(last.why, 300))
    words = f":lock: This lead was closed by <@{last.by}>, {blocks.moment(last.at)}: {why}."
    return blocks.section(words + then, accessory=blocks.button("Reopen", REOPEN, lead.id, style="primary"))


def earlier_view(lead: Lead, field: Field) -> View:
    """Every answer ever given to one question, newest first. Text of people is shown as plain text."""
    said: list[Answer | Verdict] = (
        [one for one in lead.answers if one.letter is field]
        if isinstance(field, Letter)
        else [one for one in lead.verdicts if one.judgement is field]
    )
    shown: list[Block] = [
        blocks.section(f"*{QUESTIONS[field] if isinstance(field, Letter) else DECISIONS[field]}*")
    ]
    left = _HISTORY_CHARACTERS
    for number, one in enumerate(reversed(said)):
        mark, text = _parts(one)
        left -= len(text) + _HISTORY_EACH
        if left < 0:
            shown.append(blocks.context(f"{len(said) - number} older ones are in the lead's timeline."))
            break
        current = " · current" if number == 0 else ""
        shown += [blocks.context(f"{mark} · <@{one.by}>, {blocks.moment(one.at)}{current}"), *_as_typed(text)]
    return views.modal(f"{field}", shown, close="Back")


def _parts(said: Answer | Verdict) -> tuple[str, str]:
    if isinstance(said, Answer):
        return f"{LOOKS[said.mark]} {said.mark}", said.evidence
    return "yes" if said.yes else "no", said.reason
