"""The page's event stream: one line for each thing that changed, so that the browser fetches it again."""

import asyncio
from collections.abc import AsyncIterator

from starlette.responses import StreamingResponse

from sandbox.world import World

GATHER_SECONDS = 0.02


def stream(world: World) -> StreamingResponse:
    """Server-sent events whose data is a topic of `World.changed`; bursts are gathered for 20 ms, each topic once."""

    async def changes() -> AsyncIterator[str]:
        with world.watch() as queue:
            yield "retry: 500\n\n"
            while True:
                topics = {await queue.get(): None}
                await asyncio.sleep(GATHER_SECONDS)
                while not queue.empty():
                    topics[queue.get_nowait()] = None
                yield "".join(f"data: {topic}\n\n" for topic in topics)

    return StreamingResponse(changes(), media_type="text/event-stream", headers={"cache-control": "no-store"})
