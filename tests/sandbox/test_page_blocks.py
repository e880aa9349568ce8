"""Block Kit to HTML: every block and element shows, is labelled, and is named as the sandbox's Slack wants it."""

import json
import re
from html import unescape
from typing import Any

import pytest

from sandbox.page.blocks import Surface, blocks_html
from sandbox.page.mrkdwn import Directory
from sandbox.slack.rules import elements as rules

Json = dict[str, Any]
SURFACE = Surface("modal", "V1", Directory({"U1": "Ada"}, {"C1": "partnerships"}, viewer="U1"))
HOSTILE = '<script>alert(1)</script> <!channel> "O\'Reilly" \\ 🎉'


def text(words: str, kind: str = "plain_text") -> Json:
    return {"type": kind, "text": words}


def shown(*blocks: Json, surface: Surface = SURFACE) -> str:
    return re.sub(
        r"\s+", " ", str(blocks_html([{"block_id": f"b{n}"} | b for n, b in enumerate(blocks)], surface))
    )


def field(element: Json, **block: Any) -> str:
    return shown({"type": "input", "label": text("Why"), "element": {"action_id": "a"} | element} | block)


OPTIONS = [
    {"text": text("One"), "value": "1"},
    {"text": text("Two"), "value": "2", "description": text("more")},
]


def test_a_section_shows_text_fields_and_accessory() -> None:
    button = {"type": "button", "action_id": "go", "text": text("Go"), "value": "7", "style": "primary"}
    html = shown(
        {
            "type": "section",
            "text": text("*Ada*", "mrkdwn"),
            "fields": [text("left"), text("right")],
            "accessory": button,
        }
    )
    assert "<strong>Ada</strong>" in html
    assert html.index("left") < html.index("right") < html.index("Go</button>")
    assert 'data-block="b0" data-action="go" value="7"' in html
    assert 'class="btn primary"' in html


def test_header_divider_context_and_image_show() -> None:
    html = shown(
        {"type": "header", "text": text("Plan")},
        {"type": "divider"},
        {
            "type": "context",
            "elements": [
                text("by _Ada_", "mrkdwn"),
                {"type": "image", "image_url": "https://x.example/a.png", "alt_text": "A"},
            ],
        },
        {
            "type": "image",
            "image_url": "https://x.example/b.png",
            "alt_text": "B",
            "title": text("A plot"),
        },
    )
    assert re.search(r"<h3[^>]*>Plan</h3>", html)
    assert "<hr" in html
    assert "<em>Ada</em>" in html
    assert 'src="https://x.example/a.png" alt="A"' in html
    assert "A plot" in html


def test_rich_text_shows_styles_lists_quotes_and_mentions() -> None:
    section = {
        "type": "rich_text_section",
        "elements": [
            {"type": "text", "text": "hot", "style": {"bold": True, "italic": True}},
            {"type": "user", "user_id": "U1"},
            {"type": "link", "url": "https://2i2c.org", "text": "us"},
            {"type": "link", "url": "javascript:alert(1)", "text": "bad"},
            {"type": "emoji", "name": "tada"},
            {"type": "broadcast", "range": "here"},
        ],
    }
    items = [
        {"type": "rich_text_section", "elements": [{"type": "text", "text": word}]} for word in ("ga", "bu")
    ]
    html = shown(
        {
            "type": "rich_text",
            "elements": [
                section,
                {"type": "rich_text_list", "style": "ordered", "elements": items},
                {"type": "rich_text_quote", "elements": [{"type": "text", "text": HOSTILE}]},
                {"type": "rich_text_preformatted", "elements": [{"type": "text", "text": "x = 1"}]},
            ],
        }
    )
    assert "<em><strong>hot</strong></em>" in html
    assert "@Ada" in html
    assert 'href="https://2i2c.org"' in html
    assert "javascript" not in html
    assert "🎉" in html
    assert "@here" in html
    assert "1.</span> ga" in html
    assert "2.</span> bu" in html
    assert "<blockquote>&lt;script&gt;" in html
    assert "<pre>x = 1</pre>" in html


@pytest.mark.parametrize(
    ("kind", "type_"),
    [
        ("plain_text_input", "text"),
        ("email_text_input", "email"),
        ("url_text_input", "url"),
        ("number_input", "number"),
        ("datepicker", "date"),
        ("timepicker", "time"),
        ("datetimepicker", "datetime-local"),
    ],
)
def test_a_one_line_input_carries_its_label_and_name(kind: str, type_: str) -> None:
    html = field({"type": kind})
    label = re.search(r'<label class="label" for="(\w+)">Why</label>', html)
    assert label
    assert re.search(rf'<input[^>]*type="{type_}"[^>]*id="{label[1]}"[^>]*name="b0\|a"', html)


def test_optional_hint_placeholder_and_first_value_show() -> None:
    element = {
        "type": "plain_text_input",
        "multiline": True,
        "placeholder": text("Say why"),
        "initial_value": "</textarea>x",
    }
    html = field(element, optional=True, hint=text("Two lines"))
    assert "(optional)" in html
    assert "Two lines" in html
    assert 'placeholder="Say why"' in html
    assert "&lt;/textarea&gt;x</textarea>" in html
    assert "aria-required" not in html
    assert "aria-required" in field({"type": "plain_text_input"})


def test_a_select_offers_its_options_and_groups() -> None:
    html = field({"type": "static_select", "options": OPTIONS, "initial_option": OPTIONS[1]})
    assert '<option value="1">One</option>' in html
    assert '<option value="2" selected>' in html
    groups = [{"label": text("G"), "options": OPTIONS}]
    assert '<optgroup label="G">' in field({"type": "static_select", "option_groups": groups})


@pytest.mark.parametrize(
    ("kind", "first"),
    [("users_select", {"initial_user": "U1"}), ("multi_users_select", {"initial_users": ["U1"]})],
)
def test_a_select_of_people_offers_people(kind: str, first: Json) -> None:
    html = field({"type": kind} | first)
    assert 'value="U1"' in html
    assert "@Ada" in html
    assert "selected" in html or "checked" in html


def test_choices_are_a_labelled_group() -> None:
    for kind, role, type_ in (("radio_buttons", "radiogroup", "radio"), ("checkboxes", "group", "checkbox")):
        html = field({"type": kind, "options": OPTIONS})
        label = re.search(r'id="(\w+-label)">Why', html)
        assert label
        assert f'role="{role}" aria-labelledby="{label[1]}"' in html
        assert html.count(f'type="{type_}"') == 2
        assert "more" in html


def test_a_searching_select_is_a_combobox_with_its_list() -> None:
    html = field({"type": "external_select", "min_query_length": 2, "initial_option": OPTIONS[0]})
    assert 'data-least="2"' in html
    assert re.search(r'role="combobox"[^>]*aria-controls="(\w+-list)"', html)
    assert 'name="b0|a" value="1"' in html
    assert 'data-least="3"' in field({"type": "external_select"})
    assert 'data-least="0"' in field({"type": "external_select", "min_query_length": 0})


def test_an_overflow_is_a_menu() -> None:
    html = shown(
        {"type": "actions", "elements": [{"type": "overflow", "action_id": "o", "options": OPTIONS}]}
    )
    assert 'role="menu"' in html
    assert html.count('role="menuitem"') == 2


def test_a_confirm_dialog_travels_with_its_button_escaped() -> None:
    confirm = {
        "title": text(HOSTILE),
        "text": text(HOSTILE),
        "confirm": text("Yes"),
        "deny": text("No"),
        "style": "danger",
    }
    html = shown(
        {
            "type": "actions",
            "elements": [{"type": "button", "action_id": "x", "text": text("X"), "confirm": confirm}],
        }
    )
    attribute = re.search(r"data-confirm='([^']*)'", html)
    assert attribute
    said = json.loads(unescape(attribute[1]))
    assert said["title"] == HOSTILE
    assert "<script" not in said["html"]
    assert said["style"] == "danger"


def test_hostile_words_stay_words_everywhere() -> None:
    option = {"text": text(HOSTILE), "value": HOSTILE, "description": text(HOSTILE)}
    elements: list[Json] = [
        {"type": kind, "action_id": HOSTILE, "options": [option], "placeholder": text(HOSTILE)}
        for kind in ("static_select", "radio_buttons", "checkboxes", "overflow", "multi_static_select")
    ]
    html = shown(
        {"type": "section", "text": text(HOSTILE), "block_id": HOSTILE},
        {"type": "header", "text": text(HOSTILE)},
        {"type": "actions", "elements": elements, "block_id": '" onclick="alert(1)'},
        {
            "type": "input",
            "label": text(HOSTILE),
            "hint": text(HOSTILE),
            "element": {"type": "plain_text_input", "action_id": "a", "initial_value": HOSTILE},
        },
        {"type": "image", "image_url": "javascript:alert(1)", "alt_text": HOSTILE},
    )
    assert "<script" not in html
    assert " onclick=" not in re.sub(r'"[^"]*"', '""', html)
    assert 'src="javascript' not in html
    assert "@channel" not in html


def test_two_messages_with_one_block_id_have_ids_of_their_own() -> None:
    block = {"type": "input", "label": text("L"), "element": {"type": "plain_text_input", "action_id": "a"}}
    directory = SURFACE.directory
    one = set(re.findall(r' id="([^"]+)"', shown(block, surface=Surface("message", "C1:1.0", directory))))
    two = set(re.findall(r' id="([^"]+)"', shown(block, surface=Surface("message", "C1:2.0", directory))))
    assert one
    assert not one & two


def test_every_element_slack_knows_is_rendered() -> None:
    unknown = {kind for kind in rules.ELEMENTS if not SURFACE.element_kind({"type": kind})}
    assert unknown <= {"file_input"}


def test_a_block_nobody_knows_says_so_in_its_place() -> None:
    assert "cannot show a “hologram” block" in shown({"type": "hologram"})
