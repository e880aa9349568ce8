"""Modals that every command uses: the frame, the loading state, a message, an error."""

from __future__ import annotations

import json
from typing import Any

from commands.act import View
from sops.blocks import Block, plain, section

TITLE_LENGTH = 24
"""Slack: title, submit and close of a view have 24 characters at most."""


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
        "blocks": blocks,
    }
    if callback_id:
        view["callback_id"] = callback_id
    if submit:
        view["submit"] = plain(submit, TITLE_LENGTH)
    if metadata is not None:
        view["private_metadata"] = json.dumps(metadata, separators=(",", ":"))
    if notify_on_close:
        view["notify_on_close"] = True
    return view


def loading(title: str, what: str) -> View:
    """Shown at once, before any slow look-up (a trigger id lives 3 s)."""
    return modal(title, [section(f":hourglass_flowing_sand: {what}")])


def message(title: str, *blocks: Block) -> View:
    return modal(title, list(blocks))
