"""The engine's journal where it is a file (SQLite): one process at a time, set up for few disk flushes."""

from __future__ import annotations

import fcntl
import sqlite3
from pathlib import Path
from typing import IO

_lock_file: IO[str] | None = None


class EngineLocked(Exception):
    """Another process carries out procedures on this data folder."""


def prepared(file: Path) -> Path:
    """Lock and set up the SQLite file: two processes on one would carry out a step twice (measured with DBOS).

    The lock holds until this process ends. Raises EngineLocked.
    """
    global _lock_file
    _lock_file = file.with_suffix(".lock").open("w")
    try:
        fcntl.flock(_lock_file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        raise EngineLocked(f"{file} is in use by another process") from error
    with sqlite3.connect(file) as database:
        database.execute("PRAGMA journal_mode=WAL")
    database.close()
    return file
