"""The rows of the benchmark: how they are timed, printed and written as JSON."""

from __future__ import annotations

import json
import math
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True)
class Row:
    """One measured value, in `unit`, beside the reference measured in the same run.

    `ratio` is value / reference; `goal` is in words; `met` is None where there is no goal.
    """

    name: str
    value: float
    unit: str
    reference: float | None = None
    ratio: float | None = None
    goal: str = ""
    met: bool | None = None


def compared(name: str, value: float, unit: str, reference: float, at_most: float | None = None) -> Row:
    """A row whose goal is a ratio of at most `at_most` to `reference`."""
    ratio = value / reference
    goal = "" if at_most is None else f"ratio <= {at_most:g}"
    return Row(name, value, unit, reference, ratio, goal, None if at_most is None else ratio <= at_most)


def limited(name: str, value: float, unit: str, at_most: float, reference: float | None = None) -> Row:
    """A row whose goal is a value of at most `at_most`, beside a reference where there is one."""
    ratio = value / reference if reference else None
    return Row(name, value, unit, reference, ratio, f"<= {at_most:g} {unit}".rstrip(), value <= at_most)


def plain(name: str, value: float, unit: str, reference: float | None = None) -> Row:
    """A row without a goal, beside a reference where there is one."""
    return Row(name, value, unit, reference, value / reference if reference else None)


class Timer:
    """Collects how long things take, in seconds: `with timer: ...` or `timer.time(call)`."""

    def __init__(self) -> None:
        self.seconds: list[float] = []
        self._began = 0.0

    def __enter__(self) -> Timer:
        self._began = time.perf_counter()
        return self

    def __exit__(self, *_: object) -> None:
        self.seconds.append(time.perf_counter() - self._began)

    def time(self, call: Callable[[], object]) -> None:
        with self:
            call()

    def ms(self, share: float = 0.5) -> float:
        """The percentile `share` (0.5: the median) in milliseconds."""
        return percentile(self.seconds, share) * 1000


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest of `values` that at least `share` (0 to 1) of them do not exceed.

    Raises ValueError when there are none.
    """
    if not values:
        raise ValueError("no values")
    ordered = sorted(values)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]


def print_table(rows: Iterable[Row]) -> None:
    """Print the rows in aligned columns."""
    head = ("what", "value", "unit", "reference", "ratio", "goal", "met")
    cells = [head, *(_cells(row) for row in rows)]
    widths = [max(len(line[column]) for line in cells) for column in range(len(head))]
    for line in cells:
        name, *rest = (cell.ljust(width) for cell, width in zip(line, widths, strict=True))
        print("  ".join([name, *rest]).rstrip())


def write_json(rows: Iterable[Row], path: Path) -> None:
    """Write a list of {name, value, unit, reference, ratio, goal, met}."""
    path.write_text(json.dumps([asdict(row) for row in rows], indent=2) + "\n", encoding="utf-8")


def _cells(row: Row) -> tuple[str, ...]:
    met = {True: "yes", False: "NO", None: ""}[row.met]
    return (row.name, _number(row.value), row.unit, _number(row.reference), _number(row.ratio), row.goal, met)


def _number(value: float | None) -> str:
    if value is None:
        return ""
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}"
