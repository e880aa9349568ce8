"""Slack's messages found again."""

from __future__ import annotations

import pytest

from services import slack_threads
from tests.lead_with_notes import known_lead
from tests.office import CHANNEL, Office

KIND = "a_test"


def test_a_message_far_down_a_long_thread_or_up_the_channel_is_found(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    known, slack = known_lead(office), office.assistant.context.services.slack
    monkeypatch.setattr(slack_threads, "_PAGE", 2)

    def post(key: str, thread: str | None) -> str:
        return slack.post(CHANNEL, key, [], thread_ts=thread, kind=KIND, key=f"{known.id} {key}")

    for thread in (known.thread.ts, None):
        posted = {key: post(key, thread) for key in ("one", "two", "three", "four", "five")}
        for key, ts in posted.items():
            assert slack.find(CHANNEL, KIND, f"{known.id} {key}", thread_ts=thread) == ts
        assert slack.find(CHANNEL, KIND, f"{known.id} six", thread_ts=thread) is None
