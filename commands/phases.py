"""Changing a lead's phase by hand: a confirmed move, closing with a reason, reopening."""

from __future__ import annotations

import contextlib
from typing import Any

from commands import views
from commands.act import Act, View
from commands.lead_modal import refresh_under, show_where_pressed, under
from commands.registry import action, submission
from sops import blocks, card_words, phases, ticket_notes
from sops.blocks import Block, escape
from store.lead import Lead
from store.lifecycle import CloseReason, Phase, TransitionRefused

MOVE = "lead_move_form"
CLOSE = "lead_close_form"
_WHY_LENGTH = 500


@action("lead_move")
def move(act: Act) -> None:
    """The value is the lead's id and the phase to move it to: "l2345abcd Qualified Lead"."""
    act.ack()
    lead_id, _, phase = act.value.partition(" ")
    lead, to = act.context.store.get(lead_id), Phase(phase)
    if to in phases.moves(lead):
        views.open_over(act, _move_form(act, lead, to))
    else:
        views.open_over(act, views.message("Move phase", blocks.section(_why_not(lead, to))))


@submission(MOVE)
def moved(act: Act) -> None:
    """Done at once, before the answer: it is one write, and who moved it meanwhile is named in the same modal."""
    why = " ".join(act.typed("why").split())
    _change(act, Phase(str(act.metadata["to"])), why)


@action("lead_close")
def close(act: Act) -> None:
    """The value is the lead's id."""
    act.ack()
    lead = act.context.store.get(act.value)
    if lead.phase is Phase.CLOSED:
        words = f":information_source: {_name(lead)} is closed already: {escape(lead.phases[-1].why)}"
        views.open_over(act, views.message("Close", blocks.section(words)))
    else:
        views.open_over(act, _close_form(act, lead))


@submission(CLOSE)
def closed(act: Act) -> None:
    reason, words = act.typed("reason"), " ".join(act.typed("words").split())
    if CloseReason(reason) is CloseReason.OTHER and not words:
        act.ack(response_action="errors", errors={"words": "Say in a few words what the other reason is."})
        return
    _change(act, Phase.CLOSED, f"{reason}: {words}" if words else reason)


@action("lead_reopen")
def reopen(act: Act) -> None:
    """A closed lead goes back to the phase it left; of two people who press, the second finds it open."""
    act.ack()
    lead = act.context.store.get(act.value)
    before = lead.phases[-1].before
    if lead.phase is Phase.CLOSED and before is not None:
        with contextlib.suppress(phases.MovedMeanwhile):  # Somebody else reopened it in this moment.
            phases.move(act.context, lead.id, before, act.user, "reopened", seen=len(lead.phases))
    show_where_pressed(act, lead.id)


def _change(act: Act, to: Phase, why: str) -> None:
    """Move it as the form said, and answer the form."""
    lead_id = str(act.metadata["lead_id"])
    try:
        phases.move(act.context, lead_id, to, act.user, why, seen=int(act.metadata["seen"]))
    except TransitionRefused:
        lead = act.context.store.get(lead_id)
        last = lead.phases[-1]
        words = (
            f":information_source: {_name(lead)} is *{lead.phase}* now: <@{last.by}> changed it meanwhile"
            f"{f' ({escape(last.why)})' if last.why else ''}. Nothing was changed by you."
        )
        act.ack(response_action="update", view=views.message("Changed meanwhile", blocks.section(words)))
    else:
        act.ack()
    refresh_under(act, lead_id)


def _move_form(act: Act, lead: Lead, to: Phase) -> View:
    missing = phases.missing(lead, to)
    since = card_words.days(lead.phase_since, act.context.clock.now())
    shown: list[Block] = [
        blocks.section(f"*{_name(lead)}*\n{lead.phase} ({since})  →  *{to}*"),
    ]
    shown += asked_first(missing)
    shown.append(
        blocks.text_input(
            "Why",
            "why",
            optional=not missing,
            max_length=_WHY_LENGTH,
            hint=_kept(act, lead) + (" Say why it moves all the same." if missing else ""),
        )
    )
    return _form(act, lead, "Move phase", shown, MOVE, "Move", to=str(to))


def _kept(act: Act, lead: Lead) -> str:
    ticket = " and noted on the ticket" if ticket_notes.follow(act.context, lead) else ""
    return f"Kept in the timeline{ticket}, for the team only."


def asked_first(missing: list[str]) -> list[Block]:
    """What the procedure wants to be known before the change, where it is not."""
    listed = "\n".join(f"• {lack}" for lack in missing)
    words = f":warning: The procedure asks first for what is not recorded:\n{listed}"
    return [blocks.section(words)] if missing else []


def _close_form(act: Act, lead: Lead) -> View:
    reasons: Block = {
        "type": "static_select",
        "action_id": "value",
        "placeholder": blocks.plain("Choose a reason"),
        "options": [blocks.option(str(reason).capitalize(), str(reason)) for reason in CloseReason],
    }
    shown = [
        blocks.section(f"*{_name(lead)}*\n{lead.phase}  →  *Closed*. It can be reopened at any time."),
        blocks.input_block("Reason", "reason", reasons),
        blocks.text_input(
            "In a few words",
            "words",
            optional=True,
            max_length=_WHY_LENGTH,
            hint=f"{_kept(act, lead)} The lead is not told.",
        ),
    ]
    return _form(act, lead, "Close lead", shown, CLOSE, "Close it")


def _form(
    act: Act, lead: Lead, title: str, shown: list[Block], callback_id: str, submit: str, **more: str
) -> View:
    metadata: dict[str, Any] = {
        "channel": act.channel,
        "lead_id": lead.id,
        "seen": len(lead.phases),
        "under": under(act),
        **more,
    }
    return views.modal(
        title, shown, callback_id=callback_id, submit=submit, close="Cancel", metadata=metadata
    )


def _why_not(lead: Lead, to: Phase) -> str:
    if lead.phase is to:
        return f":information_source: {_name(lead)} is {to} already."
    if lead.phase is Phase.CLOSED:
        return f":information_source: {_name(lead)} is closed. Reopen it first."
    if to is Phase.PARTNER:
        return (
            f":information_source: {_name(lead)} becomes a Partner with the fully signed agreement, which is not "
            "confirmed here."
        )
    return f":information_source: {_name(lead)} is {lead.phase} and does not go back to {to}."


def _name(lead: Lead) -> str:
    return escape(blocks.cut(lead.organisation, 200))
