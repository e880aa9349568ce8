"""One pretended Freshdesk and Calendly for all tests of the clients, started over for each."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.services.running import Systems, running_systems


@pytest.fixture(scope="session")
def running() -> Iterator[Systems]:
    with running_systems() as systems:
        yield systems


@pytest.fixture
def systems(running: Systems) -> Systems:
    running.world.reset()
    running.naps.clear()
    return running
