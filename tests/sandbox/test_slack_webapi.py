"""The Web API: tokens, arguments, scopes, errors, pages, threads, metadata, limits."""

from __future__ import annotations

import copy
import dis
import json
from pathlib import Path
from typing import Any

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from sandbox.slack.webapi import METHODS
from tests.sandbox.conftest import MANIFEST
from tests.workspace import Person, Sandbox, loopback_client, running_sandbox

HTTP = loopback_client()

PARTNERS, SENDERS, ENGINEERING = "C01PARTNERS", "G02SENDERS", "C03ENGINEERING"
BOT = {"authorization": "Bearer xoxb-sandbox"}


def error_of(call: Any, *args: Any, **kwargs: Any) -> str:
    with pytest.raises(SlackApiError) as raised:
        call(*args, **kwargs)
    return str(raised.value.response["error"])


def ask(sandbox: Sandbox, method: str, **sent: Any) -> dict[str, Any]:
    answer: dict[str, Any] = HTTP.post(sandbox.slack_api + method, **sent).json()
    return answer


def test_each_wrong_token_is_refused_in_its_own_words(sandbox: Sandbox) -> None:
    assert ask(sandbox, "auth.test")["error"] == "not_authed"
    assert (
        ask(sandbox, "auth.test", headers={"authorization": "Bearer xoxb-other"})["error"] == "invalid_auth"
    )
    app = {"authorization": "Bearer xapp-1-sandbox"}
    assert ask(sandbox, "auth.test", headers=app)["error"] == "not_allowed_token_type"
    assert ask(sandbox, "apps.connections.open", headers=BOT)["error"] == "not_allowed_token_type"
    assert ask(sandbox, "apps.connections.open", headers=app)["ok"]
    assert ask(sandbox, "auth.test", data={"token": "xoxb-sandbox"})["user_id"] == "U09ASSIST"


def test_an_unknown_method_says_which(sandbox: Sandbox) -> None:
    answer = ask(sandbox, "chat.shout", headers=BOT)
    assert (answer["error"], answer["req_method"]) == ("unknown_method", "chat.shout")


def test_arguments_come_as_json_as_form_or_in_the_query(sandbox: Sandbox, damian: Person) -> None:
    blocks = [{"type": "section", "text": {"type": "mrkdwn", "text": "as a form"}}]
    ask(sandbox, "chat.postMessage", headers=BOT, json={"channel": PARTNERS, "text": "as json"})
    ask(sandbox, "chat.postMessage", headers=BOT, data={"channel": PARTNERS, "blocks": json.dumps(blocks)})
    ask(sandbox, "chat.postMessage", headers=BOT, params={"channel": PARTNERS, "text": "in the query"})
    seen = [damian.text_of(message) for message in damian.messages("partnerships")]
    assert seen[1:] == ["as json", "as a form", "in the query"]


def test_a_body_that_is_no_json_is_refused(sandbox: Sandbox) -> None:
    headers = BOT | {"content-type": "application/json"}
    assert ask(sandbox, "chat.postMessage", headers=headers, content="{not")["error"] == "invalid_json"
    assert ask(sandbox, "chat.postMessage", headers=headers, content="[]")["error"] == "json_not_object"
    form = {"channel": PARTNERS, "blocks": "{not"}
    assert ask(sandbox, "chat.postMessage", headers=BOT, data=form)["error"] == "invalid_blocks_format"


def test_a_missing_argument_is_named(client: WebClient) -> None:
    with pytest.raises(SlackApiError) as raised:
        client.api_call("chat.postMessage", json={"text": "where?"})
    assert raised.value.response["error"] == "invalid_arguments"
    assert raised.value.response["response_metadata"]["messages"] == [
        "[ERROR] missing required field: channel"
    ]


def test_a_scope_the_manifest_lacks_is_missing() -> None:
    manifest = copy.deepcopy(MANIFEST)
    manifest["oauth_config"]["scopes"]["bot"] = ["users:read", "channels:read"]
    with running_sandbox(manifest) as sandbox:
        client = WebClient(token="xoxb-sandbox", base_url=sandbox.slack_api)
        with pytest.raises(SlackApiError) as raised:
            client.chat_postMessage(channel=PARTNERS, text="x")
        assert raised.value.response["error"] == "missing_scope"
        assert raised.value.response["needed"] == "chat:write"
        assert raised.value.response["provided"] == "channels:read,users:read"
        assert error_of(client.conversations_info, channel=SENDERS) == "missing_scope"
        assert error_of(client.conversations_list, types="public_channel,private_channel") == "missing_scope"
        assert "email" not in client.users_info(user="U01DAMIAN")["user"]["profile"]
        assert error_of(client.users_lookupByEmail, email="damian@2i2c.org") == "missing_scope"


def test_posting_needs_a_channel_the_assistant_is_in(client: WebClient, sandbox: Sandbox) -> None:
    sandbox.world.workspace.channels[ENGINEERING].members.remove("U09ASSIST")
    assert error_of(client.chat_postMessage, channel=ENGINEERING, text="x") == "not_in_channel"
    assert error_of(client.chat_postMessage, channel="C99", text="x") == "channel_not_found"
    sandbox.world.workspace.channels[SENDERS].members.remove("U09ASSIST")
    assert error_of(client.chat_postMessage, channel=SENDERS, text="x") == "channel_not_found"
    sandbox.world.workspace.channels[PARTNERS].is_archived = True
    assert error_of(client.chat_postMessage, channel=PARTNERS, text="x") == "is_archived"
    assert client.conversations_join(channel=ENGINEERING)["channel"]["is_member"]
    assert client.chat_postMessage(channel="#engineering", text="x")["channel"] == ENGINEERING


def test_only_posting_takes_a_channel_name(client: WebClient) -> None:
    ts = client.chat_postMessage(channel="#partnerships", text="x")["ts"]
    assert error_of(client.chat_update, channel="#partnerships", ts=ts, text="y") == "channel_not_found"


def test_posting_to_a_person_opens_their_direct_message(client: WebClient, bea: Person) -> None:
    channel = client.chat_postMessage(channel="U03BEA", text="just you")["channel"]
    assert channel.startswith("D")
    assert [bea.text_of(message) for message in bea.messages("dm")] == ["just you"]
    assert client.conversations_open(users="U03BEA")["channel"]["id"] == channel


@pytest.mark.parametrize(
    ("content", "error"),
    [
        ({"text": ""}, "no_text"),
        ({"blocks": []}, "no_text"),
        ({"blocks": {"type": "section"}}, "invalid_blocks_format"),
        ({"text": "x", "metadata": {"event_type": "e"}}, "invalid_metadata_schema"),
        ({"text": "x", "metadata": "e"}, "invalid_metadata_format"),
        (
            {"text": "x", "metadata": {"event_type": "e", "event_payload": {"a": "b" * 8001}}},
            "metadata_too_large",
        ),
        ({"text": "x", "attachments": [{"text": "a"}] * 101}, "too_many_attachments"),
        ({"text": "x", "thread_ts": "yesterday"}, "invalid_thread_ts"),
        ({"text": "x", "thread_ts": "1700000000.000001"}, "thread_not_found"),
        ({"markdown_text": "*x*", "text": "x"}, "markdown_text_conflict"),
        (
            {"blocks": [{"type": "section", "text": {"type": "mrkdwn", "text": "a" * 3000}}] * 5},
            "msg_blocks_too_long",
        ),
    ],
)
def test_content_slack_refuses(sandbox: Sandbox, content: dict[str, Any], error: str) -> None:
    sent = {"channel": PARTNERS, **content}
    assert ask(sandbox, "chat.postMessage", headers=BOT, json=sent)["error"] == error


def test_too_long_text_is_cut_when_posted_and_refused_when_updated(client: WebClient) -> None:
    posted = client.chat_postMessage(channel=PARTNERS, text="a" * 40_001)
    assert len(posted["message"]["text"]) == 40_000
    assert error_of(client.chat_update, channel=PARTNERS, ts=posted["ts"], text="a" * 4001) == "msg_too_long"


@pytest.mark.filterwarnings("ignore:The top-level `text` argument is missing")
def test_an_update_with_text_alone_takes_the_blocks_away(client: WebClient, damian: Person) -> None:
    blocks = [{"type": "section", "text": {"type": "mrkdwn", "text": "blocks"}}]
    ts = client.chat_postMessage(channel=PARTNERS, text="fallback", blocks=blocks)["ts"]
    client.chat_update(channel=PARTNERS, ts=ts, blocks=[{"type": "divider"}])
    seen = damian.wait_for("partnerships", lambda message: message["ts"] == ts)
    assert (seen["text"], seen["blocks"][0]["type"], "edited" in seen) == ("fallback", "divider", False)
    client.chat_update(channel=PARTNERS, ts=ts, text="only words")
    seen = damian.wait_for("partnerships", lambda message: message["ts"] == ts)
    assert ("blocks" in seen, seen["edited"]["user"]) == (False, "U09ASSIST")


def test_only_its_own_messages_can_be_changed(client: WebClient, damian: Person) -> None:
    ts = damian.say("partnerships", "mine")["ts"]
    assert error_of(client.chat_update, channel=PARTNERS, ts=ts, text="x") == "cant_update_message"
    assert error_of(client.chat_delete, channel=PARTNERS, ts=ts) == "cant_delete_message"
    assert error_of(client.chat_delete, channel=PARTNERS, ts="1700000000.000001") == "message_not_found"


def test_a_deleted_thread_start_leaves_a_tombstone(client: WebClient, damian: Person) -> None:
    ts = client.chat_postMessage(channel=PARTNERS, text="start")["ts"]
    reply = client.chat_postMessage(channel=PARTNERS, text="reply", thread_ts=ts)["ts"]
    client.chat_delete(channel=PARTNERS, ts=ts)
    assert [message["text"] for message in damian.thread("partnerships", ts)] == [
        "This message was deleted.",
        "reply",
    ]
    client.chat_delete(channel=PARTNERS, ts=reply)
    assert "reply_count" not in damian.thread("partnerships", ts)[0]


def test_replies_count_and_stay_out_of_the_channels_history(client: WebClient, damian: Person) -> None:
    ts = client.chat_postMessage(channel=PARTNERS, text="start")["ts"]
    client.chat_postMessage(channel=PARTNERS, text="one", thread_ts=ts)
    damian.say("partnerships", "two", thread_ts=ts)
    shown = client.chat_postMessage(channel=PARTNERS, text="three", thread_ts=ts, reply_broadcast=True)
    history = client.conversations_history(channel=PARTNERS)["messages"]
    assert [message["text"] for message in history][:2] == ["three", "start"]
    assert (history[1]["reply_count"], history[1]["latest_reply"]) == (3, shown["ts"])
    assert history[1]["reply_users"] == ["U09ASSIST", "U01DAMIAN"]
    inside = client.conversations_replies(channel=PARTNERS, ts=ts)["messages"]
    assert [message["text"] for message in inside] == ["start", "one", "two", "three"]
    nested = {"channel": PARTNERS, "thread_ts": shown["ts"], "text": "x"}
    assert error_of(client.chat_postMessage, **nested) == "cannot_reply_to_message"
    assert (
        error_of(client.conversations_replies, channel=PARTNERS, ts="1700000000.000001") == "thread_not_found"
    )


def test_metadata_shows_only_when_asked_for(client: WebClient, sandbox: Sandbox) -> None:
    metadata = {"event_type": "lead_card", "event_payload": {"lead": "l1"}}
    posted = client.chat_postMessage(channel=PARTNERS, text="card", metadata=metadata)
    plain = client.conversations_history(channel=PARTNERS, limit=1)["messages"][0]
    asked = client.conversations_history(channel=PARTNERS, limit=1, include_all_metadata=True)["messages"][0]
    assert ("metadata" in plain, asked["metadata"]) == (False, metadata)
    in_thread = client.conversations_replies(channel=PARTNERS, ts=posted["ts"], include_all_metadata=True)
    assert in_thread["messages"][0]["metadata"] == metadata


def test_history_comes_in_pages_newest_first(client: WebClient) -> None:
    stamps = [client.chat_postMessage(channel=PARTNERS, text=str(n))["ts"] for n in range(5)]
    first = client.conversations_history(channel=PARTNERS, limit=2)
    second = client.conversations_history(
        channel=PARTNERS, limit=2, cursor=first["response_metadata"]["next_cursor"]
    )
    assert [m["text"] for m in first["messages"]] + [m["text"] for m in second["messages"]] == list("4321")
    since = client.conversations_history(channel=PARTNERS, oldest=stamps[2])["messages"]
    assert [m["text"] for m in since] == ["4", "3"]
    since = client.conversations_history(channel=PARTNERS, oldest=stamps[2], inclusive=True)["messages"]
    assert [m["text"] for m in since] == ["4", "3", "2"]
    assert error_of(client.conversations_history, channel=PARTNERS, cursor="nonsense") == "invalid_cursor"
    assert error_of(client.conversations_history, channel=PARTNERS, oldest="x") == "invalid_ts_oldest"


def test_channels_and_members(client: WebClient) -> None:
    public = client.conversations_list()["channels"]
    private = client.conversations_list(types="private_channel")["channels"]
    assert [channel["name"] for channel in public] == ["partnerships", "engineering"]
    assert [(channel["name"], channel["is_private"]) for channel in private] == [
        ("partnerships-senders", True)
    ]
    assert client.conversations_members(channel=SENDERS)["members"] == [
        "U01DAMIAN",
        "U02JIM",
        "U04GUS",
        "U09ASSIST",
    ]
    assert client.conversations_members(channel=SENDERS, limit=1)["response_metadata"]["next_cursor"]
    assert error_of(client.conversations_list, types="secret") == "invalid_types"


def test_people_are_found_and_guests_marked(client: WebClient) -> None:
    assert client.users_info(user="U04GUS")["user"]["is_restricted"]
    assert not client.users_info(user="U03BEA")["user"]["is_restricted"]
    assert client.users_lookupByEmail(email="JIM@2i2c.org")["user"]["id"] == "U02JIM"
    assert error_of(client.users_lookupByEmail, email="nobody@2i2c.org") == "users_not_found"
    assert error_of(client.users_info, user="U99") == "user_not_found"
    assert len(client.users_list()["members"]) == 6


def test_an_ephemeral_message_is_for_one_person_and_in_no_history(
    client: WebClient, damian: Person, bea: Person
) -> None:
    client.chat_postEphemeral(channel=PARTNERS, user="U03BEA", text="psst")
    assert bea.wait_for("partnerships", "psst")["is_ephemeral"]
    assert "psst" not in str(damian.messages("partnerships"))
    assert "psst" not in str(client.conversations_history(channel=PARTNERS)["messages"])
    call = client.chat_postEphemeral
    assert error_of(call, channel=SENDERS, user="U03BEA", text="x") == "user_not_in_channel"


def test_reactions_pins_and_bookmarks(client: WebClient) -> None:
    ts = client.chat_postMessage(channel=PARTNERS, text="x")["ts"]
    where = {"channel": PARTNERS, "timestamp": ts}
    client.reactions_add(**where, name="memo")
    assert error_of(client.reactions_add, **where, name="memo") == "already_reacted"
    assert error_of(client.reactions_add, **where, name="no such emoji!") == "invalid_name"
    assert client.reactions_get(**where)["message"]["reactions"] == [
        {"name": "memo", "users": ["U09ASSIST"], "count": 1}
    ]
    client.reactions_remove(**where, name="memo")
    assert error_of(client.reactions_remove, **where, name="memo") == "no_reaction"
    assert error_of(client.reactions_add, channel=PARTNERS, timestamp="x", name="memo") == "bad_timestamp"
    client.pins_add(**where)
    assert error_of(client.pins_add, **where) == "already_pinned"
    kept = {"channel_id": PARTNERS, "title": "Notes", "type": "link"}
    assert client.bookmarks_add(**kept, link="https://example.org")["bookmark"]["title"] == "Notes"
    assert error_of(client.bookmarks_add, **kept, link="javascript:alert(1)") == "invalid_link"


def test_a_permalink_names_the_thread(client: WebClient) -> None:
    ts = client.chat_postMessage(channel=PARTNERS, text="x")["ts"]
    reply = client.chat_postMessage(channel=PARTNERS, text="y", thread_ts=ts)["ts"]
    link = client.chat_getPermalink(channel=PARTNERS, message_ts=reply)["permalink"]
    assert link.endswith(f"/p{reply.replace('.', '')}?thread_ts={ts}&cid={PARTNERS}")
    missing = {"channel": PARTNERS, "message_ts": "1700000000.000001"}
    assert error_of(client.chat_getPermalink, **missing) == "message_not_found"


def test_a_file_goes_up_in_three_steps(client: WebClient, damian: Person) -> None:
    client.files_upload_v2(
        channel=PARTNERS, content=b"one,two", filename="leads.csv", initial_comment="The leads"
    )
    shared = damian.wait_for("partnerships", "The leads")
    assert (shared["files"][0]["name"], shared["files"][0]["size"]) == ("leads.csv", 7)
    unsent = client.files_getUploadURLExternal(filename="x.txt", length=3)["file_id"]
    assert error_of(client.files_completeUploadExternal, files=[{"id": unsent}]) == "file_not_found"


def test_a_name_of_its_own_needs_its_own_scope(client: WebClient) -> None:
    assert error_of(client.chat_postMessage, channel=PARTNERS, text="x", username="Boss") == "missing_scope"


def test_too_many_calls_are_told_to_wait() -> None:
    with running_sandbox(MANIFEST, rate_limits=True) as sandbox:
        client = WebClient(token="xoxb-sandbox", base_url=sandbox.slack_api)
        for number in range(10):
            client.chat_postMessage(channel=PARTNERS, text=str(number))
        with pytest.raises(SlackApiError) as raised:
            client.chat_postMessage(channel=PARTNERS, text="one too many")
        assert (raised.value.response.status_code, raised.value.response["error"]) == (429, "ratelimited")
        assert raised.value.response.headers["Retry-After"] == "1"
        client.chat_postMessage(channel=ENGINEERING, text="another channel is fine")
        for _ in range(20):
            client.users_list()
        with pytest.raises(SlackApiError) as raised:
            client.users_list()
        assert int(raised.value.response.headers["Retry-After"]) == 3


OURS = {
    # Every method can answer these; https://docs.slack.dev/apis/web-api and recorded answers.
    "not_authed", "invalid_auth", "not_allowed_token_type", "missing_scope", "ratelimited", "invalid_arguments",
    "invalid_json", "json_not_object", "invalid_post_type", "internal_error", "unknown_method",
    # Observed, documented elsewhere, or stricter than Slack on purpose.
    "invalid_thread_ts", "thread_not_found", "msg_too_long", "invalid_attachments", "invalid_limit",
    "missing_profile_id", "not_found",
    # Content has one check for every way of sending it; some pages list only part of its codes.
    "invalid_metadata_format", "invalid_metadata_schema", "metadata_too_large", "markdown_text_conflict",
    "too_many_attachments", "invalid_blocks", "invalid_blocks_format", "no_text", "cannot_reply_to_message",
}  # fmt: skip


def test_every_error_is_one_the_methods_page_lists() -> None:
    facts = Path(__file__).parents[3] / "shared" / "data" / "slack_methods.json"
    if not facts.exists():
        pytest.skip("the table of Slack's methods is not on this machine")
    documented = json.loads(facts.read_text())["methods"]
    for name, method in METHODS.items():
        assert name in documented
        assert _codes_of(method.run) <= set(documented[name]["errors"]) | OURS, name


def _codes_of(function: Any, seen: set[Any] | None = None) -> set[str]:
    """Every literal code a function and the functions it names in the sandbox can raise."""
    seen = seen if seen is not None else set()
    code = getattr(function, "__code__", None)
    if code is None or function in seen or not function.__module__.startswith("sandbox.slack"):
        return set()
    seen.add(function)
    source = Path(code.co_filename).read_text().splitlines()
    body = "\n".join(source[code.co_firstlineno - 1 : max(line for *_, line in code.co_lines() if line)])
    found = {part.split('"')[1] for part in body.split("SlackError(")[1:] if part.startswith('"')}
    for step in dis.get_instructions(code):
        value = function.__globals__.get(step.argval) if step.opname == "LOAD_GLOBAL" else None
        found |= _codes_of(value, seen) if value is not None else set()
    return found
