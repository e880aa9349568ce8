"""The launcher as a modal: find a lead, start a procedure, what waits, the brake."""

from __future__ import annotations

from commands import views
from commands.act import Act, View
from sops import blocks, brakes, progress_message
from sops.blocks import Block, escape
from sops.progress_message import TITLES
from store.plan import End

TITLE = "Partnerships"
CALLBACK = "partnerships"
_WAITING_BLOCKS = 60


def launcher(act: Act, *, not_found: str = "") -> View:
    """`not_found`: what somebody looked for in vain."""
    search: Block = {
        "type": "external_select",
        "action_id": "find_lead",
        "placeholder": blocks.plain("Name, address or ticket", 150),
        "min_query_length": 1,
    }
    shown: list[Block] = [
        blocks.section("*Find a lead*", accessory=search),
        blocks.section(
            f"*{TITLES['hail']}*\nSend the first mail to new contacts. Also: `/hail-lead ada@uni.example`",
            accessory=blocks.button("Start", "start_hail", "new"),
        ),
        blocks.divider(),
        _brake(act),
        *_waiting(act),
    ]
    if not_found:
        words = f":mag: No lead was found for “{escape(blocks.cut(not_found, 200))}”."
        shown.insert(0, blocks.section(words))
    return views.modal(
        TITLE, shown, callback_id=CALLBACK, metadata={"channel": act.channel}, notify_on_close=True
    )


def _brake(act: Act) -> Block:
    stopped = brakes.paused(act.context)
    if stopped is not None:
        text = f":octagonal_sign: *All sending is paused* {stopped.words}."
        return blocks.section(text, accessory=blocks.button("Resume sending", "sending_resume", "yes"))
    sent = brakes.sent_today(act.context)
    text = f"*Sending is on.* {sent} of at most {act.context.team.daily_cap} mails today."
    pause = blocks.button("Pause all sending", "sending_pause", "yes", style="danger")
    return blocks.section(text, accessory=pause)


def _waiting(act: Act) -> list[Block]:
    """Attempts that wait for their time or for a person, with the same buttons as in their threads."""
    shown: list[Block] = []
    for run in act.context.store.open_runs():
        if run.end not in (End.RUNNING, End.DONE, End.CANCELLED) and len(shown) < _WAITING_BLOCKS:
            shown += progress_message.render(act.context, run)
    return shown
