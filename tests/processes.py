"""The assistant as a process of its own against a running sandbox: started, killed with SIGKILL, started again."""

from __future__ import annotations

import contextlib
import itertools
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from tests.workspace import Sandbox

ROOT = Path(__file__).parents[1]
CONNECTED = "Connected to Slack"
START_SECONDS = 60.0
AT_ONCE_SECONDS = 10.0
"""An end takes one or two; what waits for a call that got no answer takes 20."""
_launches = itertools.count(1)
_OURS = (
    "SLACK_",
    "FRESHDESK_",
    "CALENDLY_",
    "GOOGLE_",
    "TEAM__",
    "DATABASE_",
    "DATA_",
    "CLOCK_",
    "TEMPLATES_",
    "WORKER",
)

TEAM: Mapping[str, Any] = {
    "live": True,
    "senders_channel": "partnerships-senders",
    "cancel_seconds": 1,
    "leads_at_once": 30,
    "daily_cap": 100_000,
    "look_again_seconds": [0, 0],
    "longest_wait_seconds": 1,
    "settle_seconds": 2.5,
}
"""A team that is in a hurry; each value becomes `TEAM__<NAME>` in the environment of the process."""


class Launched(Protocol):
    """What is used of a `subprocess.Popen`."""

    @property
    def pid(self) -> int: ...

    def poll(self) -> int | None: ...

    def wait(self, timeout: float | None = None) -> int: ...

    def send_signal(self, sig: int) -> None: ...


@dataclass
class AssistantProcess:
    """`python -m bot run` (or another `command` after `python`) on one data folder, again and again.

    `folder` holds the data folder `data` and the log. Only what is given here configures the process: no
    variable of this one, and no `.env` of the checkout.
    """

    sandbox: Sandbox
    folder: Path
    team: Mapping[str, Any] = field(default_factory=lambda: TEAM)
    workers: int = 64
    command: Sequence[str] = ("-m", "bot", "run")
    process: Launched | None = None
    log: Path = Path()

    @property
    def data(self) -> Path:
        return self.folder / "data"

    @property
    def alive(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def start(self) -> float:
        """Start and wait until it is connected to the sandbox's Slack; the seconds that took."""
        assert not self.alive, "it runs already"
        self.sandbox.wait_until(lambda: not self.sandbox.world.slack.connections)
        began = time.monotonic()
        self.folder.mkdir(parents=True, exist_ok=True)
        self.log = self.folder / f"{next(_launches)}.log"
        self.process = self.launch(self._environment())
        self.sandbox.wait_until(lambda: self._said(CONNECTED) or not self.alive, START_SECONDS)
        assert self.alive, f"the assistant ended by itself: {self.output()}"
        return time.monotonic() - began

    def kill(self) -> None:
        """kill -9: the process gets no chance to do anything more."""
        assert self.process is not None
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def interrupt(self) -> None:
        """Ctrl-C, and wait until it is gone. Raises subprocess.TimeoutExpired where that is not at once."""
        assert self.process is not None
        self.process.send_signal(signal.SIGINT)
        self.process.wait(AT_ONCE_SECONDS)

    def memory(self) -> int:
        """Bytes of the process in memory (Linux: VmRSS)."""
        assert self.process is not None
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        line = next(line for line in status.splitlines() if line.startswith("VmRSS:"))
        return int(line.split()[1]) * 1024

    def close(self) -> None:
        """Kill it, where it runs."""
        if self.alive:
            self.kill()

    def output(self) -> str:
        """What the process has printed."""
        return self.log.read_text(errors="replace") if self.log.is_file() else ""

    def _said(self, words: str) -> bool:
        return words in self.output()

    def launch(self, environment: Mapping[str, str]) -> Launched:
        """A process that has nothing but this environment, and prints into `log`."""
        with self.log.open("wb") as printed:
            return subprocess.Popen(
                [sys.executable, *self.command],
                cwd=self.folder,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=printed,
                stderr=subprocess.STDOUT,
            )

    def _environment(self) -> dict[str, str]:
        inherited = {name: value for name, value in os.environ.items() if not name.startswith(_OURS)}
        where = self.sandbox.base
        team = {
            "ticket_link": f"{where}/?tab=helpdesk&ticket={{ticket}}",
            "mail_link": f"{where}/?tab=inbox&address={{address}}",
            "agreements_folder": "1SandboxAgreements",
            "templates_folder": "1SandboxTemplates",
            **self.team,
        }
        clock = self.sandbox.world.data
        return inherited | {
            "PYTHONPATH": str(ROOT),
            "SLACK_BOT_TOKEN": "xoxb-sandbox",
            "SLACK_APP_TOKEN": "xapp-1-sandbox",
            "SLACK_API_URL": f"{where}/slack/api/",
            "FRESHDESK_URL": f"{where}/freshdesk",
            "FRESHDESK_API_KEY": "sandbox-admin-key",
            "CALENDLY_URL": f"{where}/calendly",
            "CALENDLY_TOKEN": "sandbox-calendly-token",
            "GOOGLE_CLIENT_ID": "sandbox-google-client",
            "GOOGLE_CLIENT_SECRET": "sandbox-google-secret",
            "GOOGLE_REFRESH_TOKEN": "sandbox-google-refresh",
            "GOOGLE_TOKEN_URL": f"{where}/google/token",
            "GOOGLE_DRIVE_ID": "0ASandboxTeamDrivePVA",
            "GOOGLE_API_URL": f"{where}/google/",
            "DATA_FOLDER": str(self.data),
            "WORKERS": str(self.workers),
            **({"CLOCK_FILE": str(clock / "clock.json")} if clock else {}),
            **{f"TEAM__{name.upper()}": _as_text(value) for name, value in team.items()},
        }


@contextlib.contextmanager
def assistant_process(sandbox: Sandbox, folder: Path, **given: Any) -> Iterator[AssistantProcess]:
    """Not started yet; whatever runs at the end of the block is killed. `given`: see AssistantProcess."""
    assistant = AssistantProcess(sandbox, folder, **given)
    try:
        yield assistant
    finally:
        assistant.close()


def _as_text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)
