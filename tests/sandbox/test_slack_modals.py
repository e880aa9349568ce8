"""Modals and the Home tab: opening, filling in, submitting, closing; what the app may answer."""

from __future__ import annotations

import copy
import threading
import time
from typing import Any

import pytest
from slack_bolt import Ack, App, BoltResponse
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from tests.workspace import Person, Sandbox

Json = dict[str, Any]


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text}


def entry(id: str, label: str, element: Json | None = None, **changed: Any) -> Json:
    element = element or {"type": "plain_text_input"}
    return {
        "type": "input",
        "block_id": id,
        "label": plain(label),
        "element": {**element, "action_id": f"{id}_a"},
        **changed,
    }


def form(*blocks: Json, title: str = "Form", **changed: Any) -> Json:
    blocks = blocks or (entry("who", "Who"),)
    return {
        "type": "modal",
        "callback_id": "form",
        "title": plain(title),
        "submit": plain("Send"),
        "blocks": list(blocks),
        **changed,
    }


def text(words: str) -> Json:
    return {"type": "section", "text": plain(words)}


@pytest.fixture
def opens(bolt: App) -> Any:
    """`opens(view)`: from now on /hello opens this view."""

    def prepare(view: Json) -> None:
        def hello(ack: Any, body: Json, client: WebClient) -> None:
            ack()
            client.views_open(trigger_id=body["trigger_id"], view=view)

        bolt.command("/hello")(hello)

    return prepare


def error_of(call: Any, **kwargs: Any) -> str:
    with pytest.raises(SlackApiError) as raised:
        call(**kwargs)
    return str(raised.value.response["error"])


def test_a_command_opens_a_form_and_its_submission_reaches_the_app(
    bolt: App, opens: Any, damian: Person
) -> None:
    opens(form(private_metadata="kept", external_id="mine"))
    got: list[Json] = []

    @bolt.view("form")
    def submitted(ack: Any, body: Json) -> None:
        ack()
        got.append(body)

    assert damian.command("partnerships", "/hello")["outcome"] == "ok"
    view = damian.modal("Form")
    assert damian.submit({"Who": "Ada"})["outcome"] == "ok"
    damian.no_modal()
    payload = got[0]
    assert payload["user"] == {
        "id": "U01DAMIAN",
        "username": "damian",
        "name": "damian",
        "team_id": "T01SANDBOX",
    }
    assert payload["view"]["state"]["values"] == {
        "who": {"who_a": {"type": "plain_text_input", "value": "Ada"}}
    }
    kept = {key: payload["view"][key] for key in ("id", "private_metadata", "external_id", "callback_id")}
    assert kept == {
        "id": view["id"],
        "private_metadata": "kept",
        "external_id": "mine",
        "callback_id": "form",
    }
    assert payload["response_urls"] == []


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


def test_a_trigger_works_once_and_for_three_seconds(bolt: App, damian: Person, client: WebClient) -> None:
    triggers: list[str] = []

    @bolt.command("/hello")
    def hello(ack: Any, body: Json) -> None:
        ack()
        triggers.append(body["trigger_id"])

    damian.command("partnerships", "/hello")
    client.views_open(trigger_id=triggers[0], view=form())
    assert error_of(client.views_open, trigger_id=triggers[0], view=form()) == "exchanged_trigger_id"
    assert error_of(client.views_open, trigger_id="1.2.3", view=form()) == "invalid_trigger_id"
    damian.command("partnerships", "/hello")
    time.sleep(3.05)
    assert error_of(client.views_open, trigger_id=triggers[1], view=form()) == "expired_trigger_id"


def test_a_wrong_view_uses_no_trigger_up(bolt: App, damian: Person, client: WebClient) -> None:
    triggers: list[str] = []

    @bolt.command("/hello")
    def hello(ack: Any, body: Json) -> None:
        ack()
        triggers.append(body["trigger_id"])

    damian.command("partnerships", "/hello")
    assert error_of(client.views_open, trigger_id=triggers[0], view={"type": "modal"}) == "invalid_arguments"
    huge = form(*(text("a" * 3000) for _ in range(100)))
    assert error_of(client.views_open, trigger_id=triggers[0], view=huge) == "view_too_large"
    assert client.views_open(trigger_id=triggers[0], view=form())["view"]["root_view_id"]


def test_three_views_stack_and_a_fourth_is_refused(bolt: App, opens: Any, damian: Person) -> None:
    opens(form(title="View 1"))
    refusals: list[str] = []

    @bolt.view("form")
    def submitted(ack: Any, body: Json, client: WebClient) -> None:
        depth = int(body["view"]["title"]["text"][-1])
        if depth == 3:
            refusals.append(error_of(client.views_push, trigger_id=body["trigger_id"], view=form()))
            ack()
        else:
            ack(response_action="push", view=form(title=f"View {depth + 1}"))

    damian.command("partnerships", "/hello")
    for number in (1, 2):
        damian.modal(f"View {number}")
        damian.submit({"Who": "x"})
    assert damian.look()["depth"] == 3
    top = damian.modal("View 3")
    assert top["previous_view_id"] != top["root_view_id"] != top["id"]
    damian.submit({"Who": "x"})
    assert refusals == ["push_limit_reached"]
    assert damian.modal("View 2")["state"]["values"]["who"]["who_a"]["value"] == "x"
    damian.close(everything=True)
    damian.no_modal()


@pytest.mark.parametrize(
    ("action", "left"), [("update", ["Changed"]), ("push", ["Form", "Changed"]), ("clear", [])]
)
def test_what_the_app_answers_happens_to_the_modal(
    bolt: App, opens: Any, damian: Person, sandbox: Sandbox, action: str, left: list[str]
) -> None:
    opens(form())

    @bolt.view("form")
    def submitted(ack: Any) -> None:
        extra = {} if action == "clear" else {"view": form(text("done"), title="Changed", submit=None)}
        if extra:
            del extra["view"]["submit"]
        ack(response_action=action, **extra)

    damian.command("partnerships", "/hello")
    before = damian.modal("Form")["id"]
    assert damian.submit({"Who": "x"})["outcome"] == "ok"
    workspace = sandbox.world.workspace
    stack = workspace.stacks.get("U01DAMIAN", [])
    assert [workspace.views[id].body["title"]["text"] for id in stack] == left
    assert (before in stack) == (action in ("update", "push"))


@pytest.mark.parametrize(
    "answer",
    [
        {"response_action": "explode"},
        {"response_action": "errors", "errors": {"nowhere": "x"}},
        {"response_action": "errors", "errors": {}},
        {"response_action": "update", "view": {"type": "modal"}},
        {"response_action": "push"},
    ],
)
def test_an_answer_slack_cannot_read_looks_like_trouble(
    bolt: App, opens: Any, damian: Person, answer: Json
) -> None:
    opens(form())

    @bolt.view("form")
    def submitted(ack: Ack) -> None:
        ack.response = BoltResponse(status=200, body=answer)

    damian.command("partnerships", "/hello")
    outcome = damian.submit({"Who": "x"})
    assert outcome["outcome"] == "invalid_response"
    assert damian.notices()[-1] == "We had some trouble connecting. Try again?"
    assert damian.modal("Form")["busy"] is False


def test_a_late_answer_leaves_the_modal_and_says_there_was_trouble(
    bolt: App, opens: Any, damian: Person
) -> None:
    opens(form())

    @bolt.view("form")
    def submitted(ack: Any) -> None:
        time.sleep(3.3)
        ack()

    damian.command("partnerships", "/hello")
    started = time.monotonic()
    outcome = damian.submit({"Who": "x"})
    assert 2.9 < time.monotonic() - started < 3.3
    assert (outcome["outcome"], outcome["notice"]) == (
        "operation_timeout",
        "We had some trouble connecting. Try again?",
    )
    assert damian.modal("Form")


def test_the_button_is_grey_while_a_submission_is_answered(
    bolt: App, opens: Any, damian: Person, sandbox: Sandbox
) -> None:
    opens(form())
    release = threading.Event()

    @bolt.view("form")
    def submitted(ack: Any) -> None:
        release.wait(2)
        ack()

    damian.command("partnerships", "/hello")
    view = damian.modal("Form")
    outcomes: list[str] = []
    first = threading.Thread(
        target=lambda: outcomes.append(damian.submit({"Who": "x"}, view=view)["outcome"])
    )
    first.start()
    damian.modal("Form", where=lambda view: view["busy"])
    assert damian.submit({"Who": "x"}, view=view)["outcome"] == "busy"
    second = threading.Thread(
        target=lambda: outcomes.append(
            Person(sandbox, "U01DAMIAN").submit({"Who": "x"}, view=view, force=True)["outcome"]
        )
    )
    second.start()
    sandbox.wait_until(lambda: len(sandbox.world.slack.pending) == 2)
    release.set()
    first.join()
    second.join()
    assert (outcomes, len(sandbox.requests("view_submission"))) == (["ok", "ok"], 2)
    damian.no_modal()


def test_an_outdated_hash_is_a_conflict(bolt: App, opens: Any, damian: Person, client: WebClient) -> None:
    opens(form(external_id="mine"))
    damian.command("partnerships", "/hello")
    view = damian.modal("Form")
    client.views_update(view_id=view["id"], hash=view["hash"], view=form(title="Second"))
    update = {"view_id": view["id"], "view": form(title="Third")}
    assert error_of(client.views_update, **update, hash=view["hash"]) == "hash_conflict"
    assert error_of(client.views_update, external_id="mine", view=form()) == "not_found"
    assert error_of(client.views_update, view_id="V0", view=form()) == "not_found"


def test_an_external_id_is_taken_only_once(bolt: App, damian: Person, bea: Person, sandbox: Sandbox) -> None:
    refusals: list[str] = []

    @bolt.command("/hello")
    def hello(ack: Any, body: Json, client: WebClient) -> None:
        ack()
        try:
            client.views_open(trigger_id=body["trigger_id"], view=form(external_id="mine"))
        except SlackApiError as refusal:
            refusals.append(refusal.response["error"])

    damian.command("partnerships", "/hello")
    damian.modal("Form")
    bea.command("partnerships", "/hello")
    sandbox.wait_until(lambda: refusals)
    assert (refusals, bea.look()["modal"]) == (["duplicate_external_id"], None)


@pytest.mark.parametrize(("everything", "title", "cleared"), [(False, "Top", False), (True, "Root", True)])
def test_closing_is_told_only_when_asked_for(
    bolt: App, opens: Any, damian: Person, sandbox: Sandbox, everything: bool, title: str, cleared: bool
) -> None:
    opens(form(title="Root", notify_on_close=True))
    closed: list[Json] = []

    @bolt.view("form")
    def submitted(ack: Any) -> None:
        ack(response_action="push", view=form(title="Top", notify_on_close=True))

    @bolt.view_closed("form")
    def was_closed(ack: Any, body: Json) -> None:
        ack()
        closed.append(body)

    damian.command("partnerships", "/hello")
    damian.modal("Root")
    damian.submit({"Who": "x"})
    damian.close(everything=everything)
    sandbox.wait_until(lambda: closed)
    assert (closed[0]["view"]["title"]["text"], closed[0]["is_cleared"]) == (title, cleared)
    assert damian.look()["depth"] == (0 if everything else 1)


def test_a_silent_modal_closes_silently(opens: Any, damian: Person, sandbox: Sandbox) -> None:
    opens(form())
    damian.command("partnerships", "/hello")
    damian.modal("Form")
    damian.close()
    damian.no_modal()
    time.sleep(0.05)
    assert sandbox.requests("view_closed") == []


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


def test_the_home_tab_shows_what_is_published(bolt: App, damian: Person, client: WebClient) -> None:
    @bolt.event("app_home_opened")
    def opened(event: Json, client: WebClient) -> None:
        client.views_publish(user_id=event["user"], view={"type": "home", "blocks": [text("Your leads")]})

    home = damian.home(lambda view: "Your leads" in damian.text_of(view))
    wrong = {"type": "home", "blocks": [], "submit": plain("x")}
    assert error_of(client.views_publish, user_id="U01DAMIAN", view=wrong) == "invalid_arguments"
    stale = copy.deepcopy({"type": "home", "blocks": []})
    assert error_of(client.views_publish, user_id="U01DAMIAN", view=stale, hash="old") == "hash_conflict"
    again = client.views_publish(user_id="U01DAMIAN", view=stale, hash=home["hash"])
    assert again["view"]["id"] == home["id"]
