"""Who can own a lead: active full members of our own Slack. Owners get what is for the team only."""

from __future__ import annotations

from services.errors import Refused
from sops import blocks
from sops.context import Context


def why_not(context: Context, user: str) -> str:
    """Why this person cannot own a lead, for the field they were chosen in; empty when they can. Raises the errors
    of `services.errors` when Slack does not say."""
    slack = context.services.slack
    try:
        member = slack.member(user)
    except Refused:
        return "There is nobody of that name in this Slack."
    name = blocks.cut(member.name, 100)
    if not member.active:
        return f"{name} has left this Slack, or is an app. Choose somebody who is here."
    if member.guest:
        return f"{name} is a guest. Owners are full members."
    if member.team != slack.own_team():
        return f"{name} is at home in another organisation's Slack. Owners are full members of ours."
    return ""
