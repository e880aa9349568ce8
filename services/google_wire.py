"""Google's client library as we use it: imported at the first call only, for it costs 0.3 s and 30 MB.

Google (guide "Thread safety" of google-api-python-client): what is built from a discovery document may be
shared by threads, its httplib2.Http may not. So there is one set of resources, and one Http per thread.
"""

from __future__ import annotations

import http.client
import json
import select
import threading
import time
import weakref
from collections.abc import Callable
from dataclasses import dataclass
from importlib import resources
from typing import Any
from urllib.parse import urlsplit

import google_auth_httplib2  # type: ignore[import-untyped]
import httplib2  # type: ignore[import-untyped]
from google.auth import exceptions as auth_errors
from google.oauth2 import credentials as oauth
from google.oauth2 import service_account
from googleapiclient.discovery import build_from_document
from googleapiclient.errors import HttpError

from services.errors import OutcomeUnknown, Refused, Unreachable
from services.google_account import SCOPE, Account, UserAccount
from services.google_errors import judge, revoked
from services.http import ANSWER_DEADLINE, ANSWER_LIMIT

SYSTEM = "Google"
IDLE_SECONDS = 45.0
"""A connection idle for longer is not used again: the other side may be closing it in this moment."""


@dataclass(frozen=True)
class Api:
    """The resources we use, as google-api-python-client makes them (it has no types)."""

    files: Any
    permissions: Any
    drives: Any
    comments: Any
    documents: Any
    about: Any


class Wire:
    """Requests of one Google account. Safe to use from several threads.

    `root_url`, ending in a slash, replaces the addresses of the discovery documents ("" keeps them). Raises
    Refused with the code "bad_key" when the account's key file cannot be used.
    """

    def __init__(self, account: Account, root_url: str, timeout: float) -> None:
        self._direct = _is_loopback(root_url)
        self._timeout = timeout
        self._tokens = _Tokens(_credentials(account), OneTryHttp(timeout, self._direct))
        self._own = threading.local()
        self._open: weakref.WeakSet[OneTryHttp] = weakref.WeakSet()
        drive, docs = _built("drive.v3", root_url), _built("docs.v1", root_url)
        self._api = Api(
            drive.files(),
            drive.permissions(),
            drive.drives(),
            drive.comments(),
            docs.documents(),
            drive.about(),
        )

    def exchange(self, system: str, ask: Callable[[Api], Any]) -> Any:
        """Send the request that `ask` makes, once; the answer's JSON (or bytes).

        Raises Refused, Busy, Unreachable (in all three nothing happened) or OutcomeUnknown.
        """
        request = ask(self._api)
        try:
            return request.execute(http=self._http(), num_retries=0)
        except HttpError as error:
            raise judge(system, error.resp.status, error.resp, error.content) from error
        except NotSent as error:
            raise Unreachable(system, "no connection could be made") from error
        except LostAnswer as error:
            raise OutcomeUnknown(system, str(error)) from error
        except (ValueError, httplib2.HttpLib2Error) as error:
            raise OutcomeUnknown(system, "the answer was not usable") from error

    def close(self) -> None:
        """Close all connections; for the end, when no request is under way."""
        for each in list(self._open):
            each.close()

    def _http(self) -> SignedHttp:
        """This thread's own."""
        if not hasattr(self._own, "http"):
            self._own.http = SignedHttp(self._timeout, self._direct, self._tokens)
            self._open.add(self._own.http)
        own: SignedHttp = self._own.http
        return own


class NotSent(httplib2.HttpLib2Error):  # type: ignore[misc]
    """No connection could be made."""


class LostAnswer(httplib2.HttpLib2Error):  # type: ignore[misc]
    """The request left and no usable answer came; its text is fit for a person."""


class OneTryHttp(httplib2.Http):  # type: ignore[misc]
    """httplib2 without its repeats: it sends a request again, a POST too, whose connection was closed without
    an answer. Raises NotSent and LostAnswer. Follows no redirect, for our token would go along."""

    def __init__(self, timeout: float, direct: bool) -> None:
        proxy = {"proxy_info": None} if direct else {}
        super().__init__(timeout=timeout, **proxy)
        self.follow_redirects = False

    def _conn_request(
        self, conn: Any, request_uri: str, method: str, body: Any, headers: Any
    ) -> tuple[Any, bytes]:
        _connect(conn)
        try:
            conn.request(method, request_uri, body, headers)
            answer = conn.getresponse()
            content = _whole(answer)
            response = httplib2.Response(answer)
            return response, httplib2._decompressContent(response, content, self.limit_kwargs)
        except TimeoutError as error:
            conn.close()
            raise LostAnswer("no answer came in time") from error
        except (OSError, http.client.HTTPException) as error:
            conn.close()
            raise LostAnswer("the connection broke before an answer came") from error
        except httplib2.HttpLib2Error:
            conn.close()
            raise
        finally:
            conn.used_at = time.monotonic()


class SignedHttp(OneTryHttp):
    """Sends the account's token along. A 401 did nothing over there, so it is repeated with a new token."""

    def __init__(self, timeout: float, direct: bool, tokens: _Tokens) -> None:
        super().__init__(timeout, direct)
        self._tokens = tokens

    def request(self, uri: str, method: str = "GET", **content: Any) -> tuple[Any, bytes]:
        token = self._tokens.current()
        response, body = self._signed(token, uri, method, content)
        if response.status == 401:
            response, body = self._signed(self._tokens.instead_of(token), uri, method, content)
        return response, body

    def _signed(self, token: str, uri: str, method: str, content: dict[str, Any]) -> tuple[Any, bytes]:
        headers = {**(content.get("headers") or {}), "authorization": f"Bearer {token}"}
        answer: tuple[Any, bytes] = super().request(uri, method, **{**content, "headers": headers})
        return answer


class _Tokens:
    """The account's access token, renewed when it has run out: one renewal for all threads."""

    def __init__(self, credentials: Any, transport: OneTryHttp) -> None:
        self._credentials = credentials
        self._request = google_auth_httplib2.Request(transport)
        self._lock = threading.Lock()

    def current(self) -> str:
        with self._lock:
            if not self._credentials.valid:
                self._renew()
            return str(self._credentials.token)

    def instead_of(self, token: str) -> str:
        """A newer one than `token`, which was refused."""
        with self._lock:
            if self._credentials.token == token:
                self._renew()
            return str(self._credentials.token)

    def _renew(self) -> None:
        """Nothing of ours was sent yet, so a lost answer is as good as no connection."""
        try:
            self._credentials.refresh(self._request)
        except auth_errors.RefreshError as error:
            raise _not_renewed(error) from None
        except auth_errors.TransportError as error:
            raise Unreachable(SYSTEM, "its sign-in could not be reached") from error
        except (auth_errors.GoogleAuthError, ValueError, TypeError, KeyError, OSError) as error:
            raise Unreachable(SYSTEM, "its sign-in gave no usable answer") from error


def _not_renewed(error: auth_errors.RefreshError) -> Refused | Unreachable:
    """Google: invalid_grant is a refresh token, or a key, that was revoked or has run out. The text of the
    exception may quote the answer, so it is left out."""
    details = error.args[1] if len(error.args) > 1 else None
    code = str(details.get("error") or "")[:60] if isinstance(details, dict) else ""
    if not code or error.retryable:
        return Unreachable(SYSTEM, "its sign-in is out of order")
    if code == "invalid_grant":
        return revoked(SYSTEM)
    words = "its sign-in does not know the assistant; check the client id and secret, or the key file"
    return Refused(SYSTEM, f"{words} ({code})", status=401, code=code)


def _credentials(account: Account) -> Any:
    if isinstance(account, UserAccount):
        return oauth.Credentials(  # type: ignore[no-untyped-call]
            None,
            refresh_token=account.refresh_token,
            token_uri=account.token_url,
            client_id=account.client_id,
            client_secret=account.client_secret,
            scopes=[SCOPE],
        )
    try:
        return service_account.Credentials.from_service_account_file(  # type: ignore[no-untyped-call]
            str(account.key_file), scopes=[SCOPE]
        )
    except (OSError, ValueError, KeyError, auth_errors.GoogleAuthError):
        words = f"{account.key_file.name} is no key file of a service account, or cannot be read"
        raise Refused(SYSTEM, words, code="bad_key") from None


def _built(name: str, root_url: str) -> Any:
    """The API of a discovery document that the library ships.

    The schemas of Docs only feed docstrings: without them its resource costs 0.3 ms instead of 250 ms and
    48 MB.
    """
    path = resources.files("googleapiclient").joinpath(f"discovery_cache/documents/{name}.json")
    document = json.loads(path.read_text("utf-8"))
    is_docs = name.startswith("docs.")
    if is_docs:
        document["schemas"] = {each: {"id": each, "type": "object"} for each in document["schemas"]}
    if root_url:
        document["rootUrl"] = f"{root_url}docs/" if is_docs else root_url
    return build_from_document(document, http=httplib2.Http())


def _connect(conn: Any) -> None:
    """An open connection that the other side has not closed."""
    if conn.sock is not None and _stale(conn):
        conn.close()
    if conn.sock is not None:
        return
    try:
        conn.connect()
    except (OSError, http.client.HTTPException, httplib2.HttpLib2Error) as error:
        conn.close()
        raise NotSent("no connection could be made") from error


def _stale(conn: Any) -> bool:
    """Idle for long, or with something to read although nothing was asked: then it is closed, as a rule."""
    if time.monotonic() - conn.used_at > IDLE_SECONDS:
        return True
    try:
        poll = select.poll()
        poll.register(conn.sock, select.POLLIN)
        return bool(poll.poll(0))
    except (OSError, ValueError):
        return True


def _whole(answer: http.client.HTTPResponse) -> bytes:
    """The body; limited, so that a server which drips or pours bytes cannot hold a thread for ever."""
    deadline = time.monotonic() + ANSWER_DEADLINE
    length = answer.length
    received = bytearray()
    while length is None or len(received) < length:
        chunk = answer.read1(65536)
        if not chunk:
            break
        received += chunk
        if len(received) > ANSWER_LIMIT:
            raise LostAnswer(f"more than {ANSWER_LIMIT >> 20} MB came back")
        if time.monotonic() > deadline:
            raise LostAnswer("its answer did not end")
    if length is not None and len(received) < length:
        raise http.client.IncompleteRead(b"", length - len(received))
    answer.close()
    return bytes(received)


def _is_loopback(root_url: str) -> bool:
    return urlsplit(root_url).hostname in ("localhost", "127.0.0.1", "::1")
