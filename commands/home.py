"""The Home tab is opened: it shows what needs this person, and their leads."""

from __future__ import annotations

from commands.act import Act
from commands.registry import event
from sops import home


@event("app_home_opened")
def opened(act: Act) -> None:
    """Slack tells this for the Messages tab too, where nothing is to be shown."""
    act.ack()
    if act.event.get("tab") == "home":
        home.remember(act.context, act.user)
        act.context.progress.home(act.user)
