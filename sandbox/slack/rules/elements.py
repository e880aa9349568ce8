"""The rules of Block Kit's elements: buttons, menus, pickers, inputs.

Source: https://docs.slack.dev/reference/block-kit/block-elements
"""

from __future__ import annotations

from typing import Any

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
    Whole,
    Words,
)
from sandbox.slack.rules.objects import (
    CHANNEL,
    CONFIRM,
    DATE,
    DISPATCH,
    FILTER,
    ID,
    OPTION,
    OPTION_GROUP,
    STYLE,
    TIME,
    USER,
    distinct_values,
    one_of_options,
    option,
    options_or_groups,
)

PLACEHOLDER = {"placeholder": Words(150)}
FOCUS = {"focus_on_load": Flag()}
MANY_CHOSEN = {"max_selected_items": Whole(1)}
STATIC = {"options": Many(OPTION, 100), "option_groups": Many(OPTION_GROUP, 100)}
STATIC_RULES = (options_or_groups, one_of_options, distinct_values)
NUMBER = Text(100, pattern=r"-?\d+(\.\d+)?", wanted="a number")


def _element(kind: str, fields: dict[str, Field], required: tuple[str, ...] = (), *rules: Any) -> Shape:
    named: dict[str, Field] = {"type": Text(40, choices=(kind,)), "action_id": ID}
    return Shape(named | fields, ("type", *required), rules)


def _menu(kind: str, fields: dict[str, Field], required: tuple[str, ...] = (), *rules: Any) -> Shape:
    return _element(kind, {**fields, **PLACEHOLDER, **FOCUS, "confirm": CONFIRM}, required, *rules)


def _input(kind: str, fields: dict[str, Field], *rules: Any, required: tuple[str, ...] = ()) -> Shape:
    shared: dict[str, Field] = {**PLACEHOLDER, **FOCUS, "dispatch_action_config": DISPATCH}
    return _element(kind, shared | fields, required, *rules)


def _lengths(element: dict[str, Any], pointer: str) -> Problems:
    least, most = element.get("min_length"), element.get("max_length")
    if isinstance(least, int) and isinstance(most, int) and least > most:
        yield Problem(f"{pointer}/min_length", "must be less than or equal to max_length")
    initial = element.get("initial_value")
    if isinstance(initial, str) and isinstance(most, int) and len(initial) > most:
        yield Problem(f"{pointer}/initial_value", f"must be less than {most + 1} characters")


def _range(element: dict[str, Any], pointer: str) -> Problems:
    try:
        low, high = float(element.get("min_value", "-inf")), float(element.get("max_value", "inf"))
    except (TypeError, ValueError):
        return
    if low > high:
        yield Problem(f"{pointer}/min_value", "must be less than or equal to max_value")


BUTTON = _element(
    "button",
    {
        "text": Words(75),
        "url": Link(("http", "https", "mailto", "slack")),
        "value": Text(2000, least=0),
        "style": STYLE,
        "confirm": CONFIRM,
        "accessibility_label": Text(75),
    },
    ("text",),
)

IMAGE = Shape(
    {
        "type": Text(40, choices=("image",)),
        "image_url": Link(),
        "alt_text": Text(2000),
        "slack_file": Shape({"id": Text(100), "url": Link()}),
    },
    ("type", "alt_text"),
)

ELEMENTS: dict[str, Shape] = {
    "button": BUTTON,
    "image": IMAGE,
    "overflow": _element(
        "overflow", {"options": Many(option(url=True), 5), "confirm": CONFIRM}, ("options",), distinct_values
    ),
    "checkboxes": _element(
        "checkboxes",
        {
            "options": Many(option(mrkdwn=True), 10),
            "initial_options": Many(option(mrkdwn=True), 10),
            "confirm": CONFIRM,
            **FOCUS,
        },
        ("options",),
        one_of_options,
        distinct_values,
    ),
    "radio_buttons": _element(
        "radio_buttons",
        {
            "options": Many(option(mrkdwn=True), 10),
            "initial_option": option(mrkdwn=True),
            "confirm": CONFIRM,
            **FOCUS,
        },
        ("options",),
        one_of_options,
        distinct_values,
    ),
    "static_select": _menu("static_select", {**STATIC, "initial_option": OPTION}, (), *STATIC_RULES),
    "multi_static_select": _menu(
        "multi_static_select",
        {**STATIC, "initial_options": Many(OPTION, 100), **MANY_CHOSEN},
        (),
        *STATIC_RULES,
    ),
    "external_select": _menu("external_select", {"initial_option": OPTION, "min_query_length": Whole(0)}),
    "multi_external_select": _menu(
        "multi_external_select",
        {"initial_options": Many(OPTION, 100), "min_query_length": Whole(0), **MANY_CHOSEN},
    ),
    "users_select": _menu("users_select", {"initial_user": USER}),
    "multi_users_select": _menu(
        "multi_users_select", {"initial_users": Many(USER, 1000, least=0), **MANY_CHOSEN}
    ),
    "channels_select": _menu("channels_select", {"initial_channel": CHANNEL, "response_url_enabled": Flag()}),
    "multi_channels_select": _menu(
        "multi_channels_select", {"initial_channels": Many(CHANNEL, 1000, least=0), **MANY_CHOSEN}
    ),
    "conversations_select": _menu(
        "conversations_select",
        {
            "initial_conversation": CHANNEL,
            "default_to_current_conversation": Flag(),
            "response_url_enabled": Flag(),
            "filter": FILTER,
        },
    ),
    "multi_conversations_select": _menu(
        "multi_conversations_select",
        {
            "initial_conversations": Many(CHANNEL, 1000, least=0),
            "default_to_current_conversation": Flag(),
            "filter": FILTER,
            **MANY_CHOSEN,
        },
    ),
    "datepicker": _menu("datepicker", {"initial_date": DATE}),
    "timepicker": _menu("timepicker", {"initial_time": TIME, "timezone": Text(100)}),
    "datetimepicker": _element(
        "datetimepicker", {"initial_date_time": Whole(10**9, 10**10 - 1), "confirm": CONFIRM, **FOCUS}
    ),
    "plain_text_input": _input(
        "plain_text_input",
        {
            "initial_value": Text(3000, least=0),
            "multiline": Flag(),
            "min_length": Whole(0, 3000),
            "max_length": Whole(1, 3000),
        },
        _lengths,
    ),
    "email_text_input": _input("email_text_input", {"initial_value": Text(3000, least=0)}),
    "url_text_input": _input("url_text_input", {"initial_value": Text(3000, least=0)}),
    "number_input": _input(
        "number_input",
        {"is_decimal_allowed": Flag(), "initial_value": NUMBER, "min_value": NUMBER, "max_value": NUMBER},
        _range,
        required=("is_decimal_allowed",),
    ),
    "rich_text_input": _input(
        "rich_text_input",
        {
            "initial_value": Shape(
                {"type": Text(20, choices=("rich_text",)), "elements": Many(Anything(), 100)}
            ),
            "min_lines": Whole(1, 100),
            "max_lines": Whole(1, 100),
        },
    ),
    "file_input": _element("file_input", {"filetypes": Many(Text(20), 100), "max_files": Whole(1, 10)}),
}

MENUS = frozenset(
    {
        "overflow", "checkboxes", "radio_buttons", "static_select", "multi_static_select", "external_select",
        "multi_external_select", "users_select", "multi_users_select", "channels_select",
        "multi_channels_select", "conversations_select", "multi_conversations_select", "datepicker",
        "timepicker", "datetimepicker",
    }
)  # fmt: skip
TYPED = frozenset(
    {"plain_text_input", "email_text_input", "url_text_input", "number_input", "rich_text_input"}
)
MULTI = frozenset(kind for kind in MENUS if kind.startswith("multi_"))

# Which elements fit into which block.
# Source: https://docs.slack.dev/reference/block-kit/blocks (each block's "compatible elements")
IN_SECTION = frozenset({"button", "image"}) | MENUS
IN_ACTIONS = frozenset({"button"}) | (MENUS - MULTI)
IN_INPUT = (MENUS - {"overflow"}) | TYPED | {"file_input"}
