"""The form of a status update, and the preview of what will stand in the running notes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from commands import views
from commands.act import View
from commands.confirming import kept
from commands.senders import may_send, senders_words
from sops import blocks, notes_entry
from sops.blocks import Block, escape
from sops.context import Context
from sops.status_update_plan import LONGEST, Saying, UpdatePlan, due_words, of, why_not_shared
from store.lead import Lead
from store.lifecycle import Phase
from store.plan import Plan

TITLE = "Status update"
FORM = "update_form"
CONFIRM = "update_confirm"
TEAM, NOTES = "team", "notes"
PREPARE = "Prepare the lines"
BY_A_PERSON = (
    "Google is not connected: who reads the notes is known only from what was shared through the assistant, and a "
    "person writes there. The lead's thread offers the lines to whoever does, and a button to say that it is done."
)
_OPTION = 75
_EXACT = 2900
_STEP_LENGTH = 200


@dataclass(frozen=True)
class Filled:
    """What the form begins with. `source` is the message it is made from, [channel, ts]; `author` who wrote it."""

    text: str = ""
    next_step: str = ""
    due: str = ""
    author: str = ""
    source: tuple[str, str] | None = None
    remark: str = ""

    @staticmethod
    def of(saying: Saying) -> Filled:
        source = (saying.source.channel, saying.source.ts) if saying.source else None
        return Filled(saying.text, saying.next_step, saying.due, saying.author, source)


def form_view(context: Context, lead: Lead, channel: str, filled: Filled) -> View:
    """Asks what happened, for whom (with no default), and the next step. Looks who reads the notes first."""
    closed = lead.phase is Phase.CLOSED
    seen = notes_entry.Audience((), "") if closed else notes_entry.audience(context, lead)
    why_not = why_not_shared(context, lead, seen)
    shown = [blocks.section(f"*{escape(blocks.cut(lead.organisation, 500))}*")]
    if filled.remark:
        shown.append(blocks.section(f":information_source: {filled.remark}"))
    if closed:
        why = escape(lead.phases[-1].why)
        shown.append(
            blocks.section(f":warning: This lead is closed ({why}). The team can still record an update.")
        )
    shown += [
        blocks.text_input("What happened?", "text", multiline=True, initial=filled.text, max_length=LONGEST),
        blocks.input_block("For whom?", "whom", _whom(seen, why_not)),
        blocks.context(_readers(seen, why_not)),
        *_next_step(lead, filled),
    ]
    return views.modal(
        TITLE,
        shown,
        callback_id=FORM,
        submit="Go on",
        close="Cancel",
        metadata={
            "channel": channel,
            "lead_id": lead.id,
            "author": filled.author,
            "source": filled.source,
        },
        notify_on_close=True,
    )


def _next_step(lead: Lead, filled: Filled) -> list[Block]:
    return [
        blocks.text_input(
            "Next step",
            "next_step",
            optional=True,
            initial=filled.next_step,
            placeholder=f"Now: {lead.next_step or 'none'}",
            max_length=_STEP_LENGTH,
        ),
        blocks.input_block("By when?", "due", _date(filled.due), optional=True),
    ]


def _whom(seen: notes_entry.Audience, why_not: str) -> Block:
    offered = [blocks.option("Team only", TEAM, "Recorded at once; nobody outside sees it")]
    if not why_not:
        verb = "read" if len(seen.addresses) > 1 and not seen.everybody else "reads"
        words = f"Also in the running notes: {seen.words} {verb} it"
        if len(words) > _OPTION:
            words = "Also in the running notes"
        offered.append(blocks.option(words, NOTES, "You see the exact lines before they are written"))
    return {"type": "radio_buttons", "action_id": "value", "options": offered}


def _readers(seen: notes_entry.Audience, why_not: str) -> str:
    if why_not:
        return f":lock: The running notes are not offered: {why_not}"
    asked = "" if seen.checked else " So far as the assistant shared them; Google is not connected."
    return f":eyes: The running notes can be read by {escape(seen.words)}.{asked}"


def _date(initial: str) -> Block:
    element: Block = {"type": "datepicker", "action_id": "value"}
    return element | ({"initial_date": initial} if initial else {})


def plan_view(context: Context, plan: Plan, user: str, channel: str, *, over_form: bool = False) -> View:
    """The exact lines and who reads them. The button is there when nothing blocks and the person is a sender.

    `over_form`: it lies on the form it was made from, to which Back returns.
    """
    update = of(plan)
    allowed = not update.leaves_at_once or may_send(context, user)
    possible = allowed and not update.blocked
    shown = [blocks.section(f":no_entry: *Cannot be written.* {check.words}") for check in update.blocked]
    shown.append(blocks.section(head(update)))
    shown += exact(update.lines)
    if step := step_words(update.saying):
        shown.append(blocks.context(step))
    seconds = f"{context.team.cancel_seconds:.0f} seconds"
    after = f"After the click there are {seconds} to cancel. It can be taken back later."
    shown.append(blocks.context(BY_A_PERSON if update.manual else after))
    if not allowed:
        shown.append(blocks.context(f":lock: {senders_words(context)}"))
    if not over_form:
        shown.append(blocks.actions(blocks.button("Change", "update_change", plan.id)))
    return views.modal(
        TITLE,
        shown,
        callback_id=CONFIRM,
        submit=_label(update) if possible else "",
        close="Back" if over_form else "Cancel",
        metadata=kept([plan], channel, over_form=over_form),
        notify_on_close=possible,
    )


def _label(update: UpdatePlan) -> str:
    return PREPARE if update.manual else show_label(update.readers, everybody=update.everybody)


def head(update: UpdatePlan) -> str:
    """Where it goes and who reads it there."""
    where = blocks.link(update.link, "running notes") if update.link else "running notes"
    name, readers = escape(blocks.cut(update.organisation, 500)), escape(update.reader_words)
    mark = ":outbox_tray: " if update.readers or update.everybody else ""
    return f"{mark}*{name}* · goes into the {where}, where *{readers}* can read it, exactly so:"


def exact(lines: tuple[str, ...], most: int = 20) -> list[Block]:
    """Lines as they will be written, at most so many blocks. Marks of bold and the like show as they are."""
    shown: list[str] = []
    part = ""
    for piece in (piece for line in lines for piece in _pieces(line)):
        if part and len(part) + 1 + len(piece) > _EXACT:
            shown.append(part)
            part = ""
        part = f"{part}\n{piece}" if part else piece
    found = [blocks.section(f"```{text}```") for text in [*shown, part] if text]
    rest = [blocks.context("The rest is too long to be shown here.")] if len(found) > most else []
    return [*found[:most], *rest]


def _pieces(line: str) -> list[str]:
    """Escaped, each short enough although a sign may become five; three backticks would end what is exact."""
    line = line.replace("```", "`\u200b``")
    most = _EXACT // 5
    return [escape(line[start : start + most]) for start in range(0, len(line), most)]


def step_words(saying: Saying) -> str:
    if not saying.next_step and not saying.due:
        return ""
    step = escape(saying.next_step) or "as it is"
    return f"Next step, for the team only: {step}{due_words(saying.due)}"


def show_label(readers: Sequence[str], *, everybody: bool) -> str:
    """The button of what people outside will read, who are counted (Slack: 24 characters)."""
    if everybody:
        return "Show it to everybody"
    if any("@" not in reader for reader in readers):
        return "Show it to outsiders"
    count = len(readers)
    return f"Show it to {count} outsider{'s' if count > 1 else ''}" if count else "Write it"


def metadata_of(filled: Filled) -> dict[str, Any]:
    """What the question for the lead keeps of a text that came from a message."""
    return {"text": filled.text, "author": filled.author, "source": filled.source}
