"""The rules of Block Kit's blocks, and on which surface each may stand.

Source: https://docs.slack.dev/reference/block-kit/blocks
"""

from __future__ import annotations

from typing import Any

from sandbox.slack.rules.elements import ELEMENTS, IMAGE, IN_ACTIONS, IN_INPUT, IN_SECTION
from sandbox.slack.rules.fields import (
    Anything,
    Field,
    Flag,
    Link,
    Many,
    Problem,
    Problems,
    Shape,
    Text,
    Typed,
    Words,
)
from sandbox.slack.rules.objects import ID


def _block(kind: str, fields: dict[str, Field], required: tuple[str, ...] = (), *rules: Any) -> Shape:
    named: dict[str, Field] = {"type": Text(40, choices=(kind,)), "block_id": ID}
    return Shape(named | fields, ("type", *required), rules)


def _text_or_fields(block: dict[str, Any], pointer: str) -> Problems:
    if block.get("text") is None and block.get("fields") is None:
        yield Problem(pointer, "missing required field: text")


def _picture(block: dict[str, Any], pointer: str) -> Problems:
    if ("image_url" in block) == ("slack_file" in block):
        yield Problem(pointer, "must provide either image_url or slack_file")


CONTEXT_WORDS = Words(3000, plain_only=False)


class _ContextElement:
    """A text object or an image."""

    def check(self, value: Any, pointer: str) -> Problems:
        """By type."""
        if isinstance(value, dict) and value.get("type") == "image":
            yield from IMAGE.check(value, pointer)
        elif isinstance(value, dict) and value.get("type") not in ("plain_text", "mrkdwn"):
            yield Problem(f"{pointer}/type", f"unsupported type: {value.get('type')}")
        else:
            yield from CONTEXT_WORDS.check(value, pointer)


RICH_PARTS = ("rich_text_section", "rich_text_list", "rich_text_preformatted", "rich_text_quote")
RICH_PART = Shape(
    {
        "type": Text(40, choices=RICH_PARTS),
        "elements": Many(Anything(), 1000, least=0),
        "style": Anything(),
        "indent": Anything(),
        "offset": Anything(),
        "border": Anything(),
        "language": Anything(),
    },
    ("type", "elements"),
)

BLOCKS: dict[str, Shape] = {
    "section": _block(
        "section",
        {
            "text": Words(3000, plain_only=False),
            "fields": Many(Words(2000, plain_only=False), 10),
            "accessory": Typed(ELEMENTS, IN_SECTION),
            "expand": Flag(),
        },
        (),
        _text_or_fields,
    ),
    "divider": _block("divider", {}),
    "header": _block("header", {"text": Words(150)}, ("text",)),
    "context": _block("context", {"elements": Many(_ContextElement(), 10)}, ("elements",)),
    # Slack's schema has minItems 1: an empty actions block is refused.
    "actions": _block("actions", {"elements": Many(Typed(ELEMENTS, IN_ACTIONS), 25)}, ("elements",)),
    "input": _block(
        "input",
        {
            "label": Words(2000),
            "element": Typed(ELEMENTS, IN_INPUT),
            "hint": Words(2000),
            "optional": Flag(),
            "dispatch_action": Flag(),
        },
        ("label", "element"),
    ),
    "image": _block(
        "image",
        {
            "image_url": Link(),
            "slack_file": Shape({"id": Text(100), "url": Link()}),
            "alt_text": Text(2000),
            "title": Words(2000),
        },
        ("alt_text",),
        _picture,
    ),
    "rich_text": _block("rich_text", {"elements": Many(RICH_PART, 100, least=0)}, ("elements",)),
    "markdown": _block("markdown", {"text": Text(12_000)}, ("text",)),
}

# Blocks Slack has and the sandbox does not draw (table, card, video, …) are refused: ours.
SURFACES: dict[str, frozenset[str]] = {
    "message": frozenset(BLOCKS),
    "modal": frozenset(BLOCKS) - {"markdown"},
    "home": frozenset(BLOCKS) - {"markdown"},
}
