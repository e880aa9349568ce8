"""One sandbox for all tests of its Slack, started over for each, and a small real Bolt app to talk to it."""

from __future__ import annotations

import logging
import os
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from slack_bolt import App
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_sdk import WebClient

from sandbox.slack import sockets
from sandbox.slack.sockets import drop_connection
from sandbox.world import World
from tests.sandbox.google_account import Account
from tests.workspace import PATIENCE_SECONDS, Person, Sandbox, running_sandbox

PROXIES = ("http_proxy", "https_proxy", "all_proxy")

MANIFEST: dict[str, Any] = {
    "display_information": {"name": "Test app"},
    "features": {
        "app_home": {"home_tab_enabled": True, "messages_tab_enabled": True},
        "bot_user": {"display_name": "Test app"},
        "slash_commands": [
            {"command": "/hello", "description": "Says hello", "usage_hint": "[whom]"},
            {"command": "/escape", "description": "Sees marked-up people", "should_escape": True},
        ],
        "shortcuts": [
            {"name": "Take this", "type": "message", "callback_id": "take", "description": "Takes it"},
            {"name": "Anywhere", "type": "global", "callback_id": "anywhere", "description": "From anywhere"},
        ],
    },
    "oauth_config": {
        "scopes": {
            "bot": [
                "app_mentions:read", "bookmarks:write", "channels:history", "channels:join", "channels:read",
                "chat:write", "commands", "files:write", "groups:history", "groups:read", "im:history",
                "im:read", "im:write", "pins:write", "reactions:read", "reactions:write", "users:read",
                "users:read.email",
            ]
        }
    },
    "settings": {
        "interactivity": {"is_enabled": True},
        "socket_mode_enabled": True,
        "event_subscriptions": {
            "bot_events": [
                "app_home_opened", "app_mention", "member_joined_channel", "message.channels",
                "message.groups", "message.im", "reaction_added", "reaction_removed",
            ]
        },
    },
}  # fmt: skip


@pytest.fixture(scope="session", autouse=True)
def no_proxy() -> Iterator[None]:
    """slack_sdk sends even loopback through a proxy of the environment, whatever NO_PROXY says."""
    kept = {name: os.environ.pop(name) for name in list(os.environ) if name.lower() in PROXIES}
    yield
    os.environ.update(kept)


@pytest.fixture(scope="session")
def shared_sandbox() -> Iterator[Sandbox]:
    with running_sandbox(MANIFEST) as sandbox:
        yield sandbox


@pytest.fixture
def patient_slack(monkeypatch: pytest.MonkeyPatch) -> None:
    """A Slack that waits for an acknowledgement as long as a test does: what is seen until then needs no hurry."""
    monkeypatch.setattr(sockets, "ACK_SECONDS", PATIENCE_SECONDS)


@pytest.fixture
def sandbox(shared_sandbox: Sandbox) -> Sandbox:
    world = shared_sandbox.world
    world.reset()
    world.on_loop(lambda: drop_every_connection(world))
    return shared_sandbox


def drop_every_connection(world: World) -> None:
    for connection in list(world.slack.connections):
        drop_connection(world, connection)


@pytest.fixture
def client(sandbox: Sandbox) -> WebClient:
    return WebClient(token="xoxb-sandbox", base_url=sandbox.slack_api)


@pytest.fixture
def bolt(sandbox: Sandbox) -> Iterator[App]:
    """An app connected by Socket Mode; a test adds its listeners to it."""
    with connected(sandbox) as app:
        yield app


class connected:
    """A Bolt app connected while the block runs."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox
        web = WebClient(token="xoxb-sandbox", base_url=sandbox.slack_api)
        logging.getLogger("slack_bolt").setLevel(logging.CRITICAL)
        logging.getLogger("slack_sdk").setLevel(logging.CRITICAL)
        self.app = App(
            client=web, listener_executor=ThreadPoolExecutor(10), raise_error_for_unhandled_request=False
        )
        self.handler = SocketModeHandler(self.app, "xapp-1-sandbox", ping_interval=1)

    def __enter__(self) -> App:
        before = self._sandbox.world.slack.connected_so_far
        self.handler.connect()  # type: ignore[no-untyped-call]
        self._sandbox.wait_until(lambda: self._sandbox.world.slack.connected_so_far > before)
        return self.app

    def __exit__(self, *raised: object) -> None:
        """Closing takes its time; nobody needs to wait for it."""
        self.handler.client.auto_reconnect_enabled = False
        threading.Thread(target=self.handler.close, daemon=True).start()


@pytest.fixture
def opens(bolt: App) -> Any:
    """`opens(view)`: from now on /hello opens this view."""

    def prepare(view: dict[str, Any]) -> None:
        def hello(ack: Any, body: dict[str, Any], client: WebClient) -> None:
            ack()
            client.views_open(trigger_id=body["trigger_id"], view=view)

        bolt.command("/hello")(hello)

    return prepare


@pytest.fixture(scope="session")
def shared_account(shared_sandbox: Sandbox) -> Account:
    return Account(shared_sandbox)


@pytest.fixture
def google(shared_account: Account, sandbox: Sandbox) -> Account:
    """The assistant's Google account, and people in the team's drive."""
    shared_account.hang_up()
    return shared_account


@pytest.fixture
def damian(sandbox: Sandbox) -> Person:
    return Person(sandbox, "U01DAMIAN")


@pytest.fixture
def bea(sandbox: Sandbox) -> Person:
    return Person(sandbox, "U03BEA")


@pytest.fixture
def gus(sandbox: Sandbox) -> Person:
    return Person(sandbox, "U04GUS")
