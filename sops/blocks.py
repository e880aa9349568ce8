"""Block Kit pieces as the assistant uses them, with Slack's size limits kept and people's text escaped."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

Block = dict[str, Any]

SECTION_TEXT = 3000
"""Characters in a section's text (Slack: block limits)."""
BUTTON_TEXT = 75
BUTTON_VALUE = 2000


def escape(text: str) -> str:
    """Text that a stranger or a colleague typed, made inert: it mentions nobody and links nowhere (Slack:
    "escaping text"). Marks of bold and the like stay, they harm nobody."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def cut(text: str, limit: int) -> str:
    """At most `limit` characters, with an ellipsis where something was left out."""
    return text if len(text) <= limit else text[: limit - 1] + "…"


def plain(text: str, limit: int = BUTTON_TEXT) -> Block:
    return {"type": "plain_text", "text": cut(text, limit), "emoji": True}


def mrkdwn(text: str) -> Block:
    return {"type": "mrkdwn", "text": cut(text, SECTION_TEXT)}


def section(text: str, *, accessory: Block | None = None) -> Block:
    block: Block = {"type": "section", "text": mrkdwn(text)}
    if accessory is not None:
        block["accessory"] = accessory
    return block


def sections(text: str) -> list[Block]:
    """As many sections as a long text needs, cut at line ends where possible, else between words."""
    blocks = []
    while text:
        part = text[:SECTION_TEXT]
        if len(text) > SECTION_TEXT:
            end = part.rfind("\n") + 1 or part.rfind(" ") + 1
            part = part[:end] if end else part
        blocks.append({"type": "section", "text": {"type": "mrkdwn", "text": part}})
        text = text[len(part) :]
    return blocks


def context(*texts: str) -> Block:
    return {"type": "context", "elements": [mrkdwn(text) for text in texts[:10]]}


def divider() -> Block:
    return {"type": "divider"}


def button(
    text: str,
    action_id: str,
    value: str = "",
    *,
    style: str = "",
    url: str = "",
) -> Block:
    element: Block = {"type": "button", "text": plain(text), "action_id": action_id}
    if value:
        element["value"] = cut(value, BUTTON_VALUE)
    if style:
        element["style"] = style
    if url:
        element["url"] = url
    return element


def actions(*elements: Block, block_id: str = "") -> Block:
    block: Block = {"type": "actions", "elements": list(elements)}
    if block_id:
        block["block_id"] = block_id
    return block


def link(url: str, text: str) -> str:
    """A link with words of its own; what would end it early is encoded in the address."""
    for sign, code in (("<", "%3C"), (">", "%3E"), ("|", "%7C"), (" ", "%20"), ("\n", "%0A")):
        url = url.replace(sign, code)
    return f"<{url}|{escape(text).replace('|', '¦')}>"


def moment(at: datetime, template: str = "{date_short_pretty} {time}") -> str:
    """A time (aware) for mrkdwn, in each reader's zone; UTC for clients that cannot (Slack: date formatting)."""
    at = at.astimezone(UTC)
    return f"<!date^{int(at.timestamp())}^{template}|{at:%Y-%m-%d %H:%M} UTC>"


def option(text: str, value: str, description: str = "") -> Block:
    made: Block = {"text": plain(text), "value": value}
    if description:
        made["description"] = plain(description)
    return made


def text_input(
    label: str,
    block_id: str,
    *,
    initial: str = "",
    hint: str = "",
    multiline: bool = False,
    optional: bool = False,
    placeholder: str = "",
    max_length: int = 3000,
) -> Block:
    """An input block whose element's action_id is "value"."""
    element: Block = {
        "type": "plain_text_input",
        "action_id": "value",
        "multiline": multiline,
        "max_length": max_length,
    }
    if initial:
        element["initial_value"] = initial[:max_length]
    if placeholder:
        element["placeholder"] = plain(placeholder, 150)
    return input_block(label, block_id, element, hint=hint, optional=optional)


def input_block(
    label: str, block_id: str, element: Block, *, hint: str = "", optional: bool = False
) -> Block:
    block: Block = {
        "type": "input",
        "block_id": block_id,
        "label": plain(label, 2000),
        "element": element,
        "optional": optional,
    }
    if hint:
        block["hint"] = plain(hint, 2000)
    return block


def limited(entries: Iterable[list[Block]], count: int, room: int, more: str) -> list[Block]:
    """As many of the `count` entries as fit whole in `room` blocks, and how many do not: "And 3 {more}."."""
    shown: list[Block] = []
    for number, entry in enumerate(entries):
        last = number == count - 1
        if len(shown) + len(entry) + (0 if last else 1) > room:
            return [*shown, context(f"And {count - number} {more}.")]
        shown += entry
    return shown


def flat_text(blocks: list[Block]) -> str:
    """The words of the sections and contexts, for notifications and screen readers."""
    found = []
    for block in blocks:
        parts = [block["text"]] if "text" in block else block.get("elements", [])
        found += [part["text"] for part in parts if isinstance(part.get("text"), str)]
    return cut("\n".join(found), 3900)
