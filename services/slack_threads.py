"""Slack as the assistant uses it outside of a click: messages in threads, found again by their metadata."""

from __future__ import annotations

import http.client
import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar
from urllib.error import URLError

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackRequestError
from slack_sdk.http_retry.builtin_handlers import RateLimitErrorRetryHandler
from slack_sdk.web import SlackResponse

from services.errors import Busy, OutcomeUnknown, Refused, ServiceError, Unreachable
from services.slack_blocks import named
from services.slack_messages import Posted, posted

SYSTEM = "Slack"
Blocks = list[dict[str, Any]]
T = TypeVar("T")
_TEXT = 3900
"""Characters of a message's plain text, which notifications show (Slack: chat.update refuses more than 4000)."""
_PAGE, _PAGES = 200, 10
"""So many messages at a time, and so many times, are searched for one of ours (Slack: some 50 calls a minute)."""
_REMEMBERED_SECONDS = 60.0
"""After this long what Slack said is asked again, beside the person who waits …"""
_TRUSTED_SECONDS = 600.0
"""… and after this long the person waits for the answer."""
log = logging.getLogger(__name__)

SCOPES = {
    "chat:write": "post and edit the lead's card and thread",
    "channels:history": "find the card and the thread's messages again after a crash",
    "groups:history": "the same in private channels",
    "channels:read": "find the team's channel by name",
    "groups:read": "see who is in the senders' private channel",
    "im:write": "open a person's direct messages, to see what was written there already",
    "im:history": "read them after a crash, so that no reminder comes twice",
    "files:write": "give a person a lead's timeline as a text file",
    "users:read": "names, and who is a guest",
    "users:read.email": "send a first copy to the person who asks for it",
}
"""Scopes that the calls of this module need, and what for."""


@dataclass(frozen=True)
class Member:
    """A person whom the workspace shows. A guest is a restricted account; `team` is the workspace they are at home
    in, another one for somebody who is here through Slack Connect."""

    id: str
    name: str
    email: str
    guest: bool
    active: bool
    team: str


def web_client(token: str, base_url: str = "") -> WebClient:
    """A client that repeats only what Slack refused for being too many, never a lost answer: the message
    may be there."""
    return WebClient(
        token=token,
        base_url=base_url or WebClient.BASE_URL,
        timeout=20,
        retry_handlers=[RateLimitErrorRetryHandler(max_retry_count=2)],
    )


class SlackThreads:
    """Posting, editing and finding messages. Raises the errors of `services.errors`."""

    def __init__(self, client: WebClient) -> None:
        self._client = client
        self._channels: dict[str, str] = {}
        self._kept: dict[str, tuple[float, SlackResponse | None]] = {}
        self._team = ""

    def post(
        self,
        channel: str,
        text: str,
        blocks: Blocks,
        *,
        thread_ts: str | None = None,
        kind: str = "",
        key: str = "",
    ) -> str:
        """Post once; the new message's `ts`. `kind` and `key` become metadata by which `find` knows it. A user
        id as `channel` is that person's direct messages. Never broadcast from a thread."""
        metadata = {"event_type": kind, "event_payload": {"key": key}} if kind else None
        answer = _write(
            lambda: self._client.chat_postMessage(
                channel=channel,
                text=text[:_TEXT],
                blocks=named(blocks),
                thread_ts=thread_ts,
                metadata=metadata,
                unfurl_links=False,
                unfurl_media=False,
            )
        )
        return str(answer["ts"])

    def update(self, channel: str, ts: str, text: str, blocks: Blocks) -> None:
        """Edit a message of ours. Harmless to repeat."""
        shown = named(blocks)
        _write(lambda: self._client.chat_update(channel=channel, ts=ts, text=text[:_TEXT], blocks=shown))

    def find(self, channel: str, kind: str, key: str, *, thread_ts: str | None = None) -> str | None:
        """The `ts` of a message of ours with this metadata: of the channel's newest, or the thread's first, 2,000."""
        cursor = ""
        for _ in range(_PAGES):
            page = _read(partial(self._page_of_messages, channel, thread_ts, cursor))
            for message in page["messages"]:
                metadata = message.get("metadata") or {}
                if metadata.get("event_type") == kind and metadata.get("event_payload", {}).get("key") == key:
                    return str(message["ts"])
            cursor = (page.get("response_metadata") or {}).get("next_cursor") or ""
            if not cursor:
                break
        return None

    def _page_of_messages(self, channel: str, thread_ts: str | None, cursor: str) -> SlackResponse:
        """Slack: a channel's newest come first, a thread's first come first; every page of a thread may begin with
        the thread's first message."""
        if thread_ts is None:
            return self._client.conversations_history(
                channel=channel, limit=_PAGE, cursor=cursor, include_all_metadata=True
            )
        return self._client.conversations_replies(
            channel=channel, ts=thread_ts, limit=_PAGE, cursor=cursor, include_all_metadata=True
        )

    def message(self, channel: str, ts: str) -> Posted | None:
        """One message, in a thread or not; None when it is gone, or in a channel that we are not in.

        Slack: conversations.replies takes the `ts` of any message of a thread; the thread's first one comes too.
        """
        try:
            answer = _read(
                lambda: self._client.conversations_replies(
                    channel=channel, ts=ts, oldest=ts, latest=ts, inclusive=True
                )
            )
        except Refused as refused:
            if refused.code in {"thread_not_found", "channel_not_found", "not_in_channel"}:
                return None
            raise
        found = (posted(channel, each) for each in answer["messages"])
        return next((each for each in found if each.ts == ts), None)

    def whisper(
        self, channel: str, user: str, text: str, blocks: Blocks, thread_ts: str | None = None
    ) -> None:
        """Show a message to one person only, in the thread where one is given; in their direct messages where they
        or we are not in the channel."""
        shown = named(blocks)
        try:
            _write(
                lambda: self._client.chat_postEphemeral(
                    channel=channel, user=user, text=text[:_TEXT], blocks=shown, thread_ts=thread_ts
                )
            )
        except Refused as refused:
            if refused.code not in {"not_in_channel", "user_not_in_channel", "channel_not_found"}:
                raise
            self.post(user, text, blocks)

    def direct(self, user: str) -> str:
        """The channel id of our direct messages with `user`, by which they can be searched."""
        return str(_write(lambda: self._client.conversations_open(users=user))["channel"]["id"])

    def send_file(self, user: str, name: str, content: bytes, words: str) -> None:
        """Give one person a file, in their direct messages, with `words` (mrkdwn) above it."""
        channel = self.direct(user)
        try:
            _write(
                lambda: self._client.files_upload_v2(
                    channel=channel, filename=name, title=name, content=content, initial_comment=words
                )
            )
        except SlackRequestError:  # The bytes were not taken; the message comes after them.
            raise Refused(SYSTEM, "it did not take the file") from None

    def publish_home(self, user: str, view: dict[str, Any]) -> None:
        """Put `view` on a person's Home tab. Harmless to repeat."""
        shown = view | {"blocks": named(view["blocks"])}
        _write(lambda: self._client.views_publish(user_id=user, view=shown))

    def permalink(self, channel: str, ts: str) -> str:
        answer = _read(lambda: self._client.chat_getPermalink(channel=channel, message_ts=ts))
        return str(answer["permalink"])

    def channel_id(self, name: str) -> str:
        """The id of the channel named `name` (or the id itself). Raises Refused where there is none."""
        name = name.lstrip("#")
        return self._channels.get(name) or self._look_up_channel(name)

    def _look_up_channel(self, name: str) -> str:
        cursor = ""
        while True:
            page = _read(partial(self._page_of_channels, cursor))
            for channel in page["channels"]:
                self._channels |= {str(channel["name"]): channel["id"], channel["id"]: channel["id"]}
            if name in self._channels:
                return self._channels[name]
            cursor = (page.get("response_metadata") or {}).get("next_cursor") or ""
            if not cursor:
                raise Refused(SYSTEM, f"there is no channel #{name} that I can see", code="channel_not_found")

    def _page_of_channels(self, cursor: str) -> SlackResponse:
        return self._client.conversations_list(
            types="public_channel,private_channel", exclude_archived=True, limit=200, cursor=cursor
        )

    def members(self, channel: str) -> list[str]:
        """User ids of everybody in a channel that we are in (the first 1,000), as of some minutes ago at most."""
        answer = self._remembered(
            f"members {channel}", lambda: self._client.conversations_members(channel=channel, limit=1000)
        )
        return list(answer["members"])

    def member(self, user: str) -> Member:
        """A person, as of some minutes ago at most. Raises Refused where there is nobody of that id."""
        found = self._remembered(f"user {user}", lambda: self._client.users_info(user=user))["user"]
        profile = found.get("profile") or {}
        return Member(
            id=found["id"],
            name=found.get("real_name") or profile.get("display_name") or found["name"],
            email=profile.get("email") or "",
            guest=bool(found.get("is_restricted") or found.get("is_ultra_restricted")),
            active=not found.get("deleted") and not found.get("is_bot"),
            team=str(found.get("team_id") or ""),
        )

    def is_full_member(self, user: str) -> bool:
        """Whether this is an active person of our own workspace and no guest, as of some minutes ago at most."""
        try:
            member = self.member(user)
        except Refused as refused:
            if refused.code in {"user_not_found", "user_not_visible"}:
                return False
            raise
        return member.active and not member.guest and member.team == self.own_team()

    def own_team(self) -> str:
        """The id of our own workspace, asked for once."""
        if not self._team:
            self._team = str(_read(self._client.auth_test)["team_id"])
        return self._team

    def _remembered(self, what: str, read: Callable[[], SlackResponse]) -> SlackResponse:
        at, kept = self._kept.get(what, (0.0, None))
        age = time.monotonic() - at
        if kept is None or age > _TRUSTED_SECONDS:
            return self._read_again(what, read)
        if age > _REMEMBERED_SECONDS:
            threading.Thread(target=self._refresh, args=(what, read), daemon=True).start()
        return kept

    def _refresh(self, what: str, read: Callable[[], SlackResponse]) -> None:
        try:
            self._read_again(what, read)
        except ServiceError as error:
            log.info("Could not refresh %s: %s", what, error)

    def _read_again(self, what: str, read: Callable[[], SlackResponse]) -> SlackResponse:
        kept = _read(read)
        self._kept[what] = (time.monotonic(), kept)
        return kept


def _write(call: Callable[[], T]) -> T:
    return _call(call, OutcomeUnknown)


def _read(call: Callable[[], T]) -> T:
    return _call(call, Unreachable)


def _call(call: Callable[[], T], lost: type[OutcomeUnknown] | type[Unreachable]) -> T:
    """Translate what slack_sdk raises; `lost` is what an answer that never came means for this call."""
    try:
        return call()
    except SlackApiError as error:
        raise _refusal(error, lost) from None
    except URLError as error:
        if isinstance(error.reason, ConnectionRefusedError):
            raise Unreachable(SYSTEM, "no connection could be made") from None
        raise lost(SYSTEM, "no answer came back") from None
    except (TimeoutError, ConnectionError, http.client.HTTPException):
        raise lost(SYSTEM, "no answer came back") from None


def _refusal(
    error: SlackApiError, lost: type[OutcomeUnknown] | type[Unreachable]
) -> Refused | Busy | OutcomeUnknown | Unreachable:
    status = error.response.status_code
    if status == 429:
        return Busy(SYSTEM, float(error.response.headers.get("Retry-After", 30)))
    if status >= 500:
        return lost(SYSTEM, f"it answered {status}")
    code = str(error.response.get("error", ""))
    return Refused(SYSTEM, code.replace("_", " "), status=status, code=code)
