"""The running assistant: store, engine, tick and Socket Mode in one process, started and stopped in order."""

from __future__ import annotations

import contextlib
import logging
import socket
import threading
from datetime import datetime

from slack_bolt.adapter.socket_mode import SocketModeHandler

from bot.connections import google_client, services
from bot.settings import Settings
from bot.slack_app import THREADS, create_app
from services.errors import ServiceError
from services.google_client import GoogleClient
from services.slack_threads import SlackThreads, web_client
from sops import brakes, engine, look_again, mail_poll, phases  # noqa: F401  (registers what is due)
from sops.clock import Clock
from sops.context import Context
from sops.progress import Progress
from sops.words import Words
from store.tinydb_store import TinyDBLeadStore

log = logging.getLogger(__name__)

_PING_SECONDS = 2
"""A connection cut without a goodbye is noticed after some pings; at the default of 10 the assistant stays deaf
for a minute (measured in the sandbox)."""
_GOODBYE_SECONDS = 0.2
"""The socket's close frame is sent at once; joining its threads takes Bolt up to a second and gains nothing."""


class Assistant:
    """`start` returns once Slack's socket is connected. Raises EngineLocked, BrokenWords, SlackApiError, URLError.

    Making one raises WrongSetting where a system's address or key cannot be one.
    """

    def __init__(self, settings: Settings, store: TinyDBLeadStore) -> None:
        self._settings = settings
        self._store = store
        self._client = web_client(settings.slack_bot_token.get_secret_value(), settings.slack_api_url)
        self._google = google_client(settings)
        self.context = Context(
            store=store,
            services=services(settings, SlackThreads(self._client), self._google),
            clock=Clock(settings.team.time_zone, settings.clock_file),
            words=Words(settings.templates_folder),
            team=settings.team,
            progress=Progress(),
        )
        self._stopped = threading.Event()
        self._socket: SocketModeHandler | None = None

    def start(self) -> None:
        self.context.words.check()
        app = create_app(self.context, self._client)
        with contextlib.suppress(ServiceError):  # Then the first person who acts waits for it.
            self.context.services.slack.own_team()
        engine.start(
            self.context,
            self._settings.data_folder,
            worker_id=self._settings.worker_id,
            workers=self._settings.workers,
        )
        if self._store.damaged:
            brakes.pause(self.context, "", "one of its files was damaged; see the log")
        self.context.progress.start(self.context)
        phases.owe_lost_notes(self.context)
        self._socket = SocketModeHandler(
            app,
            self._settings.slack_app_token.get_secret_value(),
            concurrency=THREADS,
            ping_interval=_PING_SECONDS,
        )
        self._socket.connect()  # type: ignore[no-untyped-call]
        self._answer_without_delay()
        threading.Thread(target=self._tick, name="tick", daemon=True).start()
        if self._google is not None:
            threading.Thread(target=_warm_up, args=(self._google,), name="google", daemon=True).start()

    def stop(self) -> None:
        """Close the socket first, so that nothing new arrives; runs under way go on at the next start."""
        self._stopped.set()
        if self._socket is not None:
            self._socket.close()  # type: ignore[no-untyped-call]
        self.context.progress.stop()
        engine.stop()
        self.context.store.close()

    def halt(self) -> None:
        """In place of `stop` when `os._exit` follows: at once. What is under way goes on at the next start."""
        self._stopped.set()
        engine.halt()
        self.context.progress.stop()
        if self._socket is not None:
            closing = threading.Thread(target=self._socket.close, name="closing", daemon=True)
            closing.start()
            closing.join(_GOODBYE_SECONDS)

    def _answer_without_delay(self) -> None:
        """Send each acknowledgement as its own packet: slack_sdk leaves Nagle's algorithm on, which held some of
        them back for 40 ms (measured with `make bench`). A reconnection brings a new socket, so this is repeated."""
        session = self._socket.client.current_session if self._socket is not None else None
        sock = session.sock if session is not None else None
        if sock is not None:
            with contextlib.suppress(OSError):  # It may be closing just now.
                sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def _tick(self) -> None:
        last: datetime | None = None
        while not self._stopped.wait(1.0):
            self._answer_without_delay()
            minute = self.context.clock.now().replace(second=0, microsecond=0)
            if minute == last:
                continue
            last = minute
            try:
                engine.tick()
            except Exception:
                log.exception("The tick of %s failed; the next one asks again", minute)


def _warm_up(google: GoogleClient) -> None:
    """Load Google's library (0.3 s) before anybody waits for it."""
    try:
        google.warm_up()
    except ServiceError as error:
        log.warning("Google cannot be used: %s", error)
