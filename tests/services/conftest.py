"""One pretended Freshdesk, Calendly and Google for all tests of the clients, started over for each."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.services.google_running import Google, running_google
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


@pytest.fixture(scope="session")
def google_running() -> Iterator[Google]:
    with running_google() as google:
        yield google


@pytest.fixture
def google(google_running: Google) -> Google:
    google_running.sandbox.world.reset()
    google_running.naps.clear()
    return google_running
