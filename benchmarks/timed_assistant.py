"""The real assistant, with one listener more: it writes down when each step of each run began and ended.

Run as `python -m benchmarks.timed_assistant FILE`; a line of FILE is the time in seconds since the epoch, the
plan's id, the step and the boundary.
"""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

from bot.__main__ import run
from sops import engine


def clocked(file: Path) -> engine.Listener:
    """A listener that writes to `file`."""
    lines = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND)

    def passed(plan_id: str, step: str, boundary: str) -> None:
        os.write(lines, f"{time.time()} {plan_id} {step} {boundary}\n".encode())

    return passed


if __name__ == "__main__":
    engine.listen(clocked(Path(sys.argv.pop())))
    run()
