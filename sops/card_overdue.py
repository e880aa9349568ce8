"""Once a day: cards and Home tabs whose lead's next step has become overdue say so, without anybody's change."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from sops import jobs
from sops.context import Context, here
from sops.jobs import Job
from store.lifecycle import Phase

_AWAY = timedelta(days=7)
"""So long the assistant may have been stopped, and still marks what became overdue meanwhile."""


@jobs.due
def new_day(context: Context) -> Iterable[Job]:
    yield Job(f"overdue:{context.clock.today()}", "show_overdue", "")


@jobs.job("show_overdue")
def show_overdue(_: str) -> None:
    today = here().clock.today()
    first, last = (today - _AWAY).isoformat(), today.isoformat()
    for lead in here().store.leads():
        if first <= lead.next_step_due < last and lead.phase is not Phase.CLOSED:
            here().progress.card(lead.id)
