"""Every payload the assistant sends is right for two validators that nobody here wrote."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests import desk
from tests.office import CHANNEL, Office
from tests.oracles import complaints

SENDING = {
    "chat.postMessage",
    "chat.postEphemeral",
    "chat.update",
    "views.open",
    "views.push",
    "views.update",
    "views.publish",
}


def sent(office: Office, since: int = 0) -> list[tuple[str, dict[str, Any]]]:
    """Blocks and views that reached Slack, by whatever way: calls, answers to forms, response_urls."""
    found = []
    for exchange in office.sandbox.world.traffic.recent(5000):
        if exchange.number <= since:
            continue
        asked = exchange.request
        if not isinstance(asked, dict):
            continue
        parsed = {key: _parsed(value) for key, value in asked.items() if key in ("blocks", "view")}
        if parsed and exchange.system == "slack":
            found.append((exchange.name, parsed))
    return found


def _parsed(value: Any) -> Any:
    return json.loads(value) if isinstance(value, str) else value


def test_every_payload_passes_two_independent_validators(office: Office) -> None:
    damian, address = office.person(), office.new_address()
    office.hail(damian, address)
    office.plan(damian, f"ada@{address.partition('@')[2]}")
    damian.close(everything=True)
    office.plan(damian, f"{office.new_address()} {office.new_address()}")
    damian.close(everything=True)
    with desk.meeting(office.sandbox, duration=25):
        office.plan(damian, office.new_address())
        damian.press("Change")
        damian.modal(where=lambda view: (view.get("submit") or {}).get("text") == "Show the plan")
        damian.close(everything=True)
    damian.command(CHANNEL, "/partnerships")
    damian.modal("Partnerships")
    damian.close(everything=True)
    damian.press("More…", office.card_of(damian, address))
    damian.modal("Partnerships")
    damian.close(everything=True)
    payloads = sent(office)
    assert {name for name, _ in payloads} & SENDING >= {"chat.postMessage", "views.open", "views.update"}
    wrong = {f"{name}: {told}" for name, payload in payloads for told in complaints(payload)}
    assert not wrong


LONG_BUTTON = {"type": "button", "text": {"type": "plain_text", "text": "x" * 76}, "action_id": "a"}
LONG_TITLE = {"type": "modal", "title": {"type": "plain_text", "text": "x" * 25}, "blocks": []}


@pytest.mark.parametrize(
    "payload",
    [
        {"blocks": [{"type": "section", "text": {"type": "mrkdwn", "text": "x" * 3001}}]},
        {"blocks": [{"type": "actions", "elements": [LONG_BUTTON]}]},
        {"view": LONG_TITLE},
    ],
)
def test_the_validators_do_find_what_is_wrong(payload: dict[str, Any]) -> None:
    assert complaints(payload)
