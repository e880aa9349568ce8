"""The sandbox as one web application."""

from __future__ import annotations

import contextlib
import importlib
from collections.abc import AsyncIterator

from starlette.applications import Starlette
from starlette.routing import BaseRoute

from sandbox import dev, slack
from sandbox.world import World


def create_app(world: World) -> Starlette:
    """Slack, Freshdesk, Calendly, the page and the developers' switches, on one origin."""

    @contextlib.asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        world.start()
        yield
        world.stop()

    routes = [
        *slack.routes(world),
        *_optional("sandbox.freshdesk", world),
        *_optional("sandbox.calendly", world),
        *dev.routes(world),
        *_optional("sandbox.page", world),
    ]
    return Starlette(routes=routes, lifespan=lifespan)


def _optional(module: str, world: World) -> list[BaseRoute]:
    try:
        found: list[BaseRoute] = importlib.import_module(module).routes(world)
        return found
    except (ModuleNotFoundError, AttributeError):
        return []
