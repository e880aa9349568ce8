"""An assistant that introduces the sample leads to a sandbox that it did not start itself, for kill tests."""

from __future__ import annotations

import signal

from bot import sample_leads
from bot.assistant import Assistant
from bot.settings import read_settings
from store.tinydb_store import TinyDBLeadStore

if __name__ == "__main__":
    settings = read_settings()
    assistant = Assistant(settings, TinyDBLeadStore(settings.data_folder))
    assistant.start()
    sample_leads.introduce(assistant.context, wait_seconds=0.1)
    print("Connected to Slack", flush=True)
    signal.pause()
