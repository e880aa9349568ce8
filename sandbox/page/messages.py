"""Messages as one person sees them: who wrote them, when, their blocks, their thread, their reactions."""

import json
import re
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any

from markupsafe import Markup

from sandbox.page.blocks import Surface, blocks_html
from sandbox.page.emoji import emoji
from sandbox.page.mrkdwn import Directory, mrkdwn
from sandbox.slack.workspace import Channel, Workspace

SHOWN_AT_MOST = 100
_GROUPED_WITHIN = timedelta(minutes=5)
_SUGGESTED = re.compile(r"`(/[a-z-]+ [^`]+)`")
_JOINS = {"channel_join", "group_join", "channel_leave", "channel_topic", "channel_purpose", "channel_name"}


@dataclass(frozen=True)
class Reaction:
    """One emoji under a message: its short name and character, how many, who, and whether the viewer did."""

    name: str
    character: str
    count: int
    people: str
    mine: bool


@dataclass(frozen=True)
class File:
    """A file shared in a message."""

    name: str
    url: str


@dataclass(frozen=True)
class Shown:
    """A message, ready for `message.html`.

    `thread` is the ts of the thread it belongs to, or ""; `replies` how many it has itself. `grouped` messages
    follow one of the same author within five minutes; `new_day` ones are the first of their day. `source` is what
    an author edits. `suggested` is a command the sandbox's guide proposes, or
    "". `in_thread` says in which of the two columns it stands: a thread's first message is in both.
    """

    channel: str
    ts: str
    at: datetime
    author: str
    app: bool
    own: bool
    html: Markup
    summary: str
    source: str
    thread: str
    replies: int
    ephemeral: bool
    edited: bool
    reactions: tuple[Reaction, ...]
    files: tuple[File, ...]
    suggested: str
    in_thread: bool = False
    grouped: bool = False
    new_day: bool = False

    @property
    def dom_id(self) -> str:
        """Unique in the page."""
        return f"{'t' if self.in_thread else 'm'}-{self.channel}-{self.ts.replace('.', '-')}"

    @property
    def initials(self) -> str:
        """For the avatar."""
        return "".join(word[0] for word in self.author.split()[:2]).upper() or "?"

    @property
    def hue(self) -> int:
        """The avatar's colour, always the same for one author."""
        return (zlib.crc32(self.author.encode()) * 47) % 360

    @property
    def link(self) -> str:
        """Where the page shows it."""
        return f"#slack/{self.channel}/{self.thread or self.ts}"


def directory_of(workspace: Workspace, viewer: str) -> Directory:
    """Names of people and of the channels the viewer may know."""
    return Directory(
        people={user.id: user.real_name for user in workspace.users.values()},
        channels={
            channel.id: channel.name
            for channel in workspace.channels.values()
            if not channel.im_user and (not channel.is_private or viewer in channel.members)
        },
        viewer=viewer,
    )


def in_channel(workspace: Workspace, channel: Channel, viewer: str) -> list[Shown]:
    """What the channel itself shows: no replies, but the viewer's own ephemerals; the newest 100."""
    told = [each for each in channel.ephemerals.get(viewer, []) if not each.get("thread_ts")]
    open_ones = [each for each in channel.messages.values() if _in_channel(each)]
    return _shown(workspace, channel, viewer, [*open_ones[-SHOWN_AT_MOST:], *told])


def in_thread(workspace: Workspace, channel: Channel, ts: str, viewer: str) -> list[Shown]:
    """A thread's first message, its replies and the viewer's ephemerals in it; [] when it is gone."""
    if ts not in channel.messages:
        return []
    told = [each for each in channel.ephemerals.get(viewer, []) if each.get("thread_ts") == ts]
    replies = [*channel.replies(ts)[-SHOWN_AT_MOST:], *told]
    first = _show(workspace, channel, directory_of(workspace, viewer), channel.messages[ts], "thread")
    return [first, *_shown(workspace, channel, viewer, replies, "thread")]


def _in_channel(message: Mapping[str, Any]) -> bool:
    thread = message.get("thread_ts")
    return not thread or thread == message["ts"] or message.get("subtype") == "thread_broadcast"


def _shown(
    workspace: Workspace,
    channel: Channel,
    viewer: str,
    messages: Iterable[Mapping[str, Any]],
    column: str = "channel",
) -> list[Shown]:
    directory = directory_of(workspace, viewer)
    out: list[Shown] = []
    for message in sorted(messages, key=lambda each: str(each["ts"])):
        shown = _show(workspace, channel, directory, message, column)
        before = out[-1] if out else None
        new_day = before is None or before.at.astimezone().date() != shown.at.astimezone().date()
        out.append(replace(shown, new_day=new_day, grouped=not new_day and _continues(before, shown)))
    return out


def _continues(before: Shown | None, shown: Shown) -> bool:
    return (
        before is not None
        and before.author == shown.author
        and before.app == shown.app
        and not before.ephemeral
        and not shown.ephemeral
        and not before.replies
        and shown.at - before.at < _GROUPED_WITHIN
    )


def _show(
    workspace: Workspace, channel: Channel, directory: Directory, message: Mapping[str, Any], column: str
) -> Shown:
    ts, user = str(message["ts"]), str(message.get("user", ""))
    text = str(message.get("text") or "")
    thread = str(message.get("thread_ts") or "")
    return Shown(
        channel=channel.id,
        ts=ts,
        at=datetime.fromtimestamp(float(ts), UTC),
        author=_author(workspace, message),
        app=bool(message.get("bot_id")),
        own=user == directory.viewer and not message.get("bot_id"),
        html=_content(directory, message, Surface("message", f"{column}:{channel.id}:{ts}", directory)),
        summary=_summary(text),
        source=_typed(text),
        thread=thread if thread != ts else "",
        replies=len(channel.replies(ts)),
        ephemeral=any(message is each for each in channel.ephemerals.get(directory.viewer, [])),
        edited="edited" in message and not (message.get("bot_id") and message.get("blocks")),
        reactions=_reactions(message, directory),
        files=_files(message),
        suggested=_suggestion(message),
        in_thread=column == "thread",
    )


def _author(workspace: Workspace, message: Mapping[str, Any]) -> str:
    profile = message.get("bot_profile") or {}
    user = workspace.users.get(str(message.get("user", "")))
    return str(message.get("username") or profile.get("name") or (user.real_name if user else "Slackbot"))


def _content(directory: Directory, message: Mapping[str, Any], surface: Surface) -> Markup:
    """Slack shows the blocks when there are some; `text` is then only for notifications."""
    text = str(message.get("text") or "")
    if message.get("blocks"):
        html = _blocks(json.dumps(message["blocks"]), surface)
    elif message.get("subtype") in _JOINS:
        html = Markup('<em class="edited">{}</em>').format(mrkdwn(text, directory))
    else:
        html = Markup('<div class="text">{}</div>').format(mrkdwn(text, directory))
    for attachment in message.get("attachments") or []:
        inside = blocks_html(attachment.get("blocks") or [], surface)
        words = mrkdwn(str(attachment.get("text") or attachment.get("fallback") or ""), directory)
        html += Markup('<div class="attached">{}{}</div>').format(words if not inside.strip() else "", inside)
    return html


@lru_cache(maxsize=2_000)
def _blocks(blocks_json: str, surface: Surface) -> Markup:
    """Rendered once for as long as nothing changes: a busy channel is fetched again and again."""
    return blocks_html(json.loads(blocks_json), surface)


def _reactions(message: Mapping[str, Any], directory: Directory) -> tuple[Reaction, ...]:
    return tuple(
        Reaction(
            name=str(each["name"]),
            character=emoji(str(each["name"])),
            count=int(each["count"]),
            people=", ".join(directory.people.get(user, user) for user in each.get("users", [])),
            mine=directory.viewer in each.get("users", []),
        )
        for each in message.get("reactions") or []
    )


def _files(message: Mapping[str, Any]) -> tuple[File, ...]:
    return tuple(
        File(str(each.get("title") or each.get("name") or "file"), str(each.get("url_private", "")))
        for each in message.get("files") or []
    )


def _suggestion(message: Mapping[str, Any]) -> str:
    """The command the sandbox's own guide (never an app) proposes in its welcome."""
    blocks = message.get("blocks") or [{}]
    if message.get("app_id") != "A08GUIDE" or blocks[0].get("block_id") != "welcome":
        return ""
    found = _SUGGESTED.search(str(blocks[0].get("text", {}).get("text", "")))
    return found[1] if found else ""


def _summary(text: str) -> str:
    words = re.sub(r"\s+", " ", _typed(text)).strip()
    return words if len(words) <= 90 else words[:89] + "…"


def _typed(text: str) -> str:
    """A text as a person would type it: links and mentions bare, entities undone."""
    bare = re.sub(
        r"<([^<>|\n]+)(?:\|([^<>\n]*))?>", lambda found: found[2] or found[1].removeprefix("mailto:"), text
    )
    return bare.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
