"""One Google account over real HTTP: reads are repeated, writes are not, and errors become `services.errors`."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urlsplit

from services.errors import Busy, OutcomeUnknown, Unreachable
from services.google_account import Account, ServiceAccount, UserAccount
from services.http import BUSY_PATIENCE, READ_ATTEMPTS, READ_PATIENCE, checked_secret

if TYPE_CHECKING:
    from services.google_wire import Api, Wire

TIMEOUT = 30.0

PAGES = 100

T = TypeVar("T")
Page = Mapping[str, str]
"""Which page of a list is asked for; empty for the first."""


class GoogleClient:
    """Drive and Docs as one account sees them; what GoogleDrive and GoogleDocs share.

    Google's library is loaded at the first call (0.3 s), or by `warm_up`. `root_url` is where both APIs are,
    Drive's at drive/v3/ and Docs' at docs/v1/ below it ("" is Google's own). Safe to use from several
    threads; `timeout` is in seconds. Raises ValueError for a root URL or a secret that cannot be one.
    """

    def __init__(
        self,
        account: Account,
        *,
        root_url: str = "",
        sleep: Callable[[float], None] = time.sleep,
        timeout: float = TIMEOUT,
    ) -> None:
        if isinstance(account, UserAccount):
            _checked_root(account.token_url)
            checked_secret("Google", account.client_secret)
            checked_secret("Google", account.refresh_token)
        self.sleep = sleep
        self._account = account
        self._root = _checked_root(root_url).rstrip("/") + "/" if root_url else ""
        self._timeout = timeout
        self._lock = threading.Lock()
        self._wire: Wire | None = None

    def __repr__(self) -> str:
        return f"GoogleClient({self._account!r}, root_url={self._root!r})"

    def close(self) -> None:
        if self._wire is not None:
            self._wire.close()

    def warm_up(self) -> None:
        """Load Google's library now, e.g. in a thread after the start. Raises Refused with the code
        "bad_key" when the key file of a service account cannot be used."""
        self._ready()

    def read(self, system: str, ask: Callable[[Api], Any], parse: Callable[[Any], T]) -> T:
        """What `parse` makes of the answer to the request that `ask` makes. Raises Refused, Busy, Unreachable.

        A lost or unusable answer (time-out, reset, 5xx, not the JSON `parse` expects) is asked for again,
        three times in all; "too many requests" is waited for, up to 20 s.
        """
        try:
            return self.write_again(system, ask, parse)
        except OutcomeUnknown as lost:
            raise Unreachable(lost.system, lost.message) from lost

    def write_again(self, system: str, ask: Callable[[Api], Any], parse: Callable[[Any], T]) -> T:
        """Like `read`, for a write whose repetition changes nothing; may raise OutcomeUnknown as well."""
        started = time.monotonic()
        waited = 0.0
        failures = 0
        while True:
            try:
                return self.write(system, ask, parse)
            except Busy as busy:
                if waited + busy.retry_after > BUSY_PATIENCE:
                    raise
                waited += busy.retry_after
                self.sleep(busy.retry_after)
            except OutcomeUnknown:
                failures += 1
                if failures >= READ_ATTEMPTS or time.monotonic() - started > READ_PATIENCE:
                    raise
                self.sleep(0.25 * 2**failures)

    def write(self, system: str, ask: Callable[[Api], Any], parse: Callable[[Any], T]) -> T:
        """One request, never repeated.

        Raises Refused, Busy, Unreachable (in all three nothing happened) or OutcomeUnknown.
        """
        answer = self._ready().exchange(system, ask)
        try:
            return parse(answer)
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            raise OutcomeUnknown(system, "the answer was not usable") from error

    def pages(
        self, system: str, ask: Callable[[Api, Page], Any], name: str, parse: Callable[[Any], T]
    ) -> list[T]:
        """What `parse` makes of each row in the list `name` of every page; `ask` passes its page on.

        Raises as `read` does.
        """

        def rows(answer: Any) -> tuple[list[T], str]:
            return [parse(row) for row in answer.get(name, ())], str(answer.get("nextPageToken") or "")

        found: list[T] = []
        page: Page = {}
        for _ in range(PAGES):
            more, token = self.read(system, _asking(ask, page), rows)
            found += more
            if not token:
                break
            page = {"pageToken": token}
        return found

    def _ready(self) -> Wire:
        with self._lock:
            if self._wire is None:
                from services.google_wire import Wire

                self._wire = Wire(self._account, self._root, self._timeout)
            return self._wire


def _asking(ask: Callable[[Api, Page], Any], page: Page) -> Callable[[Api], Any]:
    return lambda api: ask(api, page)


def _checked_root(url: str) -> str:
    parts = urlsplit(url.strip())
    if parts.scheme not in ("http", "https") or not parts.hostname or "@" in parts.netloc:
        raise ValueError("Google: an address is http:// or https://, a host, and no user name")
    if parts.scheme == "http" and parts.hostname not in ("localhost", "127.0.0.1", "::1"):
        raise ValueError(
            f"Google: {parts.hostname}: plain http would show the token to the network; use https"
        )
    return url.strip()


__all__ = ["Account", "GoogleClient", "ServiceAccount", "UserAccount"]
