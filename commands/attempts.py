"""The answers to an attempt: Cancel and Send now while it waits; Retry, Do by hand and the rest after."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from commands import views
from commands.act import Act, View
from commands.registry import action, submission
from commands.senders import may_send, senders_words
from sops import attempting, blocks, engine, letters, mail_outcome
from sops.blocks import escape
from sops.leaving import leaves
from sops.mail_outcome import Letter, Sending, sending_of
from sops.progress_message import BY_HAND, nothing_done, title_of, waiting_ids, waiting_notice
from store.plan import End, Run

SENT = "attempt_sent_form"
HANDLED = "attempt_handled"
_PATIENCE_SECONDS = 20.0


@action("attempt_cancel")
def cancel(act: Act) -> None:
    """Anyone may cancel what has not begun."""
    act.ack()
    plan_id, together = waiting_ids(act.value)
    run = act.context.store.run(plan_id)
    if run is not None and engine.cancel(plan_id):
        act.context.progress.show(plan_id)
        _answer(act, plan_id, together, f":no_entry_sign: Cancelled. {nothing_done(run.sop)}")
    else:
        _too_late(act, plan_id, together)


@action("attempt_send_now")
def send_now(act: Act) -> None:
    """End the waiting time; for senders, like Send."""
    act.ack()
    plan_id, together = waiting_ids(act.value)
    if not _may(act, plan_id):
        return
    run = act.context.store.run(plan_id)
    if run is None or run.end is not End.QUEUED:
        _too_late(act, plan_id, together)
        return
    engine.send_now(plan_id)
    _answer(
        act,
        plan_id,
        together,
        f":outbox_tray: {title_of(run)} is on its way; the lead's thread shows how it goes.",
    )


@action("attempt_retry")
def retry(act: Act) -> None:
    """The same attempt goes on at the step where it stopped; what was made is found, not made again."""
    act.ack()
    if _may(act, act.value):
        _go_on(act)


@action("attempt_check_again")
def check_again(act: Act) -> None:
    """It is looked for once more, also where the tick had begun to look before it could be found."""
    act.ack()
    if _may(act, act.value):
        _go_on(act, patience=_PATIENCE_SECONDS)


@action("attempt_was_not_sent")
def was_not_sent(act: Act) -> None:
    """A person looked and says that nothing left: send it now."""
    act.ack()
    if not _may(act, act.value):
        return
    plan_id = act.value
    meant = mail_outcome.begun_at(plan_id)
    said = partial(mail_outcome.was_not_sent, plan_id, meant)
    _go_on(act, ends=frozenset({End.UNKNOWN}), first=said, patience=_PATIENCE_SECONDS)


@action("attempt_was_sent")
def was_sent(act: Act) -> None:
    """A person looked and says that it left: ask for the ticket's number, where it is not known."""
    act.ack()
    if not _may(act, act.value):
        return
    run = act.context.store.run(act.value)
    sending = sending_of(run.sop) if run is not None else None
    if sending is None:
        _too_late(act)
    else:
        act.open(_sent_form(sending, act.value, act.channel))


@action("attempt_by_hand")
def by_hand(act: Act) -> None:
    """Everything prepared for doing the stopped step by hand, and a button to say that it is done."""
    act.ack()
    if not _may(act, act.value):
        return
    run = act.context.store.run(act.value)
    stopped = _stopped_step(run)
    if run is None or stopped is None:
        _too_late(act)
        return
    sending = sending_of(run.sop)
    if sending is not None and stopped == sending.step:
        plan = act.context.store.plan(run.plan_id)
        act.open(_sent_form(sending, act.value, act.channel, sending.letter(plan) if plan else None))
    else:
        act.open(_handled_form(act, run, stopped))


@submission(SENT)
def sent(act: Act) -> None:
    """Take the ticket's number, which may be left empty; a number is looked up before it is believed."""
    number = act.typed("ticket").lstrip("#")
    plan_id = str(act.metadata["plan"])
    run = act.context.store.run(plan_id)
    sending = sending_of(run.sop) if run is not None else None
    if number and not number.isdecimal():
        act.ack(response_action="errors", errors={"ticket": "Only the number of the ticket, such as 123."})
        return
    if not number or sending is None or sending.why_not_its_ticket is None:
        act.ack()
        _settled(act, plan_id, lambda: mail_outcome.was_sent(plan_id, None, act.user))
        return
    act.ack(response_action="update", view=act.named(views.loading("It was sent", "Looking at the ticket…")))
    problem = sending.why_not_its_ticket(plan_id, int(number))
    if problem:
        act.show(_sent_form(sending, plan_id, act.channel, problem=problem))
        return
    _settled(act, plan_id, lambda: mail_outcome.was_sent(plan_id, int(number), act.user))
    act.show(views.message("It was sent", blocks.section(f":heavy_check_mark: Ticket {number} is noted.")))


@submission(HANDLED)
def handled(act: Act) -> None:
    """The step was done, or accepted, by a person."""
    act.ack()
    plan_id, step, note = str(act.metadata["plan"]), str(act.metadata["step"]), act.typed("note")
    _settled(act, plan_id, lambda: attempting.settle_by_hand(plan_id, step, act.user, note))


@action("attempt_drop")
def drop(act: Act) -> None:
    """Nothing more is to be done about it."""
    act.ack()
    if engine.drop(act.value):
        act.context.progress.show(act.value)
        act.replace_message([blocks.section(":heavy_check_mark: Dropped.")])
    else:
        _too_late(act)


def _settled(act: Act, plan_id: str, answer: Callable[[], None]) -> None:
    if engine.retry(plan_id, first=answer, patience=_PATIENCE_SECONDS):
        act.context.progress.show(plan_id)
    else:
        _too_late(act, plan_id)


def _go_on(act: Act, **how: Any) -> None:
    """Have the run that the pressed button is about go on; `how`: see engine.retry."""
    if engine.retry(act.value, **how):
        act.committed = True
        act.context.progress.show(act.value)
        act.replace_message([blocks.section(":gear: It goes on.")])
    else:
        _too_late(act)


def _answer(act: Act, plan_id: str, together: list[str], words: str) -> None:
    """Put `words` in the place of this attempt in the private notice; what else waits there stays."""
    runs = [run for each in together if (run := act.context.store.run(each)) is not None]
    act.replace_message(waiting_notice(runs, {plan_id: words}) or [blocks.section(words)])


def _too_late(act: Act, plan_id: str = "", together: list[str] | None = None) -> None:
    plan_id = plan_id or act.value
    run = act.context.store.run(plan_id)
    if run is None:
        words = "This was dropped: it is more than a day old. Nothing was done."
    elif run.end in (End.QUEUED, End.RUNNING):
        words = "It is under way right now; the lead's thread shows how it goes."
    elif run.end is End.DONE:
        words = f"It is done already: {run.words}"
    elif run.end is End.CANCELLED:
        words = f"It was cancelled. {run.words}"
    else:
        words = f"It waits for a person: {run.words}"
    _answer(act, plan_id, together or [], words)
    if not act.body.get("container", {}).get("is_ephemeral"):
        act.whisper([blocks.section(words)])


def _may(act: Act, plan_id: str) -> bool:
    """What leaves the organisation is for senders, also when it is tried again or done by hand; who may not is told
    so."""
    plan = act.context.store.plan(plan_id)
    if may_send(act.context, act.user) or (plan is not None and not leaves(plan)):
        return True
    views.tell(act, f":lock: {senders_words(act.context)}")
    return False


def _stopped_step(run: Run | None) -> str | None:
    if run is None or run.end not in engine.RETRYABLE or not run.steps:
        return None
    return run.steps[-1].step


def _sent_form(
    sending: Sending, plan_id: str, channel: str, letter: Letter | None = None, problem: str = ""
) -> View:
    """`letter`: it is to be sent by hand, word for word."""
    shown = [blocks.section(f":warning: {problem}")] if problem else []
    if letter is not None:
        shown += _by_hand_words(letter)
    else:
        shown.append(blocks.section("Then the assistant goes on with that mail and never sends it again."))
    if sending.why_not_its_ticket is not None:
        shown.append(
            blocks.text_input(
                "Ticket number",
                "ticket",
                optional=True,
                max_length=20,
                hint="Freshdesk's number of the ticket. Left empty, the lead has no ticket.",
            )
        )
    return views.modal(
        "It was sent",
        shown,
        callback_id=SENT,
        submit="Done",
        close="Cancel",
        metadata={"plan": plan_id, "channel": channel},
    )


def _by_hand_words(letter: Letter) -> list[blocks.Block]:
    words = [
        letter.how,
        f"*From*  {escape(letter.from_address)}",
        f"*To*  {escape(letter.to)}",
        f"*Cc*  {escape(', '.join(letter.cc)) or 'nobody'}",
        f"*Subject*  {escape(letter.subject)}",
        f"*Attach*  {escape(', '.join(letter.files)) or 'nothing'}",
    ]
    text = blocks.sections(letters.as_mrkdwn(letter.body_html))
    return [*blocks.sections("\n".join(words)), blocks.divider(), *text[:20], blocks.divider()]


def _handled_form(act: Act, run: Run, step: str) -> View:
    title = run.steps[-1].title
    plan = act.context.store.plan(run.plan_id)
    prepared = BY_HAND[run.sop](act.context, run, plan) if plan is not None and run.sop in BY_HAND else []
    shown = [
        blocks.section(f"*{title}*: {run.words}"),
        *prepared,
        blocks.context("Done by hand means: this step is settled, and the attempt goes on with the next."),
        blocks.text_input("What was done", "note", optional=True, max_length=500),
    ]
    return views.modal(
        "Do by hand",
        shown,
        callback_id=HANDLED,
        submit="Done",
        close="Cancel",
        metadata={"plan": run.plan_id, "step": step, "channel": act.channel},
    )
