"""What the minute tick does for runs: looks again where an outcome is unknown, drops plans nobody confirmed, and what
the journal keeps of runs that ended long ago."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from sops import engine, jobs
from sops.context import Context, here
from sops.jobs import Job
from store.plan import LIFETIME, End

_EVERY_MINUTE_FOR = 15
"""Minutes after the run was due; later it is looked for once an hour."""
_JOBS_KEPT = timedelta(days=2)
_RUNS_KEPT = timedelta(days=30)


@jobs.due
def unknown_runs(context: Context) -> Iterable[Job]:
    """Runs that ended unknown: every minute at first, then every hour, for as long as nobody answers."""
    now = context.clock.now()
    for run in context.store.open_runs():
        minutes = int((now - run.due_at).total_seconds() // 60)
        if run.end is End.UNKNOWN and (minutes <= _EVERY_MINUTE_FOR or minutes % 60 == 0):
            yield Job(f"look:{run.plan_id}:{now:%Y%m%d%H%M}", "look_again", run.plan_id)


@jobs.job("look_again")
def look_again(plan_id: str) -> None:
    """Rewind the run to the step that did not know; it looks, and never acts a second time."""
    run = here().store.run(plan_id)
    if run is not None and run.end is End.UNKNOWN:
        engine.retry(plan_id)


@jobs.due
def expiry(context: Context) -> Iterable[Job]:
    yield Job(f"expiry:{context.clock.today()}", "drop_expired_plans", "")


@jobs.job("drop_expired_plans")
def drop_expired_plans(_: str) -> None:
    """Plans hold for a day; two days after they were made nobody can press their button any more."""
    here().store.drop_expired_plans(here().clock.now() - 2 * LIFETIME)


@jobs.due
def journal(context: Context) -> Iterable[Job]:
    yield Job(f"journal:{context.clock.today()}", "shorten_journal", "")


@jobs.job("shorten_journal")
def shorten_journal(_: str) -> None:
    """The ticks alone are some 2,900 jobs a day. The id by which a job is done once belongs to a minute or a day; a
    run's button lives as long as its plan. What was done is in the leads' timelines."""
    now = datetime.now(UTC)  # The journal's times are the machine's.
    engine.forget_finished(jobs_before=now - _JOBS_KEPT, runs_before=now - _RUNS_KEPT)
