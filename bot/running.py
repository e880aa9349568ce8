"""Start everything, say where to look, wait to be stopped, stop everything."""

from __future__ import annotations

import sys
import threading
import time

from slack_sdk.errors import SlackApiError

from bot.manifest import as_yaml
from bot.practice_workspace import PracticeWorkspace, SandboxFailed
from bot.settings import Settings
from store.ports import StoreError
from store.tinydb_store import TinyDBLeadStore


def run_until(stop: threading.Event) -> int:
    """The exit code, once `stop` is set or something could not start."""
    settings = Settings()
    try:
        store = TinyDBLeadStore(settings.data_folder)
    except StoreError as error:
        return _complain(f"The assistant is not started: {error}")
    workspace = None
    try:
        if not settings.has_credentials:
            workspace = PracticeWorkspace(settings, as_yaml())
            settings = workspace.settings(settings)
        return _run(settings, store, workspace, stop)
    except SandboxFailed as error:
        return _complain(str(error))
    except SlackApiError as error:
        return _complain(f"Slack does not accept the token: {error.response.get('error')}.")
    finally:
        if workspace is not None:
            workspace.stop()


def _run(
    settings: Settings, store: TinyDBLeadStore, workspace: PracticeWorkspace | None, stop: threading.Event
) -> int:
    from bot.assistant import Assistant

    for damaged in store.damaged:
        _complain(f"Set aside: {damaged}")
    assistant = Assistant(settings, store)
    if workspace is not None:
        workspace.wait()
    if not settings.slack_app_token.get_secret_value():
        return _complain("SLACK_APP_TOKEN is missing: Socket Mode needs the app-level token (xapp-…).")
    started = time.monotonic()
    assistant.start()
    if workspace is not None:
        print(f"Open {workspace.url}", flush=True)
        print(
            "A pretend Slack with everything around it; nothing leaves this computer. Ctrl-C ends it.",
            flush=True,
        )
    else:
        print(f"Connected to Slack in {time.monotonic() - started:.1f} s. Ctrl-C ends it.", flush=True)
    stop.wait()
    assistant.halt()
    return 0


def _complain(words: str) -> int:
    print(words, file=sys.stderr, flush=True)
    return 1
