"""The form of Log meeting: what it asks, and what a person typed into it."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta

from commands import views
from commands.act import Act, View
from sops import blocks, next_steps, questions
from sops.blocks import Block, escape
from sops.context import Context
from sops.meeting_plan import OVER, Owed, Said, logged_words
from store.lead import Lead
from store.lifecycle import Phase
from store.meeting import Meeting, Verbal, new_meeting_id

TITLE = "Log meeting"
FORM = "meeting_form"
ANOTHER = "another"
_SETTLED_SHOWN = 10
"""Slack: a group of checkboxes has 10 options at most."""
_DUE = re.compile(r"^(.*?)[\s,;:(–—-]*(?:due\s+|by\s+)?(\d{4}-\d{1,2}-\d{1,2})[\s).]*$", re.IGNORECASE)
_LINE, _LONG = 500, 3000


def form_view(act: Act, lead: Lead) -> View:
    """Everything the procedure wants to be known of a meeting; held and "not yet" are filled in."""
    asks_verbal = lead.phase in (Phase.LEAD, Phase.QUALIFIED)
    shown = [
        blocks.section(f"*{escape(lead.organisation)}*"),
        *_which(act.context, lead),
        _radio("How did it go?", "held", [("It was held", "held"), ("They did not come", "no-show")]),
        _text("What happened, for the team", "team", "Stays with us: the lead's timeline."),
        _text("For the running notes", "notes", _who_reads(lead)),
        *_owed_until_now(lead),
        _text("Their questions: answered", "answered", "One per line."),
        _text(
            "Their questions: we owe an answer",
            "owed",
            "One per line; a date at its end is when the answer is due: Can we log in with ORCID? 2026-03-09",
        ),
        _ticks(),
        *([_verbal(act.context)] if asks_verbal else []),
        *_forecasts(act.context, lead),
        *_next_step(act.context, lead),
    ]
    metadata = {"channel": act.channel, "lead_id": lead.id}
    return views.modal(
        TITLE,
        shown,
        callback_id=FORM,
        submit="Preview",
        close="Cancel",
        metadata=metadata,
        notify_on_close=True,
    )


def read_form(act: Act, lead: Lead) -> tuple[Said | None, dict[str, str]]:
    """What was typed, or the errors by block_id."""
    meeting = _chosen(act, lead)
    asked = tuple(_owed(line) for line in _lines(act, "owed"))
    errors = _errors(act, meeting, asked)
    if meeting is None or errors:
        return None, errors
    ticks, settled = act.typed("ticks").split(","), act.typed("settled").split(",")
    return Said(
        meeting_id=meeting.id,
        starts_at=meeting.starts_at,
        ends_at=meeting.ends_at,
        held=act.typed("held") == "held",
        team=act.typed("team").strip(),
        notes=act.typed("notes").strip(),
        answered=tuple(_lines(act, "answered")),
        owed=asked,
        settled=tuple(one.text for one in lead.owed if questions.sign(one) in settled),
        demo="demo" in ticks,
        replicate="replicate" in ticks,
        verbal=Verbal(act.typed("verbal")) if act.typed("verbal") else None,
        procurement=_one_line(act, "procurement"),
        technical=_one_line(act, "technical"),
        signature=act.typed("signature"),
        start=act.typed("start"),
        next_step=_one_line(act, "next_step"),
        due=act.typed("due"),
        follow=act.typed("verbal") == Verbal.YES,
    ), {}


def _errors(act: Act, meeting: Meeting | None, asked: tuple[Owed, ...]) -> dict[str, str]:
    """What is wrong, by block_id."""
    errors: dict[str, str] = {}
    if meeting is None:
        errors["when"] = "When was the meeting?"
    elif meeting.starts_at > act.context.clock.now():
        errors["when"] = "That is in the future. A meeting is logged once it has begun."
    today = act.context.clock.today()
    dates = [("owed", one.due) for one in asked]
    dates += [(each, act.typed(each)) for each in ("signature", "start", "due")]
    for block_id, given in dates:
        problem = _wrong_date(given, today)
        if problem:
            errors.setdefault(block_id, problem)
    return errors


def begun(context: Context, lead: Lead) -> list[Meeting]:
    """The meetings that could be logged now, the latest first."""
    now = context.clock.now()
    return [meeting for meeting in reversed(lead.planned) if meeting.starts_at <= now]


def _which(context: Context, lead: Lead) -> list[Block]:
    """Which meeting: of those that were booked the latest is chosen, or one of its own time."""
    shown: list[Block] = []
    logged = [meeting for meeting in lead.meetings if meeting.state in OVER]
    if logged:
        last = max(logged, key=lambda one: one.starts_at)
        at = f"{last.starts_at.astimezone(context.clock.zone):%Y-%m-%d %H:%M}"
        shown.append(blocks.context(f"The last one, {at}: {logged_words(last)}"))
    booked = begun(context, lead)[:50]
    picker: Block = {"type": "datetimepicker", "action_id": "value"}
    if not booked:
        return [*shown, blocks.input_block("When was it?", "when", picker)]
    options = [_meeting_option(context, meeting) for meeting in booked]
    options.append(blocks.option("Another meeting", ANOTHER))
    select: Block = {
        "type": "static_select",
        "action_id": "value",
        "options": options,
        "initial_option": options[0],
    }
    shown.append(blocks.input_block("Which meeting?", "which", select))
    when = blocks.input_block("When was it, if another meeting?", "when", picker, optional=True)
    return [*shown, when]


def _meeting_option(context: Context, meeting: Meeting) -> Block:
    at = f"{meeting.starts_at.astimezone(context.clock.zone):%Y-%m-%d %H:%M}"
    return blocks.option(f"{at} {meeting.name}".strip(), meeting.id)


def _chosen(act: Act, lead: Lead) -> Meeting | None:
    which, when = act.typed("which"), act.typed("when")
    if which and which != ANOTHER:
        return next((meeting for meeting in lead.meetings if meeting.id == which), None)
    if not when:
        return None
    at = datetime.fromtimestamp(int(when), UTC)
    return Meeting(new_meeting_id(), at, at + timedelta(minutes=act.context.team.meeting_minutes))


def _who_reads(lead: Lead) -> str:
    if lead.notes is None:
        return "There are no running notes yet: leave this empty, or create them first."
    readers = ", ".join(reader.address for reader in lead.readers if reader.can_open)
    return f"People outside read this{f': {readers}' if readers else ''}. The preview shows the exact lines."


def _owed_until_now(lead: Lead) -> list[Block]:
    waiting = list({questions.sign(one): one for one in lead.owed}.items())[:_SETTLED_SHOWN]
    if not waiting:
        return []
    options = [blocks.option(one.text, value) for value, one in waiting]
    boxes: Block = {"type": "checkboxes", "action_id": "value", "options": options}
    return [blocks.input_block("Owed until now: which are answered?", "settled", boxes, optional=True)]


def _ticks() -> Block:
    options = [blocks.option("Demo shown", "demo"), blocks.option("Right to replicate told", "replicate")]
    boxes: Block = {"type": "checkboxes", "action_id": "value", "options": options}
    return blocks.input_block("Done in the meeting", "ticks", boxes, optional=True)


def _verbal(context: Context) -> Block:
    said = [("Not yet", Verbal.NOT_YET), ("Yes", Verbal.YES), ("No", Verbal.NO)]
    return _radio(
        f"Do they want to partner with {context.team.organisation}?",
        "verbal",
        [(words, str(value)) for words, value in said],
    )


def _forecasts(context: Context, lead: Lead) -> list[Block]:
    """Filled with the last forecast; a date that has passed since is not offered again."""
    known, today = lead.forecast, context.clock.today().isoformat()
    return [
        _line("Forecast: procurement and negotiation", "procurement", known.procurement),
        _line("Forecast: technical and deployment", "technical", known.technical),
        _date("Forecast: expected signature", "signature", known.signature, today),
        _date("Forecast: expected start", "start", known.start, today),
    ]


def _next_step(context: Context, lead: Lead) -> list[Block]:
    """What a person wrote before stays, unless they write something else; what we wrote there is over now."""
    theirs = next_steps.is_a_person_s(lead)
    step, due = (lead.next_step, lead.next_step_due) if theirs else ("", "")
    return [
        _line("Next step", "next_step", step),
        _date("Next step: until", "due", due, context.clock.today().isoformat()),
    ]


def _line(label: str, block_id: str, initial: str) -> Block:
    return blocks.text_input(label, block_id, initial=initial, optional=True, max_length=_LINE)


def _text(label: str, block_id: str, hint: str) -> Block:
    return blocks.text_input(label, block_id, hint=hint, multiline=True, optional=True, max_length=_LONG)


def _date(label: str, block_id: str, initial: str = "", today: str = "") -> Block:
    picker: Block = {"type": "datepicker", "action_id": "value"}
    if initial and initial >= today:
        picker["initial_date"] = initial
    hint = f"It was {initial}, which has passed." if initial and initial < today else ""
    return blocks.input_block(label, block_id, picker, optional=True, hint=hint)


def _radio(label: str, block_id: str, choices: list[tuple[str, str]]) -> Block:
    """The first choice is filled in."""
    options = [blocks.option(words, value) for words, value in choices]
    radio: Block = {"type": "radio_buttons", "action_id": "value", "options": options}
    return blocks.input_block(label, block_id, radio | {"initial_option": options[0]})


def _lines(act: Act, block_id: str) -> list[str]:
    return [" ".join(line.split()) for line in act.typed(block_id).splitlines() if line.strip()]


def _one_line(act: Act, block_id: str) -> str:
    return " ".join(act.typed(block_id).split())


def _owed(line: str) -> Owed:
    dated = _DUE.match(line)
    return Owed(dated[1].strip() or line, dated[2]) if dated else Owed(line)


def _wrong_date(given: str, today: date) -> str:
    """Why a date cannot be when something is due or expected, empty when it can."""
    if not given:
        return ""
    try:
        day = date.fromisoformat(given)
    except ValueError:
        return f"{given} is no date. Write it like {today.isoformat()}."
    return f"{given} is in the past." if day < today else ""
