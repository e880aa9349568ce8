"""Inputs: which elements a person can fill, what is in them, and how that becomes `state.values`.

`state_values` is the one way from what a person typed or chose to Slack's state; the page, the tests and the
person's API all use it. Source: https://docs.slack.dev/reference/interaction-payloads/view-interactions-payload
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any
from urllib.parse import urlsplit

from sandbox.slack.rules.checks import elements_of
from sandbox.slack.rules.objects import options_of
from sandbox.slack.workspace import Blocks

State = dict[str, dict[str, Any]]
Offered = Mapping[str, list[dict[str, Any]]]

# Which key of a state object holds the answer, and which field of the element its first value.
KEYS: Mapping[str, tuple[str, str]] = {
    "plain_text_input": ("value", "initial_value"),
    "email_text_input": ("value", "initial_value"),
    "url_text_input": ("value", "initial_value"),
    "number_input": ("value", "initial_value"),
    "rich_text_input": ("rich_text_value", "initial_value"),
    "static_select": ("selected_option", "initial_option"),
    "external_select": ("selected_option", "initial_option"),
    "radio_buttons": ("selected_option", "initial_option"),
    "multi_static_select": ("selected_options", "initial_options"),
    "multi_external_select": ("selected_options", "initial_options"),
    "checkboxes": ("selected_options", "initial_options"),
    "users_select": ("selected_user", "initial_user"),
    "multi_users_select": ("selected_users", "initial_users"),
    "conversations_select": ("selected_conversation", "initial_conversation"),
    "multi_conversations_select": ("selected_conversations", "initial_conversations"),
    "channels_select": ("selected_channel", "initial_channel"),
    "multi_channels_select": ("selected_channels", "initial_channels"),
    "datepicker": ("selected_date", "initial_date"),
    "timepicker": ("selected_time", "initial_time"),
    "datetimepicker": ("selected_date_time", "initial_date_time"),
    "file_input": ("files", ""),
}
PLURAL = frozenset({"selected_options", "selected_users", "selected_conversations", "selected_channels"})
REQUIRED = "Please complete this required field."
EMAIL = re.compile(r"[^@\s<>]+@[^@\s<>]+\.[^@\s<>.]+")


class WrongInput(ValueError):
    """A value the element could not hold: no such block, no such option."""


def inputs(blocks: Blocks) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    """Every (block, element) that holds a value: not buttons, overflow menus or images."""
    for block in blocks:
        for _, element in elements_of(block):
            if element.get("type") in KEYS:
                yield block, element


def initial_state(blocks: Blocks) -> State:
    """What is in the inputs before anyone touched them."""
    state: State = {}
    for block, element in inputs(blocks):
        key, first = KEYS[element["type"]]
        empty: Any = [] if key in PLURAL else None
        value = {"type": element["type"], key: element.get(first, empty)}
        state.setdefault(block["block_id"], {})[element["action_id"]] = value
    return state


def carried_over(old: State, blocks: Blocks) -> State:
    """The state after an update. Slack: what was typed stays where block_id, action_id and type do."""
    state = initial_state(blocks)
    for block_id, actions in state.items():
        for action_id, value in actions.items():
            before = old.get(block_id, {}).get(action_id)
            if before is not None and before["type"] == value["type"]:
                actions[action_id] = before
    return state


def state_values(
    view: Mapping[str, Any],
    values: Mapping[str, Any],
    before: State | None = None,
    offered: Offered | None = None,
) -> State:
    """Slack's `state.values` of a view (or message) after a person put `values` into it.

    `values` is {block_id: value} or {"block_id|action_id": value}: a string for text, dates, numbers, users,
    channels and the value of a single option; a list of strings where several may be chosen; null or "" for
    emptied. What is not in `values` keeps what it had (`before`, else the element's initial value). `offered`
    are the options external selects have shown. Raises WrongInput for a block, option or shape that is not
    there.
    """
    blocks: Blocks = view["blocks"]
    state = carried_over(before or {}, blocks)
    left = dict(values)
    for block, element in inputs(blocks):
        precise = f"{block['block_id']}|{element['action_id']}"
        name = precise if precise in left else block["block_id"]
        if name not in left:
            continue
        if name == block["block_id"] and _several(block):
            raise WrongInput(f"Block {name} has several inputs: say which, as {precise}.")
        known = [*options_of(element), *(offered or {}).get(precise, []), *_initial_options(element)]
        state[block["block_id"]][element["action_id"]] = _value(element, left.pop(name), known)
    if left:
        raise WrongInput(f"There is no input {sorted(left)[0]!r}.")
    return state


def field_errors(view: Mapping[str, Any], state: State) -> dict[str, str]:
    """What Slack's client says under fields before it submits anything, by block_id."""
    errors: dict[str, str] = {}
    for block, element in inputs(view["blocks"]):
        if block["type"] != "input":
            continue
        key, _ = KEYS[element["type"]]
        value = state[block["block_id"]][element["action_id"]].get(key)
        if value in (None, "", []):
            if not block.get("optional"):
                errors[block["block_id"]] = REQUIRED
        elif problem := _problem(element, value):
            errors[block["block_id"]] = problem
    return errors


def _several(block: dict[str, Any]) -> bool:
    return sum(1 for _, element in elements_of(block) if element.get("type") in KEYS) > 1


def _initial_options(element: dict[str, Any]) -> list[dict[str, Any]]:
    one = element.get("initial_option")
    return [*([one] if one else []), *(element.get("initial_options") or [])]


def _value(element: dict[str, Any], given: Any, known: list[dict[str, Any]]) -> dict[str, Any]:
    kind = element["type"]
    key, _ = KEYS[kind]
    held: dict[str, Any] = {"type": kind}
    if given in (None, "", []):
        return held | {key: [] if key in PLURAL else None}
    if key in PLURAL or key == "files":
        if not isinstance(given, list):
            raise WrongInput(f"{element['action_id']} takes a list.")
        return held | {key: [_option(item, known) for item in given] if key == "selected_options" else given}
    if key == "selected_option":
        return held | {key: _option(given, known)}
    if key == "selected_date_time":
        return held | {key: int(given)}
    if not isinstance(given, str):
        raise WrongInput(f"{element['action_id']} takes a string.")
    if kind == "rich_text_input":
        return held | {key: rich_text(given)}
    if kind == "plain_text_input" and not element.get("multiline"):
        given = " ".join(given.splitlines())
    return held | {key: given}


def _option(given: Any, known: list[dict[str, Any]]) -> dict[str, Any]:
    wanted = given.get("value") if isinstance(given, dict) else given
    for option in known:
        if option["value"] == wanted:
            return {key: option[key] for key in ("text", "value", "description") if key in option}
    raise WrongInput(f"There is no option {wanted!r}.")


def rich_text(text: str) -> dict[str, Any]:
    """Plain text as one rich_text block."""
    section = {"type": "rich_text_section", "elements": [{"type": "text", "text": text}]}
    return {"type": "rich_text", "elements": [section]}


def _problem(element: dict[str, Any], value: Any) -> str:
    """Wordings are ours, close to what Slack's client shows."""
    kind = element["type"]
    if kind == "plain_text_input":
        return _length_problem(element, value)
    if kind == "email_text_input":
        return "" if EMAIL.fullmatch(value) else "Enter a valid email address."
    if kind == "url_text_input":
        parts = urlsplit(value)
        return "" if parts.scheme in ("http", "https") and parts.netloc else "Enter a valid URL."
    if kind == "number_input":
        return _number_problem(element, value)
    if kind == "datepicker":
        return "" if _is_date(value) else "Enter a valid date."
    if kind == "timepicker":
        return "" if re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", value) else "Enter a valid time."
    most = element.get("max_selected_items")
    if most and isinstance(value, list) and len(value) > most:
        return f"Choose at most {most}."
    return ""


def _length_problem(element: dict[str, Any], value: str) -> str:
    least, most = element.get("min_length") or 0, element.get("max_length") or 3000
    if len(value) < least:
        return f"Enter at least {least} characters."
    return f"Enter at most {most} characters ({len(value) - most} too many)." if len(value) > most else ""


def _number_problem(element: dict[str, Any], value: str) -> str:
    pattern = r"-?\d+(\.\d+)?" if element.get("is_decimal_allowed") else r"-?\d+"
    if not re.fullmatch(pattern, value):
        return "Enter a number."
    if "min_value" in element and float(value) < float(element["min_value"]):
        return f"Enter {element['min_value']} or more."
    if "max_value" in element and float(value) > float(element["max_value"]):
        return f"Enter {element['max_value']} or less."
    return ""


def _is_date(value: str) -> bool:
    try:
        date.fromisoformat(value)
    except ValueError:
        return False
    return bool(re.fullmatch(r"\d{4}-\d{2}-\d{2}", value))
