"""`make run` in a terminal: ctrl-C ends everything, and nobody complains."""

from __future__ import annotations

import os
import pty
import re
import shutil
import sys
import time
from pathlib import Path

import pytest

from tests.journeys.newcomer import ROOT, free_port
from tests.processes import AT_ONCE_SECONDS

CTRL_C = b"\x03"


@pytest.mark.skipif(
    shutil.which("make") is None or shutil.which("ps") is None, reason="no make or no ps here"
)
def test_ctrl_c_ends_make_run_at_once_and_without_a_complaint(tmp_path: Path) -> None:
    command = (
        f"make -o .venv/run.installed run BIN={Path(sys.executable).parent} PORT={free_port()}; echo ends $?"
    )
    environment = {"PATH": os.environ["PATH"], "DATA_FOLDER": str(tmp_path / "data")}
    process, terminal = pty.fork()
    if process == 0:
        os.chdir(ROOT)
        os.execve("/bin/sh", ["sh", "-c", command], environment)
    try:
        seen = _read_until(terminal, "Ctrl-C ends it.")
        os.write(terminal, CTRL_C)
        began = time.monotonic()
        seen += _read_until(terminal, "ends ")
        assert time.monotonic() - began < AT_ONCE_SECONDS
    finally:
        os.close(terminal)
        os.waitpid(process, 0)
    assert "ends 0" in seen
    assert "***" not in seen
    assert "Traceback" not in seen


def _read_until(terminal: int, words: str) -> str:
    """What appears in the terminal up to `words` and the end of their line."""
    seen = ""
    while not re.search(re.escape(words) + r"[^\n]*\n", seen):
        seen += os.read(terminal, 4096).decode(errors="replace")
    return seen
