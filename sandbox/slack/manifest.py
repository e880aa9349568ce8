"""The app's manifest as Slack reads it: what was not declared there does not exist.

Source: Slack's manifest schema, https://docs.slack.dev/reference/app-manifest
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import yaml

# Which scope an event needs before Slack delivers it.
# Source: https://docs.slack.dev/reference/events
EVENT_SCOPES: Mapping[str, tuple[str, ...]] = {
    "app_home_opened": (),
    "app_mention": ("app_mentions:read",),
    "message.channels": ("channels:history",),
    "message.groups": ("groups:history",),
    "message.im": ("im:history",),
    "message.mpim": ("mpim:history",),
    "reaction_added": ("reactions:read",),
    "reaction_removed": ("reactions:read",),
    "member_joined_channel": ("channels:read", "groups:read"),
}


@dataclass(frozen=True)
class Command:
    """A slash command; `should_escape` sends users and channels as <@U…> and <#C…>."""

    command: str
    description: str
    usage_hint: str
    should_escape: bool


@dataclass(frozen=True)
class Shortcut:
    """A shortcut; `type` is "message" or "global"."""

    name: str
    type: str
    callback_id: str
    description: str


@dataclass(frozen=True)
class Manifest:
    """What the app declared."""

    name: str
    commands: Mapping[str, Command]
    shortcuts: Mapping[str, Shortcut]
    scopes: frozenset[str]
    events: frozenset[str]
    home_tab: bool
    messages_tab: bool
    messages_read_only: bool
    interactive: bool
    socket_mode: bool

    @classmethod
    def parse(cls, manifest: Mapping[str, Any]) -> Self:
        """Read a manifest; what is missing is off or empty, as in Slack."""
        features = manifest.get("features") or {}
        settings = manifest.get("settings") or {}
        home = features.get("app_home") or {}
        commands = [_command(item) for item in features.get("slash_commands") or []]
        shortcuts = [_shortcut(item) for item in features.get("shortcuts") or []]
        scopes = ((manifest.get("oauth_config") or {}).get("scopes") or {}).get("bot") or []
        name = str((manifest.get("display_information") or {}).get("name", ""))
        return cls(
            name=name,
            commands={command.command: command for command in commands},
            shortcuts={shortcut.callback_id: shortcut for shortcut in shortcuts},
            scopes=frozenset(scopes),
            events=frozenset((settings.get("event_subscriptions") or {}).get("bot_events") or []),
            home_tab=bool(home.get("home_tab_enabled", False)),
            messages_tab=bool(home.get("messages_tab_enabled", True)),
            messages_read_only=bool(home.get("messages_tab_read_only_enabled", False)),
            interactive=bool((settings.get("interactivity") or {}).get("is_enabled", False)),
            socket_mode=bool(settings.get("socket_mode_enabled", False)),
        )

    def hears(self, event: str) -> bool:
        """Whether an event is subscribed to and one of its scopes was granted."""
        needed = EVENT_SCOPES.get(event, ())
        return event in self.events and (not needed or any(scope in self.scopes for scope in needed))


def read_manifest(path: Path) -> dict[str, Any]:
    """A manifest file, YAML or JSON; raises ValueError when it holds no mapping."""
    read = yaml.safe_load(path.read_text("utf-8"))
    if not isinstance(read, dict):
        raise ValueError(f"{path} is not an app manifest.")
    return read


def _command(item: Mapping[str, Any]) -> Command:
    return Command(
        str(item["command"]),
        str(item.get("description", "")),
        str(item.get("usage_hint", "")),
        bool(item.get("should_escape", False)),
    )


def _shortcut(item: Mapping[str, Any]) -> Shortcut:
    return Shortcut(
        str(item["name"]), str(item["type"]), str(item["callback_id"]), str(item.get("description", ""))
    )
