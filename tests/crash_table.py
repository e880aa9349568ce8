"""The table that the crash tests leave at the end of a test run: what each kill doubled or lost."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest


@dataclass(frozen=True)
class Row:
    """`boundary` in words; how many things are there too often, how many are missing or wrong; `ended`
    says how it came to its end."""

    boundary: str
    leads: int
    duplicates: int
    lost: int
    ended: str


_ROWS = pytest.StashKey[list[Row]]()


@pytest.fixture
def crash_table(request: pytest.FixtureRequest) -> Iterator[list[Row]]:
    """Rows added to this list are printed after the tests."""
    yield request.config.stash.setdefault(_ROWS, [])


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Print the table, where there is one (pytest's hook)."""
    rows = config.stash.get(_ROWS, [])
    if not rows:
        return
    wide = max(len(row.boundary) for row in rows)
    terminalreporter.section("kill -9 at every boundary")
    terminalreporter.write_line(f"{'killed':<{wide}}  leads  duplicates  lost  ended")
    for row in [*rows, _total(rows)]:
        counts = f"{row.leads:>5}  {row.duplicates:>10}  {row.lost:>4}"
        terminalreporter.write_line(f"{row.boundary:<{wide}}  {counts}  {row.ended}")


def _total(rows: list[Row]) -> Row:
    return Row(
        f"all {len(rows)} boundaries",
        sum(row.leads for row in rows),
        sum(row.duplicates for row in rows),
        sum(row.lost for row in rows),
        "",
    )
