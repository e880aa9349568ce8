"""The real assistant, with one listener more: it can hold a run at a boundary for a kill test.

Started exactly as by `python -m bot run`, but in a process that is forked from one that has imported everything:
these tests start it some fifty times. A run is held at the boundary that the first address of its lead names
(`send_mail.acted@h7.example`; of other procedures than Hail the Lead with their name before it,
`update.write_entry.acted@h8.example`), for as long as that address is a line of `FOLDER/hold`; then the file
`FOLDER/held/<address>` appears, and the run goes on only in another process. Every boundary that any run passes
is a line `<address> <step>.<boundary>` of `FOLDER/passed`.
"""

from __future__ import annotations

import multiprocessing
import os
import subprocess
import threading
from collections.abc import Mapping
from multiprocessing.context import ForkServerProcess
from pathlib import Path

import bot.running
import bot.slack_app  # noqa: F401  (`run` imports both only when it starts)
from bot.__main__ import run
from sops import engine
from sops.context import here
from sops.hail_plan import NAME as HAIL
from sops.hail_plan import of
from store.plan import Plan
from tests.processes import AssistantProcess, Launched


class Holder:
    """Writes down each boundary, and blocks where it is told to."""

    def __init__(self, folder: Path) -> None:
        (folder / "held").mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self._passed = os.open(folder / "passed", os.O_WRONLY | os.O_CREAT | os.O_APPEND)

    def __call__(self, plan_id: str, step: str, boundary: str) -> None:
        plan = here().store.plan(plan_id)
        assert plan is not None
        passed = f"{step}.{boundary}" if plan.sop == HAIL else f"{plan.sop}.{step}.{boundary}"
        address = _first_address(plan)
        os.write(self._passed, f"{address} {passed}\n".encode())
        if address.partition("@")[0] == passed and address in self._to_hold():
            (self._folder / "held" / address).touch()
            threading.Event().wait()

    def _to_hold(self) -> list[str]:
        asked = self._folder / "hold"
        return asked.read_text().splitlines() if asked.exists() else []


def _first_address(plan: Plan) -> str:
    """Of a hail in the plan: its lead may not be there yet."""
    if plan.sop == HAIL:
        return of(plan).contacts[0].address
    return here().store.get(plan.lead_id).contacts[0].address


class HeldAssistant(AssistantProcess):
    """Holds runs as the files in its folder say."""

    def launch(self, environment: Mapping[str, str]) -> Launched:
        forking = multiprocessing.get_context("forkserver")
        forking.set_forkserver_preload([__name__])
        given = (dict(environment), self.folder, self.log)
        process = forking.Process(target=_held, args=given, daemon=True)
        process.start()
        return _Forked(process)


class _Forked:
    """A process of `multiprocessing`, used like one of `subprocess`."""

    def __init__(self, process: ForkServerProcess) -> None:
        assert process.pid is not None
        self.pid = process.pid
        self._process = process

    def poll(self) -> int | None:
        return self._process.exitcode

    def wait(self, timeout: float | None = None) -> int:
        self._process.join(timeout)
        if self._process.exitcode is None:
            raise subprocess.TimeoutExpired("the assistant", timeout or 0)
        return self._process.exitcode

    def send_signal(self, sig: int) -> None:
        os.kill(self.pid, sig)


def _held(environment: dict[str, str], folder: Path, log: Path) -> None:
    """What the process does."""
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(folder)
    printed = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    for stream in (1, 2):
        os.dup2(printed, stream)
    engine.listen(Holder(folder))
    run()
