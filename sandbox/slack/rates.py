"""Rate limits: tiers per method and minute, and one message a second per channel.

Source: https://docs.slack.dev/apis/web-api/rate-limits. Slack allows "short bursts" without saying how
short; the bursts here are ours, and so is a token bucket as the way to count.
"""

from __future__ import annotations

import math
import time
from dataclasses import dataclass, field

TIERS = {1: 1, 2: 20, 3: 50, 4: 100}  # calls a minute, for one method and app
SPECIAL = 600  # "hundreds of requests a minute" (auth.test, chat.getPermalink); number ours
POSTING_BURST = 10  # messages to one channel before one a second applies; ours


@dataclass
class _Bucket:
    left: float
    at: float


@dataclass
class Rates:
    """Token buckets on the wall clock, one for each method and each channel posted to."""

    enabled: bool = True
    _buckets: dict[str, _Bucket] = field(default_factory=dict)

    def wait_for_method(self, method: str, tier: int) -> int:
        """Seconds to wait before this method may be called again; 0 when this call may pass."""
        per_minute = TIERS.get(tier, SPECIAL)
        return self._take(method, per_minute, per_minute / 60)

    def wait_for_posting(self, channel: str) -> int:
        """Seconds to wait before another message to `channel`; 0 when this one may pass."""
        return self._take(f"posting:{channel}", POSTING_BURST, 1.0)

    def clear(self) -> None:
        """Forget what was used up."""
        self._buckets.clear()

    def _take(self, key: str, most: float, per_second: float) -> int:
        if not self.enabled:
            return 0
        now = time.monotonic()
        bucket = self._buckets.setdefault(key, _Bucket(most, now))
        bucket.left = min(most, bucket.left + (now - bucket.at) * per_second)
        bucket.at = now
        if bucket.left >= 1:
            bucket.left -= 1
            return 0
        return max(1, math.ceil((1 - bucket.left) / per_second))
