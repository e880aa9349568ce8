"""One sandbox and one assistant for the whole session; each test brings its own lead and addresses."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.office import Office, open_office

pytest_plugins = ["tests.browser", "tests.crash_table"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The long ones first (pytest's hook), so that no worker is left alone with one at the end."""
    long_files = {
        item.path for item in items if item.get_closest_marker("crash") or item.get_closest_marker("long")
    }
    items.sort(key=lambda item: item.path not in long_files)


@pytest.fixture(scope="session")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    with open_office(tmp_path_factory.mktemp("office")) as opened:
        yield opened
