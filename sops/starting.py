"""Which procedure comes next for a lead, and the button that starts one."""

from __future__ import annotations

from sops import blocks
from sops.blocks import Block


def start_action(key: str) -> str:
    """The action id of every button that starts the procedure `key`; the button's value is the lead's id."""
    return f"start_{key}"


def start_button(key: str, text: str, lead_id: str, *, style: str = "") -> Block:
    return blocks.button(text, start_action(key), lead_id, style=style)
