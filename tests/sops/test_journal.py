"""What the engine's journal keeps of what is over."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from dbos import DBOS

from sops import engine, jobs
from sops.jobs import Job
from tests.desk import fault
from tests.office import CHANNEL, Office

_done: list[str] = []


@jobs.job("count_for_a_test")
def _count(argument: str) -> None:
    _done.append(argument)


def _is_over(run_id: str) -> bool:
    found = DBOS.get_workflow_status(run_id)
    return found is not None and found.status == "SUCCESS"


def test_what_is_over_is_forgotten_once_it_is_old_and_an_attempt_that_stopped_can_still_be_taken_up(
    office: Office,
) -> None:
    damian, fine, stopped = office.person(), office.new_address(), office.new_address()
    office.hail(damian, fine)
    office.plan(damian, stopped)
    damian.submit()
    with fault(office.sandbox, "freshdesk", "POST */outbound_email", "lost_before", match=stopped):
        end = office.send_now(damian, stopped)
    run = next(run for run in office.store.open_runs() if stopped in run.about)
    done = next(one for one in DBOS.list_workflows(name="hail") if one.status == "SUCCESS")
    job = Job(f"count:{fine}", "count_for_a_test", fine)
    engine.soon(job)
    office.sandbox.wait_until(lambda: _is_over(job.id))

    long_ago, later = datetime.now(UTC) - timedelta(days=1), datetime.now(UTC) + timedelta(minutes=1)
    engine.forget_finished(jobs_before=long_ago, runs_before=long_ago)
    assert _is_over(job.id) and _is_over(done.workflow_id)
    engine.forget_finished(jobs_before=later, runs_before=later)
    assert not _is_over(job.id) and not _is_over(done.workflow_id)
    assert _is_over(f"{run.sop}:{run.plan_id}")
    assert _done == [fine]

    damian.press("It was not, send now", end)
    damian.wait_for(CHANNEL, f"Hailed {stopped}")
    assert len(office.mails_to(stopped)) == len(office.mails_to(fine)) == 1
