"""Socket Mode: connections, envelopes, reconnecting, redelivery."""

from __future__ import annotations

import json
import socket
import threading
import time
from typing import Any
from urllib.parse import urlsplit

from slack_bolt import App
from wsproto import ConnectionType, WSConnection
from wsproto.events import AcceptConnection, CloseConnection, Ping, Request, TextMessage

from tests.sandbox.conftest import connected
from tests.workspace import Person, Sandbox, loopback_client, running_sandbox

HTTP = loopback_client()

Json = dict[str, Any]


class RawSocket:
    """A Socket Mode client that does only what a test says."""

    def __init__(self, sandbox: Sandbox, url: str = "") -> None:
        parts = urlsplit(url or new_url(sandbox))
        self._tcp = socket.create_connection((str(parts.hostname), int(parts.port or 0)), timeout=10)
        self._ws = WSConnection(ConnectionType.CLIENT)
        target = f"{parts.path}?{parts.query}"
        self._tcp.sendall(self._ws.send(Request(host=parts.netloc, target=target)))
        self._events: list[Any] = []
        self.accepted = isinstance(self._next(), AcceptConnection)

    def receive(self) -> Json | None:
        """The next message; None when the other side closed."""
        while True:
            event = self._next()
            if isinstance(event, TextMessage):
                received: Json = json.loads(event.data)
                return received
            if event is None or isinstance(event, CloseConnection):
                return None

    def ack(self, envelope: Json, payload: Any = None) -> None:
        answer = {"envelope_id": envelope["envelope_id"]} | ({"payload": payload} if payload else {})
        self._tcp.sendall(self._ws.send(TextMessage(data=json.dumps(answer))))

    def cut(self) -> None:
        """Go away without a close frame."""
        self._tcp.close()

    def _next(self) -> Any:
        while not self._events:
            try:
                received = self._tcp.recv(65536)
            except OSError:
                return None
            if not received:
                return None
            self._ws.receive_data(received)
            for event in self._ws.events():
                if isinstance(event, Ping):
                    self._tcp.sendall(self._ws.send(event.response()))
                else:
                    self._events.append(event)
        return self._events.pop(0)


def new_url(sandbox: Sandbox) -> str:
    headers = {"authorization": "Bearer xapp-1-sandbox"}
    answer = HTTP.post(sandbox.slack_api + "apps.connections.open", headers=headers).json()
    return str(answer["url"])


def in_background(work: Any) -> threading.Thread:
    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    return thread


def test_hello_comes_first_and_a_ticket_is_good_for_one_connection(sandbox: Sandbox) -> None:
    url = new_url(sandbox)
    first = RawSocket(sandbox, url)
    hello = first.receive()
    assert hello is not None
    assert (hello["type"], hello["connection_info"]) == ("hello", {"app_id": "A01ASSIST"})
    assert set(hello) == {"type", "num_connections", "debug_info", "connection_info"}
    assert not RawSocket(sandbox, url).accepted
    first.cut()


def test_an_envelope_carries_the_payload_and_says_whether_it_takes_an_answer(
    sandbox: Sandbox, damian: Person
) -> None:
    link = RawSocket(sandbox)
    link.receive()
    outcomes: list[Json] = []
    thread = in_background(lambda: outcomes.append(damian.command("partnerships", "/hello you")))
    envelope = link.receive()
    assert envelope is not None
    assert set(envelope) == {"envelope_id", "payload", "type", "accepts_response_payload"}
    assert (envelope["type"], envelope["accepts_response_payload"]) == ("slash_commands", True)
    link.ack(envelope, {"text": "hi"})
    thread.join()
    assert outcomes[0]["outcome"] == "ok"
    assert damian.wait_for("partnerships", "hi")["is_ephemeral"]
    link.cut()


def test_any_of_several_connections_may_get_a_payload(sandbox: Sandbox, damian: Person) -> None:
    with connected(sandbox) as one, connected(sandbox) as two:
        heard: list[str] = []

        def answering(name: str) -> Any:
            def hello(ack: Any) -> None:
                heard.append(name)
                ack()

            return hello

        one.command("/hello")(answering("one"))
        two.command("/hello")(answering("two"))
        for _ in range(24):
            assert damian.command("partnerships", "/hello")["outcome"] == "ok"
        assert (len(heard), set(heard)) == (24, {"one", "two"})


def test_an_eleventh_connection_is_refused(sandbox: Sandbox) -> None:
    links = [RawSocket(sandbox) for _ in range(10)]
    hellos = [link.receive() for link in links]
    assert [hello["num_connections"] for hello in hellos if hello] == list(range(1, 11))
    eleventh = RawSocket(sandbox)
    said = eleventh.receive()
    assert said is not None
    assert (said["type"], said["reason"], eleventh.receive()) == ("disconnect", "too_many_websockets", None)
    for link in links:
        link.cut()


def test_a_refresh_loses_no_command(bolt: App, sandbox: Sandbox, damian: Person) -> None:
    bolt.command("/hello")(lambda ack: ack())
    before = sandbox.world.slack.connected_so_far
    HTTP.post(sandbox.url("/dev/socket"), json={"action": "refresh"})
    sandbox.wait_until(lambda: sandbox.world.slack.connected_so_far > before)
    sandbox.wait_until(lambda: all(not each.draining for each in sandbox.world.slack.connections))
    assert damian.command("partnerships", "/hello")["outcome"] == "ok"


def test_a_warning_leaves_the_connection_open(sandbox: Sandbox) -> None:
    link = RawSocket(sandbox)
    link.receive()
    HTTP.post(sandbox.url("/dev/socket"), json={"action": "warning"})
    said = link.receive()
    assert said is not None
    assert (said["reason"], len(sandbox.world.slack.connections)) == ("warning", 1)
    HTTP.post(sandbox.url("/dev/socket"), json={"action": "drop"})
    assert link.receive() is None


def test_a_cut_connection_is_noticed_and_the_app_comes_back(
    bolt: App, sandbox: Sandbox, damian: Person
) -> None:
    bolt.command("/hello")(lambda ack: ack())
    before = sandbox.world.slack.connected_so_far
    HTTP.post(sandbox.url("/dev/socket"), json={"action": "drop"})
    assert damian.command("partnerships", "/hello")["outcome"] == "dispatch_failed"
    sandbox.wait_until(lambda: sandbox.world.slack.connected_so_far > before)
    assert damian.command("partnerships", "/hello")["outcome"] == "ok"


def test_a_client_gone_without_a_word_costs_no_other_one_its_payload(
    sandbox: Sandbox, damian: Person
) -> None:
    gone, there = RawSocket(sandbox), RawSocket(sandbox)
    gone.receive()
    there.receive()
    gone.cut()
    sandbox.wait_until(lambda: len(sandbox.world.slack.connections) == 1)
    thread = in_background(lambda: damian.command("partnerships", "/hello"))
    envelope = there.receive()
    assert envelope is not None
    there.ack(envelope)
    thread.join()
    there.cut()


def test_an_event_without_ack_comes_again_at_once(sandbox: Sandbox, damian: Person) -> None:
    link = RawSocket(sandbox)
    link.receive()
    damian.say("partnerships", "hello?")
    first, again = link.receive(), link.receive()
    assert first is not None
    assert again is not None
    assert (first["retry_attempt"], again["retry_attempt"], again["retry_reason"]) == (0, 1, "timeout")
    assert first["payload"]["event_id"] == again["payload"]["event_id"]
    assert first["accepts_response_payload"] is False
    link.ack(again)
    sandbox.wait_until(lambda: sandbox.world.traffic.recent(1)[0].status == 200)
    sandbox.world.clock.advance(600)
    time.sleep(0.3)
    assert len(sandbox.requests("event:message")) == 2
    link.cut()


def test_an_event_is_tried_again_after_one_and_five_minutes_and_then_given_up(
    sandbox: Sandbox, damian: Person
) -> None:
    damian.say("partnerships", "anyone?")
    for attempts, minutes in ((2, 1), (3, 5), (4, 60)):
        _wait_for_attempts(sandbox, attempts)
        time.sleep(0.25)
        assert len(sandbox.requests("event:message")) == attempts
        sandbox.world.clock.advance(60 * minutes)
    time.sleep(0.3)
    assert [each["retry_attempt"] for each in sandbox.requests("event:message")] == [0, 1, 2, 3]


def _wait_for_attempts(sandbox: Sandbox, attempts: int) -> None:
    sandbox.wait_until(lambda: len(sandbox.requests("event:message")) == attempts)


def test_an_event_nobody_was_there_for_is_delivered_later(sandbox: Sandbox, damian: Person) -> None:
    damian.say("partnerships", "anyone?")
    sandbox.wait_until(lambda: len(sandbox.requests("event:message")) == 2)
    with connected(sandbox) as app:
        heard: list[str] = []
        app.event("message")(lambda event: heard.append(event["text"]))
        sandbox.world.clock.advance(61)
        sandbox.wait_until(lambda: heard)
        assert heard == ["anyone?"]


def test_commands_and_clicks_are_never_delivered_twice(sandbox: Sandbox, damian: Person) -> None:
    link = RawSocket(sandbox)
    link.receive()
    assert damian.command("partnerships", "/hello")["outcome"] == "operation_timeout"
    envelope = link.receive()
    assert envelope is not None
    link.ack(envelope)
    sandbox.world.clock.advance(600)
    time.sleep(0.3)
    assert len(sandbox.requests("slash_commands")) == 1
    link.cut()


def test_an_event_can_be_replayed_with_the_same_id(bolt: App, sandbox: Sandbox, damian: Person) -> None:
    ids: list[str] = []
    bolt.event("message")(lambda body: ids.append(body["event_id"]))
    damian.say("partnerships", "once")
    sandbox.wait_until(lambda: ids)
    assert HTTP.post(sandbox.url("/dev/replay_event"), json={}).json()["replayed"]
    sandbox.wait_until(lambda: len(ids) == 2)
    assert len(set(ids)) == 1


def test_without_socket_mode_in_the_manifest_the_link_is_disabled() -> None:
    with running_sandbox({"oauth_config": {"scopes": {"bot": ["chat:write"]}}}) as sandbox:
        said = RawSocket(sandbox).receive()
        assert said is not None
        assert (said["type"], said["reason"]) == ("disconnect", "link_disabled")


def test_thirty_people_at_once_are_all_answered(bolt: App, sandbox: Sandbox) -> None:
    bolt.command("/hello")(lambda ack: ack())
    outcomes: list[str] = []

    def act() -> None:
        outcomes.append(Person(sandbox, "U01DAMIAN").command("partnerships", "/hello")["outcome"])

    threads = [in_background(act) for _ in range(30)]
    for thread in threads:
        thread.join()
    assert outcomes == ["ok"] * 30


def test_the_sandbox_adds_little_to_an_ack(sandbox: Sandbox, damian: Person) -> None:
    """A client that acks at once: what is left is the sandbox's own time (and the machine's noise)."""
    link = RawSocket(sandbox)
    link.receive()

    def answer() -> None:
        while (envelope := link.receive()) is not None:
            link.ack(envelope)

    in_background(answer)
    for _ in range(30):
        damian.command("partnerships", "/hello")
    taken = [each.milliseconds for each in sandbox.world.traffic.recent(100, "socket")]
    link.cut()
    assert min(taken[15:]) < 20, "Nagle's algorithm takes 40 ms of each, once a connection has begun"
