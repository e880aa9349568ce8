"""A strict local Slack: Web API, Socket Mode and what a person can do, as its method pages document them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.routing import BaseRoute

if TYPE_CHECKING:
    from sandbox.world import World


def routes(world: World) -> list[BaseRoute]:
    """`/slack/...` for the app and `/person/...` for the humans."""
    return []
