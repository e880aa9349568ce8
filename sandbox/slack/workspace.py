"""The state of the pretended Slack workspace: people, channels, messages, views. One loop, no locks."""

from __future__ import annotations

import secrets
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any, Self

TEAM_ID = "T01SANDBOX"
TEAM_NAME = "2i2c (sandbox)"
TEAM_DOMAIN = "sandbox"
APP_ID = "A01ASSIST"
BOT_ID = "B01ASSIST"
BOT_USER = "U09ASSIST"
BOT_TOKEN = "xoxb-sandbox"
APP_TOKEN = "xapp-1-sandbox"

Message = dict[str, Any]  # in Slack's own shape
Blocks = list[dict[str, Any]]


@dataclass
class User:
    """A person or an app; `is_restricted` marks a guest, `deleted` somebody who has left. `team` is another one for
    somebody who is here through a channel shared with another workspace (Slack Connect)."""

    id: str
    name: str
    real_name: str
    email: str = ""
    title: str = ""
    is_bot: bool = False
    is_restricted: bool = False
    deleted: bool = False
    team: str = TEAM_ID


@dataclass
class Channel:
    """A channel, or a direct message when `im_user` names the human in it.

    `messages` by ts, oldest first, thread replies included; `ephemerals` by the one person who sees them.
    """

    id: str
    name: str
    created: int
    is_private: bool = False
    im_user: str = ""
    topic: str = ""
    purpose: str = ""
    is_archived: bool = False
    members: list[str] = field(default_factory=list)
    messages: dict[str, Message] = field(default_factory=dict)
    ephemerals: dict[str, list[Message]] = field(default_factory=dict)
    pins: list[str] = field(default_factory=list)
    bookmarks: list[dict[str, Any]] = field(default_factory=list)
    threads: dict[str, list[str]] = field(default_factory=dict)

    @property
    def kind(self) -> str:
        """Slack's channel_type: "channel", "group" or "im"."""
        return "im" if self.im_user else "group" if self.is_private else "channel"

    def replies(self, ts: str) -> list[Message]:
        """The replies of a thread, oldest first, without its first message."""
        return [self.messages[reply] for reply in self.threads.get(ts, []) if reply in self.messages]


@dataclass
class View:
    """A modal or a Home tab as published; `state` is what the person has in its inputs right now.

    `body` is the app's view with every block_id and action_id filled in. `state` has Slack's shape
    {block_id: {action_id: {...}}}. `errors` are those of the last submission, by block_id. `offered` are the
    options an external select has shown, by "block_id|action_id". `busy` while a submission is answered.
    """

    id: str
    user: str
    body: dict[str, Any]
    hash: str
    root_view_id: str
    previous_view_id: str | None = None
    state: dict[str, dict[str, Any]] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)
    offered: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    busy: bool = False

    @property
    def blocks(self) -> Blocks:
        """The view's blocks."""
        blocks: Blocks = self.body["blocks"]
        return blocks

    @property
    def external_id(self) -> str:
        """The app's own id of the view, "" when it gave none."""
        return str(self.body.get("external_id") or "")


@dataclass
class Workspace:
    """Everything Slack remembers."""

    users: dict[str, User] = field(default_factory=dict)
    channels: dict[str, Channel] = field(default_factory=dict)
    views: dict[str, View] = field(default_factory=dict)
    stacks: dict[str, list[str]] = field(default_factory=dict)
    homes: dict[str, str] = field(default_factory=dict)
    files: dict[str, dict[str, Any]] = field(default_factory=dict)
    last_ts: int = 0

    @classmethod
    def seeded(cls, now: datetime) -> Self:
        """The workspace a newcomer finds (see `sandbox.slack.seed`)."""
        from sandbox.slack.seed import fill

        workspace = cls()
        fill(workspace, now)
        return workspace

    @classmethod
    def from_json(cls, kept: dict[str, Any]) -> Self:
        """The workspace as `to_json` gave it; raises KeyError or TypeError for anything else."""
        return cls(
            users={key: User(**item) for key, item in kept["users"].items()},
            channels={key: Channel(**item) for key, item in kept["channels"].items()},
            views={key: View(**item) for key, item in kept["views"].items()},
            stacks=kept["stacks"],
            homes=kept["homes"],
            files=kept["files"],
            last_ts=kept["last_ts"],
        )

    def to_json(self) -> dict[str, Any]:
        """Everything, as JSON."""
        return {
            "users": {key: asdict(user) for key, user in self.users.items()},
            "channels": {key: dict(channel.__dict__) for key, channel in self.channels.items()},
            "views": {key: view.__dict__ | {"busy": False} for key, view in self.views.items()},
            "stacks": self.stacks,
            "homes": self.homes,
            "files": self.files,
            "last_ts": self.last_ts,
        }

    def next_ts(self, now: datetime) -> str:
        """A fresh message timestamp, later than every one before, e.g. "1700000000.000100"."""
        self.last_ts = max(self.last_ts + 1, int(now.timestamp() * 1_000_000))
        return f"{self.last_ts // 1_000_000}.{self.last_ts % 1_000_000:06d}"

    def channel_named(self, name: str) -> Channel | None:
        """A channel by id or by name, with or without its #."""
        bare = name.removeprefix("#")
        found = self.channels.get(name)
        return found or next((each for each in self.channels.values() if each.name == bare), None)

    def user_named(self, name: str) -> User | None:
        """A person by id or by name, with or without the @."""
        bare = name.removeprefix("@")
        found = self.users.get(name)
        return found or next((each for each in self.users.values() if each.name == bare), None)

    def direct_message(self, user: str, now: datetime) -> Channel:
        """The direct message between the assistant and a person, opened when there is none."""
        found = next((each for each in self.channels.values() if each.im_user == user), None)
        if found is None:
            id = f"D{user[1:]}"
            found = Channel(
                id, "", int(now.timestamp()), is_private=True, im_user=user, members=[user, BOT_USER]
            )
            self.channels[id] = found
        return found

    def top_view(self, user: str) -> View | None:
        """The modal a person sees, None when none is open."""
        stack = self.stacks.get(user) or []
        return self.views[stack[-1]] if stack else None

    def home_of(self, user: str) -> View | None:
        """The Home tab published for a person, None when none is."""
        return self.views.get(self.homes.get(user, ""))


def fresh_id(prefix: str) -> str:
    """A fresh id in Slack's style, e.g. "V0A1B2C3D4E"."""
    return prefix + "0" + secrets.token_hex(5).upper()


def block_id() -> str:
    """A fresh block_id or action_id in Slack's style, e.g. "x9Kz1"."""
    return secrets.token_urlsafe(4)[:5].replace("-", "x").replace("_", "y")
