"""The real assistant, with one listener more: it can hold a run at a boundary for a kill test.

Run as `python -m tests.held_assistant FOLDER`; it waits for a line on its standard input, and is then started
exactly as by `python -m bot run`. A run is held at the boundary that the first address of its lead names
(`send_mail.acted@h7.example`; of other procedures than Hail the Lead with their name before it,
`update.write_entry.acted@h8.example`), for as long as that address is a line of `FOLDER/hold`; then the file
`FOLDER/held/<address>` appears, and the run goes on only in another process. Every boundary that any run passes
is a line `<address> <step>.<boundary>` of `FOLDER/passed`.
"""

from __future__ import annotations

import os
import sys
import threading
from pathlib import Path

import bot.running
import bot.slack_app  # noqa: F401  (`run` imports both only when it starts)
from bot.__main__ import run
from sops import engine
from sops.context import here
from sops.hail_plan import NAME as HAIL
from sops.hail_plan import of
from store.plan import Plan


class Holder:
    """Writes down each boundary, and blocks where it is told to."""

    def __init__(self, folder: Path) -> None:
        (folder / "held").mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self._passed = os.open(folder / "passed", os.O_WRONLY | os.O_CREAT | os.O_APPEND)

    def __call__(self, plan_id: str, step: str, boundary: str) -> None:
        plan = here().store.plan(plan_id)
        assert plan is not None
        passed = f"{step}.{boundary}" if plan.sop == HAIL else f"{plan.sop}.{step}.{boundary}"
        address = _first_address(plan)
        os.write(self._passed, f"{address} {passed}\n".encode())
        if address.partition("@")[0] == passed and address in self._to_hold():
            (self._folder / "held" / address).touch()
            threading.Event().wait()

    def _to_hold(self) -> list[str]:
        asked = self._folder / "hold"
        return asked.read_text().splitlines() if asked.exists() else []


def _first_address(plan: Plan) -> str:
    """Of a hail in the plan: its lead may not be there yet."""
    if plan.sop == HAIL:
        return of(plan).contacts[0].address
    return here().store.get(plan.lead_id).contacts[0].address


if __name__ == "__main__":
    sys.stdin.readline()
    engine.listen(Holder(Path(sys.argv[1])))
    run()
