"""Start everything, say where to look, wait to be stopped, stop everything."""

from __future__ import annotations

import gc
import shutil
import sys
import threading
import time
from typing import TYPE_CHECKING
from urllib.error import URLError

from slack_sdk.errors import SlackApiError

from bot.manifest import as_yaml
from bot.practice_workspace import PracticeWorkspace, SandboxFailed, practice_folder
from bot.settings import Settings, WrongSetting, read_settings
from sops.journal_file import EngineLocked
from sops.words import BrokenWords
from store.ports import StoreError
from store.tinydb_store import TinyDBLeadStore

if TYPE_CHECKING:
    from bot.assistant import Assistant

_LOOK_SECONDS = 0.25


def run_until(stop: threading.Event) -> int:
    """The exit code, once `stop` is set or something could not start."""
    workspace = None
    try:
        settings = read_settings()
        practising = not settings.has_credentials
        folder = practice_folder(settings) if practising else settings.data_folder
        store = TinyDBLeadStore(folder)
        if practising:
            workspace = PracticeWorkspace(settings, as_yaml())
            settings = workspace.settings(settings)
        return _run(settings, store, workspace, stop)
    except (StoreError, WrongSetting, BrokenWords) as error:
        return _complain(f"The assistant is not started: {error}")
    except EngineLocked as error:
        return _complain(f"The assistant is not started: {error}.")
    except SandboxFailed as error:
        return _complain(str(error))
    except SlackApiError as error:
        return _complain(f"Slack does not accept the token: {error.response.get('error')}.")
    except URLError as error:
        return _complain(f"Slack cannot be reached: {error.reason}.")
    finally:
        if workspace is not None:
            workspace.stop()


def _run(
    settings: Settings, store: TinyDBLeadStore, workspace: PracticeWorkspace | None, stop: threading.Event
) -> int:
    from bot import sample_leads
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
        sample_leads.introduce(assistant.context)
    _answer_quickly()
    if workspace is None:
        print(f"Connected to Slack in {time.monotonic() - started:.1f} s. Ctrl-C ends it.", flush=True)
        stop.wait()
    else:
        print(f"Open {workspace.url}", flush=True)
        print("A pretend Slack with everything around it; nothing leaves this computer.", flush=True)
        print("Ctrl-C ends it.", flush=True)
        while not stop.wait(_LOOK_SECONDS):
            if workspace.started_over():
                assistant = _start_over(assistant, settings)
    assistant.halt()
    return 0


def _start_over(assistant: Assistant, settings: Settings) -> Assistant:
    """Forget what was practised, as the sandbox did, and begin anew."""
    from bot import sample_leads
    from bot.assistant import Assistant

    assistant.stop()
    shutil.rmtree(settings.data_folder)
    fresh = Assistant(settings, TinyDBLeadStore(settings.data_folder))
    fresh.start()
    sample_leads.introduce(fresh.context)
    return fresh


def _answer_quickly() -> None:
    """A click passes through four threads before it is acknowledged, and waits its turn for each.

    Turns of 0.1 ms in place of 5: beside 20 busy threads that is 60 ms in place of 800 at the 99th
    percentile (measured). And no garbage collection through everything that was imported.
    """
    sys.setswitchinterval(0.0001)
    gc.collect()
    gc.freeze()
    gc.enable()


def _complain(words: str) -> int:
    print(words, file=sys.stderr, flush=True)
    return 1
