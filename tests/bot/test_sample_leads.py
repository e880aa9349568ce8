"""The sample leads of the sandbox: three cards, once, whatever happens in between; and nothing else."""

from __future__ import annotations

import re
import time
from pathlib import Path

import pytest

from bot.manifest import manifest
from tests.journeys.newcomer import fresh_start
from tests.office import CHANNEL
from tests.processes import assistant_process
from tests.workspace import PATIENCE_SECONDS, Person, Sandbox, loopback_client, running_sandbox

LEADS = {
    "Tidewater Marine Lab": "Lead (4 days)",
    "Glacier Data Institute": "Qualified Lead (9 days)",
    "Riverbend University": "Prospect (6 days)",
}


def test_a_newcomer_finds_three_leads_below_the_welcome_and_nothing_has_left(tmp_path: Path) -> None:
    with fresh_start(tmp_path) as address, loopback_client() as http:
        _wait_for_cards(address)
        assert "Welcome!" in _messages_at(address)[0]
        assert http.get(f"{address}inbox/noor@tidewater.example").json().get("mails", []) == []
        assert http.get(f"{address}helpdesk").json()["tickets"] == []
    with fresh_start(tmp_path) as address, loopback_client() as http:
        assert _cards_at(address) == LEADS, "as many as before"
        http.post(f"{address}dev/reset").raise_for_status()
        _wait_for_cards(address)


@pytest.mark.crash
@pytest.mark.parametrize("when", ["hold_before", "hold_after"])
def test_a_crash_while_they_are_introduced_leaves_no_card_twice_and_none_out(
    when: str, tmp_path: Path
) -> None:
    with (
        running_sandbox(manifest(), tmp_path / "sandbox") as sandbox,
        assistant_process(
            sandbox,
            tmp_path,
            command=("-m", "tests.bot.introducing"),
            team={"settle_seconds": 0.2},
        ) as assistant,
    ):
        sandbox.world.faults.add("slack", "chat.postMessage", when, match="Glacier")
        assistant.start()
        sandbox.wait_until(sandbox.world.faults.held)
        assistant.kill()
        sandbox.world.faults.clear()
        assistant.start()
        sandbox.wait_until(lambda: "Riverbend University" in _cards(_texts(sandbox)))
        assert _cards(_texts(sandbox)) == list(LEADS)


def _texts(sandbox: Sandbox) -> list[str]:
    damian = Person(sandbox, "U01DAMIAN")
    return [damian.text_of(message) for message in damian.messages(CHANNEL)]


def _messages_at(address: str) -> list[str]:
    with loopback_client() as http:
        answer = http.get(f"{address}person/U01DAMIAN/messages", params={"channel": CHANNEL})
    return [Person.text_of(message) for message in answer.json()["messages"]]


def _cards(texts: list[str]) -> list[str]:
    """The organisations of all cards, each as often as it has one."""
    return [found[1] for text in texts if "More…" in text and (found := re.match(r"\*(.+?)\*", text))]


def _wait_for_cards(address: str) -> None:
    until = time.monotonic() + PATIENCE_SECONDS
    while (cards := _cards_at(address)) != LEADS:
        assert time.monotonic() < until, cards
        time.sleep(0.05)


def _cards_at(address: str) -> dict[str, str]:
    """The phases on the cards, by organisation. Fails where one has two cards."""
    cards = [text for text in _messages_at(address) if "More…" in text]
    organisations = _cards(cards)
    assert len(set(organisations)) == len(organisations), organisations
    return {name: text.split(" · ")[1] for name, text in zip(organisations, cards, strict=True)}
