"""The sandbox as one web application."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator

from starlette.applications import Starlette

from sandbox import calendly, dev, freshdesk, google, page, slack
from sandbox.world import World


def create_app(world: World) -> Starlette:
    """Slack, Freshdesk, Calendly, Google, the page and the developers' switches, on one origin."""

    @contextlib.asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        world.start()
        yield
        world.stop()

    parts = (slack, freshdesk, calendly, google, dev, page)
    routes = [route for part in parts for route in part.routes(world)]
    return Starlette(routes=routes, lifespan=lifespan)
