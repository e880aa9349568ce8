"""What the minute tick does for runs: looks again where an outcome is unknown, drops plans nobody confirmed."""

from __future__ import annotations

from collections.abc import Iterable

from sops import engine
from sops.context import Context, here
from sops.engine import Job
from store.plan import LIFETIME, End

_EVERY_MINUTE_FOR = 15
"""Minutes after the run was due; later it is looked for once an hour."""


@engine.due
def unknown_runs(context: Context) -> Iterable[Job]:
    """Runs that ended unknown: every minute at first, then every hour, for as long as nobody answers."""
    now = context.clock.now()
    for run in context.store.open_runs():
        minutes = int((now - run.due_at).total_seconds() // 60)
        if run.end is End.UNKNOWN and (minutes <= _EVERY_MINUTE_FOR or minutes % 60 == 0):
            yield Job(f"look:{run.plan_id}:{now:%Y%m%d%H%M}", "look_again", run.plan_id)


@engine.job("look_again")
def look_again(plan_id: str) -> None:
    """Rewind the run to the step that did not know; it looks, and never acts a second time."""
    run = here().store.run(plan_id)
    if run is not None and run.end is End.UNKNOWN:
        engine.retry(plan_id)


@engine.due
def expiry(context: Context) -> Iterable[Job]:
    yield Job(f"expiry:{context.clock.today()}", "drop_expired_plans", "")


@engine.job("drop_expired_plans")
def drop_expired_plans(_: str) -> None:
    """Plans hold for a day; two days after they were made nobody can press their button any more."""
    here().store.drop_expired_plans(here().clock.now() - 2 * LIFETIME)
