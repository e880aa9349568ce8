"""The state of the pretended Slack workspace: people, channels, messages, views."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Self


@dataclass
class Workspace:
    """Everything Slack remembers."""

    channels: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def seeded(cls, now: datetime) -> Self:
        """The workspace a newcomer finds."""
        return cls()

    @classmethod
    def from_json(cls, kept: dict[str, Any]) -> Self:
        """The workspace as `to_json` gave it."""
        return cls(**kept)

    def to_json(self) -> dict[str, Any]:
        """Everything, as JSON."""
        return {"channels": self.channels}
