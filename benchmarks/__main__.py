"""`python -m benchmarks`: measures everything, prints one table and writes bench.json."""

from __future__ import annotations

import logging
import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from benchmarks import first_hail, process, running_notes, slack, steps, store
from benchmarks.office import office
from benchmarks.table import Row, print_table, write_json

RESULT = Path("bench.json")


def main() -> None:
    """Some three minutes on two cores; what is being measured goes to stderr. A missed goal is no failure."""
    logging.basicConfig(level=logging.ERROR)
    rows: list[Row] = []
    with tempfile.TemporaryDirectory() as name:
        for title, measure in _parts(Path(name)):
            began = time.monotonic()
            print(f"{title} … ", end="", file=sys.stderr, flush=True)
            rows += measure()
            print(f"{time.monotonic() - began:.0f} s", file=sys.stderr, flush=True)
    print_table(rows)
    write_json(rows, RESULT)
    missed = sum(row.met is False for row in rows)
    print(f"\n{missed} goals missed; written to {RESULT}." if missed else f"\nAll goals met; see {RESULT}.")
    sys.stdout.flush()
    os._exit(0)  # DBOS leaves threads that would keep the process


def _parts(folder: Path) -> list[tuple[str, Callable[[], list[Row]]]]:
    """In an order in which nothing disturbs what comes after it: the engine's threads come last."""
    return [
        ("The assistant and Slack", lambda: _assistant(folder / "office")),
        ("Running notes", lambda: running_notes.measure(folder / "notes")),
        ("The page, and ctrl-C", lambda: process.page_and_ctrl_c(folder / "newcomer")),
        ("The store", lambda: store.measure(folder / "store")),
        ("The engine", lambda: steps.measure(folder / "engine")),
    ]


def _assistant(folder: Path) -> list[Row]:
    """Everything that one running assistant is measured by, from its start to its memory at the end."""
    with office(folder) as opened:
        rows = process.connecting(opened)
        rows += first_hail.measure(opened)
        rows += slack.alone(opened)
        rows += slack.to_the_plan(opened)
        rows += slack.everybody_at_once(opened)
        rows += slack.while_sops_run(opened)
        return rows + process.memory(opened, slack.RUNS)


if __name__ == "__main__":
    main()
