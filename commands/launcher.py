"""The launcher as a modal: find a lead, start a procedure, what waits, the brake."""

from __future__ import annotations

from collections.abc import Sequence

from commands import views
from commands.act import Act, View
from commands.lead_modal import CALLBACK, TITLE
from commands.procedures import fitting, in_order
from sops import blocks, brakes, progress_message
from sops.blocks import Block, escape
from sops.progress_message import TITLES
from sops.starting import start_button
from store.lead import LeadSummary
from store.plan import End

_MOST_BLOCKS = 100
"""Slack: blocks of a view."""


def launcher(act: Act, *, wanted: str = "", found: Sequence[LeadSummary] = ()) -> View:
    """`wanted` is what somebody looked for, and `found` the leads that fit it when they are several."""
    search: Block = {
        "type": "external_select",
        "action_id": "find_lead",
        "placeholder": blocks.plain("Name, address or ticket", 150),
        "min_query_length": 1,
    }
    shown: list[Block] = [
        *_answer(wanted, found),
        blocks.section("*Find a lead*", accessory=search),
        *_procedures(),
        blocks.divider(),
        _brake(act),
    ]
    shown += _waiting(act, _MOST_BLOCKS - len(shown))
    return views.modal(
        TITLE, shown, callback_id=CALLBACK, metadata={"channel": act.channel}, notify_on_close=True
    )


def _answer(wanted: str, found: Sequence[LeadSummary]) -> list[Block]:
    if not wanted:
        return []
    what = "Several leads fit" if found else "No lead was found for"
    told = [blocks.section(f":mag: {what} “{escape(blocks.cut(wanted, 200))}”.")]
    return told + [fitting(lead, blocks.button("Open", "lead_more", lead.id)) for lead in found]


def _procedures() -> list[Block]:
    """Everything that can be started; which lead it is for is asked then."""
    hail = ("hail", TITLES["hail"], "Send the first mail to new contacts", "/hail-lead")
    others = [(made.key, made.title, made.description, made.slash) for made in in_order()]
    return [
        blocks.section(
            f"*{title}*\n{description}" + (f" · `{slash}`" if slash else ""),
            accessory=start_button(key, "Start", "new"),
        )
        for key, title, description, slash in (hail, *others)
    ]


def _brake(act: Act) -> Block:
    stopped = brakes.paused(act.context)
    if stopped is not None:
        text = f":octagonal_sign: *All sending is paused* {stopped.words}."
        return blocks.section(text, accessory=blocks.button("Resume sending", "sending_resume", "yes"))
    sent = brakes.sent_today(act.context)
    text = f"*Sending is on.* {sent} of at most {act.context.team.daily_cap} mails today."
    pause = blocks.button("Pause all sending", "sending_pause", "yes", style="danger")
    return blocks.section(text, accessory=pause)


def _waiting(act: Act, room: int) -> list[Block]:
    """Attempts that wait for their time or for a person, with the same buttons as in their threads; as many as fit
    in `room` blocks, and how many do not."""
    over = (End.RUNNING, End.DONE, End.CANCELLED)
    waiting = [run for run in act.context.store.open_runs() if run.end not in over]
    told = (progress_message.render(act.context, run) for run in waiting)
    return blocks.limited(told, len(waiting), room, "more wait; each stands in its lead's thread")
