"""Freshdesk's limits: how many calls an account has in a minute, and how many of some kinds."""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass
from datetime import datetime

WINDOW = 60.0

PLANS = {
    "trial": {"all": 50, "create": 50, "update": 50, "list": 50},
    "growth": {"all": 200, "create": 80, "update": 80, "list": 20},
    "pro": {"all": 400, "create": 160, "update": 160, "list": 100},
    "enterprise": {"all": 700, "create": 280, "update": 280, "list": 200},
}
"""Freshdesk: calls a minute by plan; create, update and list are those on tickets."""


@dataclass(frozen=True)
class Reading:
    """After counting a call: `retry_after` is None when it may pass, else whole seconds."""

    total: int
    remaining: int
    used: int
    retry_after: int | None


class Meter:
    """Counts the calls of the last minute of the sandbox's clock, also those that were refused."""

    def __init__(self) -> None:
        self._calls: deque[tuple[float, str, int]] = deque()

    def count(self, plan: str, kind: str, cost: int, now: datetime) -> Reading:
        """Count one call of `kind` ("create", "update", "list" or "other") that costs `cost`."""
        at = now.timestamp()
        while self._calls and self._calls[0][0] <= at - WINDOW:
            self._calls.popleft()
        limits = PLANS[plan]
        used = sum(cost for _, _, cost in self._calls)
        alike = sum(1 for _, each, _ in self._calls if each == kind)
        full = used + cost > limits["all"] or (kind in limits and alike + 1 > limits[kind])
        if full:
            oldest = next(
                (when for when, each, _ in self._calls if used + cost > limits["all"] or each == kind), at
            )
            return Reading(limits["all"], 0, 0, max(1, math.ceil(oldest + WINDOW - at)))
        self._calls.append((at, kind, cost))
        return Reading(limits["all"], limits["all"] - used - cost, cost, None)
