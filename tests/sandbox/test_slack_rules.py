"""Block Kit's rules: what Slack refuses is refused where it stands; what others build right passes."""

from __future__ import annotations

import json
from typing import Any

import pytest
import slackblocks
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.models import blocks as sdk
from slack_sdk.models.views import View

from sandbox.slack.rules import message_problems, view_problems
from tests.workspace import Sandbox, loopback_client

HTTP = loopback_client()

Json = dict[str, Any]
PLAIN = {"type": "plain_text", "text": "words"}


def words(length: int, kind: str = "plain_text") -> Json:
    return {"type": kind, "text": "a" * length}


def button(**changed: Any) -> Json:
    return {"type": "button", "text": PLAIN, "action_id": "go", **changed}


def options(count: int) -> list[Json]:
    return [{"text": PLAIN, "value": str(number)} for number in range(count)]


def select(**changed: Any) -> Json:
    return {"type": "static_select", "action_id": "pick", "options": options(2), **changed}


def actions(*elements: Json, **changed: Any) -> Json:
    return {"type": "actions", "elements": list(elements), **changed}


def field(element: Json, **changed: Any) -> Json:
    return {"type": "input", "label": PLAIN, "element": element, **changed}


def text_input(**changed: Any) -> Json:
    return {"type": "plain_text_input", "action_id": "t", **changed}


def modal(*blocks: Json, **changed: Any) -> Json:
    return {"type": "modal", "title": PLAIN, "submit": PLAIN, "blocks": list(blocks), **changed}


CONFIRM = {"title": PLAIN, "text": PLAIN, "confirm": PLAIN, "deny": PLAIN}

WRONG_BLOCKS: list[tuple[str, list[Json], str]] = [
    ("unknown block", [{"type": "secton", "text": PLAIN}], "/blocks/0/type"),
    ("no type", [{"text": PLAIN}], "/blocks/0/type"),
    ("section without text", [{"type": "section"}], "/blocks/0"),
    ("section text empty", [{"type": "section", "text": words(0)}], "/blocks/0/text/text"),
    ("section text long", [{"type": "section", "text": words(3001)}], "/blocks/0/text/text"),
    ("section text a string", [{"type": "section", "text": "words"}], "/blocks/0/text"),
    ("text type", [{"type": "section", "text": {"type": "markdown", "text": "x"}}], "/blocks/0/text/type"),
    ("eleven fields", [{"type": "section", "fields": [PLAIN] * 11}], "/blocks/0/fields"),
    ("field long", [{"type": "section", "fields": [words(2001)]}], "/blocks/0/fields/0/text"),
    ("unknown field", [{"type": "divider", "colour": "red"}], "/blocks/0"),
    (
        "emoji in mrkdwn",
        [{"type": "section", "text": {**words(1, "mrkdwn"), "emoji": True}}],
        "/blocks/0/text",
    ),
    ("emoji no boolean", [{"type": "header", "text": {**PLAIN, "emoji": "yes"}}], "/blocks/0/text/emoji"),
    ("header mrkdwn", [{"type": "header", "text": words(1, "mrkdwn")}], "/blocks/0/text/type"),
    ("header long", [{"type": "header", "text": words(151)}], "/blocks/0/text/text"),
    ("context empty", [{"type": "context", "elements": []}], "/blocks/0/elements"),
    ("context of eleven", [{"type": "context", "elements": [PLAIN] * 11}], "/blocks/0/elements"),
    ("button in context", [{"type": "context", "elements": [button()]}], "/blocks/0/elements/0/type"),
    ("actions empty", [actions()], "/blocks/0/elements"),
    ("actions of 26", [actions(*(button(action_id=str(n)) for n in range(26)))], "/blocks/0/elements"),
    ("input in actions", [actions(text_input())], "/blocks/0/elements/0/type"),
    ("multi select in actions", [actions(select(type="multi_static_select"))], "/blocks/0/elements/0/type"),
    ("button without text", [actions({"type": "button", "action_id": "go"})], "/blocks/0/elements/0"),
    ("button text long", [actions(button(text=words(76)))], "/blocks/0/elements/0/text/text"),
    ("button text mrkdwn", [actions(button(text=words(3, "mrkdwn")))], "/blocks/0/elements/0/text/type"),
    ("button value long", [actions(button(value="v" * 2001))], "/blocks/0/elements/0/value"),
    ("button value a number", [actions(button(value=7))], "/blocks/0/elements/0/value"),
    ("button url long", [actions(button(url="https://e.org/" + "u" * 3000))], "/blocks/0/elements/0/url"),
    ("button url script", [actions(button(url="javascript:alert(1)"))], "/blocks/0/elements/0/url"),
    ("button url bare", [actions(button(url="example.org"))], "/blocks/0/elements/0/url"),
    ("button style", [actions(button(style="warning"))], "/blocks/0/elements/0/style"),
    ("action_id long", [actions(button(action_id="i" * 256))], "/blocks/0/elements/0/action_id"),
    ("action_id empty", [actions(button(action_id=""))], "/blocks/0/elements/0/action_id"),
    ("action_id twice", [actions(button(), button())], "/blocks/0/elements/1/action_id"),
    ("block_id long", [{"type": "divider", "block_id": "b" * 256}], "/blocks/0/block_id"),
    ("block_id twice", [{"type": "divider", "block_id": "b"}] * 2, "/blocks/1/block_id"),
    ("confirm half", [actions(button(confirm={"title": PLAIN}))], "/blocks/0/elements/0/confirm"),
    (
        "confirm text long",
        [actions(button(confirm={**CONFIRM, "text": words(301)}))],
        "/blocks/0/elements/0/confirm/text/text",
    ),
    (
        "confirm button long",
        [actions(button(confirm={**CONFIRM, "deny": words(31)}))],
        "/blocks/0/elements/0/confirm/deny/text",
    ),
    ("no options", [actions(select(options=[]))], "/blocks/0/elements/0/options"),
    ("101 options", [actions(select(options=options(101)))], "/blocks/0/elements/0/options"),
    ("options missing", [actions({"type": "static_select", "action_id": "p"})], "/blocks/0/elements/0"),
    (
        "options and groups",
        [actions(select(option_groups=[{"label": PLAIN, "options": options(1)}]))],
        "/blocks/0/elements/0",
    ),
    (
        "option text long",
        [actions(select(options=[{"text": words(76), "value": "v"}]))],
        "/blocks/0/elements/0/options/0/text/text",
    ),
    (
        "option value long",
        [actions(select(options=[{"text": PLAIN, "value": "v" * 151}]))],
        "/blocks/0/elements/0/options/0/value",
    ),
    (
        "option text mrkdwn in a select",
        [actions(select(options=[{"text": words(1, "mrkdwn"), "value": "v"}]))],
        "/blocks/0/elements/0/options/0/text/type",
    ),
    (
        "option values equal",
        [actions(select(options=[*options(1), *options(1)]))],
        "/blocks/0/elements/0/options",
    ),
    (
        "initial option elsewhere",
        [actions(select(initial_option={"text": PLAIN, "value": "9"}))],
        "/blocks/0/elements/0/initial_option",
    ),
    ("placeholder long", [actions(select(placeholder=words(151)))], "/blocks/0/elements/0/placeholder/text"),
    (
        "overflow of six",
        [actions({"type": "overflow", "action_id": "o", "options": options(6)})],
        "/blocks/0/elements/0/options",
    ),
    (
        "eleven checkboxes",
        [actions({"type": "checkboxes", "action_id": "c", "options": options(11)})],
        "/blocks/0/elements/0/options",
    ),
    (
        "initial checkbox elsewhere",
        [
            actions(
                {
                    "type": "checkboxes",
                    "action_id": "c",
                    "options": options(1),
                    "initial_options": [{"text": PLAIN, "value": "7"}],
                }
            )
        ],
        "/blocks/0/elements/0/initial_options/0",
    ),
    (
        "no date",
        [actions({"type": "datepicker", "action_id": "d", "initial_date": "1.2.2030"})],
        "/blocks/0/elements/0/initial_date",
    ),
    (
        "no user",
        [actions({"type": "users_select", "action_id": "u", "initial_user": "damian"})],
        "/blocks/0/elements/0/initial_user",
    ),
    ("image without alt", [{"type": "image", "image_url": "https://e.org/i.png"}], "/blocks/0"),
    ("image without source", [{"type": "image", "alt_text": "x"}], "/blocks/0"),
    (
        "image from data",
        [{"type": "image", "image_url": "data:image/png;base64,x", "alt_text": "x"}],
        "/blocks/0/image_url",
    ),
    ("focus in a message", [actions(select(focus_on_load=True))], "/blocks/0/elements/0/focus_on_load"),
    ("51 blocks", [{"type": "divider"}] * 51, "/blocks"),
    ("markdown long", [{"type": "markdown", "text": "m" * 12_001}], "/blocks/0/text"),
]

WRONG_VIEWS: list[tuple[str, Json, str]] = [
    ("title long", modal(title=words(25)), "/view/title/text"),
    ("title mrkdwn", modal(title=words(3, "mrkdwn")), "/view/title/type"),
    ("no title", {"type": "modal", "blocks": []}, "/view"),
    ("no blocks", {"type": "modal", "title": PLAIN}, "/view"),
    ("view type", modal(type="dialog"), "/view/type"),
    ("submit long", modal(submit=words(25)), "/view/submit/text"),
    ("close long", modal(close=words(25)), "/view/close/text"),
    ("input without submit", modal(field(text_input()), submit=None), "/view"),
    ("private_metadata long", modal(private_metadata="p" * 3001), "/view/private_metadata"),
    ("private_metadata an object", modal(private_metadata={"a": 1}), "/view/private_metadata"),
    ("callback_id long", modal(callback_id="c" * 256), "/view/callback_id"),
    ("unknown field", modal(subtitle="x"), "/view"),
    ("what an app read back", modal(id="V1", hash="x"), "/view"),
    ("101 blocks", modal(*[{"type": "divider"}] * 101), "/view/blocks"),
    ("markdown block", modal({"type": "markdown", "text": "x"}), "/view/blocks/0/type"),
    ("block_id twice", modal(*[{"type": "divider", "block_id": "b"}] * 2), "/view/blocks/1/block_id"),
    ("label missing", modal({"type": "input", "element": text_input()}), "/view/blocks/0"),
    ("label mrkdwn", modal(field(text_input(), label=words(2, "mrkdwn"))), "/view/blocks/0/label/type"),
    ("label long", modal(field(text_input(), label=words(2001))), "/view/blocks/0/label/text"),
    ("hint long", modal(field(text_input(), hint=words(2001))), "/view/blocks/0/hint/text"),
    ("button as input", modal(field(button())), "/view/blocks/0/element/type"),
    ("optional a string", modal(field(text_input(), optional="true")), "/view/blocks/0/optional"),
    ("max_length", modal(field(text_input(max_length=3001))), "/view/blocks/0/element/max_length"),
    (
        "lengths crossed",
        modal(field(text_input(min_length=5, max_length=2))),
        "/view/blocks/0/element/min_length",
    ),
    (
        "first value long",
        modal(field(text_input(initial_value="abc", max_length=2))),
        "/view/blocks/0/element/initial_value",
    ),
    (
        "number without decimals said",
        modal(field({"type": "number_input", "action_id": "n"})),
        "/view/blocks/0/element",
    ),
    (
        "two focused",
        modal(field(text_input(focus_on_load=True)), field(text_input(focus_on_load=True))),
        "/view/blocks/1/element/focus_on_load",
    ),
    (
        "dispatch_action_config",
        modal(field(text_input(dispatch_action_config={"trigger_actions_on": ["on_blur"]}))),
        "/view/blocks/0/element/dispatch_action_config/trigger_actions_on/0",
    ),
    ("home with submit", {"type": "home", "blocks": [], "submit": PLAIN}, "/view"),
]


@pytest.mark.parametrize(("what", "blocks", "pointer"), WRONG_BLOCKS, ids=[case[0] for case in WRONG_BLOCKS])
def test_wrong_blocks_are_refused_where_they_are_wrong(what: str, blocks: list[Json], pointer: str) -> None:
    assert pointer in [problem.pointer for problem in message_problems(blocks)]


@pytest.mark.parametrize(("what", "view", "pointer"), WRONG_VIEWS, ids=[case[0] for case in WRONG_VIEWS])
def test_wrong_views_are_refused_where_they_are_wrong(what: str, view: Json, pointer: str) -> None:
    given = {key: value for key, value in view.items() if value is not None}
    assert pointer in [problem.pointer for problem in view_problems(given)]


RIGHT: list[Json] = [
    {"type": "section", "text": words(3000, "mrkdwn")},
    {"type": "section", "fields": [words(2000)] * 10, "accessory": button()},
    {"type": "header", "text": words(150)},
    {"type": "divider"},
    {
        "type": "context",
        "elements": [PLAIN, {"type": "image", "image_url": "https://e.org/i.png", "alt_text": "i"}],
    },
    actions(button(style="danger", confirm=CONFIRM, value="v" * 2000), select(initial_option=options(2)[1])),
    {"type": "image", "image_url": "https://e.org/i.png", "alt_text": "x", "title": PLAIN},
    {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": []}]},
    actions(*(button(action_id=str(number)) for number in range(25))),
    actions({"type": "external_select", "action_id": "e", "min_query_length": 0}),
    field({"type": "email_text_input", "action_id": "e"}, optional=True, dispatch_action=True),
]


@pytest.mark.parametrize("block", RIGHT, ids=[f"{block['type']} {n}" for n, block in enumerate(RIGHT)])
def test_right_blocks_pass_everywhere(block: Json) -> None:
    assert message_problems([block]) == []
    assert view_problems(modal(block)) == []
    assert view_problems({"type": "home", "blocks": [block]}) == []


def test_limits_are_reached_without_being_passed() -> None:
    assert message_problems([{"type": "divider"}] * 50) == []
    assert view_problems(modal(*[{"type": "divider"}] * 100, private_metadata="p" * 3000)) == []


def _sdk_blocks() -> list[Any]:
    one, two = sdk.Option(text="One", value="1"), sdk.Option(text="Two", value="2")
    return [
        sdk.HeaderBlock(text="Header"),
        sdk.SectionBlock(
            text="*bold*", fields=["a", "b"], accessory=sdk.ButtonElement(text="Go", action_id="g")
        ),
        sdk.ContextBlock(elements=[sdk.MarkdownTextObject(text="small")]),
        sdk.ActionsBlock(
            elements=[
                sdk.ButtonElement(
                    text="Send",
                    action_id="s",
                    style="primary",
                    confirm=sdk.ConfirmObject(title="Sure?", text="It goes.", confirm="Yes", deny="No"),
                ),
                sdk.OverflowMenuElement(action_id="o", options=[one, two]),
                sdk.DatePickerElement(action_id="d", initial_date="2030-01-31", placeholder="When"),
                sdk.RadioButtonsElement(action_id="r", options=[one, two], initial_option=one),
                sdk.CheckboxesElement(action_id="c", options=[one, two], initial_options=[two]),
                sdk.UserSelectElement(action_id="u", initial_user="U01DAMIAN"),
                sdk.ConversationSelectElement(
                    action_id="cs", filter=sdk.ConversationFilter(include=["public"], exclude_bot_users=True)
                ),
                sdk.ExternalDataSelectElement(action_id="e", placeholder="Search", min_query_length=2),
            ]
        ),
        sdk.DividerBlock(),
        sdk.ImageBlock(image_url="https://e.org/i.png", alt_text="A picture", title="Title"),
        sdk.MarkdownBlock(text="# Words"),
        sdk.RichTextBlock(elements=[sdk.RichTextSectionElement(elements=[{"type": "text", "text": "x"}])]),
    ]


def test_what_slack_sdk_builds_passes() -> None:
    assert message_problems([block.to_dict() for block in _sdk_blocks()]) == []


def test_a_form_slack_sdk_builds_passes() -> None:
    one = sdk.Option(text="One", value="1", description="first")
    inputs = [
        sdk.PlainTextInputElement(
            action_id="a", multiline=True, min_length=1, max_length=10, focus_on_load=True
        ),
        sdk.EmailInputElement(action_id="a", placeholder="ada@uni.example"),
        sdk.UrlInputElement(action_id="a"),
        sdk.NumberInputElement(action_id="a", is_decimal_allowed=False, min_value="1", max_value="9"),
        sdk.StaticSelectElement(action_id="a", options=[one], initial_option=one),
        sdk.StaticMultiSelectElement(action_id="a", options=[one], max_selected_items=1),
        sdk.ExternalDataMultiSelectElement(action_id="a"),
        sdk.UserMultiSelectElement(action_id="a", initial_users=["U01DAMIAN"]),
        sdk.TimePickerElement(action_id="a", initial_time="23:59"),
        sdk.DateTimePickerElement(action_id="a", initial_date_time=1_900_000_000),
        sdk.RichTextInputElement(action_id="a"),
    ]
    blocks = [
        sdk.InputBlock(label="Label", element=element, hint="Hint", optional=True) for element in inputs
    ]
    view = View(
        type="modal", title="Form", submit="Send", close="Cancel", blocks=blocks, notify_on_close=True
    )
    assert view_problems(json.loads(json.dumps(view.to_dict()))) == []


def test_what_slackblocks_builds_passes() -> None:
    built = [
        slackblocks.HeaderBlock("Header"),
        slackblocks.SectionBlock("Hello, *world*", fields=["a", "b"]),
        slackblocks.DividerBlock(),
        slackblocks.ContextBlock(elements=[slackblocks.Text("small")]),
        slackblocks.ActionsBlock(elements=[slackblocks.Button(text="Go", action_id="go", value="1")]),
        slackblocks.ImageBlock("https://e.org/i.png", alt_text="x"),
    ]
    assert message_problems([json.loads(repr(block)) for block in built]) == []


def test_refused_blocks_say_why_in_slacks_format(client: WebClient) -> None:
    with pytest.raises(SlackApiError) as raised:
        client.chat_postMessage(
            channel="C01PARTNERS", text="x", blocks=[{"type": "section", "text": words(3001, "mrkdwn")}]
        )
    answer = raised.value.response
    line = "must be less than 3001 characters [json-pointer:/blocks/0/text/text]"
    assert (answer["error"], answer["errors"]) == ("invalid_blocks", [line])
    assert answer["response_metadata"] == {"messages": [f"[ERROR] {line}"]}


def test_blocks_validate_needs_no_token_and_points_at_the_problem(
    client: WebClient, sandbox: Sandbox
) -> None:
    assert client.blocks_validate(blocks=[{"type": "divider"}])["ok"]
    view = modal(field(text_input(), label=words(2001)))
    answer = HTTP.post(sandbox.slack_api + "blocks.validate", data={"view": json.dumps(view)}).json()
    assert answer["error"] == "invalid_view"
    assert [(each["pointer"], each["code"]) for each in answer["errors"]] == [
        ("/blocks/0/label/text", "failed_constraint")
    ]
    wrong = {"blocks": json.dumps([{"type": "divider"}]), "view": json.dumps(view)}
    assert HTTP.post(sandbox.slack_api + "blocks.validate", data=wrong).json()["error"] == "invalid_arguments"
    message = json.dumps({"blocks": [{"type": "divider", "x": 1}]})
    answer = HTTP.post(sandbox.slack_api + "blocks.validate", data={"message": message}).json()
    assert (answer["error"], answer["errors"][0]["pointer"]) == ("invalid_message", "/blocks/0")
