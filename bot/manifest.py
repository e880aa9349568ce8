"""The Slack app's manifest, generated from what is registered: nothing to keep in step by hand."""

from __future__ import annotations

from typing import Any

import yaml

from commands import registry
from services.slack_threads import SCOPES

NAME = "Partnerships Assistant"

SUBSCRIPTIONS: dict[str, dict[str, str]] = {
    "message": {
        "message.channels": "channels:history",
        "message.groups": "groups:history",
        "message.im": "im:history",
    },
    "app_mention": {"app_mention": "app_mentions:read"},
    "reaction_added": {"reaction_added": "reactions:read"},
    "reaction_removed": {"reaction_removed": "reactions:read"},
    "app_home_opened": {"app_home_opened": ""},
}
"""For each type of event: what the app subscribes to, and the scope that it needs (Slack: events)."""


def manifest() -> dict[str, Any]:
    """The manifest as Slack's schema (version 2) wants it, for Socket Mode."""
    import commands.everything  # noqa: F401  (registers)

    events = {name: scope for each in registry.EVENTS for name, scope in SUBSCRIPTIONS[each].items()}
    scopes = {"commands", *SCOPES, *(scope for scope in events.values() if scope)}
    return {
        "display_information": {
            "name": NAME,
            "description": "Carries out the partnerships team's procedures, from first contact to renewal.",
        },
        "features": {
            "app_home": {
                "home_tab_enabled": "app_home_opened" in events,
                "messages_tab_enabled": "message.im" in events,
                "messages_tab_read_only_enabled": False,
            },
            "bot_user": {"display_name": NAME, "always_online": True},
            "slash_commands": [_command(registry.COMMANDS[name]) for name in sorted(registry.COMMANDS)],
            "shortcuts": [_shortcut(registry.SHORTCUTS[name]) for name in sorted(registry.SHORTCUTS)],
        },
        "oauth_config": {"scopes": {"bot": sorted(scopes)}},
        "settings": {
            "event_subscriptions": {"bot_events": sorted(events)},
            "interactivity": {"is_enabled": True},
            "org_deploy_enabled": False,
            "socket_mode_enabled": True,
            "token_rotation_enabled": False,
        },
    }


def as_yaml() -> str:
    return yaml.safe_dump(manifest(), sort_keys=False, allow_unicode=True, width=100)


def _command(command: registry.Command) -> dict[str, Any]:
    made: dict[str, Any] = {"command": command.name, "description": command.description}
    if command.hint:
        made["usage_hint"] = command.hint
    return made | {"should_escape": False}


def _shortcut(shortcut: registry.Shortcut) -> dict[str, Any]:
    return {
        "name": shortcut.title,
        "type": "message",
        "callback_id": shortcut.callback_id,
        "description": shortcut.description,
    }
