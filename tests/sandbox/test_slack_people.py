"""What people do outside modals: commands, buttons in messages, shortcuts, writing, reacting."""

from __future__ import annotations

import time
from typing import Any

import pytest
from slack_bolt import App
from slack_sdk import WebClient

from tests.workspace import Person, Sandbox, loopback_client

HTTP = loopback_client()

Json = dict[str, Any]
CARD: list[Json] = [
    {"type": "section", "block_id": "s", "text": {"type": "mrkdwn", "text": "Card"}},
    {
        "type": "actions",
        "block_id": "a",
        "elements": [
            {
                "type": "button",
                "action_id": "go",
                "text": {"type": "plain_text", "text": "Go"},
                "value": "l1",
            },
            {
                "type": "overflow",
                "action_id": "more",
                "options": [{"text": {"type": "plain_text", "text": "Pause"}, "value": "p"}],
            },
        ],
    },
]


def hears(bolt: App, kind: str, name: str) -> list[Json]:
    """Everything the app hears of one kind, e.g. ("command", "/hello"), acked at once."""
    heard: list[Json] = []

    def listener(ack: Any, body: Json) -> None:
        ack()
        heard.append(body)

    getattr(bolt, kind)(name)(listener)
    return heard


def hears_events(bolt: App, *types: str | Json) -> None:
    """Ack these events, so that nothing is delivered twice."""
    for type in types:
        bolt.event(type)(lambda event: None)


def test_a_command_carries_who_where_and_all_the_text(bolt: App, damian: Person) -> None:
    heard = hears(bolt, "command", "/hello")
    damian.command("partnerships", "/hello ada@uni.example\nbo@lab.example & <co>")
    damian.command("partnerships-senders", "/hello @jim")
    damian.command("dm", "/hello")
    first = heard[0]
    assert first["text"] == "ada@uni.example\nbo@lab.example &amp; &lt;co&gt;"
    assert (first["user_id"], first["user_name"]) == ("U01DAMIAN", "damian")
    assert (first["channel_id"], first["channel_name"]) == ("C01PARTNERS", "partnerships")
    assert (heard[1]["channel_name"], heard[1]["text"]) == ("privategroup", "@jim")
    assert (heard[2]["channel_name"], heard[2]["text"]) == ("directmessage", "")
    assert set(first) == {
        "token", "team_id", "team_domain", "channel_id", "channel_name", "user_id", "user_name", "command",
        "text", "api_app_id", "is_enterprise_install", "response_url", "trigger_id",
    }  # fmt: skip


def test_a_command_with_should_escape_marks_up_people_and_channels(bolt: App, damian: Person) -> None:
    heard = hears(bolt, "command", "/escape")
    damian.command("partnerships", "/escape @jim in #engineering")
    assert heard[0]["text"] == "<@U02JIM|jim> in <#C03ENGINEERING|engineering>"


def test_an_undeclared_command_never_leaves_slack(bolt: App, damian: Person, sandbox: Sandbox) -> None:
    outcome = damian.command("partnerships", "/goodbye")
    assert (outcome["outcome"], "/goodbye is not a valid command" in outcome["notice"]) == ("refused", True)
    assert sandbox.requests("slash_commands") == []


def test_commands_do_not_work_in_threads(bolt: App, damian: Person, sandbox: Sandbox) -> None:
    ts = damian.say("partnerships", "a thread")["ts"]
    outcome = damian.say("partnerships", "/hello", thread_ts=ts)
    assert outcome["notice"] == "/hello is not supported in threads. Sorry!"
    assert sandbox.requests("slash_commands") == []


def test_a_forgotten_or_slow_handler_is_a_timeout_after_three_seconds(bolt: App, damian: Person) -> None:
    started = time.monotonic()
    outcome = damian.command("partnerships", "/hello")
    assert 2.9 < time.monotonic() - started < 15
    assert (outcome["outcome"], damian.notices()) == (
        "operation_timeout",
        ['/hello failed with the error "operation_timeout"'],
    )


def test_nobody_connected_is_a_failed_dispatch_at_once(sandbox: Sandbox, damian: Person) -> None:
    outcome = damian.command("partnerships", "/hello")
    assert (outcome["outcome"], outcome["notice"]) == (
        "dispatch_failed",
        '/hello failed with the error "dispatch_failed"',
    )


def test_what_the_ack_says_is_shown_to_the_person_only(bolt: App, damian: Person, bea: Person) -> None:
    @bolt.command("/hello")
    def hello(ack: Any, body: Json) -> None:
        loud = body["text"] == "loud"
        ack(text=f"hello {body['text']}", response_type="in_channel" if loud else "ephemeral")

    damian.command("partnerships", "/hello quiet")
    damian.command("partnerships", "/hello loud")
    assert "is_ephemeral" in damian.wait_for("partnerships", "hello quiet")
    bea.wait_for("partnerships", "hello loud")
    assert "hello quiet" not in str(bea.messages("partnerships"))


def test_only_people_in_a_channel_can_act_there(bolt: App, bea: Person, client: WebClient) -> None:
    ts = client.chat_postMessage(channel="G02SENDERS", text="Card", blocks=CARD)["ts"]
    assert bea.command("partnerships-senders", "/hello")["outcome"] == "refused"
    where = {"channel": "G02SENDERS", "ts": ts, "block_id": "a", "action_id": "go"}
    assert "not in" in bea.do("click", **where)["notice"]
    assert "partnerships-senders" not in [channel["name"] for channel in bea.look()["channels"]]


def test_a_button_tells_the_app_everything_about_the_press(
    bolt: App, damian: Person, client: WebClient
) -> None:
    heard = hears(bolt, "action", "go")
    start = client.chat_postMessage(channel="C01PARTNERS", text="start")["ts"]
    client.chat_postMessage(channel="C01PARTNERS", text="Card", blocks=CARD, thread_ts=start)
    card = damian.wait_for("partnerships", "Card")
    assert damian.press("Go", card)["outcome"] == "ok"
    body = heard[0]
    assert body["container"] == {
        "type": "message",
        "message_ts": card["ts"],
        "channel_id": "C01PARTNERS",
        "is_ephemeral": False,
        "thread_ts": start,
    }
    assert body["channel"] == {"id": "C01PARTNERS", "name": "partnerships"}
    assert (body["message"]["ts"], body["state"]) == (card["ts"], {"values": {}})
    action = {key: value for key, value in body["actions"][0].items() if key != "action_ts"}
    assert action == {
        "type": "button",
        "action_id": "go",
        "block_id": "a",
        "text": {"type": "plain_text", "text": "Go"},
        "value": "l1",
    }
    assert {"trigger_id", "response_url", "api_app_id", "token", "team", "user"} <= set(body)


def test_an_overflow_menu_tells_what_was_chosen(bolt: App, damian: Person, client: WebClient) -> None:
    heard = hears(bolt, "action", "more")
    client.chat_postMessage(channel="C01PARTNERS", text="Card", blocks=CARD)
    card = damian.wait_for("partnerships", "Card")
    damian.choose("more", "Pause", card)
    assert heard[0]["actions"][0]["selected_option"]["value"] == "p"
    assert damian.choose("more", "Stop", card)["outcome"] == "refused"


def test_a_button_of_an_ephemeral_message_comes_without_the_message(
    bolt: App, damian: Person, client: WebClient
) -> None:
    heard = hears(bolt, "action", "go")
    client.chat_postEphemeral(channel="C01PARTNERS", user="U01DAMIAN", text="Card", blocks=CARD)
    damian.press("Go", damian.wait_for("partnerships", "Card"))
    assert (heard[0]["container"]["is_ephemeral"], "message" in heard[0]) == (True, False)


def test_a_response_url_answers_five_times_within_thirty_minutes(
    bolt: App, damian: Person, bea: Person, sandbox: Sandbox
) -> None:
    heard = hears(bolt, "command", "/hello")
    damian.command("partnerships", "/hello")
    damian.command("partnerships", "/hello")
    url = heard[0]["response_url"]
    assert HTTP.post(url, json={"text": "only you"}).text == "ok"
    assert HTTP.post(url, json={"text": "everyone", "response_type": "in_channel"}).text == "ok"
    assert HTTP.post(url, json={"words": "?"}).json()["error"] == "invalid_payload"
    assert HTTP.post(url, json={"blocks": [{"type": "x"}]}).json()["error"] == "invalid_blocks"
    for _ in range(3):
        assert HTTP.post(url, json={"text": "more"}).status_code == 200
    assert HTTP.post(url, json={"text": "six"}).json()["error"] == "used_url"
    assert [m["text"] for m in bea.messages("partnerships")[1:]] == ["everyone"]
    sandbox.world.clock.advance(1801)
    assert HTTP.post(heard[1]["response_url"], json={"text": "late"}).json()["error"] == "expired_url"


def test_a_response_url_replaces_or_deletes_the_message_it_came_from(
    bolt: App, damian: Person, client: WebClient
) -> None:
    heard = hears(bolt, "action", "go")
    client.chat_postMessage(channel="C01PARTNERS", text="Card", blocks=CARD)
    client.chat_postEphemeral(channel="C01PARTNERS", user="U01DAMIAN", text="Private", blocks=CARD)
    cards = [m for m in damian.messages("partnerships") if damian.buttons(m)]
    for card in cards:
        damian.press("Go", card)
    for body in heard:
        changed = {"replace_original": True, "text": "Done", "response_type": "in_channel"}
        HTTP.post(body["response_url"], json=changed)
    seen = damian.messages("partnerships")
    assert [(m["text"], bool(m.get("is_ephemeral"))) for m in seen[1:]] == [("Done", False), ("Done", True)]
    for body in heard:
        HTTP.post(body["response_url"], json={"delete_original": True})
    assert len(damian.messages("partnerships")) == 1


def test_a_message_shortcut_brings_the_message(bolt: App, damian: Person, client: WebClient) -> None:
    heard = hears(bolt, "shortcut", "take")
    ts = damian.say("partnerships", "please hail ada@uni.example")["ts"]
    assert damian.shortcut("take", "partnerships", ts)["outcome"] == "ok"
    body = heard[0]
    assert set(body) == {
        "type", "callback_id", "trigger_id", "message_ts", "response_url", "message", "enterprise", "team",
        "user", "channel", "token", "action_ts", "is_enterprise_install",
    }  # fmt: skip
    assert (body["type"], body["message_ts"], body["message"]["user"]) == ("message_action", ts, "U01DAMIAN")
    assert damian.shortcut("give", "partnerships", ts)["outcome"] == "refused"
    quiet = client.chat_postEphemeral(channel="C01PARTNERS", user="U01DAMIAN", text="x")["message_ts"]
    assert damian.shortcut("take", "partnerships", quiet)["outcome"] == "refused"


def test_a_global_shortcut_has_no_channel(bolt: App, damian: Person) -> None:
    heard = hears(bolt, "shortcut", "anywhere")
    assert damian.do("global_shortcut", callback_id="anywhere")["outcome"] == "ok"
    assert (heard[0]["type"], "channel" in heard[0], "response_url" in heard[0]) == ("shortcut", False, False)


def test_what_people_type_is_escaped_and_people_are_found(
    bolt: App, damian: Person, sandbox: Sandbox
) -> None:
    heard: list[Json] = []

    @bolt.event("message")
    def message(event: Json) -> None:
        heard.append(event)

    typed = (
        "<b> & @jim in #engineering: ada@uni.example, https://e.org/a?b=c&d. uni.example! <!channel> @channel"
    )
    damian.say("partnerships", typed)
    sandbox.wait_until(lambda: heard)
    assert heard[0]["text"] == (
        "&lt;b&gt; &amp; <@U02JIM> in <#C03ENGINEERING|>: <mailto:ada@uni.example|ada@uni.example>, "
        "<https://e.org/a?b=c&amp;d>. <http://uni.example|uni.example>! &lt;!channel&gt; <!channel>"
    )
    kinds = [element["type"] for element in heard[0]["blocks"][0]["elements"][0]["elements"]]
    assert kinds == [
        "text",
        "user",
        "text",
        "channel",
        "text",
        "link",
        "text",
        "link",
        "text",
        "link",
        "text",
        "broadcast",
    ]
    assert (heard[0]["channel_type"], heard[0]["user"]) == ("channel", "U01DAMIAN")


def test_a_mention_is_heard_twice_and_a_direct_message_once(
    bolt: App, damian: Person, sandbox: Sandbox
) -> None:
    hears_events(bolt, "message", "app_mention")
    damian.say("partnerships", "@Partnerships Assistant what about Ada?")
    damian.say("dm", "@Partnerships Assistant hello")
    sandbox.wait_until(lambda: len(sandbox.requests("event:message")) == 2)
    mentions = sandbox.requests("event:app_mention")
    assert [each["event"]["text"] for each in mentions] == ["<@U09ASSIST> what about Ada?"]
    kinds = [each["event"]["channel_type"] for each in sandbox.requests("event:message")]
    assert sorted(kinds) == ["channel", "im"]


def test_edits_deletions_and_reactions_are_heard(bolt: App, damian: Person, sandbox: Sandbox) -> None:
    hears_events(bolt, "reaction_added", "reaction_removed")
    for subtype in (None, "message_changed", "message_deleted"):
        hears_events(bolt, {"type": "message", "subtype": subtype})
    ts = damian.say("partnerships", "first")["ts"]
    damian.do("edit", channel="partnerships", ts=ts, text="second")
    damian.do("react", channel="partnerships", ts=ts, name=":memo:")
    damian.do("react", channel="partnerships", ts=ts, name="memo", remove=True)
    assert (
        damian.do("react", channel="partnerships", ts=ts, name="memo", remove=True)["notice"] == "no_reaction"
    )
    damian.do("delete", channel="partnerships", ts=ts)
    sandbox.wait_until(lambda: len(sandbox.requests("event:message")) == 3)
    events = [each["event"] for each in sandbox.requests("event:message")]
    by_kind = {event.get("subtype", ""): event for event in events}
    changed = by_kind["message_changed"]
    assert (changed["message"]["text"], changed["previous_message"]["text"]) == ("second", "first")
    assert changed["message"]["edited"]["user"] == "U01DAMIAN"
    assert by_kind["message_deleted"]["deleted_ts"] == ts
    added = sandbox.requests("event:reaction_added")[0]["event"]
    assert (added["item"], added["reaction"], added["item_user"]) == (
        {"type": "message", "channel": "C01PARTNERS", "ts": ts},
        "memo",
        "U01DAMIAN",
    )
    sandbox.wait_until(lambda: sandbox.requests("event:reaction_removed"))


def test_nobody_changes_what_others_wrote(damian: Person, bea: Person) -> None:
    ts = damian.say("partnerships", "mine")["ts"]
    assert bea.do("edit", channel="partnerships", ts=ts, text="yours")["outcome"] == "refused"
    assert bea.do("delete", channel="partnerships", ts=ts)["outcome"] == "refused"


def test_joining_is_heard_and_guests_cannot(bolt: App, damian: Person, gus: Person, sandbox: Sandbox) -> None:
    hears_events(bolt, "member_joined_channel")
    assert damian.do("join", channel="engineering")["outcome"] == "ok"
    sandbox.wait_until(lambda: sandbox.requests("event:member_joined_channel"))
    assert gus.do("join", channel="engineering")["outcome"] == "refused"


def test_an_app_hears_nothing_of_channels_it_is_not_in(bolt: App, bea: Person, sandbox: Sandbox) -> None:
    sandbox.world.workspace.channels["C03ENGINEERING"].members.remove("U09ASSIST")
    bea.say("engineering", "@Partnerships Assistant psst")
    time.sleep(0.1)
    assert sandbox.requests("event:message") + sandbox.requests("event:app_mention") == []


def test_the_button_of_another_app_does_nothing(bolt: App, damian: Person, sandbox: Sandbox) -> None:
    welcome = damian.messages("partnerships")[0]
    sandbox.world.workspace.channels["C01PARTNERS"].messages[welcome["ts"]]["blocks"] = CARD
    assert damian.press("Go", damian.messages("partnerships")[0])["outcome"] == "refused"
    assert sandbox.requests("block_actions") == []


@pytest.mark.parametrize("body", [{}, {"channel": "partnerships"}, {"channel": "nowhere", "text": "x"}])
def test_a_half_said_act_is_refused_in_words(sandbox: Sandbox, body: Json) -> None:
    answer = HTTP.post(sandbox.url("/person/U01DAMIAN/message"), json=body)
    assert (answer.json()["outcome"], answer.json()["notice"] != "") == ("refused", True)
    assert HTTP.post(sandbox.url("/person/U99/message"), json=body).json()["outcome"] == "refused"
