"""The table that the crash tests leave at the end of a test run: what each kill doubled or lost."""

from __future__ import annotations

from collections.abc import Iterable
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


_PROPERTY = "crash rows"
_told: list[Row] = []


class Table:
    """Rows added here are printed after the tests, also when they ran in several processes."""

    def __init__(self, kept: list[tuple[str, int, int, int, str]]) -> None:
        self._kept = kept

    def append(self, row: Row) -> None:
        self._kept.append((row.boundary, row.leads, row.duplicates, row.lost, row.ended))

    def extend(self, rows: Iterable[Row]) -> None:
        for row in rows:
            self.append(row)


@pytest.fixture
def crash_table(request: pytest.FixtureRequest) -> Table:
    kept: list[tuple[str, int, int, int, str]] = []
    request.node.user_properties.append((_PROPERTY, kept))
    return Table(kept)


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Collect what each test told (pytest's hook, called in the process that prints)."""
    if report.when == "call":
        rows = [kept for name, kept in report.user_properties if name == _PROPERTY]
        _told.extend(Row(*row) for kept in rows for row in kept)  # type: ignore[attr-defined]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print the table, where there is one (pytest's hook)."""
    rows = _told
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
