"""Who the assistant works for: full members of our own Slack, and whoever is in the team's channel.

A direct message, a shared channel and a message's menu are open to guests, and to people of other workspaces, who
are here through Slack Connect; what we know of a lead is not theirs to see.
"""

from __future__ import annotations

from commands.act import Act
from services.slack_messages import posted
from sops import blocks
from sops.blocks import Block
from sops.context import Context


def may_use(context: Context, user: str) -> bool:
    """As of some minutes ago at most. Raises the errors of `services.errors` when Slack does not say."""
    slack = context.services.slack
    return slack.is_full_member(user) or user in slack.members(_channel(context))


def asks(act: Act) -> bool:
    """Whether a person wants something of us here. What is merely overheard, in a thread or as a reaction, gets no
    answer by itself."""
    event = act.event
    if not event:
        return True
    if event.get("type") == "app_home_opened":
        return event.get("tab") == "home"
    direct = event.get("type") == "message" and event.get("channel_type") == "im"
    return (direct or event.get("type") == "app_mention") and posted(act.channel, event).by_person


def turn_away(act: Act) -> None:
    """Say why, where the person is; a search just finds nothing."""
    kind = act.body.get("type")
    if kind == "block_suggestion":
        act.ack(options=[])
        return
    act.ack()
    told: list[Block] = [blocks.section(f":lock: {_words(act.context)}")]
    if act.event.get("type") == "app_home_opened":
        act.context.services.slack.publish_home(act.user, {"type": "home", "blocks": told})
    elif kind != "view_closed":
        act.whisper(told)


def _words(context: Context) -> str:
    return (
        "This is the assistant of the partnerships team. It works for full members of this Slack and for people in "
        f"<#{_channel(context)}>; you are neither, so nothing was shown or done. Somebody of the team can add you to "
        "that channel."
    )


def _channel(context: Context) -> str:
    return context.services.slack.channel_id(context.team.channel)
