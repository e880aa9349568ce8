"""The manifest is what is registered, and what Slack takes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml

from bot.manifest import as_yaml, manifest
from commands import registry

HOUSE = Path(__file__).parent.parent.parent
FACTS = HOUSE.parent / "shared" / "data"


def test_every_registered_command_and_shortcut_is_declared() -> None:
    made = manifest()
    assert {one["command"] for one in made["features"]["slash_commands"]} == set(registry.COMMANDS)
    assert {one["callback_id"] for one in made["features"]["shortcuts"]} == set(registry.SHORTCUTS)
    assert "/hail-lead" in registry.COMMANDS


def test_names_fit_slacks_limits() -> None:
    made = manifest()
    assert len(made["display_information"]["name"]) <= 35
    assert all(len(one["name"]) <= 24 for one in made["features"]["shortcuts"])
    assert all(2 <= len(one["command"]) <= 32 for one in made["features"]["slash_commands"])


def test_the_committed_manifest_is_the_generated_one() -> None:
    assert (HOUSE / "manifest.yaml").read_text() == as_yaml()
    assert yaml.safe_load(as_yaml()) == manifest()


def test_the_scopes_are_slacks() -> None:
    files = [FACTS / "slack_methods.json", FACTS / "slack_events.json"]
    if not all(file.exists() for file in files):
        pytest.skip("Slack's methods and events as data are not beside this checkout")
    known = " ".join(json.dumps(json.loads(file.read_text())) for file in files)
    known = known.replace("app_mentions.read", "app_mentions:read")  # so misspelt in those data only
    for scope in manifest()["oauth_config"]["scopes"]["bot"]:
        assert scope == "commands" or f'"{scope}"' in known, scope
