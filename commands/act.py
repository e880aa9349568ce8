"""One thing a person did in Slack, and the ways to answer it."""

from __future__ import annotations

import json
import logging
import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.webhook import WebhookClient

from services.slack_blocks import named
from sops.blocks import Block, flat_text
from sops.context import Context

log = logging.getLogger(__name__)

View = dict[str, Any]
_GONE = frozenset({"not_found", "view_not_found"})
_UNTIL_THERE = (0.05, 0.15, 0.3, 0.5, 1.0)
"""Pauses (seconds) before an update of a view that our own answer is about to bring: the answer goes by the socket,
the update by another connection, and either may be first at Slack."""


@dataclass
class Act:
    """`body` is Slack's payload. A handler validates, calls `ack` once, and then may take its time.

    `committed`: something was confirmed and goes on whatever happens to the answer.
    `modal` is the id of the modal that shows the person the answer, once there is one.
    """

    context: Context
    client: WebClient
    body: Mapping[str, Any]
    send_ack: Callable[..., Any]
    modal: str = ""
    external_id: str = ""
    acked: bool = field(default=False)
    committed: bool = field(default=False)

    def ack(self, **answer: Any) -> None:
        """Tell Slack that we have it; `answer` is a response_action of a submitted form."""
        self.acked = True
        self.send_ack(**answer)

    @property
    def event(self) -> Mapping[str, Any]:
        """The event itself where this is one (Slack: Events API), else empty."""
        found: Mapping[str, Any] = self.body.get("event") or {}
        return found

    @property
    def user(self) -> str:
        if self.event:
            return str(self.event.get("user") or "")
        return str(self.body.get("user_id") or self.body["user"]["id"])

    @property
    def channel(self) -> str:
        """Where the person is: the channel of the command or message, or the one kept in the modal."""
        if self.event:
            return str(self.event.get("channel") or self.event.get("item", {}).get("channel") or self.user)
        if "channel_id" in self.body:
            return str(self.body["channel_id"])
        if self.body.get("channel"):
            return str(self.body["channel"]["id"])
        return str(self.metadata.get("channel") or self.user)

    @property
    def thread(self) -> str:
        """The thread in which the person is, as `channel` is found; empty outside of threads, and for the message
        that a thread hangs on, which stands in the channel."""
        kept = str(self.metadata.get("thread") or "")
        container: Mapping[str, Any] = self.body.get("container") or {}
        if container.get("type") == "view":
            return kept
        place = self.event or container or self.body.get("message")
        if not place:
            return kept
        thread = str(place.get("thread_ts") or "")
        return "" if thread == (place.get("message_ts") or place.get("ts")) else thread

    @property
    def text(self) -> str:
        return str(self.body.get("text") or "").strip()

    @property
    def value(self) -> str:
        """The value of the pressed button."""
        return str(self.body["actions"][0].get("value") or "")

    @property
    def view(self) -> Mapping[str, Any]:
        found: Mapping[str, Any] = self.body.get("view") or {}
        return found

    @cached_property
    def metadata(self) -> dict[str, Any]:
        """What we kept in the modal."""
        kept: dict[str, Any] = json.loads(self.view.get("private_metadata") or "{}")
        return kept

    def typed(self, block_id: str) -> str:
        """What the person put into an input: text, the chosen option's value or user, an ISO date, a time (HH:MM), or
        a date with time (seconds since 1970)."""
        state = self.view.get("state", {}).get("values", {}).get(block_id, {})
        element: Mapping[str, Any] = next(iter(state.values()), {})
        if element.get("type") == "checkboxes":
            return ",".join(option["value"] for option in element.get("selected_options") or [])
        for key in ("value", "selected_user", "selected_date", "selected_time", "selected_date_time"):
            if element.get(key):
                return str(element[key])
        chosen = element.get("selected_option")
        return str(chosen["value"]) if chosen else ""

    def open(self, view: View) -> None:
        """Open a modal (or push it on the one the click came from); later `show`s replace it."""
        how = self.client.views_push if self.view.get("type") == "modal" else self.client.views_open
        self.modal = how(trigger_id=self.body["trigger_id"], view=self._going_on(view))["view"]["id"]

    def stay(self) -> None:
        """Let the answer replace the modal in which the person clicked."""
        self.modal = str(self.view["id"])

    def named(self, view: View) -> View:
        """`view` with an external_id: one given in an answer can be found by nothing else (Slack: modals)."""
        self.external_id = secrets.token_hex(16)
        return view | {"external_id": self.external_id}

    @property
    def has_modal(self) -> bool:
        return bool(self.modal or self.external_id)

    def show(self, view: View) -> None:
        """Replace the open modal. A person who closed it meanwhile is not followed."""
        view = self._going_on(view)
        for pause in (*(_UNTIL_THERE if self.external_id else ()), None):
            try:
                self._update(view)
                return
            except SlackApiError as error:
                if error.response.get("error") not in _GONE:
                    raise
            if pause is not None:
                time.sleep(pause)
        log.info("The modal was closed before it could be filled")

    def _going_on(self, view: View) -> View:
        """`view` with the thread in which the person is, and the attempts in whose place its plan is made
        (`confirming`), from modal to modal."""
        carried = {"instead": self.metadata.get("instead"), "thread": self.thread}
        if not any(carried.values()):
            return view
        kept = json.loads(view.get("private_metadata") or "{}")
        kept |= {name: value for name, value in carried.items() if value}
        return view | {"private_metadata": json.dumps(kept, separators=(",", ":"), ensure_ascii=False)}

    def _update(self, view: View) -> None:
        if self.external_id:
            named = view | {"external_id": self.external_id}
            self.client.views_update(external_id=self.external_id, view=named)
        else:
            self.client.views_update(view_id=self.modal, view=view)

    def whisper(self, blocks: list[Block]) -> None:
        """Tell only this person, where they are."""
        slack = self.context.services.slack
        slack.whisper(self.channel, self.user, flat_text(blocks), blocks, self.thread or None)

    def replace_message(self, blocks: list[Block]) -> None:
        """Put `blocks` in the place of the whispered message whose button was pressed; a shared message is
        rendered from state and left alone."""
        if self.body.get("container", {}).get("is_ephemeral"):
            WebhookClient(self.body["response_url"]).send(
                text=flat_text(blocks), blocks=named(blocks), replace_original=True
            )
