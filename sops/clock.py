"""The one clock: aware UTC now, and today in the organisation's time zone."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo


class Clock:
    """Real time plus the offset in `offset_file`, a JSON file {"offset_seconds": float} of the sandbox."""

    def __init__(self, zone: str = "UTC", offset_file: Path | None = None) -> None:
        self.zone = ZoneInfo(zone)
        self._offset_file = offset_file
        self._seen: tuple[int, float] = (0, 0.0)

    def now(self) -> datetime:
        return datetime.now(UTC) + timedelta(seconds=self._offset())

    def today(self) -> date:
        return self.now().astimezone(self.zone).date()

    def _offset(self) -> float:
        if self._offset_file is None:
            return 0.0
        try:
            changed = self._offset_file.stat().st_mtime_ns
            if changed != self._seen[0]:
                stored = json.loads(self._offset_file.read_text())
                self._seen = (changed, float(stored["offset_seconds"]))
        except FileNotFoundError:
            return 0.0
        return self._seen[1]
