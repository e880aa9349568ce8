"""One sandbox and one assistant for the whole session; each test brings its own lead and addresses."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.office import Office, open_office

pytest_plugins = ["tests.browser", "tests.crash_table"]


@pytest.fixture(scope="session")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    with open_office(tmp_path_factory.mktemp("office")) as opened:
        yield opened
