"""The one progress message of a run: its steps while it works, its result line and its answers after."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from sops import blocks
from sops.attempting import may_be_done_by_hand
from sops.blocks import Block, escape
from sops.context import Context
from sops.mail_outcome import sending_of
from store.plan import End, Plan, Run

TITLES = {
    "hail": "Hail the Lead",
    "running_notes": "Create running notes",
    "meeting": "Log meeting",
    "update": "Status update",
    "retraction": "Take back an update",
    "reply": "Reply",
}
"""What people call each procedure."""

_MARKS = {
    "running": "…",
    "done": "✓",
    "found": "✓",
    "skipped": "–",
    "failed": "✗",
    "unknown": "?",
    "by hand": "✋",
}
_ENDS = {
    End.FAILED: ":warning:",
    End.UNKNOWN: ":grey_question:",
    End.NEEDS_PERSON: ":raising_hand:",
    End.CANCELLED: ":no_entry_sign:",
}

AFTERWARDS: dict[str, Callable[[Context, Run], list[Block]]] = {}
"""By procedure: what can still be done about a finished one, under its result line."""

BY_HAND: dict[str, Callable[[Context, Run, Plan], list[Block]]] = {}
"""By procedure: what somebody needs who does the stopped step instead: the words, the link."""

_STANDS = {End.RUNNING: "on its way", End.DONE: "done"}


def render(context: Context, run: Run) -> list[Block]:
    """The message in the lead's thread. A finished run is one line."""
    if run.end is End.DONE:
        more = AFTERWARDS[run.sop](context, run) if run.sop in AFTERWARDS else []
        return [blocks.section(f":white_check_mark: {run.words}"), *_by_hand(run), *more]
    if run.end is End.CANCELLED:
        said = " ".join(part for part in (run.words, run.outside) if part)
        why = said or f"Nothing left {_us(context)}."
        return [blocks.section(f"{_ENDS[run.end]} {title_of(run)} was cancelled. {why}")]
    if run.end is End.QUEUED and not run.steps:
        return [blocks.section(queued_words(run)), waiting_buttons(run)]
    shown = [blocks.section(_headline(run))]
    if run.steps:
        shown.append(
            blocks.context("\n".join(_step_line(line.state, line.title, line.note) for line in run.steps))
        )
    answers = _answers(run)
    if answers:
        shown.append(blocks.actions(*answers))
    return shown


def summary(run: Run) -> str:
    """The message in one line, for notifications."""
    if run.end is End.DONE:
        return run.words
    return f"{title_of(run)}: {run.words or run.end}"


def queued_words(run: Run) -> str:
    """When it goes, in the reader's own time zone (Slack: date formatting)."""
    at = int(run.due_at.timestamp())
    clock = f"<!date^{at}^{{time_secs}}|{run.due_at:%H:%M:%S} UTC>"
    goes = "goes at" if sending_of(run.sop) else "will be carried out at"
    return f":hourglass_flowing_sand: {title_of(run)} {goes} {clock}, approved by <@{run.by}>."


def nothing_done(sop: str) -> str:
    """That a procedure did nothing, for people who wonder."""
    return "Nothing was sent." if sending_of(sop) else "Nothing was done."


def waiting_notice(runs: Sequence[Run], said: Mapping[str, str] | None = None) -> list[Block]:
    """The private notice after the click: Cancel and Send now for each run that waits. `said` has the words that
    take the place of a run, by plan id; one that began meanwhile is on its way."""
    together = [run.plan_id for run in runs]
    shown: list[Block] = []
    for run in runs:
        words = (said or {}).get(run.plan_id)
        if words is None and run.end is End.QUEUED:
            shown += [blocks.section(queued_words(run)), waiting_buttons(run, together)]
        else:
            shown.append(blocks.section(words or f"{title_of(run)}: {_stands(run)}."))
    return shown


def waiting_buttons(run: Run, together: Sequence[str] = ()) -> Block:
    """Cancel and Send now, for as long as the run waits; `together` are the plans of the same notice, which
    Slack does not give back with a click on a private message."""
    value = f"{run.plan_id} {','.join(together)}".strip()
    now = "Send now" if sending_of(run.sop) else "Do it now"
    return blocks.actions(
        blocks.button("Cancel", "attempt_cancel", value, style="danger"),
        blocks.button(now, "attempt_send_now", value),
    )


def waiting_ids(value: str) -> tuple[str, list[str]]:
    """The reverse of the value of `waiting_buttons`: the run's own plan id, and those of the same notice."""
    plan_id, _, together = value.partition(" ")
    return plan_id, together.split(",") if together else [plan_id]


def _stands(run: Run) -> str:
    if run.end is End.CANCELLED:
        return "cancelled, nothing was sent" if sending_of(run.sop) else "cancelled, nothing was done"
    return _STANDS.get(run.end, "see its thread")


def title_of(run: Run) -> str:
    """The procedure and whom it is about."""
    link = "to" if sending_of(run.sop) else "for"
    return f"*{TITLES[run.sop]}*" + (f" {link} {escape(run.about)}" if run.about else "")


def _us(context: Context) -> str:
    return escape(context.team.organisation)


def _headline(run: Run) -> str:
    if run.end in (End.RUNNING, End.QUEUED):
        return f":gear: {title_of(run)}, approved by <@{run.by}>"
    parts = [f"{_ENDS[run.end]} {title_of(run)}: {run.words}"]
    parts += [part for part in (run.outside, run.not_outside) if part]
    return "\n".join(parts)


def _step_line(state: str, title: str, note: str) -> str:
    return (
        f"{_MARKS[state]} {title}"
        + (f" ({state})" if state in ("found", "by hand") else "")
        + (f": {note}" if note else "")
    )


def _by_hand(run: Run) -> list[Block]:
    done = [line for line in run.steps if line.state == "by hand"]
    return [blocks.context(", ".join(f"{line.title} {line.note}" for line in done))] if done else []


def _answers(run: Run) -> list[Block]:
    """The buttons that fit how the run ended."""
    plan = run.plan_id
    retry = blocks.button("Retry", "attempt_retry", plan, style="primary")
    change = blocks.button("Change", "attempt_change", plan)
    drop = blocks.button("OK, drop it", "attempt_drop", plan)
    by_hand = blocks.button("Do by hand", "attempt_by_hand", plan)
    hand = [by_hand] if run.steps and may_be_done_by_hand(run.steps[-1].step) else []
    if run.end is End.UNKNOWN and sending_of(run.sop) is None:
        return [blocks.button("Check again", "attempt_check_again", plan, style="primary"), *hand]
    if run.end is End.UNKNOWN:
        return [
            blocks.button("Check again", "attempt_check_again", plan, style="primary"),
            blocks.button("It was sent", "attempt_was_sent", plan),
            blocks.button("It was not, send now", "attempt_was_not_sent", plan),
        ]
    if run.end is End.FAILED:
        return [retry, *hand] if run.outside else [retry, change, *hand, drop]
    if run.end is not End.NEEDS_PERSON:
        return []
    return {
        "paused": [blocks.button("Resume sending", "sending_resume", plan), drop],
        "cap": [retry, drop],
        "changed": [blocks.button("See the new plan", "attempt_change", plan, style="primary"), drop],
        "newer mail": [
            blocks.button("Read it, change the reply", "attempt_change", plan, style="primary"),
            drop,
        ],
        "by hand": [by_hand | {"style": "primary"}, blocks.button("Change", "attempt_change", plan), drop],
        "mismatch": [blocks.button("Accept it as it is", "attempt_by_hand", plan), retry],
    }.get(run.reason, [drop])
