"""Confirming a plan, the same for every procedure: Send, the closed plan, the plan made anew."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from commands import views
from commands.act import Act, View
from commands.registry import action
from commands.senders import may_send, senders_words
from sops import blocks, engine, mail_outcome
from sops.blocks import escape
from sops.progress_message import TITLES, nothing_done, waiting_notice
from store.lead import Message
from store.plan import End, Plan, Run
from store.ports import NoSuchLead

Replan = Callable[[Act, list[Plan]], None]
"""Shows, in the open modal, a fresh plan for what earlier ones were about."""
_REPLANS: dict[str, Replan] = {}
_LOADING = "Making the plan…"
GONE = ":hourglass: That plan was dropped: it is more than a day old. Nothing was done."


def replan(sop: str) -> Callable[[Replan], Replan]:
    """Mark the function that makes a procedure's plans anew."""

    def wrap(function: Replan) -> Replan:
        _REPLANS[sop] = function
        return function

    return wrap


def kept(plans: list[Plan], channel: str, **more: Any) -> dict[str, Any]:
    """What a plan's modal keeps: the plans with the digest of what was shown, and where the person is."""
    return {"plans": [[plan.id, plan.digest] for plan in plans], "channel": channel} | more


def plans_of(act: Act, plan_ids: list[str]) -> list[Plan]:
    """Those that still exist."""
    found = (act.context.store.plan(plan_id) for plan_id in plan_ids)
    return [plan for plan in found if plan is not None]


def plans_or_gone(act: Act, plan_ids: list[str]) -> list[Plan]:
    """Those that still exist; where none does, the open modal says so."""
    plans = plans_of(act, plan_ids)
    if not plans:
        again = blocks.context("Start again with the command.")
        act.show(views.message("Not done", blocks.section(GONE), again))
    return plans


def shown_plans(act: Act) -> list[Plan]:
    """The plans of the modal that was submitted or closed."""
    return plans_of(act, [plan_id for plan_id, _ in act.metadata["plans"]])


def carry_out(act: Act, *, leaves: bool = True) -> None:
    """Confirm the plans of the submitted modal: one durable thing each, then the answer.

    `leaves`: something leaves the organisation, so a sender has to press, and there is time to cancel.
    """
    plans = shown_plans(act)
    problem = _why_not(act, plans, leaves)
    if problem:
        nothing = nothing_done(plans[0].sop) if plans else "Nothing was done."
        act.ack(response_action="update", view=_refused_view(act.metadata, f"{problem} {nothing}"))
        return
    delay = act.context.team.cancel_seconds if leaves else 0.0
    runs = _enqueue_all(act, plans, delay)
    act.committed = True
    act.ack(response_action="clear")
    _settle_earlier(act, plans)
    for plan in plans:
        act.context.progress.show(plan.id)
    if leaves and not all(_in_sight(act, run) for run in runs):
        act.whisper(waiting_notice(runs))


def _in_sight(act: Act, run: Run) -> bool:
    """Whether the person is in the lead's thread: Cancel stands there, on the progress message."""
    try:
        thread = act.context.store.get(run.lead_id).thread
    except NoSuchLead:
        return False
    return thread == Message(act.channel, act.thread)


def _enqueue_all(act: Act, plans: list[Plan], delay: float) -> list[Run]:
    """All of them or none: "nothing was done" has to be true."""
    runs: list[Run] = []
    try:
        for plan in plans:
            runs.append(engine.enqueue(plan, act.user, act.channel, delay=delay))
    except BaseException:
        for run in runs:
            engine.cancel(run.plan_id)
        raise
    return runs


def _settle_earlier(act: Act, plans: list[Plan]) -> None:
    """These plans take the place of the stopped attempts whose plan was made anew: nobody is asked about those any
    more, nor can they be tried again beside these. One whose mail may have left waits for its answer."""
    for plan_id in act.metadata.get("instead", []):
        run = act.context.store.run(plan_id)
        if run is None or run.sop not in {plan.sop for plan in plans}:
            continue
        if run.end is not End.UNKNOWN and not mail_outcome.begun_at(plan_id) and engine.drop(plan_id):
            act.context.progress.show(plan_id)


def _why_not(act: Act, plans: list[Plan], leaves: bool) -> str:
    """Why these plans may not be carried out, empty when they may."""
    if len(plans) != len(act.metadata["plans"]):
        return "This plan is too old."
    for plan, (_, digest) in zip(plans, act.metadata["plans"], strict=True):
        if plan.digest != digest:
            return "This is not the plan that was saved."
        if plan.expires_at <= act.context.clock.now():
            return f"This plan was made on {plan.created_at:%Y-%m-%d}, and plans hold for a day."
        blocked = [check["words"] for check in plan.content.get("checks", []) if check["state"] == "block"]
        if blocked:
            return str(blocked[0])
    if leaves and not may_send(act.context, act.user):
        return senders_words(act.context)
    return ""


def _refused_view(metadata: dict[str, Any], words: str) -> View:
    again = blocks.actions(blocks.button("Make a new plan", "plan_anew", _ids(metadata), style="primary"))
    return views.modal(
        "Not done",
        [blocks.section(f":hourglass: {words}"), again],
        metadata=metadata,
    )


def _ids(metadata: dict[str, Any]) -> str:
    return ",".join(plan_id for plan_id, _ in metadata["plans"]) or "-"


def offer_again(act: Act) -> None:
    """A closed plan is offered again: nothing was sent, and nothing is lost."""
    act.ack()
    plans = shown_plans(act)
    if not plans or any(act.context.store.run(plan.id) for plan in plans):
        return
    about = escape(", ".join(plan.about for plan in plans if plan.about))
    again = blocks.button("Open it again", "plan_reopen", ",".join(plan.id for plan in plans))
    sop = plans[0].sop
    words = f"You closed the plan of {TITLES[sop]} ({blocks.cut(about, 500)}). {nothing_done(sop)}"
    act.whisper([blocks.section(words, accessory=again)])


@action("plan_anew")
def plan_anew(act: Act) -> None:
    """In the modal: something was mended elsewhere, or the plan is too old."""
    act.ack()
    act.stay()
    act.show(views.loading("One moment", _LOADING))
    _show_anew(act)


@action("plan_reopen")
@action("attempt_change")
def plan_reopen(act: Act) -> None:
    """From a message: a fresh plan for what an earlier one was about."""
    act.ack()
    act.open(views.loading("One moment", _LOADING))
    _show_anew(act)


def _show_anew(act: Act) -> None:
    plans = plans_or_gone(act, act.value.split(","))
    if plans:
        act.metadata["instead"] = [*act.metadata.get("instead", []), *(plan.id for plan in plans)]
        _REPLANS[plans[0].sop](act, plans)
