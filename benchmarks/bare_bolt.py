"""The reference: Bolt with nothing in it, a process of its own (`python -m benchmarks.bare_bolt`).

`/empty` is acknowledged and no more; `/modal` is acknowledged and opens a modal with one line.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from typing import Any

from slack_bolt import App
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_sdk import WebClient

MODAL = {
    "type": "modal",
    "title": {"type": "plain_text", "text": "Empty"},
    "blocks": [{"type": "section", "text": {"type": "plain_text", "text": "Nothing."}}],
}


def main() -> None:
    """Connect to SLACK_API_URL, say so, and stay until killed."""
    client = WebClient(token=os.environ["SLACK_BOT_TOKEN"], base_url=os.environ["SLACK_API_URL"])
    app = App(client=client)
    app.command("/empty")(_empty)
    app.command("/modal")(_modal)
    SocketModeHandler(app, os.environ["SLACK_APP_TOKEN"]).connect()  # type: ignore[no-untyped-call]
    print("Connected to Slack", flush=True)
    threading.Event().wait()


def _empty(ack: Callable[[], Any]) -> None:
    ack()


def _modal(ack: Callable[[], Any], client: WebClient, body: dict[str, Any]) -> None:
    ack()
    client.views_open(trigger_id=body["trigger_id"], view=MODAL)


if __name__ == "__main__":
    main()
