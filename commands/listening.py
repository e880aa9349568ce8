"""What people write: replies in a lead's thread are recorded, quietly; direct messages are answered."""

from __future__ import annotations

from typing import Any

from commands import mentions
from commands.act import Act
from commands.procedures import lead_of_thread
from commands.registry import event
from services.slack_messages import Posted, posted
from sops import said
from store.lead import Lead


@event("message")
def heard(act: Act) -> None:
    """Every message event there is; each kind is for one of the functions below, or for nobody. What is recorded is
    acknowledged after that: of what we lost, Slack tells again (Slack: Events API, retries)."""
    subtype = str(act.event.get("subtype") or "")
    if subtype == "message_changed":
        _changed(act)
    elif subtype == "message_deleted":
        _deleted(act)
    elif act.event.get("channel_type") == "im":
        act.ack()
        mentions.answer_direct(act)
        return
    else:
        _said(act)
    act.ack()


def _said(act: Act) -> None:
    message = posted(act.channel, act.event)
    lead = _lead(act, message)
    if lead is not None and said.record(act.context, lead.id, message):
        act.context.progress.card(lead.id)


def _changed(act: Act) -> None:
    """Slack tells so of edits, and of much else: a preview of a link, a reply counted."""
    message, before = _inner(act, "message"), _inner(act, "previous_message")
    lead = _lead(act, message)
    if lead is not None and (message.text, message.files) != (before.text, before.files):
        said.edited(act.context, lead.id, message, str(act.event["ts"]))


def _deleted(act: Act) -> None:
    message = _inner(act, "previous_message")
    lead = _lead(act, message)
    if lead is not None:
        said.deleted(act.context, lead.id, message)


def _inner(act: Act, name: str) -> Posted:
    told: dict[str, Any] = act.event.get(name) or {}
    return posted(act.channel, told)


def _lead(act: Act, message: Posted) -> Lead | None:
    """The lead in whose thread a person wrote this reply."""
    if not message.by_person or not message.is_reply:
        return None
    return lead_of_thread(act, message.channel, message.thread_ts)
