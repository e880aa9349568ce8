"""What a look at another system could not deal with: it keeps nothing else waiting, and is tried again for a day."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from services.errors import Busy, Refused, ServiceError
from store.ports import StoreError

log = logging.getLogger(__name__)

_TRIED_FOR = timedelta(days=1)
_AWAY = 3
"""After so many things in one look for which a system could not be reached, the rest waits for the next look."""
_NOT_LET_IN = frozenset({"invalid_auth", "not_authed", "token_revoked", "token_expired", "account_inactive"})
"""Slack: errors of every method when the token is not, or no longer, good."""


class Failures:
    """The failures of one look; `before` are those of the one before it: since when each thing has been failing."""

    def __init__(self, before: Mapping[str, datetime], now: datetime) -> None:
        self._before, self._now, self._away = before, now, 0
        self.since: dict[str, datetime] = {}

    def dealt_with(self, what: str, act: Callable[[], None]) -> bool:
        """Do `act`; False when `what` has to be tried again at the next look. True, too, for what is gone over there
        (404), and for what failed for a whole day, which the log says."""
        if self._away >= _AWAY:
            return self._again(what)
        try:
            act()
        except ServiceError as error:
            return self._refused(what, error)
        except StoreError as error:
            if what not in self._before:
                log.error("%s could not be dealt with: %s", what, error)
            return self._failed(what)
        except Exception:
            if what not in self._before:
                log.exception("%s could not be dealt with (reference %s)", what, secrets.token_hex(3))
            return self._failed(what)
        return True

    def _refused(self, what: str, error: ServiceError) -> bool:
        if isinstance(error, Refused) and error.status == 404:
            log.warning("%s is passed over: %s", what, error)
            return True
        if what not in self._before:
            log.warning("%s is tried again every minute: %s", what, error)
        if _concerns_everything(error):
            self._away = _AWAY
            return self._again(what)
        if not isinstance(error, Refused):
            self._away += 1
        return self._failed(what)

    def _failed(self, what: str) -> bool:
        since = self._before.get(what, self._now)
        if self._now - since >= _TRIED_FOR:
            log.error("%s has been failing for a day and is passed over; look at it by hand", what)
            return True
        self.since[what] = since
        return False

    def _again(self, what: str) -> bool:
        """Nothing is said about `what` itself: how long it has been failing stays as it was."""
        if what in self._before:
            self.since[what] = self._before[what]
        return False


def _concerns_everything(error: ServiceError) -> bool:
    """Asking for anything else would be answered in the same way."""
    return isinstance(error, Busy) or (
        isinstance(error, Refused) and (error.status == 401 or error.code in _NOT_LET_IN)
    )


def to_json(since: Mapping[str, datetime]) -> dict[str, str]:
    return {what: at.isoformat() for what, at in since.items()}


def from_json(kept: Mapping[str, str]) -> dict[str, datetime]:
    return {what: datetime.fromisoformat(at) for what, at in kept.items()}
