"""The plan of Log meeting as a modal: the exact lines for the team, and for the notes with who reads them."""

from __future__ import annotations

from commands import views
from commands.act import View
from commands.confirming import kept
from commands.lead_update_views import BY_A_PERSON, PREPARE
from commands.meetings_forms import TITLE
from commands.phases import asked_first
from commands.senders import may_send, senders_words
from sops import blocks, phases
from sops.blocks import Block, escape
from sops.context import Context
from sops.meeting_plan import MeetingPlan, of
from store.lifecycle import Phase
from store.plan import Plan

CONFIRM = "meeting_confirm"
FOLLOW = "meeting_follow"
"""The box by which the phase follows from their yes or no: its action_id and its block_id."""


def plan_view(context: Context, plan: Plan, user: str, channel: str, *, over_form: bool = False) -> View:
    """What will be recorded and written. Confirm is there when nothing blocks, and for lines that leave the
    organisation when the person is a sender. `over_form`: it lies on its form, to which Back returns."""
    log = of(plan)
    allowed = not log.leaves_at_once or may_send(context, user)
    sendable = allowed and not log.blocked
    shown: list[Block] = [blocks.section(f"*{escape(log.organisation)}*")]
    shown += [blocks.section(f":no_entry: *Cannot be logged.* {check.words}") for check in log.blocked]
    shown += [blocks.section("*For the team* · stays with us"), *_quoted(log.team_lines)]
    shown += _for_the_notes(log)
    shown += _decision(context, log)
    shown.append(blocks.context(_what_happens(context, log)))
    if not allowed:
        shown.append(blocks.context(f":lock: {senders_words(context)}"))
    if log.blocked:
        again = blocks.button("Check again", "plan_anew", plan.id, style="primary")
        shown.append(blocks.actions(again))
    return views.modal(
        TITLE,
        shown,
        callback_id=CONFIRM,
        submit=_label(log) if sendable else "",
        close="Back" if over_form else "Cancel",
        metadata=kept([plan], channel, over_form=over_form),
        notify_on_close=sendable,
    )


def _quoted(lines: tuple[str, ...]) -> list[Block]:
    return blocks.sections("\n".join(f">{escape(line)}" for line in lines))


def _for_the_notes(log: MeetingPlan) -> list[Block]:
    if not log.lines:
        return [blocks.section("*For the running notes* · nothing is written there")]
    if log.blocked and not log.document:
        return [blocks.section("*For the running notes*"), *_quoted(log.lines)]
    readers = f"*{escape(log.reader_words)}* can read it"
    return [blocks.section(f":outbox_tray: *For the running notes* · {readers}:"), *_quoted(log.lines)]


def _decision(context: Context, log: MeetingPlan) -> list[Block]:
    """A yes proposes Prospect, with the box ticked; a no offers to close the lead."""
    if log.follows is None:
        return []
    yes = log.follows is Phase.PROSPECT
    words = "They said yes: make them a Prospect" if yes else "They said no: close the lead as declined"
    option = blocks.option(words, "yes")
    boxes: Block = {"type": "checkboxes", "action_id": FOLLOW, "options": [option]}
    if log.said.follow:
        boxes["initial_options"] = [option]
    lead = context.store.get(log.lead_id)
    missing = phases.missing(lead, Phase.PROSPECT, said_yes=True) if yes else []
    return [*asked_first(missing), blocks.actions(boxes, block_id=FOLLOW)]


def _what_happens(context: Context, log: MeetingPlan) -> str:
    if not log.lines:
        return f"Nothing leaves {escape(context.team.organisation)}."
    if log.manual:
        return f"{BY_A_PERSON} The meeting is recorded when somebody says so."
    return f"After the click there are {context.team.cancel_seconds:.0f} seconds to cancel."


def _label(log: MeetingPlan) -> str:
    """Slack: 24 characters."""
    if not log.lines:
        return "Log it"
    if log.manual:
        return PREPARE
    if log.everybody:
        return "Log; all can read"
    if any("@" not in reader for reader in log.readers):
        return "Log; outsiders read"
    count = len(log.readers)
    return f"Log; {count} outsider{'s read' if count != 1 else ' reads'}"
