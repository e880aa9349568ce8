"""Two Block Kit validators that nobody here wrote: slack_sdk's models, and slackblocks rebuilt from JSON."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import slackblocks
from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View

Json = dict[str, Any]

_MADE_OF: dict[str, Callable[..., Any]] = {
    "section": slackblocks.SectionBlock,
    "context": slackblocks.ContextBlock,
    "actions": slackblocks.ActionsBlock,
    "divider": slackblocks.DividerBlock,
    "header": slackblocks.HeaderBlock,
    "input": slackblocks.InputBlock,
    "button": slackblocks.Button,
    "plain_text_input": slackblocks.PlainTextInput,
    "users_select": slackblocks.UserSelectMenu,
    "external_select": slackblocks.ExternalSelectMenu,
    "static_select": slackblocks.StaticSelectMenu,
    "checkboxes": slackblocks.CheckboxGroup,
    "radio_buttons": slackblocks.RadioButtonGroup,
    "overflow": slackblocks.OverflowMenu,
    "datepicker": slackblocks.DatePicker,
    "datetimepicker": lambda **parts: slackblocks.DateTimePicker(
        **{"initial_datetime" if key == "initial_date_time" else key: value for key, value in parts.items()}
    ),
    "modal": slackblocks.ModalView,
    "home": slackblocks.HomeTabView,
}


def complaints(payload: Json) -> list[str]:
    """What either validator has against the blocks or the view of a payload; empty when nothing."""
    found = []
    for name, validate in (("slack_sdk", _by_slack_sdk), ("slackblocks", _by_slackblocks)):
        try:
            validate(payload)
        except Exception as error:
            found.append(f"{name}: {type(error).__name__}: {error}")
    return found


def _by_slack_sdk(payload: Json) -> None:
    if "view" in payload:
        View(**payload["view"]).validate_json()
    for block in Block.parse_all(payload.get("blocks") or payload.get("view", {}).get("blocks") or []):
        block.to_dict()


def _by_slackblocks(payload: Json) -> None:
    if "view" in payload:
        _rebuilt(payload["view"])
    for block in payload.get("blocks") or []:
        _rebuilt(block)


def _rebuilt(value: Any) -> Any:
    if isinstance(value, list):
        return [_rebuilt(item) for item in value]
    if not isinstance(value, dict):
        return value
    kind = value.get("type")
    if kind == "mrkdwn":
        return slackblocks.Text(value["text"])
    if kind == "plain_text":
        return slackblocks.PlainText(value["text"], emoji=value.get("emoji", False))
    parts = {key: _rebuilt(item) for key, item in value.items() if key != "type"}
    if kind is None:
        return slackblocks.Option(**parts) if "value" in parts else slackblocks.ConfirmationDialogue(**parts)
    return _MADE_OF[kind](**parts)
