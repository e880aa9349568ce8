"""What went over the wire: the last 5,000 exchanges with each pretended system, without secrets."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

KEPT = 5_000
SECRET_KEYS = frozenset(
    {
        "token",
        "authorization",
        "api_key",
        "apikey",
        "password",
        "client_secret",
        "ticket",
        "access_token",
        "refresh_token",
    }
)


@dataclass(frozen=True)
class Exchange:
    """One request and its answer, or one Socket Mode envelope and its ack.

    `system` is "slack", "freshdesk", "calendly" or "socket"; `direction` "in" is towards the pretended
    system, "out" is from it to the assistant. `name` is e.g. "chat.postMessage",
    "POST /api/v2/tickets/outbound_email" or "slash_commands". `request` is JSON-able. `status` is the HTTP
    status; for a socket 200 acked, 408 late, 503 nobody connected. `error` is "" when all went well.
    """

    at: datetime
    system: str
    direction: str
    name: str
    request: Any
    status: int
    error: str
    milliseconds: float
    number: int = 0

    def to_json(self) -> dict[str, Any]:
        """The exchange as JSON, its time in ISO 8601."""
        return self.__dict__ | {"at": self.at.isoformat()}


class Traffic:
    """A ring of the last `KEPT` exchanges; `on_record` is called after each one."""

    def __init__(self, now: Callable[[], datetime], on_record: Callable[[], None] = lambda: None) -> None:
        self._now = now
        self._on_record = on_record
        self._ring: deque[Exchange] = deque(maxlen=KEPT)
        self._count = 0

    def record(
        self,
        *,
        system: str,
        direction: str,
        name: str,
        request: Any,
        status: int,
        error: str = "",
        milliseconds: float = 0.0,
    ) -> Exchange:
        """Keep one exchange; secrets in `request` are replaced before it is kept."""
        self._count += 1
        clean = without_secrets(request)
        exchange = Exchange(
            self._now(), system, direction, name, clean, status, error, milliseconds, self._count
        )
        self._ring.append(exchange)
        self._on_record()
        return exchange

    def recent(
        self, limit: int = 100, system: str | None = None, contains: str | None = None
    ) -> list[Exchange]:
        """The newest `limit` exchanges, oldest first, of one system and with one text in name or request."""
        found: list[Exchange] = []
        for exchange in reversed(list(self._ring)):
            if len(found) >= limit:
                break
            if system and exchange.system != system:
                continue
            if contains and contains not in exchange.name and contains not in _text_of(exchange):
                continue
            found.append(exchange)
        return found[::-1]

    def clear(self) -> None:
        """Forget everything."""
        self._ring.clear()


def without_secrets(value: Any) -> Any:
    """A deep copy of JSON-able `value` in which tokens, keys and passwords read "[removed]"."""
    if isinstance(value, dict):
        return {
            key: "[removed]" if str(key).lower() in SECRET_KEYS and item else without_secrets(item)
            for key, item in value.items()
        }
    if isinstance(value, list | tuple):
        return [without_secrets(item) for item in value]
    return value


def _text_of(exchange: Exchange) -> str:
    return json.dumps(exchange.request, ensure_ascii=False, default=str)
