"""Carries out procedures durably. The only module that imports DBOS.

A procedure is a function marked `@sop` that calls functions marked `@step`. DBOS keeps the result of each
finished step, so a run goes on after a crash where it stopped; a step that was under way runs again, so
every step looks before it acts (`sops.effects`). Arguments and results are ids and JSON only, and step
names are stable ids: a recorded run must replay on new code.
"""

from __future__ import annotations

import contextlib
import contextvars
import functools
import logging
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from dbos import DBOS, SetEnqueueOptions, SetWorkflowID
from dbos import error as dbos_errors

from sops import attempting, jobs, journal_file
from sops import context as contexts
from sops.context import Context, here
from sops.ends import Standing, Stop, stop_from_json
from sops.jobs import Job
from store.plan import End, Plan, Run

log = logging.getLogger(__name__)

QUEUE = "runs"
JOBS = "jobs"
_OVER = {End.QUEUED: ("SUCCESS", "ERROR"), End.RUNNING: ("ERROR",)}
"""What DBOS says of a run whose taking up, or whose end, could not be written down."""
_ENDING_SECONDS = 20.0
_FORGOTTEN_AT_ONCE = 200
"""So many runs are deleted in one transaction of the journal, which nobody else can write to meanwhile."""
RETRYABLE = frozenset({End.FAILED, End.UNKNOWN, End.NEEDS_PERSON})

Json = attempting.Json
Answer = Callable[[], None]
Listener = Callable[[str, str, str], None]
"""Told (plan id, step, "starting" | "acted" | "recorded") at each boundary of a step, and of what makes a run
go on or end ("enqueue", "retry", "finish"); it may block."""

WhenDone = Callable[[Plan, str, str], None]
"""Told (plan, who approved it, the line of the result) when a run has done everything, before that is recorded: what
it does has to be harmless to repeat, because after a crash just then it is told again."""

_sops: dict[str, Callable[..., Any]] = {}
_listeners: list[Listener] = []
_when_done: list[WhenDone] = []
_halted = threading.Event()


def start(context: Context, folder: Path, *, worker_id: str = "main", workers: int = 4) -> None:
    """Start carrying out what is queued, and take up what a crash interrupted.

    DBOS keeps its journal as SQLite in `folder`. Raises journal_file.EngineLocked.
    """
    _halted.clear()
    contexts.enter(context)
    folder.mkdir(parents=True, exist_ok=True)
    url = f"sqlite:///{journal_file.prepared(folder / 'sops.sqlite')}"
    DBOS(
        config={
            "name": "partnerships",
            "system_database_url": url,
            "application_version": "1",
            "executor_id": worker_id,
            "log_level": "WARNING",
            "console_log_level": "WARNING",
        }
    )
    DBOS.launch()
    DBOS.register_queue(QUEUE, partition_concurrency=1, worker_concurrency=workers, polling_interval_sec=0.2)
    DBOS.register_queue(JOBS, worker_concurrency=4, polling_interval_sec=1.0)
    _go_on_with_lost_retries()


def stop() -> None:
    """End without waiting for runs; they go on at the next start. Exit with `os._exit` after this."""
    DBOS.destroy()
    contexts.enter(None)


def halt() -> None:
    """The process ends in a moment, by `os._exit`: no step begins any more, and none is recorded as failed
    because something it needs is gone already. What was under way goes on at the next start, as after a crash.
    """
    _halted.set()


def _wait_if_halted() -> None:
    while _halted.is_set():
        time.sleep(60)


def listen(listener: Listener) -> None:
    """Have `listener` told of every boundary of a step (crash tests hold runs there)."""
    _listeners.append(listener)


def sop(
    name: str, standing: Callable[[str], Standing]
) -> Callable[[Callable[[str], str]], Callable[[str], str]]:
    """Mark the function that carries out the procedure `name`: plan id in, the line of the result out.

    `standing` tells, from receipts and intentions alone, what has left the organisation by now.
    """
    attempting.STANDINGS[name] = standing

    def wrap(body: Callable[[str], str]) -> Callable[[str], str]:
        @DBOS.workflow(name=name, max_recovery_attempts=None)
        def run(plan_id: str, by: str, channel: str) -> str:
            return _carry_out(body, plan_id, by, channel)

        _sops[name] = run
        return body

    return wrap


def _carry_out(body: Callable[[str], str], plan_id: str, by: str, channel: str) -> str:
    plan = here().store.plan(plan_id)
    if plan is None:
        log.error("The plan %s of a queued run is gone; nothing was done", plan_id)
        return End.FAILED
    _wait_if_halted()
    run = here().store.start_run(queued_run(plan, by, channel, 0))
    if run.end is End.CANCELLED or not here().progress.begin(plan_id):
        return End.CANCELLED
    attempting.of(plan)
    try:
        words = body(plan_id)
        for told in _when_done:
            told(plan, run.by, words)
        ended = here().progress.finish(plan_id, End.DONE, words=words)
    except Stop as stopped:
        _wait_if_halted()
        ended = here().progress.finish(plan_id, stopped.end, stopped=stopped)
    except Exception:
        _wait_if_halted()
        unexpected = attempting.standing_told(attempting.unexpected(), plan_id)
        ended = here().progress.finish(plan_id, unexpected.end, stopped=unexpected)
    _tell(plan_id, "finish", "acted")
    return ended.end


def step(
    title: str, *, by_hand: bool | Callable[[str], None] = False
) -> Callable[[Callable[[str], Json]], Callable[[str], Json]]:
    """Mark one step; `title` is what a person reads, `by_hand` whether a person can do it instead: where that is a
    function, it is given the plan's id, and remembers the effect that the person made.

    The function takes the plan's id and gives JSON with "state" (done, found, skipped, by hand) and perhaps
    "note". What it raises ends the run: a Stop as it is, a ServiceError as Failed, after Busy and
    Unreachable were repeated (nothing had happened over there).
    """

    def wrap(body: Callable[[str], Json]) -> Callable[[str], Json]:
        name = body.__name__
        if by_hand:
            attempting.BY_HAND.add(name)

        @DBOS.step(name=name)
        def durable(plan_id: str) -> Json:
            result = attempting.attempt(body, plan_id, name, by_hand if callable(by_hand) else None)
            if "stop" in result:
                _wait_if_halted()
            _tell(plan_id, name, "acted")
            return result

        @functools.wraps(body)
        def run(plan_id: str) -> Json:
            _wait_if_halted()
            _tell(plan_id, name, "starting")
            here().progress.step(plan_id, name, title, "running")
            result = durable(plan_id)
            _tell(plan_id, name, "recorded")
            if "stop" in result:
                state = "unknown" if result["stop"]["end"] == End.UNKNOWN else "failed"
                here().progress.step(plan_id, name, title, state)
                raise stop_from_json(result["stop"])
            here().progress.step(plan_id, name, title, result["state"], result.get("note", ""))
            return result

        return run

    return wrap


def _tell(plan_id: str, name: str, boundary: str) -> None:
    for listener in _listeners:
        listener(plan_id, name, boundary)


def queued_run(plan: Plan, by: str, channel: str, delay: float) -> Run:
    due = here().clock.now() + timedelta(seconds=delay)
    return Run(plan.id, plan.sop, plan.lead_id, by, channel, End.QUEUED, due, about=plan.about)


def enqueue(plan: Plan, by: str, channel: str, *, delay: float = 0.0) -> Run:
    """Queue the one run of `plan`; a second call finds the first's. `delay` in seconds is the time to
    cancel. One durable write before the caller may answer Slack."""
    _tell(plan.id, "enqueue", "starting")
    with (
        SetWorkflowID(plan.run_id),
        SetEnqueueOptions(queue_partition_key=plan.lead_id, delay_seconds=delay or None),
    ):
        DBOS.enqueue_workflow(QUEUE, _sops[plan.sop], plan.id, by, channel)
    _tell(plan.id, "enqueue", "acted")
    try:
        run = here().store.start_run(queued_run(plan, by, channel, delay))
    except BaseException:
        DBOS.cancel_workflow(plan.run_id)
        raise
    _tell(plan.id, "enqueue", "recorded")
    return run


def cancel(plan_id: str) -> bool:
    """Cancel a run that is still waiting for its time; False when it has ever begun."""
    run = _change_end(plan_id, lambda run: run.end is End.QUEUED and not run.steps, End.CANCELLED)
    if run is not None:
        DBOS.cancel_workflow(_run_id(run))
    return run is not None


def send_now(plan_id: str) -> None:
    """End the wait of a queued run."""
    run = here().store.run(plan_id)
    if run is not None and run.end is End.QUEUED:
        DBOS.set_workflow_delay(_run_id(run), delay_seconds=0)


def drop(plan_id: str) -> bool:
    """Leave a stopped run as it is, for good; False when it is not stopped (any more)."""
    return _change_end(plan_id, lambda run: run.end in RETRYABLE, End.CANCELLED) is not None


def retry(
    plan_id: str, *, ends: frozenset[End] = RETRYABLE, first: Answer = lambda: None, patience: float = 0.0
) -> bool:
    """Rewind a run to the step at which it stopped; False when it is not stopped at one of `ends` (any more).

    The same run goes on under the same id, so its keys stay valid and nothing already made is made again.
    `first` records a person's answer: only the one who takes the run up gives it. For `patience` seconds, one that
    is just being looked up again is waited for.
    """
    if (stood := _taken_up(plan_id, ends, patience)) is None:
        return False
    try:
        first()
    except BaseException:
        _change_end(plan_id, lambda run: True, stood.end)
        raise
    _tell(plan_id, "retry", "acted")
    _rewind(stood)
    _tell(plan_id, "retry", "recorded")
    return True


def _taken_up(plan_id: str, ends: frozenset[End], patience: float) -> Run | None:
    """The run as it stood when this call, and no other, queued it again. One reading says whether it is stopped and
    whether it is worth waiting for: nothing can end in between."""
    until = time.monotonic() + patience
    looking = False

    def stopped(run: Run) -> bool:
        nonlocal looking
        looking = bool(run.steps) and run.end in (End.QUEUED, End.RUNNING)
        return run.end in ends

    while True:
        _tell(plan_id, "retry", "starting")
        stood = _change_end(plan_id, stopped, End.QUEUED)
        if stood is not None or not looking or time.monotonic() > until:
            return stood
        time.sleep(0.1)


def _rewind(run: Run) -> None:
    """The tick may do so at the same time, for a retry that seems lost: the run goes on all the same. What a person
    saw stop may have its end still to be written down by DBOS, which rewinds nothing before that."""
    until = time.monotonic() + _ENDING_SECONDS
    while _is_ending(run) and time.monotonic() < until:
        time.sleep(0.02)
    try:
        DBOS.rewind_workflow(
            _run_id(run),
            start_step=_stopped_at(_run_id(run)),
            queue_name=QUEUE,
            queue_partition_key=run.lead_id,
        )
    except dbos_errors.DBOSException:
        log.warning("Run %s was rewound by somebody else at the same time", _run_id(run))


def _is_ending(run: Run) -> bool:
    journal, now = DBOS.get_workflow_status(_run_id(run)), here().store.run(run.plan_id)
    return bool(journal and journal.status == "PENDING" and now and now.end is End.QUEUED)


def _go_on_with_lost_retries() -> None:
    """Rewind what `retry` took up and a crash kept it from rewinding: queued for us, over for DBOS."""
    for run in here().store.open_runs():
        if run.end in _OVER:
            journal = DBOS.get_workflow_status(_run_id(run))
            if journal is not None and journal.status in _OVER[run.end]:
                _rewind(run)


def _stopped_at(run_id: str) -> int:
    steps = DBOS.list_workflow_steps(run_id)
    stopped = [one["function_id"] for one in steps if "stop" in (one["output"] or {})]
    return stopped[-1] if stopped else len(steps) + 1


def _change_end(plan_id: str, allowed: Callable[[Run], bool], to: End) -> Run | None:
    """Move a run that is `allowed` to; how it stood before, None when it is not moved."""
    stood: Run | None = None

    def change(run: Run) -> Run:
        nonlocal stood
        stood = run if allowed(run) else None
        return run if stood is None else replace(run, end=to, changes=run.changes + 1)

    with contextlib.suppress(KeyError):
        here().store.update_run(plan_id, change)
    return stood


def _run_id(run: Run) -> str:
    return f"{run.sop}:{run.plan_id}"


def when_done(listener: WhenDone) -> WhenDone:
    """Mark what follows from every procedure that was carried out."""
    _when_done.append(listener)
    return listener


@DBOS.workflow(name="job", max_recovery_attempts=None)
def _job(name: str, argument: str) -> None:
    jobs.do(name, argument)


def tick() -> None:
    """Ask what is due and queue it, each under its own id, so that several workers do it once."""
    _go_on_with_lost_retries()
    for found in jobs.found(here()):
        _queue(found)


def forget_finished(*, jobs_before: datetime, runs_before: datetime) -> None:
    """Delete from the journal the jobs and the runs that ended before these aware times of the machine's own clock
    (DBOS writes them down by it). A run that a person may still take up stays, however old."""
    kept = {_run_id(run) for run in here().store.open_runs()}
    # What is read and deleted is no part of the record of the job that asks for it.
    apart = contextvars.Context()
    apart.run(_forget, ["job"], jobs_before, set())
    apart.run(_forget, list(_sops), runs_before, kept)


def _forget(names: list[str], before: datetime, kept: set[str]) -> None:
    passed = 0
    while True:
        found = DBOS.list_workflows(
            name=names,
            status=["SUCCESS", "ERROR", "CANCELLED"],
            completed_before=before.isoformat(),
            limit=_FORGOTTEN_AT_ONCE,
            offset=passed,
            load_input=False,
            load_output=False,
        )
        over = [one.workflow_id for one in found if one.workflow_id not in kept]
        if over:
            DBOS.delete_workflows(over)
        passed += len(found) - len(over)
        if len(found) < _FORGOTTEN_AT_ONCE:
            return


def soon(found: Job) -> None:
    """Queue a job now rather than at the next tick; also from within a step, whose own record it is no part of."""
    contextvars.Context().run(_queue, found)


def _queue(found: Job) -> None:
    with SetWorkflowID(found.id):
        DBOS.enqueue_workflow(JOBS, _job, found.name, found.argument)
