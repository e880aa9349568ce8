"""The validator: what is wrong with the blocks of a message, with a view, with an answer of options.

Sources: https://docs.slack.dev/reference/views, https://docs.slack.dev/surfaces/modals,
https://docs.slack.dev/reference/methods/chat.postMessage
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from sandbox.slack.rules.blocks import BLOCKS, SURFACES
from sandbox.slack.rules.fields import Field, Flag, Many, Problem, Problems, Shape, Text, Typed, Words
from sandbox.slack.rules.objects import OPTION, OPTION_GROUP, options_or_groups

MESSAGE_BLOCKS = 50
VIEW_BLOCKS = 100
VIEW_BYTES = 250_000
MARKDOWN_IN_ALL = 12_000

_VIEW: dict[str, Field] = {
    "type": Text(10, choices=("modal", "home")),
    "callback_id": Text(255, least=0),
    "external_id": Text(255, least=0),
    "private_metadata": Text(3000, least=0),
}
MODAL = Shape(
    {
        **_VIEW,
        "title": Words(24),
        "submit": Words(24),
        "close": Words(24),
        "clear_on_close": Flag(),
        "notify_on_close": Flag(),
        "submit_disabled": Flag(),
        "blocks": Many(Typed(BLOCKS, SURFACES["modal"]), VIEW_BLOCKS, least=0),
    },
    ("type", "title", "blocks"),
)
HOME = Shape(
    {**_VIEW, "blocks": Many(Typed(BLOCKS, SURFACES["home"]), VIEW_BLOCKS, least=0)}, ("type", "blocks")
)
MESSAGE = Many(Typed(BLOCKS, SURFACES["message"]), MESSAGE_BLOCKS, least=0)
ANSWER = Shape(
    {"options": Many(OPTION, 100, least=0), "option_groups": Many(OPTION_GROUP, 100, least=0)},
    (),
    (options_or_groups,),
)


def message_problems(blocks: Any, pointer: str = "/blocks") -> list[Problem]:
    """Everything wrong with a message's blocks."""
    problems = list(MESSAGE.check(blocks, pointer))
    if not problems:
        problems += [*_repeated_ids(blocks, pointer), *_one_focus(blocks, pointer, most=0)]
        problems += _too_much_markdown(blocks, pointer)
    return problems


def view_problems(view: Any, pointer: str = "/view", surface: str = "") -> list[Problem]:
    """Everything wrong with a view; `surface` "modal" or "home" when only that one is allowed."""
    if not isinstance(view, dict):
        return [Problem(pointer, "must provide an object")]
    kind = view.get("type")
    if kind not in ("modal", "home") or (surface and kind != surface):
        return [Problem(f"{pointer}/type", f"must be a valid enum value: {surface or 'modal, home'}")]
    problems = list((MODAL if kind == "modal" else HOME).check(view, pointer))
    if not problems:
        blocks = view["blocks"]
        problems += _repeated_ids(blocks, f"{pointer}/blocks")
        problems += _one_focus(blocks, f"{pointer}/blocks", most=1)
        problems += _submit_for_inputs(view, pointer)
    return problems


def options_problems(answer: Any) -> list[Problem]:
    """Everything wrong with what an app answers to a `block_suggestion`."""
    return list(ANSWER.check(answer, ""))


def view_is_too_large(view: Any) -> bool:
    """Slack: a view may have 250 kB."""
    return len(json.dumps(view).encode()) > VIEW_BYTES


def elements_of(block: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """The elements of one block that a person can act on, each with its pointer within the block."""
    if isinstance(block.get("accessory"), dict):
        yield "/accessory", block["accessory"]
    if isinstance(block.get("element"), dict):
        yield "/element", block["element"]
    if block.get("type") == "actions":
        for number, element in enumerate(block["elements"]):
            yield f"/elements/{number}", element


def _repeated_ids(blocks: list[dict[str, Any]], pointer: str) -> Problems:
    """Slack: block_id is unique in a view or message, action_id in its block. Wording ours."""
    seen: set[str] = set()
    for number, block in enumerate(blocks):
        id = block.get("block_id")
        if id is not None and id in seen:
            yield Problem(f"{pointer}/{number}/block_id", f"`block_id` already exists: {id}")
        seen.add(id or f"#{number}")
        actions: set[str] = set()
        for place, element in elements_of(block):
            action = element.get("action_id")
            if action is not None and action in actions:
                where = f"{pointer}/{number}{place}/action_id"
                yield Problem(where, f"`action_id` already exists: {action}")
            actions.add(action or place)


def _one_focus(blocks: list[dict[str, Any]], pointer: str, most: int) -> Problems:
    """Slack: only one element may set `focus_on_load`; a message has none to focus."""
    focused = [
        f"{pointer}/{number}{place}"
        for number, block in enumerate(blocks)
        for place, element in elements_of(block)
        if element.get("focus_on_load")
    ]
    if len(focused) > most:
        yield Problem(f"{focused[most]}/focus_on_load", f"no more than {most} elements may set focus_on_load")


def _submit_for_inputs(view: dict[str, Any], pointer: str) -> Problems:
    """Slack: a modal with an input block needs `submit`."""
    has_input = any(block["type"] == "input" for block in view["blocks"])
    if view["type"] == "modal" and has_input and not view.get("submit"):
        yield Problem(pointer, "missing required field: submit")


def _too_much_markdown(blocks: list[dict[str, Any]], pointer: str) -> Problems:
    total = sum(len(block["text"]) for block in blocks if block["type"] == "markdown")
    if total > MARKDOWN_IN_ALL:
        yield Problem(pointer, f"markdown blocks must be less than {MARKDOWN_IN_ALL + 1} characters in all")
