"""What a step costs on the engine when it does nothing, against a raw DBOS step on the same database.

Both run on the threads of the same DBOS, in turn; the time is taken inside the procedure, so waiting in the
queue is not part of it. Ours adds to DBOS's: whether a person did the step by hand, what people see of it.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from dbos import DBOS, SetWorkflowID

from benchmarks.table import Row, Timer, limited
from services.slack_threads import SlackThreads, web_client
from sops import engine
from sops.clock import Clock
from sops.context import Context, Services
from sops.ends import Standing
from sops.progress import Progress
from sops.team import Team
from sops.words import Words
from store.lead import Contact, new_lead, new_lead_id
from store.plan import End, new_plan
from store.tinydb_store import TinyDBLeadStore

STEPS = 20
RUNS = 25
NAME = "empty_steps"
_ours, _raw, _plain = Timer(), Timer(), Timer()


@engine.sop(NAME, lambda _: Standing())
def empty_steps(plan_id: str) -> str:
    """The procedure: one empty step after the other."""
    _repeat(_ours, lambda: nothing(plan_id))
    return "done"


@engine.step("Do nothing")
def nothing(plan_id: str) -> engine.Json:
    """The empty step."""
    return _nothing(plan_id)


@DBOS.workflow(name="raw_empty_steps")
def raw_empty_steps(plan_id: str) -> None:
    """The reference: the same on DBOS alone."""
    _repeat(_raw, lambda: raw_nothing(plan_id))


@DBOS.step(name="raw_nothing")
def raw_nothing(plan_id: str) -> engine.Json:
    """The reference's empty step."""
    return _nothing(plan_id)


def measure(folder: Path, runs: int = RUNS) -> list[Row]:
    """Run both in turn, in a store and a database in `folder`."""
    store = TinyDBLeadStore(folder)
    team = Team()
    slack = SlackThreads(web_client("xoxb-none", "http://127.0.0.1:9/"))
    clock = Clock(team.time_zone, None)
    context = Context(store, Services(slack), clock, Words(None), team, Progress())
    engine.start(context, folder)
    try:
        for turn in range(runs):
            _run_ours(context)
            _run_raw(turn)
            _repeat(_plain, lambda: _nothing("none"))
    finally:
        engine.stop()
        store.close()
    ours, raw, plain = (timer.ms() / STEPS for timer in (_ours, _raw, _plain))
    row = limited(
        "engine: overhead per step (reference: a raw DBOS step)", ours - plain, "ms", 5, raw - plain
    )
    return [row]


def _run_ours(context: Context) -> None:
    """One run, as a confirmed plan starts it."""
    now, lead_id = context.clock.now(), new_lead_id()
    contacts = (Contact(f"ada@{lead_id}.example"),)
    context.store.create(new_lead(lead_id, "University", contacts, at=now, by="U1"))
    plan = new_plan(NAME, lead_id, "U1", now, {}, "")
    context.store.save_plan(plan)
    engine.enqueue(plan, "U1", "C1")
    until = time.monotonic() + 30
    while time.monotonic() < until:
        run = context.store.run(plan.id)
        if run is not None and run.end is End.DONE:
            return
        time.sleep(0.01)
    raise RuntimeError("the run did not end within 30 s")


def _run_raw(turn: int) -> None:
    with SetWorkflowID(f"raw:{turn}"):
        handle = DBOS.start_workflow(raw_empty_steps, "none")
    handle.get_result(polling_interval_sec=0.01)


def _repeat(timer: Timer, act: Callable[[], object]) -> None:
    with timer:
        for _ in range(STEPS):
            act()


def _nothing(plan_id: str) -> engine.Json:
    return {"state": "done"}
