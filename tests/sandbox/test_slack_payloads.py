"""Payloads against recorded ones: the sandbox sends no key that Slack does not send."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from slack_bolt import App
from slack_sdk import WebClient

from tests.sandbox.sample_views import Json, form, text
from tests.workspace import Person, Sandbox

RECORDED = Path(__file__).parents[3] / "shared" / "data" / "slack_payloads"
# The records are older than these, or leave them out; docs.slack.dev shows them.
NEWER = {
    "context_team_id", "context_enterprise_id", "response_urls", "retry_attempt", "retry_reason", "action_ts",
    "api_app_id", "user_id", "reply_users",
}  # fmt: skip
# Free-form inside: the app's own content, and values by the app's own ids.
FREE = {"blocks", "state", "values", "metadata"}


def keys_of(payload: Json, path: str = "") -> Iterator[str]:
    for key, value in payload.items():
        if key in NEWER:
            continue
        yield f"{path}/{key}"
        if isinstance(value, dict) and key not in FREE:
            yield from keys_of(value, f"{path}/{key}")


@pytest.fixture
def heard(bolt: App, damian: Person, client: WebClient, sandbox: Sandbox) -> Sandbox:
    """A sandbox in which every kind of payload was sent once."""
    button = {"type": "button", "action_id": "go", "text": {"type": "plain_text", "text": "Go"}}

    @bolt.command("/hello")
    def hello(ack: Any, body: Json, client: WebClient) -> None:
        ack()
        client.views_open(trigger_id=body["trigger_id"], view=form(notify_on_close=True))

    bolt.view("form")(lambda ack: ack(response_action="update", view=form(notify_on_close=True)))
    bolt.view_closed("form")(lambda ack: ack())
    bolt.action("go")(lambda ack: ack())
    bolt.shortcut("take")(lambda ack: ack())
    for name in ("app_home_opened", "app_mention", "reaction_added", "reaction_removed"):
        bolt.event(name)(lambda event: None)
    for subtype in (None, "message_changed", "message_deleted"):
        bolt.event({"type": "message", "subtype": subtype})(lambda event: None)
    blocks = [{"type": "actions", "elements": [button]}]
    client.views_publish(user_id="U01DAMIAN", view={"type": "home", "blocks": [text("Home")]})
    client.chat_postMessage(channel="C01PARTNERS", text="Card", blocks=blocks)
    damian.press("Go", damian.wait_for("partnerships", lambda message: damian.buttons(message)))
    damian.command("partnerships", "/hello")
    damian.submit({"Who": "x"})
    damian.close()
    damian.do("home")
    ts = damian.say("partnerships", "@Partnerships Assistant hello")["ts"]
    damian.shortcut("take", "partnerships", ts)
    for remove in (False, True):
        damian.do("react", channel="partnerships", ts=ts, name="memo", remove=remove)
    damian.do("edit", channel="partnerships", ts=ts, text="changed")
    damian.do("delete", channel="partnerships", ts=ts)
    sandbox.wait_until(
        lambda: len(sandbox.requests("event:message")) == 4 and sandbox.requests("view_closed")
    )
    return sandbox


def test_no_payload_has_a_key_slack_does_not_send(heard: Sandbox) -> None:
    if not RECORDED.exists():
        pytest.skip("the recorded payloads are not on this machine")
    by_subtype = {each["event"].get("subtype", ""): each for each in heard.requests("event:message")}
    sent = {
        "SlashCommandPayload": heard.requests("slash_commands")[0],
        "BlockActionPayload": heard.requests("block_actions")[0],
        "ViewSubmissionPayload": heard.requests("view_submission")[0],
        "ViewClosedPayload": heard.requests("view_closed")[0],
        "MessageShortcutPayload": heard.requests("message_action")[0],
        "AppHomeOpenedPayload": heard.requests("event:app_home_opened")[0],
        "AppMentionPayload": heard.requests("event:app_mention")[0],
        "ReactionAddedPayload": heard.requests("event:reaction_added")[0],
        "ReactionRemovedPayload": heard.requests("event:reaction_removed")[0],
        "MessagePayload": by_subtype[""],
        "MessageChangedPayload": by_subtype["message_changed"],
        "MessageDeletedPayload": by_subtype["message_deleted"],
    }
    for name, payload in sent.items():
        recorded = json.loads((RECORDED / f"{name}.json").read_text())
        known = set(keys_of(recorded)) | {
            f"{path}/{key}" for path in ("/view", "/event/view") for key in ("blocks",)
        }
        assert set(keys_of(payload)) - known == set(), name


def test_a_button_on_the_home_tab_can_open_a_modal(bolt: App, damian: Person, client: WebClient) -> None:
    button = {"type": "button", "action_id": "new", "text": {"type": "plain_text", "text": "New lead"}}

    @bolt.action("new")
    def new(ack: Any, body: Json, client: WebClient) -> None:
        ack()
        assert body["container"] == {"type": "view", "view_id": body["view"]["id"]}
        client.views_open(trigger_id=body["trigger_id"], view=form())

    blocks = [{"type": "actions", "elements": [button]}]
    client.views_publish(user_id="U01DAMIAN", view={"type": "home", "blocks": blocks})
    home = damian.look()["home"]
    assert damian.press("New lead", home)["outcome"] == "ok"
    assert damian.modal("Form")
