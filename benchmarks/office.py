"""The sandbox with two workspaces, one for the assistant and one for the bare Bolt app it is compared with.

Both live in one sandbox, on one event loop: whatever keeps the sandbox busy delays both alike. Each app is a
process of its own.
"""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.routing import Mount

from bot.manifest import manifest
from sandbox.app import create_app
from sandbox.serving import listen, port_of, serve_in_thread
from sandbox.slack.workspace import User
from sandbox.traffic import Exchange
from sandbox.world import World
from tests.processes import TEAM, AssistantProcess, assistant_process
from tests.workspace import Person, Sandbox

CHANNEL = "C01PARTNERS"
WORKERS = 4
"""Runs carried out at the same time, as the assistant is shipped (`bot.settings`); of 20 the others wait."""


@dataclass(frozen=True)
class Office:
    """The assistant and the bare Bolt app with their workspaces; neither is started yet."""

    workspace: Sandbox
    assistant: AssistantProcess
    bare_workspace: Sandbox
    bare: AssistantProcess

    def start(self) -> None:
        """Start both apps."""
        self.assistant.start()
        self.bare.start()

    def since(self, number: int) -> list[Exchange]:
        """The assistant's traffic after the exchange of this number, oldest first."""
        return exchanges_since(self.workspace, number)

    @property
    def latest(self) -> int:
        """The number of the assistant's latest exchange."""
        return latest(self.workspace)


@contextlib.contextmanager
def office(folder: Path, workers: int = WORKERS, **team: Any) -> Iterator[Office]:
    """Everything in place while the block runs; `team` changes settings of the team."""
    with (
        two_workspaces() as (ours, theirs),
        assistant_process(
            ours, folder / "assistant", workers=workers, team={**TEAM, "cancel_seconds": 1, **team}
        ) as assistant,
        assistant_process(theirs, folder / "bare", command=("-m", "benchmarks.bare_bolt")) as bare,
    ):
        yield Office(ours, assistant, theirs, bare)


@contextlib.contextmanager
def two_workspaces() -> Iterator[tuple[Sandbox, Sandbox]]:
    """The assistant's workspace, and one whose app has the bare commands, on one port and one event loop."""
    listener = listen()
    base = f"http://127.0.0.1:{port_of(listener)}"
    ours = World.open(base, None, manifest(), rate_limits=False)
    theirs = World.open(f"{base}/bare", None, _bare_manifest(), rate_limits=False)

    @contextlib.asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        ours.start()
        theirs.start()
        yield
        theirs.stop()
        ours.stop()

    routes = [Mount("/bare", app=create_app(theirs)), *create_app(ours).routes]
    with serve_in_thread(Starlette(routes=routes, lifespan=lifespan), listener):
        yield Sandbox(base, ours), Sandbox(theirs.base, theirs)


def crowd(workspace: Sandbox, count: int) -> list[Person]:
    """So many more people, all in the team's channel."""
    people = [User(f"U9{number:04d}", f"person{number}", f"Person {number}") for number in range(count)]

    def move_in() -> None:
        known = workspace.world.workspace
        known.users.update((one.id, one) for one in people)
        known.channels[CHANNEL].members += [one.id for one in people]

    workspace.world.on_loop(move_in)
    return [Person(workspace, one.id) for one in people]


def exchanges_since(workspace: Sandbox, number: int, limit: int = 5000) -> list[Exchange]:
    """The traffic of a workspace after the exchange of this number, oldest first, among the last `limit`."""
    return [one for one in workspace.world.traffic.recent(limit) if one.number > number]


def latest(workspace: Sandbox) -> int:
    """The number of a workspace's latest exchange; 0 when there is none."""
    return max((one.number for one in workspace.world.traffic.recent(1)), default=0)


def _bare_manifest() -> dict[str, Any]:
    commands = [{"command": name, "description": "A reference"} for name in ("/empty", "/modal")]
    made = manifest()
    return made | {"features": made["features"] | {"slash_commands": commands, "shortcuts": []}}
