"""Who may let something leave the organisation."""

from __future__ import annotations

from sops.context import Context


def may_send(context: Context, user: str) -> bool:
    """Whether `user` is a sender: listed, or a full member (no guest) of the senders' private channel."""
    slack, team = context.services.slack, context.team
    if user in team.senders:
        return True
    if not team.senders_channel or user not in slack.members(slack.channel_id(team.senders_channel)):
        return False
    return slack.is_full_member(user)


def senders(context: Context) -> list[str]:
    """User ids of all senders. Raises the errors of `services.errors` when Slack does not say."""
    slack, team = context.services.slack, context.team
    found = list(team.senders)
    if team.senders_channel:
        for user in slack.members(slack.channel_id(team.senders_channel)):
            if user not in found and slack.is_full_member(user):
                found.append(user)
    return found


def senders_words(context: Context) -> str:
    """Who can do what only senders can, for those who cannot."""
    found = senders(context)
    if not found:
        return "Nobody may send yet: whoever runs the assistant has to name the senders in its settings."
    names = ", ".join(f"<@{user}>" for user in found[:20])
    return f"Only senders can do this: {names}. Ask one of them."
