"""The assistant as a process: how soon it is connected, how soon the page is there, how soon it is gone, and
how much memory it needs; against a bare Bolt app where that is the same thing."""

from __future__ import annotations

import os
import signal
import statistics
import subprocess
import sys
import time
from pathlib import Path

from benchmarks.office import Office
from benchmarks.table import Row, limited
from sandbox.serving import listen, port_of
from tests.processes import ROOT

STARTS = 3
CREDENTIALS = ("SLACK_", "FRESHDESK_", "CALENDLY_")


def connecting(office: Office, starts: int = STARTS) -> list[Row]:
    """Start both in turn, from the command to "connected"; both are left running."""
    ours, bare = [], []
    for turn in range(starts):
        if turn:
            office.assistant.kill()
            office.bare.kill()
        ours.append(office.assistant.start())
        bare.append(office.bare.start())
    return [limited("start to connected", statistics.median(ours), "s", 2, statistics.median(bare))]


def memory(office: Office, hails: int) -> list[Row]:
    """Resident memory now (read from /proc, so on Linux only)."""
    name = f"memory after {hails}+ hails"
    return [limited(name, office.assistant.memory() / 2**20, "MB", 150, office.bare.memory() / 2**20)]


def page_and_ctrl_c(folder: Path, starts: int = STARTS) -> list[Row]:
    """`bot run` without credentials, on data that is there already: to the page's address, and ctrl-C to gone."""
    _run_once(folder)
    shown, gone = zip(*(_run_once(folder) for _ in range(starts)), strict=True)
    return [
        limited("second start to the page's address printed", statistics.median(shown), "s", 3),
        limited("ctrl-C to gone", statistics.median(gone), "s", 1),
    ]


def _run_once(folder: Path) -> tuple[float, float]:
    with listen() as listener:
        port = port_of(listener)
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(CREDENTIALS)}
    own = {"PORT": str(port), "DATA_FOLDER": str(folder / "data"), "PYTHONPATH": str(ROOT)}
    folder.mkdir(parents=True, exist_ok=True)
    began = time.monotonic()
    process = subprocess.Popen(
        [sys.executable, "-m", "bot", "run"],
        cwd=folder,
        env=inherited | own,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        shown = _seconds_to_address(process, began)
        time.sleep(0.5)
        asked = time.monotonic()
        process.send_signal(signal.SIGINT)
        process.wait(10)
        return shown, time.monotonic() - asked
    finally:
        process.kill()
        process.wait()


def _seconds_to_address(process: subprocess.Popen[str], began: float) -> float:
    assert process.stdout is not None
    for line in process.stdout:
        if line.startswith("Open http"):
            return time.monotonic() - began
    raise RuntimeError("the assistant ended by itself")
