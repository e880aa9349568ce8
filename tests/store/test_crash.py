"""Nothing acknowledged is lost: killed processes, power loss, two processes."""

from __future__ import annotations

import random
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from store.lead import Contact
from store.plan import End
from store.ports import AddressTaken, StoreDamaged, StoreLocked
from store.tinydb_store import TinyDBLeadStore
from tests.store.disks import HastyDisk, RecordingDisk, after_crash
from tests.store.samples import event, intention, lead, plan, receipt, run

ROOT = Path(__file__).parents[2]
ROUNDS = 20
THREADS = 2


def _writer(folder: Path, number: int = 0) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "tests.store.write_until_killed", str(folder), str(number), str(THREADS)]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)


def _kill_after(process: subprocess.Popen[str], heard: int, seconds: float) -> list[tuple[str, int]]:
    """What the process acknowledged before it was killed, `seconds` after its first `heard` lines; a last line
    without its end does not count."""
    assert process.stdout is not None
    assert process.stdout.readline() == "open\n"
    lines = [process.stdout.readline().rstrip("\n") for _ in range(heard)]
    time.sleep(seconds)
    process.send_signal(signal.SIGKILL)
    lines += process.stdout.read().split("\n")[:-1]
    assert process.wait() == -signal.SIGKILL
    return [(name, int(number)) for name, number in (line.split() for line in lines)]


@pytest.mark.crash
def test_acknowledged_changes_survive_kill_after_kill_on_one_folder(tmp_path: Path) -> None:
    rng = random.Random(2)
    acknowledged: dict[str, int] = {}
    for number in range(ROUNDS):
        heard, seconds = rng.randrange(8), rng.uniform(0, 0.03)
        acknowledged.update(_kill_after(_writer(tmp_path, number), heard, seconds))
        store = TinyDBLeadStore(tmp_path)
        assert store.damaged == []
        _check_leads(store, acknowledged)
        _check_runs(store, acknowledged)
        store.close()
    assert sum(acknowledged.values()) > 2 * ROUNDS, "the writer was killed before it wrote anything"
    assert list(tmp_path.rglob("*.unfinished")) == []


def _check_leads(store: TinyDBLeadStore, acknowledged: dict[str, int]) -> None:
    for summary in store.leads():
        reached = int(store.get(summary.id).next_step or 0)
        assert reached >= acknowledged.get(summary.id, 0)
        keys = [each.key for each in store.timeline(summary.id, limit=reached + 1)]
        assert keys == [f"n{number}" for number in range(1, reached + 1)]


def _check_runs(store: TinyDBLeadStore, acknowledged: dict[str, int]) -> None:
    still_open = {each.plan_id for each in store.open_runs()}
    for plan_id in (name for name in acknowledged if name.startswith("p")):
        assert store.plan(plan_id) is not None
        found = store.run(plan_id)
        assert found is not None
        assert (found.end is End.QUEUED) == (plan_id in still_open)
        if acknowledged[plan_id] == 2:
            assert found.end is End.DONE


@pytest.mark.crash
def test_a_second_process_is_refused_by_name_until_the_first_is_killed(tmp_path: Path) -> None:
    first = _writer(tmp_path)
    assert first.stdout is not None
    assert first.stdout.readline() == "open\n"
    with pytest.raises(StoreLocked, match=f"process {first.pid} on host {socket.gethostname()} since 20"):
        TinyDBLeadStore(tmp_path)
    reader = TinyDBLeadStore(tmp_path, read_only=True)
    for _ in range(20):
        for summary in reader.leads():
            assert len(reader.timeline(summary.id, limit=10**6)) >= int(reader.get(summary.id).next_step or 0)
    first.kill()
    first.communicate()
    TinyDBLeadStore(tmp_path).close()


@dataclass
class Promises:
    """What the store has acknowledged, each with the number of calls to the disk made by then."""

    disk: RecordingDisk
    made: list[tuple[int, str, object]] = field(default_factory=list)

    def note(self, what: str, value: object) -> None:
        self.made.append((len(self.disk.calls), what, value))

    def by(self, calls: int) -> dict[str, object]:
        """The last promise of each kind that was made within the first `calls` calls."""
        return {what: value for made_at, what, value in self.made if made_at <= calls}


def _work(folder: Path, disk: RecordingDisk) -> Promises:
    """A little of everything, with each acknowledgement noted."""
    promises = Promises(disk)
    store = TinyDBLeadStore(folder, files=disk)
    promises.note("open", True)
    for name in ("ada", "bo"):
        store.create(lead(name), event("e0"))
        promises.note(f"version l{name}", 0)
    for number in range(1, 5):
        for lead_id in ("lada", "lbo"):
            store.update(lead_id, lambda now, n=number: replace(now, next_step=str(n)), event(f"e{number}"))  # type: ignore[misc]
            promises.note(f"version {lead_id}", number)
    store.intend("lada", intention())
    promises.note("intention", True)
    store.receive("lada", receipt())
    promises.note("receipt", True)
    saved = plan()
    promises.note("blob", store.save_blob(b"pdf" * 700))
    store.save_plan(saved)
    promises.note("plan", saved)
    store.start_run(run(saved))
    promises.note("run", saved.id)
    store.set_value("cursor", 1)
    promises.note("cursor", 1)
    store.update_run(saved.id, lambda now: replace(now, end=End.DONE))
    promises.note("done", saved.id)
    store.set_value("cursor", 2)
    promises.note("cursor", 2)
    store.close()
    return promises


def _broken_promises(folder: Path, promised: dict[str, object]) -> list[str]:
    """What the store in `folder` no longer has of what it promised, in words."""
    store = TinyDBLeadStore(folder, files=HastyDisk())
    broken = [str(error) for error in store.damaged]
    present = {summary.id: store.get(summary.id) for summary in store.leads()}
    for lead_id in ("lada", "lbo"):
        found = present.get(lead_id)
        if found is None:
            broken += [f"{lead_id} is lost"] if f"version {lead_id}" in promised else []
            continue
        if found.version < int(str(promised.get(f"version {lead_id}", 0))):
            broken.append(f"{lead_id} went back to {found.version}")
        keys = [each.key for each in store.timeline(lead_id)]
        if keys != [f"e{number}" for number in range(found.version + 1)]:
            broken.append(f"the timeline of {lead_id} is {keys}")
    broken += _broken_runs(store, promised, "lada" in present)
    store.close()
    return broken


def _broken_runs(store: TinyDBLeadStore, promised: dict[str, object], has_lead: bool) -> list[str]:
    effect = store.effect("lada", "mail") if has_lead else None
    saved = promised.get("plan")
    kept = store.plan(saved.id) if saved else None  # type: ignore[attr-defined]
    started = store.run(str(promised["run"])) if "run" in promised else None
    checks = {
        "intention": effect is not None,
        "receipt": effect is not None and effect.receipt is not None,
        "plan": kept == saved,
        "run": started is not None and (started.end is End.DONE or started in store.open_runs()),
        "done": started is not None and started.end is End.DONE and store.open_runs() == [],
        "blob": "blob" in promised and store.blob(str(promised["blob"])) == b"pdf" * 700,
        "cursor": (store.value("cursor") or 0) >= int(str(promised.get("cursor", 0))),
    }
    return [what for what, holds in checks.items() if what in promised and not holds]


def _trials(folder: Path, disk: RecordingDisk, seeds: range) -> list[list[str]]:
    """For crashes after random calls: what was broken. Each survivor is written to, and opened again."""
    promises = _work(folder / "real", disk)
    results = []
    for seed in seeds:
        rng = random.Random(seed)
        calls = rng.randint(0, len(disk.calls))
        survivor = folder / f"after-{seed}"
        after_crash(disk.calls[:calls], folder / "real", survivor, rng)
        promised = promises.by(calls)
        try:
            broken = _broken_promises(survivor, promised)
            if not broken:
                _write_on(survivor)
                broken = _broken_promises(survivor, promised)
        except (StoreDamaged, KeyError) as error:
            broken = [str(error)]
        results.append(broken)
    return results


def _write_on(folder: Path) -> None:
    store = TinyDBLeadStore(folder, files=HastyDisk())
    store.create(lead("later"))
    for summary in store.leads():
        store.intend(summary.id, intention("later"))
    with pytest.raises(AddressTaken):
        store.create(replace(lead("other"), contacts=(Contact("later@later.example"),)))
    store.close()


def test_a_power_loss_at_any_call_loses_nothing_acknowledged(tmp_path: Path) -> None:
    results = _trials(tmp_path, RecordingDisk(), range(250))
    assert [broken for broken in results if broken] == []


@pytest.mark.parametrize("left_out", ["fsync", "sync"])
def test_the_power_loss_test_notices_a_missing_fsync(tmp_path: Path, left_out: str) -> None:
    results = _trials(tmp_path, RecordingDisk(leave_out=frozenset({left_out})), range(50))
    assert sum(bool(broken) for broken in results) > 30
