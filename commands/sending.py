"""Pause all sending, and resume it."""

from __future__ import annotations

from commands.act import Act
from commands.launcher import launcher
from commands.registry import action
from commands.senders import may_send, senders_words
from sops import blocks, brakes, engine


@action("sending_pause")
def pause(act: Act) -> None:
    """Anyone may; queued mails stop at once."""
    act.ack()
    brakes.pause(act.context, act.user)
    _announce(
        act, f":octagonal_sign: <@{act.user}> paused all sending. Nothing leaves until a sender resumes."
    )


@action("sending_resume")
def resume(act: Act) -> None:
    """For senders: what waited because of the pause goes on."""
    act.ack()
    if not may_send(act.context, act.user):
        act.whisper([blocks.section(f":lock: {senders_words(act.context)}")])
        return
    if brakes.paused(act.context) is None:
        act.whisper([blocks.section("Sending is not paused (any more).")])
        return
    brakes.resume(act.context)
    act.committed = True
    for run in act.context.store.open_runs():
        if run.reason == "paused":
            engine.retry(run.plan_id)
            act.context.progress.show(run.plan_id)
    _announce(act, f":arrow_forward: <@{act.user}> resumed sending.")


def _announce(act: Act, words: str) -> None:
    """Everybody in the team's channel has to know; so has the person whose click it was."""
    slack = act.context.services.slack
    resume_it = blocks.actions(blocks.button("Resume sending", "sending_resume", "yes"))
    shown = [blocks.section(words)] + ([resume_it] if brakes.paused(act.context) else [])
    slack.post(slack.channel_id(act.context.team.channel), words, shown)
    if act.view.get("type") == "modal":
        act.stay()
        act.show(launcher(act))
