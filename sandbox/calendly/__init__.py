"""A strict local Calendly: its API version 2 for reading, and what the team and its leads do there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.routing import BaseRoute

from sandbox.calendly.api import api_routes
from sandbox.calendly.people import people_routes

if TYPE_CHECKING:
    from sandbox.world import World


def routes(world: World) -> list[BaseRoute]:
    """`/calendly/...` for the API; `/booking/...` for people."""
    return [*people_routes(world), *api_routes(world)]
