"""Modals that every command uses: the frame, the loading state, a message, an error."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from commands.act import Act, View
from services.slack_blocks import named
from sops.blocks import Block, actions, button, escape, plain, section
from store.lead import Lead

TITLE_LENGTH = 24
"""Slack: title, submit and close of a view have 24 characters at most."""
DEEPEST = 3
"""Slack: so many modals can lie on each other; a fourth is refused with push_limit_reached."""


def modal(
    title: str,
    blocks: list[Block],
    *,
    callback_id: str = "",
    submit: str = "",
    close: str = "Close",
    metadata: dict[str, Any] | None = None,
    notify_on_close: bool = False,
) -> View:
    view: View = {
        "type": "modal",
        "title": plain(title, TITLE_LENGTH),
        "close": plain(close, TITLE_LENGTH),
        "blocks": named(blocks),
    }
    if callback_id:
        view["callback_id"] = callback_id
    if submit:
        view["submit"] = plain(submit, TITLE_LENGTH)
    if metadata is not None:
        view["private_metadata"] = json.dumps(metadata, separators=(",", ":"), ensure_ascii=False)
    if notify_on_close:
        view["notify_on_close"] = True
    return view


def loading(title: str, what: str) -> View:
    """Shown at once, before any slow look-up (a trigger id lives 3 s)."""
    return modal(title, [section(f":hourglass_flowing_sand: {what}")])


def message(title: str, *blocks: Block) -> View:
    return modal(title, list(blocks))


def closed_lead(title: str, lead: Lead) -> View:
    """In place of a form: nothing of this is done for a closed lead until somebody reopens it."""
    words = f":information_source: *{escape(lead.organisation)}* is closed ({escape(lead.phases[-1].why)})."
    reopen = actions(button("Reopen", "lead_reopen", lead.id, style="primary"))
    return message(title, section(f"{words} Reopen it first."), reopen)


def depth(view: Mapping[str, Any]) -> int:
    """How many modals there are up to `view`, as far as a payload tells: 1, 2, or 3 for deeper."""
    if view.get("type") != "modal" or not view.get("previous_view_id"):
        return 1
    return 2 if view["previous_view_id"] == view.get("root_view_id") else DEEPEST


def open_over(act: Act, view: View) -> None:
    """Open a modal on the one the click came from, or in its place where no more fit on each other."""
    if act.view.get("type") == "modal" and depth(act.view) >= DEEPEST:
        act.stay()
        act.show(view)
    else:
        act.open(view)


def answer_over(act: Act, view: View) -> None:
    """Answer a submitted form with a modal over it, or in its place where no more fit on each other."""
    how = "push" if depth(act.view) < DEEPEST else "update"
    act.ack(response_action=how, view=act.named(view))


def tell(act: Act, words: str) -> None:
    """Answer a pressed button where the person is looking: over its modal, or privately beside its message."""
    if act.view.get("type") == "modal":
        open_over(act, message("Partnerships", section(words)))
    else:
        act.whisper([section(words)])
