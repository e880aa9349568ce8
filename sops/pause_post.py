"""The one message in the team's channel that all sending is paused; when somebody resumes, it says so instead."""

from __future__ import annotations

import logging
from datetime import datetime

from services.errors import Refused
from sops import blocks, brakes
from sops.blocks import Block, flat_text
from sops.brakes import Pause
from sops.context import Context

log = logging.getLogger(__name__)

PAUSE = "sending_paused"
"""The metadata by which the message is found again."""
_POSTED = "sending_pause_post"


def show(context: Context) -> None:
    """Have the channel say how it is now. Harmless to repeat; raises the errors of `services.errors`."""
    stopped = brakes.paused(context)
    posted = _posted(context)
    if posted is not None and (stopped is None or stopped.at != posted[0].at):
        _edit(context, *posted)
        context.store.set_value(_POSTED, None)
        posted = None
    if stopped is not None and posted is None:
        _post(context, stopped)


def is_due(context: Context) -> bool:
    """Whether a crash may have left it unsaid."""
    return brakes.paused(context) is not None or _posted(context) is not None


def _post(context: Context, stopped: Pause) -> None:
    slack, key = context.services.slack, stopped.at.isoformat()
    channel = slack.channel_id(context.team.channel)
    shown = _paused(stopped)
    ts = slack.find(channel, PAUSE, key) or slack.post(channel, flat_text(shown), shown, kind=PAUSE, key=key)
    kept = {"channel": channel, "ts": ts, "by": stopped.by, "at": key, "why": stopped.why}
    context.store.set_value(_POSTED, kept)


def _edit(context: Context, stopped: Pause, channel: str, ts: str) -> None:
    shown = [blocks.section(_resumed(stopped, brakes.resumed_by(context)))]
    try:
        context.services.slack.update(channel, ts, flat_text(shown), shown)
    except Refused as refused:
        log.info("The message about the pause cannot be edited, somebody may have deleted it: %s", refused)


def _posted(context: Context) -> tuple[Pause, str, str] | None:
    """The pause that the channel was told of, and where: channel and ts."""
    kept = context.store.value(_POSTED)
    if not kept:
        return None
    at = datetime.fromisoformat(kept["at"])
    return Pause(kept["by"], at, kept["why"]), kept["channel"], kept["ts"]


def _paused(stopped: Pause) -> list[Block]:
    words = f"{_who_paused(stopped)}. Nothing leaves until a sender resumes."
    resume = blocks.button("Resume sending", "sending_resume", "yes")
    return [blocks.section(f":octagonal_sign: {words}"), blocks.actions(resume)]


def _resumed(stopped: Pause, by: str) -> str:
    """`by` is a Slack user id."""
    return f":arrow_forward: <@{by}> resumed sending. ({_who_paused(stopped)}, {blocks.moment(stopped.at)}.)"


def _who_paused(stopped: Pause) -> str:
    who = f"<@{stopped.by}>" if stopped.by else "The assistant"
    return f"{who} paused all sending" + (f" ({stopped.why})" if stopped.why else "")
