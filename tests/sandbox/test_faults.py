"""Faults, traffic, clock and snapshots: what goes wrong on purpose, and what is kept."""

from __future__ import annotations

import json
import threading
import time
from pathlib import Path
from typing import Any

import httpx
import pytest
from slack_bolt import App
from slack_sdk import WebClient

from sandbox.clock import Clock
from sandbox.world import World
from tests.sandbox.conftest import MANIFEST
from tests.workspace import Person, Sandbox, loopback_client, running_sandbox

HTTP = loopback_client()

BOT = {"authorization": "Bearer xoxb-sandbox"}
POST = {"channel": "C01PARTNERS", "text": "hello"}


def post(sandbox: Sandbox, timeout: float = 30, **changed: str) -> httpx.Response:
    address = sandbox.slack_api + "chat.postMessage"
    return HTTP.post(address, headers=BOT, json=POST | changed, timeout=timeout)


def posted(sandbox: Sandbox) -> list[str]:
    messages = sandbox.world.workspace.channels["C01PARTNERS"].messages.values()
    return [message["text"] for message in messages][1:]


@pytest.mark.parametrize(("kind", "status"), [("429", 429), ("500", 500), ("502", 502)])
def test_a_refusal_has_no_effect_and_goes_away_after_its_times(
    sandbox: Sandbox, kind: str, status: int
) -> None:
    sandbox.world.faults.add("slack", "chat.postMessage", kind, times=2, seconds=7)
    answers = [post(sandbox) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [status, status, 200]
    assert answers[0].headers.get("retry-after") == ("7" if kind == "429" else None)
    assert posted(sandbox) == ["hello"]
    assert sandbox.world.faults.all() == []


@pytest.mark.parametrize(("kind", "effect"), [("lost_before", []), ("lost_after", ["hello"])])
def test_a_lost_answer_drops_the_connection(sandbox: Sandbox, kind: str, effect: list[str]) -> None:
    sandbox.world.faults.add("slack", "chat.*", kind)
    with pytest.raises(httpx.RemoteProtocolError):
        post(sandbox)
    assert posted(sandbox) == effect
    assert sandbox.world.traffic.recent(1, "slack")[0].error == kind


def test_only_the_matching_call_is_hit(sandbox: Sandbox) -> None:
    fault = sandbox.world.faults.add("slack", "chat.postMessage", "500", match="ada@uni.example", times=0)
    assert post(sandbox, text="bo@lab.example").status_code == 200
    form = {"channel": "C01PARTNERS", "text": "to ada@uni.example"}
    for _ in range(2):
        assert HTTP.post(sandbox.slack_api + "chat.postMessage", headers=BOT, data=form).status_code == 500
    sandbox.world.faults.remove(fault.id)
    assert post(sandbox, text="ada@uni.example").status_code == 200


@pytest.mark.parametrize(("kind", "while_held"), [("hold_before", []), ("hold_after", ["hello"])])
def test_a_held_request_waits_and_blocks_nobody(sandbox: Sandbox, kind: str, while_held: list[str]) -> None:
    fault = sandbox.world.faults.add("slack", "chat.postMessage", kind)
    answers: list[httpx.Response] = []
    thread = threading.Thread(target=lambda: answers.append(post(sandbox)))
    thread.start()
    sandbox.wait_until(lambda: sandbox.world.faults.held() == [fault])
    assert HTTP.post(sandbox.slack_api + "auth.test", headers=BOT).json()["ok"]
    assert (posted(sandbox), answers) == (while_held, [])
    HTTP.delete(sandbox.url(f"/dev/faults/{fault.id}"))
    thread.join()
    assert (answers[0].status_code, posted(sandbox)) == (200, ["hello"])
    assert sandbox.world.faults.held() == []


def test_a_held_request_whose_client_went_away_has_no_effect(sandbox: Sandbox) -> None:
    sandbox.world.faults.add("slack", "chat.postMessage", "hold_before")
    with pytest.raises(httpx.ReadTimeout):
        post(sandbox, timeout=0.2)
    sandbox.wait_until(lambda: sandbox.world.faults.all() == [])
    assert posted(sandbox) == []


def test_a_delay_delays_one_call_and_no_other(sandbox: Sandbox) -> None:
    sandbox.world.faults.add("slack", "chat.postMessage", "delay", match="slow", seconds=1.5)
    thread = threading.Thread(target=lambda: post(sandbox, text="slow"))
    started = time.monotonic()
    thread.start()
    post(sandbox, text="quick")
    assert thread.is_alive()
    thread.join()
    assert time.monotonic() - started > 1.5


def test_a_command_can_get_lost_on_its_way(bolt: App, damian: Person, sandbox: Sandbox) -> None:
    heard: list[Any] = []

    @bolt.command("/hello")
    def hello(ack: Any) -> None:
        ack()
        heard.append(1)

    sandbox.world.faults.add("socket", "slash_commands", "lost_before")
    assert damian.command("partnerships", "/hello")["outcome"] == "operation_timeout"
    assert heard == []


def test_a_system_takes_its_own_kinds_of_fault_itself(sandbox: Sandbox) -> None:
    faults = sandbox.world.faults
    faults.add("freshdesk", "POST */outbound_email", "drop_cc", match="ada")
    name = "POST /api/v2/tickets/outbound_email"
    assert faults.take("freshdesk", name, b'{"email": "bo"}', kind="drop_cc") is None
    assert faults.take("freshdesk", name, b'{"email": "ada"}', kind="drop_cc") is not None
    assert faults.take("freshdesk", name, b'{"email": "ada"}', kind="drop_cc") is None


def test_faults_are_switched_over_http(sandbox: Sandbox) -> None:
    asked = {"system": "slack", "name": "chat.*", "kind": "500", "times": 0}
    made = HTTP.post(sandbox.url("/dev/faults"), json=asked).json()
    assert [each["id"] for each in HTTP.get(sandbox.url("/dev/faults")).json()["faults"]] == [made["id"]]
    assert post(sandbox).status_code == 500
    HTTP.delete(sandbox.url("/dev/faults"))
    assert post(sandbox).status_code == 200
    assert HTTP.post(sandbox.url("/dev/faults"), json={"system": "slack"}).status_code == 400


def test_traffic_keeps_no_secret(sandbox: Sandbox) -> None:
    HTTP.post(sandbox.slack_api + "chat.postMessage", data=POST | {"token": "xoxb-sandbox"})
    HTTP.post(sandbox.slack_api + "apps.connections.open", headers={"authorization": "Bearer xapp-1-sandbox"})
    seen = HTTP.get(sandbox.url("/dev/traffic"), params={"system": "slack"})
    names = [each["name"] for each in seen.json()["traffic"]]
    assert names == ["chat.postMessage", "apps.connections.open"]
    assert "xoxb-sandbox" not in seen.text
    assert "xapp-1-sandbox" not in seen.text


def test_traffic_is_found_by_its_words(sandbox: Sandbox, client: WebClient) -> None:
    client.chat_postMessage(channel="C01PARTNERS", text="about ada@uni.example")
    client.chat_postMessage(channel="C01PARTNERS", text="about bo")
    asked = {"contains": "ada@uni.example", "system": "slack"}
    found = HTTP.get(sandbox.url("/dev/traffic"), params=asked).json()["traffic"]
    assert [each["request"]["text"] for each in found] == ["about ada@uni.example"]


def test_the_clock_moves_forward_for_both_sides(tmp_path: Path) -> None:
    ours, theirs = Clock(tmp_path / "clock.json"), tmp_path / "clock.json"
    ours.advance(3600)
    assert theirs.read_text() == '{"offset_seconds": 3600.0}'
    assert Clock(theirs).offset_seconds == 3600
    with pytest.raises(ValueError):
        ours.advance(-1)


def test_everything_survives_a_restart(tmp_path: Path) -> None:
    with running_sandbox(MANIFEST, tmp_path) as sandbox:
        client = WebClient(token="xoxb-sandbox", base_url=sandbox.slack_api)
        metadata = {"event_type": "e", "event_payload": {}}
        ts = client.chat_postMessage(channel="C01PARTNERS", text="hello", metadata=metadata)["ts"]
        Person(sandbox, "U03BEA").say("partnerships", "a reply", thread_ts=ts)
        client.views_publish(user_id="U03BEA", view={"type": "home", "blocks": [{"type": "divider"}]})
        kept = sandbox.world.workspace.to_json()
    with running_sandbox(MANIFEST, tmp_path) as sandbox:
        assert sandbox.world.workspace.to_json() == kept
        bea = Person(sandbox, "U03BEA")
        assert [message["text"] for message in bea.thread("partnerships", ts)] == ["hello", "a reply"]
        assert float(bea.say("partnerships", "later")["ts"]) > float(ts)


def test_a_snapshot_is_written_while_it_runs(tmp_path: Path) -> None:
    snapshot = tmp_path / "workspace.json"
    with running_sandbox(MANIFEST, tmp_path) as sandbox:
        post(sandbox)
        sandbox.wait_until(lambda: "hello" in snapshot.read_text())
        kept = json.loads(snapshot.read_text())
        assert kept == sandbox.world.workspace.to_json()


def test_a_damaged_snapshot_is_set_aside(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "workspace.json").write_text('{"users": ')
    World.open("http://127.0.0.1:1", tmp_path, MANIFEST)
    assert "set aside" in capsys.readouterr().out
    assert [path.name for path in tmp_path.glob("workspace.damaged-*")]


def test_starting_over_brings_the_seed_back(sandbox: Sandbox, damian: Person) -> None:
    damian.say("partnerships", "gone soon")
    sandbox.world.faults.add("slack", "*", "500", times=0)
    sandbox.world.clock.advance(60)
    HTTP.post(sandbox.url("/dev/reset"))
    state = HTTP.get(sandbox.url("/dev/state")).json()
    assert (state["channels"]["partnerships"], state["faults"], state["offset_seconds"]) == (1, 0, 0)
    assert len(damian.messages("partnerships")) == 1
