"""Ctrl-C ends the assistant at once, and loses nothing that was under way."""

from __future__ import annotations

import pytest

from bot.manifest import manifest
from tests.office import CHANNEL, is_loaded
from tests.processes import assistant_process
from tests.workspace import Person, running_sandbox


@pytest.mark.crash
def test_a_mail_under_way_at_ctrl_c_is_sent_once_and_its_run_goes_on_at_the_next_start(tmp_path):
    with (
        running_sandbox(manifest(), tmp_path / "sandbox") as sandbox,
        assistant_process(sandbox, tmp_path, workers=4) as assistant,
    ):
        assistant.start()
        damian = Person(sandbox, "U01DAMIAN")
        sandbox.world.faults.add("freshdesk", "POST */outbound_email", "hold_after")
        damian.command(CHANNEL, "/hail-lead ada@ctrl-c.example")
        damian.modal(where=is_loaded)
        damian.submit()
        sandbox.wait_until(sandbox.world.faults.held)
        assistant.interrupt()
        assistant.start()
        damian.wait_for(CHANNEL, ":white_check_mark: Hailed")
        inbox = damian.http.get(sandbox.url("/inbox/ada@ctrl-c.example")).json()["mails"]
        assert len(inbox) == 1
        assert "Traceback" not in assistant.output()
