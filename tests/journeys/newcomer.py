"""What a newcomer starts: `python -m bot run` with nothing configured, the sandbox and the assistant together."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
_LASTS_SECONDS = 60


@contextlib.contextmanager
def fresh_start(folder: Path) -> Iterator[str]:
    """The address it prints to open, while the block runs; nothing of this process's settings reaches it."""
    inherited = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "TMPDIR") if name in os.environ}
    process = subprocess.Popen(
        [sys.executable, "-m", "bot", "run"],
        cwd=folder,
        env=inherited
        | {"PYTHONPATH": str(ROOT), "PORT": str(free_port()), "DATA_FOLDER": str(folder / "data")},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    try:
        printed = []
        for line in process.stdout:
            printed.append(line)
            if found := re.match(r"Open (http://127\.0\.0\.1:\d+/)", line):
                break
        assert printed and found, f"it never said what to open: {printed}"
        yield found[1]
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(_LASTS_SECONDS)
        process.stdout.close()


def free_port() -> int:
    """A port of this computer that nobody listens on."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
    return port
