"""The Slack app's manifest, generated from what is registered: nothing to keep in step by hand."""

from __future__ import annotations

from typing import Any

import yaml

from commands import registry
from services.slack_threads import SCOPES

NAME = "Partnerships Assistant"


def manifest() -> dict[str, Any]:
    """The manifest as Slack's schema (version 2) wants it, for Socket Mode."""
    import commands.everything  # noqa: F401  (registers)

    return {
        "display_information": {
            "name": NAME,
            "description": "Carries out the partnerships team's procedures, from first contact to renewal.",
        },
        "features": {
            "bot_user": {"display_name": NAME, "always_online": True},
            "slash_commands": [_command(command) for command in registry.COMMANDS.values()],
            "shortcuts": [_shortcut(shortcut) for shortcut in registry.SHORTCUTS.values()],
        },
        "oauth_config": {"scopes": {"bot": sorted({"commands", *SCOPES})}},
        "settings": {
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
