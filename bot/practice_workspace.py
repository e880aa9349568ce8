"""The newcomer's first minute: the sandbox as a child process, and settings that point at it.

The sandbox is another program, known here by its command line, its addresses and its tokens only. What the
assistant remembers while practising lies in a folder of its own, apart from a team's real leads.
"""

from __future__ import annotations

import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from pydantic import SecretStr

from bot.settings import Settings

STARTED_OVER = "started-over"
"""The file that the sandbox leaves in its folder when somebody pressed *Start over*."""
_CANCEL_SECONDS = 10.0
"""Time to cancel in the sandbox, where nobody wants to wait a minute for a pretended mail."""


class SandboxFailed(Exception):
    """The sandbox did not start; the message says why."""


class PracticeWorkspace:
    """The child process. It ends by itself when this process does, however that happens: it watches its
    standard input."""

    def __init__(self, settings: Settings, manifest: str) -> None:
        self._folder = settings.data_folder.resolve() / "sandbox"
        self._folder.mkdir(parents=True, exist_ok=True)
        (self._folder / STARTED_OVER).unlink(missing_ok=True)
        (self._folder / "manifest.yaml").write_text(manifest)
        self.url = f"http://127.0.0.1:{settings.port}/"
        self._child = subprocess.Popen(
            [
                sys.executable,
                "-m",
                "sandbox",
                "--port",
                str(settings.port),
                "--data",
                str(self._folder),
                "--manifest",
                str(self._folder / "manifest.yaml"),
                "--until-stdin-closes",
            ],
            cwd=Path(__file__).parent.parent,
            stdin=subprocess.PIPE,
            start_new_session=True,
        )

    def wait(self, seconds: float = 20.0) -> None:
        """Until it answers. Raises SandboxFailed."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            if self._child.poll() is not None:
                raise SandboxFailed(f"The sandbox could not start at {self.url} (see the lines above).")
            try:
                urlopen(self.url + "dev/state", timeout=1).close()
                return
            except (URLError, OSError):
                time.sleep(0.03)
        raise SandboxFailed(f"The sandbox did not answer at {self.url} within {seconds:.0f} s.")

    def started_over(self) -> bool:
        """Whether somebody pressed *Start over* since the last time this was asked."""
        try:
            (self._folder / STARTED_OVER).unlink()
        except FileNotFoundError:
            return False
        return True

    def stop(self) -> None:
        self._child.terminate()
        try:
            self._child.wait(2)
        except subprocess.TimeoutExpired:
            self._child.kill()

    def settings(self, settings: Settings) -> Settings:
        """`settings` with every system replaced by the sandbox's."""
        team = replace(
            settings.team,
            senders_channel="partnerships-senders",
            live=True,
            working_hours=(0, 24),  # Who tries it at night is reminded too.
            working_days=(1, 2, 3, 4, 5, 6, 7),
            cancel_seconds=min(settings.team.cancel_seconds, _CANCEL_SECONDS),
            ticket_link=self.url + "?tab=helpdesk&ticket={ticket}",
            mail_link=self.url + "?tab=inbox&address={address}",
            agreements_folder="1SandboxAgreements",
            templates_folder="1SandboxTemplates",
        )
        return settings.model_copy(
            update={
                "slack_bot_token": SecretStr("xoxb-sandbox"),
                "slack_app_token": SecretStr("xapp-1-sandbox"),
                "slack_api_url": self.url + "slack/api/",
                "freshdesk_url": self.url + "freshdesk",
                "freshdesk_api_key": SecretStr("sandbox-admin-key"),
                "calendly_url": self.url + "calendly",
                "calendly_token": SecretStr("sandbox-calendly-token"),
                "google_client_id": "sandbox-google-client",
                "google_client_secret": SecretStr("sandbox-google-secret"),
                "google_refresh_token": SecretStr("sandbox-google-refresh"),
                "google_token_url": self.url + "google/token",
                "google_drive_id": "0ASandboxTeamDrivePVA",
                "google_api_url": self.url + "google/",
                "data_folder": practice_folder(settings),
                "clock_file": self._folder / "clock.json",
                "team": team,
            }
        )


def practice_folder(settings: Settings) -> Path:
    """Where the assistant remembers what it does in the sandbox; *Start over* empties it."""
    return settings.data_folder / "practice"
