"""Blocks as they are sent: a row of buttons keeps its name from one rendering to the next."""

from __future__ import annotations

import hashlib
from collections import Counter
from typing import Any

Block = dict[str, Any]


def named(blocks: list[Block]) -> list[Block]:
    """Blocks in which only buttons can be pressed get a `block_id` made of those; one that was given stays.

    Slack makes up a new one each time a message or view is sent, and a press on what has just been shown anew names
    the old one. Rows that are alike are counted: a block_id is unique in its message or view (Slack: blocks). That
    page advises a new one for each edit, too; buttons hold nothing that could go stale, and each names in its value
    what it is about. Whatever holds a choice is left alone: Slack keeps what was chosen where the name stays.
    """
    alike: Counter[str] = Counter()
    return [_named(block, alike) for block in blocks]


def _named(block: Block, alike: Counter[str]) -> Block:
    elements = [*block.get("elements", ()), *filter(None, [block.get("accessory")])]
    buttons = [each for each in elements if each["type"] == "button"]
    if not buttons or len(buttons) < len(elements) or "block_id" in block:
        return block
    told = "\n".join(f"{each['action_id']} {each.get('value', '')}" for each in buttons)
    name = hashlib.sha256(told.encode()).hexdigest()[:16]
    alike[name] += 1
    return block | {"block_id": f"{name}.{alike[name]}"}
