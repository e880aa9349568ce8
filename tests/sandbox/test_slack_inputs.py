"""Inputs in modals: what may be typed, what it becomes, what survives, what the app hears of it."""

from __future__ import annotations

from typing import Any

import pytest
from slack_bolt import App
from slack_sdk import WebClient

from tests.sandbox.sample_views import Json, entry, form, plain
from tests.workspace import Person, Sandbox


def test_errors_stand_at_the_field_and_what_was_typed_stays(bolt: App, opens: Any, damian: Person) -> None:
    opens(form(entry("who", "Who"), entry("why", "Why")))
    answers = iter([{"response_action": "errors", "errors": {"who": "Not an address."}}, {}])

    @bolt.view("form")
    def submitted(ack: Any) -> None:
        ack(**next(answers))

    damian.command("partnerships", "/hello")
    outcome = damian.submit({"Who": "ada@", "Why": "Interested"})
    assert (outcome["outcome"], outcome["errors"]) == ("refused", {"who": "Not an address."})
    view = damian.modal(where=lambda view: view["errors"])
    assert view["state"]["values"]["why"]["why_a"]["value"] == "Interested"
    assert damian.submit({"Who": "ada@uni.example"})["outcome"] == "ok"


@pytest.mark.parametrize(
    ("element", "given", "words"),
    [
        ({"type": "plain_text_input"}, "", "Please complete this required field."),
        ({"type": "plain_text_input", "max_length": 3}, "abcd", "at most 3"),
        ({"type": "plain_text_input", "min_length": 3}, "ab", "at least 3"),
        ({"type": "plain_text_input"}, "a" * 3001, "at most 3000"),
        ({"type": "email_text_input"}, "ada", "e-mail".replace("-", "")),
        ({"type": "url_text_input"}, "javascript:alert(1)", "URL"),
        ({"type": "number_input", "is_decimal_allowed": False}, "1.5", "number"),
        ({"type": "number_input", "is_decimal_allowed": True, "max_value": "2"}, "2.5", "2 or less"),
        ({"type": "datepicker"}, "2030-02-30", "date"),
    ],
)
def test_slacks_client_checks_a_field_before_the_app_hears_of_it(
    bolt: App, opens: Any, sandbox: Sandbox, damian: Person, element: Json, given: str, words: str
) -> None:
    opens(form(entry("f", "Field", element)))
    damian.command("partnerships", "/hello")
    outcome = damian.submit({"Field": given})
    assert (outcome["outcome"], words in outcome["errors"]["f"]) == ("refused", True)
    assert sandbox.requests("view_submission") == []


def test_each_kind_of_input_has_its_own_shape_of_value(bolt: App, opens: Any, damian: Person) -> None:
    two = [{"text": plain("One"), "value": "1"}, {"text": plain("Two"), "value": "2"}]
    kinds: dict[str, tuple[Json, Any, Json]] = {
        "select": ({"type": "static_select", "options": two}, "Two", {"selected_option": two[1]}),
        "radio": ({"type": "radio_buttons", "options": two}, "One", {"selected_option": two[0]}),
        "several": ({"type": "multi_static_select", "options": two}, ["Two"], {"selected_options": [two[1]]}),
        "boxes": ({"type": "checkboxes", "options": two}, ["1", "2"], {"selected_options": two}),
        "date": ({"type": "datepicker"}, "2030-01-31", {"selected_date": "2030-01-31"}),
        "user": ({"type": "users_select"}, "U02JIM", {"selected_user": "U02JIM"}),
        "where": ({"type": "conversations_select"}, "C01PARTNERS", {"selected_conversation": "C01PARTNERS"}),
        "mail": ({"type": "email_text_input"}, "a@b.org", {"value": "a@b.org"}),
        "lines": ({"type": "plain_text_input", "multiline": True}, "a\nb", {"value": "a\nb"}),
        "line": ({"type": "plain_text_input"}, "a\nb", {"value": "a b"}),
        "empty": ({"type": "plain_text_input"}, None, {"value": None}),
        "none": ({"type": "checkboxes", "options": two}, None, {"selected_options": []}),
    }
    opens(form(*(entry(id, id, element, optional=True) for id, (element, _, _) in kinds.items())))
    got: list[Json] = []

    @bolt.view("form")
    def submitted(ack: Any, view: Json) -> None:
        ack()
        got.append(view["state"]["values"])

    damian.command("partnerships", "/hello")
    assert damian.submit({id: given for id, (_, given, _) in kinds.items()})["outcome"] == "ok"
    for id, (element, _, held) in kinds.items():
        assert got[0][id][f"{id}_a"] == {"type": element["type"], **held}


def test_an_option_or_input_that_is_not_there_cannot_be_chosen(opens: Any, damian: Person) -> None:
    opens(form(entry("s", "S", {"type": "static_select", "options": [{"text": plain("One"), "value": "1"}]})))
    damian.command("partnerships", "/hello")
    assert "no option" in damian.submit({"S": "9"})["notice"]
    assert "no input" in damian.submit({"T": "x"})["notice"]


def test_what_was_typed_survives_an_update_where_the_ids_stay(bolt: App, opens: Any, damian: Person) -> None:
    opens(form(entry("a", "A"), entry("b", "B"), {"type": "actions", "block_id": "do", "elements": [
        {"type": "button", "action_id": "more", "text": plain("More")}]}))  # fmt: skip

    @bolt.action("more")
    def more(ack: Any, body: Json, client: WebClient) -> None:
        ack()
        view = form(entry("a", "A"), entry("c", "C", {"type": "plain_text_input", "initial_value": "new"}))
        client.views_update(view_id=body["view"]["id"], hash=body["view"]["hash"], view=view)

    damian.command("partnerships", "/hello")
    assert damian.press("More", values={"a": "typed", "b": "gone"})["outcome"] == "ok"
    view = damian.modal(where=lambda view: "C" in damian.text_of(view))
    values = view["state"]["values"]
    assert (values["a"]["a_a"]["value"], values["c"]["c_a"]["value"], "b" in values) == (
        "typed",
        "new",
        False,
    )


def test_an_input_tells_the_app_only_with_dispatch_action(
    bolt: App, opens: Any, damian: Person, sandbox: Sandbox
) -> None:
    pick = {"type": "static_select", "options": [{"text": plain("One"), "value": "1"}]}
    opens(form(entry("quiet", "Quiet", pick), entry("loud", "Loud", pick, dispatch_action=True)))
    heard: list[Json] = []

    @bolt.action("loud_a")
    def loud(ack: Any, body: Json) -> None:
        ack()
        heard.append(body)

    damian.command("partnerships", "/hello")
    damian.modal("Form")
    damian.choose("quiet_a", "One")
    damian.choose("loud_a", "One")
    assert len(sandbox.requests("block_actions")) == 1
    action = heard[0]["actions"][0]
    assert (action["type"], action["selected_option"]["value"]) == ("static_select", "1")
    held = heard[0]["view"]["state"]["values"]
    assert held["quiet"]["quiet_a"]["selected_option"]["value"] == "1"
    assert (heard[0]["container"]["type"], "response_url" in heard[0]) == ("view", False)


def test_an_external_select_searches_in_the_app(
    bolt: App, opens: Any, damian: Person, sandbox: Sandbox
) -> None:
    opens(form(entry("lead", "Lead", {"type": "external_select", "min_query_length": 2})))
    submitted: list[Json] = []

    @bolt.options("lead_a")
    def find(ack: Any, payload: Json) -> None:
        count = 101 if payload["value"] == "many" else 1
        ack(options=[{"text": plain(f"{payload['value']} {n}"), "value": f"l{n}"} for n in range(count)])

    @bolt.view("form")
    def done(ack: Any, view: Json) -> None:
        ack()
        submitted.append(view["state"]["values"]["lead"]["lead_a"])

    damian.command("partnerships", "/hello")
    damian.modal("Form")
    assert damian.options("lead_a", "u") == []
    assert damian.submit({"Lead": "l0"})["outcome"] == "refused"
    assert [option["text"]["text"] for option in damian.options("lead_a", "uni")] == ["uni 0"]
    assert damian.options("lead_a", "many") == []
    damian.submit({"Lead": "l0"})
    assert submitted[0]["selected_option"] == {"text": plain("uni 0"), "value": "l0"}
    assert len(sandbox.requests("block_suggestion")) == 2
