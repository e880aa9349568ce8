"""Modals and the Home tab: opening, submitting, closing; what the app may answer."""

from __future__ import annotations

import copy
import threading
import time
from typing import Any

import pytest
from slack_bolt import Ack, App, BoltResponse
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from tests.sandbox.sample_views import Json, form, plain, text
from tests.workspace import PATIENCE_SECONDS, Person, Sandbox


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
    outcome = damian.submit({"Who": "x"})
    assert (outcome["outcome"], outcome["notice"]) == (
        "operation_timeout",
        "We had some trouble connecting. Try again?",
    )
    assert damian.modal("Form")


@pytest.mark.usefixtures("patient_slack")
def test_the_button_is_grey_while_a_submission_is_answered(
    bolt: App, opens: Any, damian: Person, sandbox: Sandbox
) -> None:
    opens(form())
    release = threading.Event()

    @bolt.view("form")
    def submitted(ack: Any) -> None:
        release.wait(PATIENCE_SECONDS)
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
