"""HTTP to one outside system: reads are repeated, writes are not, and errors become `services.errors`.

Words in errors are our own or the system's; they never hold a key, nor the text of an exception of the HTTP
library (which may quote a header).
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypeVar

import httpx

from services.errors import Busy, OutcomeUnknown, Refused, Unreachable

CONNECT_TIMEOUT = 5.0
READ_TIMEOUT = 20.0
ANSWER_DEADLINE = 60.0
"""Seconds for one whole answer, so that a server which drips bytes cannot hold a thread for ever."""
READ_ATTEMPTS = 3
READ_PATIENCE = 30.0
"""Seconds after its first attempt in which a read may be started again."""
BUSY_PATIENCE = 20.0
"""Seconds a read waits, all in all, when the system asks us to come back later."""
ANSWER_LIMIT = 20 * 1024 * 1024
QUOTA_RESERVE = 5
"""Calls of the shared quota that reads leave to others; below it they slow down."""

T = TypeVar("T")
Fields = Mapping[str, str | Sequence[str]]
Files = Sequence[tuple[str, tuple[str, bytes, str]]]


@dataclass(frozen=True)
class Answer:
    """A successful answer: parsed JSON (None for an empty body) and its headers."""

    status: int
    headers: httpx.Headers
    data: Any


@dataclass(frozen=True)
class Complaint:
    """What a system's error body says, in its words and codes."""

    message: str = ""
    code: str = ""
    field: str = ""


@dataclass(frozen=True)
class Dialect:
    """How one system says no: `complaint` reads an error body (parsed JSON or None), `wait` says from the
    headers of a 429 after how many seconds to come back, `reset` (seconds, None where it is not said) when
    the quota of any answer starts afresh."""

    system: str
    complaint: Callable[[Any], Complaint]
    wait: Callable[[httpx.Headers], float]
    reset: Callable[[httpx.Headers], float | None]


class Http:
    """One base URL with one set of credentials. Safe to use from several threads.

    `base_url` is http(s) and ends before the paths given to `read` and `write`. Raises ValueError for a
    base URL or a secret that cannot be one.
    """

    def __init__(
        self,
        dialect: Dialect,
        base_url: str,
        *,
        auth: httpx.Auth,
        sleep: Callable[[float], None] = time.sleep,
        read_timeout: float = READ_TIMEOUT,
    ) -> None:
        self.base = _checked_base(base_url)
        self._dialect = dialect
        self._sleep = sleep
        self._slow_until = 0.0
        self._pause = 0.0
        settings: dict[str, Any] = {
            "auth": auth,
            "timeout": httpx.Timeout(read_timeout, connect=CONNECT_TIMEOUT),
            "trust_env": not _is_loopback(self.base),
            "verify": httpx.create_ssl_context() if self.base.scheme == "https" else False,
            "headers": {"Accept": "application/json", "User-Agent": "partnerships-assistant"},
        }
        self._reads = httpx.Client(**settings)
        # A kept connection may have been closed by the other side in the very moment we use it again. For a
        # write that is an unknown outcome, so every write gets a connection of its own.
        self._writes = httpx.Client(**settings, limits=httpx.Limits(max_keepalive_connections=0))

    def close(self) -> None:
        self._reads.close()
        self._writes.close()

    def read(
        self, path: str, parse: Callable[[Answer], T], params: Mapping[str, str | int] | None = None
    ) -> T:
        """GET `path`; what `parse` makes of the answer. Raises Refused, Busy, Unreachable.

        A lost or unusable answer (time-out, reset, 5xx, not the JSON `parse` expects) is asked for again,
        three times in all; a 429 is waited for, up to 20 s.
        """
        return self._patiently(lambda: self._once(self._reads, "GET", path, parse, params=params))

    def write(
        self,
        method: str,
        path: str,
        parse: Callable[[Answer], T],
        *,
        body: Mapping[str, Any] | None = None,
        fields: Fields | None = None,
        files: Files = (),
    ) -> T:
        """One request, never repeated: `body` as JSON, or `fields` and `files` as multipart/form-data.

        Raises Refused, Busy, Unreachable (in all three nothing happened) or OutcomeUnknown.
        """
        if files:
            return self._once(self._writes, method, path, parse, data=dict(fields or {}), files=list(files))
        return self._once(self._writes, method, path, parse, json=body if body is not None else {})

    def fetch(self, url: str, limit: int) -> bytes:
        """The bytes at an absolute `url`, at most `limit`; the credentials go along only to our own host.

        Foreign hosts must be https, also after a redirect (three at most); a sandbox on this computer need
        not. Raises Refused, Busy, Unreachable.
        """
        return self._patiently(lambda: self._download(url, limit))

    def _patiently(self, attempt: Callable[[], T]) -> T:
        started = time.monotonic()
        waited = self._spare_the_quota()
        failures = 0
        while True:
            try:
                return attempt()
            except Busy as busy:
                if waited + busy.retry_after > BUSY_PATIENCE:
                    raise
                waited += busy.retry_after
                self._sleep(busy.retry_after)
            except OutcomeUnknown as lost:
                failures += 1
                if failures >= READ_ATTEMPTS or time.monotonic() - started > READ_PATIENCE:
                    raise Unreachable(lost.system, lost.message) from lost
                self._sleep(0.25 * 2**failures)

    def _once(
        self, client: httpx.Client, method: str, path: str, parse: Callable[[Answer], T], **content: Any
    ) -> T:
        status, headers, body = self._exchange(client, method, self.base.join(_inside(path)), **content)
        self._judge(status, headers, body)
        try:
            return parse(Answer(status, headers, json.loads(body) if body.strip() else None))
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            raise OutcomeUnknown(
                self._dialect.system, f"the answer (HTTP {status}) was not usable"
            ) from error

    def _judge(self, status: int, headers: httpx.Headers, body: bytes) -> None:
        """Raise what the status means; return when the answer is a success."""
        self._note_quota(headers)
        system = self._dialect.system
        if status == 429:
            raise Busy(system, self._dialect.wait(headers))
        if status >= 500 or status == 408:
            raise OutcomeUnknown(system, f"it answered with an error of its own (HTTP {status})")
        if 300 <= status < 400:
            raise Refused(system, f"it answers elsewhere (HTTP {status}): check its address", status=status)
        if status >= 400:
            complaint = self._dialect.complaint(_json_or_none(body))
            words = _in_words(status, complaint)
            raise Refused(system, words, status=status, code=complaint.code, field=complaint.field)

    def _exchange(
        self, client: httpx.Client, method: str, url: httpx.URL, limit: int = ANSWER_LIMIT, **content: Any
    ) -> tuple[int, httpx.Headers, bytes]:
        with self._errors_mapped(), client.stream(method, url, **content) as response:
            return response.status_code, response.headers, self._body(response, limit)

    def _body(self, response: httpx.Response, limit: int) -> bytes:
        deadline = time.monotonic() + ANSWER_DEADLINE
        received = bytearray()
        for chunk in response.iter_bytes():
            received += chunk
            if len(received) > limit:
                raise Refused(self._dialect.system, f"more than {limit >> 20} MB came back", code="too_large")
            if time.monotonic() > deadline:
                raise OutcomeUnknown(self._dialect.system, "its answer did not end")
        return bytes(received)

    @contextmanager
    def _errors_mapped(self) -> Iterator[None]:
        system = self._dialect.system
        try:
            yield
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError) as error:
            raise Unreachable(system, "no connection could be made") from error
        except httpx.TimeoutException as error:
            raise OutcomeUnknown(system, "no answer came in time") from error
        except (httpx.HTTPError, httpx.StreamError) as error:
            raise OutcomeUnknown(system, "the connection broke before an answer came") from error

    def _download(self, url: str, limit: int) -> bytes:
        target = _checked_target(self._dialect.system, url, self.base)
        for _ in range(4):
            status, headers, body = self._fetch_once(target, limit)
            if status not in (301, 302, 303, 307, 308):
                self._judge(status, headers, body)
                return body
            target = _checked_target(
                self._dialect.system, str(target.join(headers.get("Location", ""))), self.base
            )
        raise Refused(self._dialect.system, "the file's address leads nowhere", status=status)

    def _fetch_once(self, target: httpx.URL, limit: int) -> tuple[int, httpx.Headers, bytes]:
        if _origin(target) == _origin(self.base):
            return self._exchange(self._reads, "GET", target, limit)
        timeout = httpx.Timeout(READ_TIMEOUT, connect=CONNECT_TIMEOUT)
        with httpx.Client(timeout=timeout) as stranger:
            return self._exchange(stranger, "GET", target, limit)

    def _note_quota(self, headers: httpx.Headers) -> None:
        remaining = headers.get("X-RateLimit-Remaining", "")
        if not remaining.isdecimal():
            return
        if int(remaining) > QUOTA_RESERVE:
            self._slow_until = 0.0
            return
        reset = self._dialect.reset(headers)
        self._pause = 1.0 if reset is None else reset
        self._slow_until = time.monotonic() + (60.0 if reset is None else reset)

    def _spare_the_quota(self) -> float:
        """Wait before a read when little of the quota is left; the seconds waited. Raises Busy when the wait
        would be too long for anybody who waits for us."""
        left = self._slow_until - time.monotonic()
        if left <= 0:
            return 0.0
        pause = min(self._pause, left)
        if pause > BUSY_PATIENCE:
            raise Busy(self._dialect.system, pause)
        self._sleep(pause)
        return pause


def checked_secret(system: str, secret: str) -> str:
    """`secret` itself. Raises ValueError, without quoting it, when it could not travel in a header."""
    if not secret or not secret.isascii() or not secret.isprintable() or " " in secret:
        raise ValueError(f"{system}: the key is empty or holds characters that no key has")
    return secret


def seconds(text: str | None, default: float) -> float:
    """Seconds in a header such as Retry-After; `default` where it holds no number from 0 to a day."""
    try:
        value = float(text or "")
    except ValueError:
        return default
    return value if 0 <= value < 86_400 else default


def _inside(path: str) -> str:
    if not path.startswith("/") or "://" in path or ".." in path:
        raise ValueError(f"not a path below the base URL: {path!r}")
    return path[1:]


def _checked_base(base_url: str) -> httpx.URL:
    try:
        url = httpx.URL(base_url.strip().rstrip("/") + "/")
    except httpx.InvalidURL:
        raise ValueError("a base URL is http:// or https://, a host, and no user name") from None
    if url.scheme not in ("http", "https") or not url.host or url.userinfo:
        raise ValueError("a base URL is http:// or https://, a host, and no user name")
    if url.scheme == "http" and not _is_loopback(url):
        raise ValueError(f"{url.host}: plain http would show the key to the network; use https")
    return url


def _checked_target(system: str, url: str, base: httpx.URL) -> httpx.URL:
    try:
        target = httpx.URL(url)
    except httpx.InvalidURL as error:
        raise Refused(system, "the file has no usable address") from error
    if not target.host or target.userinfo:
        raise Refused(system, "the file has no usable address")
    local = target.scheme == "http" and _is_loopback(target) and _is_loopback(base)
    if target.scheme != "https" and not local:
        raise Refused(system, f"the file is at {target.host[:80]} without https")
    return target


def _origin(url: httpx.URL) -> tuple[str, str, int | None]:
    return url.scheme, url.host.lower(), url.port


def _is_loopback(url: httpx.URL) -> bool:
    return url.host in ("localhost", "127.0.0.1", "::1")


def _json_or_none(body: bytes) -> Any:
    """An error body may be empty, plain text or a gateway's HTML."""
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None


def _in_words(status: int, complaint: Complaint) -> str:
    said = " ".join(complaint.message.split())[:300]
    where = f"{complaint.field}: " if complaint.field else ""
    return f"{where}{said or 'it refused'} (HTTP {status}{', ' + complaint.code if complaint.code else ''})"
