"""The rules of Block Kit's composition objects.

Source: https://docs.slack.dev/reference/block-kit/composition-objects
"""

from __future__ import annotations

from typing import Any

from sandbox.slack.rules.fields import Flag, Link, Many, Problem, Problems, Shape, Text, Words

ID = Text(255)
STYLE = Text(20, choices=("primary", "danger"))
USER = Text(30, pattern=r"[UW][A-Z0-9]+", wanted="a user id")
CHANNEL = Text(30, pattern=r"[CGD][A-Z0-9]+", wanted="a channel id")
DATE = Text(10, pattern=r"\d{4}-\d{2}-\d{2}", wanted="a date in the format YYYY-MM-DD")
TIME = Text(5, pattern=r"([01]\d|2[0-3]):[0-5]\d", wanted="a time in the format HH:mm")


def option(*, mrkdwn: bool = False, url: bool = False) -> Shape:
    """An option; mrkdwn only in checkboxes and radio buttons, url only in overflow menus."""
    text = Words(75, plain_only=not mrkdwn)
    link = {"url": Link(("http", "https", "mailto"))} if url else {}
    return Shape({"text": text, "value": Text(150), "description": text, **link}, ("text", "value"))


OPTION = option()
OPTION_GROUP = Shape({"label": Words(75), "options": Many(OPTION, 100)}, ("label", "options"))

CONFIRM = Shape(
    {
        "title": Words(100),
        "text": Words(300, plain_only=False),
        "confirm": Words(30),
        "deny": Words(30),
        "style": STYLE,
    },
    ("title", "text", "confirm", "deny"),
)
DISPATCH = Shape(
    {
        "trigger_actions_on": Many(
            Text(40, choices=("on_enter_pressed", "on_character_entered")),
            2,
        )
    }
)
FILTER = Shape(
    {
        "include": Many(Text(10, choices=("im", "mpim", "private", "public")), 4),
        "exclude_external_shared_channels": Flag(),
        "exclude_bot_users": Flag(),
    }
)


def options_of(element: dict[str, Any]) -> list[dict[str, Any]]:
    """Every option of a static select, checkboxes, radio buttons or overflow, groups flattened."""
    grouped = [group.get("options") or [] for group in element.get("option_groups") or []]
    listed = [element.get("options") or [], *grouped]
    return [item for options in listed for item in options if isinstance(item, dict)]


def one_of_options(element: dict[str, Any], pointer: str) -> Problems:
    """`initial_option(s)` must equal one of the options. Slack: "must exactly match one of the options"."""
    known = options_of(element)
    initial = element.get("initial_option")
    if initial is not None and initial not in known:
        yield Problem(f"{pointer}/initial_option", "must be one of the provided options")
    several = element.get("initial_options")
    for number, item in enumerate(several if isinstance(several, list) else []):
        if item not in known:
            yield Problem(f"{pointer}/initial_options/{number}", "must be one of the provided options")


def options_or_groups(element: dict[str, Any], pointer: str) -> Problems:
    """Slack: exactly one of `options` and `option_groups`."""
    if ("options" in element) == ("option_groups" in element):
        yield Problem(pointer, "must provide either options or option_groups")


def distinct_values(element: dict[str, Any], pointer: str) -> Problems:
    """Ours: two options of one value could not be told apart in the answer."""
    values = [item.get("value") for item in options_of(element)]
    if len(values) != len(set(map(str, values))):
        yield Problem(f"{pointer}/options", "option values must be unique")
