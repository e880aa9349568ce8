"""Pause all sending, and resume it."""

from __future__ import annotations

from commands import views
from commands.act import Act
from commands.launcher import launcher
from commands.registry import action
from commands.senders import may_send, senders_words
from sops import brakes, engine


@action("sending_pause")
def pause(act: Act) -> None:
    """Anyone may; queued mails stop at once. The channel is told, and who pressed sees the launcher as it is now."""
    act.ack()
    brakes.pause(act.context, act.user)
    _show_launcher(act)


@action("sending_resume")
def resume(act: Act) -> None:
    """For senders: what waited because of the pause goes on; also what stopped just when somebody else resumed."""
    act.ack()
    if not may_send(act.context, act.user):
        views.tell(act, f":lock: {senders_words(act.context)}")
        return
    act.committed = brakes.resume(act.context, act.user)
    for run in act.context.store.open_runs():
        if run.reason == "paused" and engine.retry(run.plan_id):
            act.committed = True
            act.context.progress.show(run.plan_id)
    if not act.committed:
        views.tell(act, "Sending is not paused (any more).")
        act.context.progress.home(act.user)
    _show_launcher(act)


def _show_launcher(act: Act) -> None:
    if act.view.get("type") == "modal":
        act.stay()
        act.show(launcher(act))
