"""The sandbox's clock: real time plus an offset that tests and people can move forward."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path


class Clock:
    """Real time plus an offset, kept in a JSON file ``{"offset_seconds": float}``.

    The assistant reads the same file, so both sides always agree on what time it is.
    ``path`` None keeps the offset in memory only.
    """

    def __init__(self, path: Path | None = None) -> None:
        self._path = path
        self._offset = _read_offset(path)
        if path is not None:
            self._write()

    @property
    def offset_seconds(self) -> float:
        """How far the sandbox is ahead of real time, in seconds."""
        return self._offset

    def now(self) -> datetime:
        """The sandbox's time, aware, in UTC."""
        return datetime.now(UTC) + timedelta(seconds=self._offset)

    def advance(self, seconds: float) -> None:
        """Move time forward by `seconds`; raises ValueError for a move backwards."""
        if seconds < 0:
            raise ValueError("The sandbox's clock only moves forward.")
        self._offset += seconds
        self._write()

    def reset(self) -> None:
        """Back to real time ("Start over")."""
        self._offset = 0.0
        self._write()

    def _write(self) -> None:
        if self._path is None:
            return
        self._path.parent.mkdir(parents=True, exist_ok=True)
        fresh = self._path.with_suffix(".new")
        fresh.write_text(json.dumps({"offset_seconds": self._offset}))
        fresh.replace(self._path)


def _read_offset(path: Path | None) -> float:
    if path is None or not path.exists():
        return 0.0
    return float(json.loads(path.read_text())["offset_seconds"])
