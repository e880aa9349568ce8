"""Full disks, failing disks and flipped bits: named, never silent, and never in the way of other leads."""

from __future__ import annotations

import os
import random
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from store.file_system import FileSystem
from store.plan import End
from store.ports import NoSuchLead, StoreDamaged, StoreError, StoreFull
from store.tinydb_store import TinyDBLeadStore
from tests.store.disks import FailingDisk, SmallDisk
from tests.store.samples import AT, DAY, event, intention, lead, plan, run


def test_a_full_disk_changes_nothing_and_writing_goes_on_once_there_is_space(tmp_path: Path) -> None:
    disk = SmallDisk()
    store = TinyDBLeadStore(tmp_path, files=disk)
    store.create(lead())
    before = _seen(store)
    disk.free = 300
    _write_everything_in_vain(store)
    assert _seen(store) == before
    disk.free = 10**9
    assert _reopened_after_writing(store, tmp_path) == ([], 7, lead("bo"), [])


@pytest.fixture
def small_tmpfs(tmp_path: Path) -> Iterator[Path]:
    place = tmp_path / "small"
    place.mkdir()
    if shutil.which("mount") is None:
        pytest.skip("there is no mount command here, so no small tmpfs")
    mount = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(place)],
        capture_output=True,
        text=True,
        check=False,
    )
    if mount.returncode:
        pytest.skip(f"no tmpfs can be mounted here: {mount.stderr.strip()}")
    yield place
    subprocess.run(["umount", str(place)], check=True)


def test_a_really_full_disk_changes_nothing(small_tmpfs: Path) -> None:
    store = TinyDBLeadStore(small_tmpfs)
    store.create(lead())
    before = _seen(store)
    filler = small_tmpfs / "filler"
    free = os.statvfs(small_tmpfs)
    filler.write_bytes(b"x" * free.f_bavail * free.f_bsize)
    _write_everything_in_vain(store)
    assert _seen(store) == before
    filler.unlink()
    assert _reopened_after_writing(store, small_tmpfs) == ([], 7, lead("bo"), [])


def _seen(store: TinyDBLeadStore) -> tuple[object, ...]:
    """All that a lead, its indexes and the workspace show of it."""
    known, found = store.get("lada"), (store.find_by_ticket(7), store.find_by_address("bo@bo.example"))
    return known, store.timeline("lada"), store.effect("lada", "mail"), found, store.value("cursor")


def _write_everything_in_vain(store: TinyDBLeadStore) -> None:
    saved = plan()
    for change in (
        lambda: store.update("lada", lambda now: replace(now, ticket_id=7), event("x")),
        lambda: store.append("lada", event("x")),
        lambda: store.intend("lada", intention()),
        lambda: store.create(lead("bo")),
        lambda: store.save_plan(saved),
        lambda: store.save_blob(b"x" * 5000),
        lambda: store.set_value("cursor", "x" * 300),
    ):
        with pytest.raises(StoreFull, match="disk is full"):
            change()
    assert store.plan(saved.id) is None
    with pytest.raises(NoSuchLead):
        store.get("lbo")


def _reopened_after_writing(store: TinyDBLeadStore, folder: Path) -> tuple[object, ...]:
    """What is damaged, lada's ticket, the lead bo, and the files that were left unfinished."""
    assert store.create(lead("bo")).id == "lbo"
    store.update("lada", lambda now: replace(now, ticket_id=7), event("x"))
    store.close()
    store = TinyDBLeadStore(folder)
    kept = (store.damaged, store.get("lada").ticket_id, store.get("lbo"))
    store.close()
    return (*kept, list(folder.rglob("*.unfinished")))


@pytest.mark.parametrize("call", ["fsync", "rename"])
def test_a_failed_fsync_or_rename_changes_nothing(tmp_path: Path, call: str) -> None:
    disk = FailingDisk()
    store = TinyDBLeadStore(tmp_path, files=disk)
    store.create(lead())
    disk.fails.add(call)
    with pytest.raises(StoreError, match=r"lada\.json: Input/output error"):
        store.update("lada", lambda now: replace(now, ticket_id=7), event("x"))
    assert (store.get("lada"), store.timeline("lada"), store.find_by_ticket(7)) == (lead(), [], None)
    disk.fails.clear()
    assert store.update("lada", lambda now: replace(now, ticket_id=8)).version == 1
    store.close()


def test_a_folder_the_disk_does_not_confirm_stops_all_writing_until_reopening(tmp_path: Path) -> None:
    disk = FailingDisk()
    store = TinyDBLeadStore(tmp_path, files=disk)
    store.create(lead())
    disk.fails.add("sync")
    with pytest.raises(StoreError, match="did not confirm"):
        store.update("lada", lambda now: replace(now, ticket_id=7))
    with pytest.raises(StoreError, match="did not confirm"):
        store.create(lead("bo"))
    disk.fails.clear()
    with pytest.raises(StoreError, match="did not confirm"):
        store.append("lada", event("x"))
    assert (store.get("lada"), store.find_by_ticket(7), store.find_by_address("bo@bo.example")) == (
        lead(),
        None,
        None,
    )
    store.close()
    store = TinyDBLeadStore(tmp_path)
    assert store.get("lada") == lead()
    assert store.append("lada", event("x"))
    store.close()


def _flip_a_bit(path: Path, rng: random.Random) -> None:
    data = bytearray(path.read_bytes())
    data[rng.randrange(len(data))] ^= 1 << rng.randrange(8)
    path.write_bytes(data)


def test_every_flipped_bit_of_a_lead_is_noticed(tmp_path: Path) -> None:
    store = TinyDBLeadStore(tmp_path)
    store.create(lead(), event("a"))
    store.intend("lada", intention())
    store.close()
    path = tmp_path / "leads" / "lada.json"
    whole = path.read_bytes()
    rng = random.Random(1)
    for _ in range(150):
        path.write_bytes(whole)
        _flip_a_bit(path, rng)
        reader = TinyDBLeadStore(tmp_path, read_only=True)
        assert len(reader.damaged) == 1
        with pytest.raises(StoreDamaged):
            reader.timeline("lada")
        assert path.exists()
    for cut in (0, 1, len(whole) // 2, len(whole) - 1):
        path.write_bytes(whole[:cut])
        assert len(TinyDBLeadStore(tmp_path, read_only=True).damaged) == 1


def test_a_damaged_lead_is_set_aside_and_the_others_go_on(tmp_path: Path) -> None:
    store = TinyDBLeadStore(tmp_path)
    store.create(lead())
    store.create(lead("bo"))
    store.close()
    path = tmp_path / "leads" / "lada.json"
    whole = path.read_bytes()
    _flip_a_bit(path, random.Random(3))
    for _ in range(2):  # the second start still says so
        store = TinyDBLeadStore(tmp_path)
        assert [summary.id for summary in store.leads()] == ["lbo"]
        (kept,) = (tmp_path / "leads").glob("lada.json.damaged-20*Z")
        (error,) = store.damaged
        assert str(path) in str(error) and kept.name in str(error)
        for refused in (
            lambda: store.get("lada"),  # noqa: B023
            lambda: store.append("lada", event("x")),  # noqa: B023
            lambda: store.create(lead()),  # noqa: B023
            lambda: store.effect("lada", "mail"),  # noqa: B023
        ):
            with pytest.raises(StoreDamaged, match=r"lada\.json.damaged-"):
                refused()
        assert store.append("lbo", event("goes on")) is (_ == 0)
        store.close()
    path.write_bytes(whole)
    store = TinyDBLeadStore(tmp_path)
    assert (store.damaged, store.get("lada")) == ([], lead())
    store.close()


def test_damage_while_running_is_noticed_at_the_next_use(tmp_path: Path) -> None:
    store = TinyDBLeadStore(tmp_path)
    store.create(lead())
    store.create(lead("bo"))
    _flip_a_bit(tmp_path / "leads" / "lada.json", random.Random(4))
    (tmp_path / "leads" / "lbo.json").unlink()
    with pytest.raises(StoreDamaged, match="damaged-20"):
        store.update("lada", lambda now: now)
    with pytest.raises(StoreDamaged, match="gone"):
        store.append("lbo", event("x"))
    assert len(store.damaged) == 2
    assert store.find_by_address("ada@ada.example") is not None, "its address must not look free"
    store.close()


def test_a_lead_in_the_wrong_file_is_not_taken_for_another(tmp_path: Path) -> None:
    store = TinyDBLeadStore(tmp_path)
    store.create(lead())
    store.close()
    (tmp_path / "leads" / "lbo.json").write_bytes((tmp_path / "leads" / "lada.json").read_bytes())
    store = TinyDBLeadStore(tmp_path)
    assert [summary.id for summary in store.leads()] == ["lada"]
    assert "lbo.json" in str(store.damaged[0])
    store.close()


def test_a_damaged_plan_is_never_carried_out(tmp_path: Path) -> None:
    store = TinyDBLeadStore(tmp_path)
    bad, good = plan(n=1), plan(n=2)
    for saved in (bad, good):
        store.save_plan(saved)
        store.start_run(run(saved))
    store.close()
    _flip_a_bit(tmp_path / "plans" / f"{bad.id}.json", random.Random(5))
    store = TinyDBLeadStore(tmp_path)
    assert bad.id in str(store.damaged[0])
    assert [each.plan_id for each in store.open_runs()] == [good.id]
    for refused in (
        lambda: store.plan(bad.id),
        lambda: store.run(bad.id),
        lambda: store.save_plan(bad),
        lambda: store.start_run(run(bad)),
        lambda: store.update_run(bad.id, lambda now: now),
    ):
        with pytest.raises(StoreDamaged):
            refused()
    assert store.drop_expired_plans(AT + DAY) == 0
    store.close()


def test_a_damaged_workspace_is_reported_and_the_open_runs_are_found_again(tmp_path: Path) -> None:
    store = TinyDBLeadStore(tmp_path)
    over, still_open = plan(n=1), plan(n=2)
    for saved, end in ((over, End.DONE), (still_open, End.UNKNOWN)):
        store.save_plan(saved)
        store.start_run(run(saved, end))
    store.set_value("cursor", 1)
    store.close()
    _flip_a_bit(tmp_path / "workspace.json", random.Random(6))
    store = TinyDBLeadStore(tmp_path)
    assert "workspace.json" in str(store.damaged[0])
    assert [each.plan_id for each in store.open_runs()] == [still_open.id]
    assert store.value("cursor") is None
    store.set_value("cursor", 2)
    store.close()


def test_a_workspace_damaged_while_running_stops_its_use_and_the_next_start_recovers(tmp_path: Path) -> None:
    store = TinyDBLeadStore(tmp_path)
    saved, later = plan(n=1), plan(n=2)
    for each in (saved, later):
        store.save_plan(each)
    store.start_run(run(saved))
    _flip_a_bit(tmp_path / "workspace.json", random.Random(8))
    for refused in (
        lambda: store.value("paused"),
        lambda: store.value("paused"),
        lambda: store.set_value("cursor", 1),
        lambda: store.start_run(run(later)),
        lambda: store.open_runs(),
    ):
        with pytest.raises(StoreDamaged, match="workspace"):
            refused()
    assert store.run(later.id) is None
    store.close()
    store = TinyDBLeadStore(tmp_path)
    assert "workspace.json" in str(store.damaged[0])
    assert [each.plan_id for each in store.open_runs()] == [saved.id]
    store.start_run(run(later))
    store.close()


def test_a_damaged_blob_is_never_given_out(tmp_path: Path) -> None:
    store = TinyDBLeadStore(tmp_path)
    name = store.save_blob(b"pdf" * 1000)
    _flip_a_bit(tmp_path / "blobs" / name, random.Random(7))
    for _ in range(2):
        with pytest.raises(StoreDamaged, match=f"{name}.damaged-"):
            store.blob(name)
    assert store.save_blob(b"pdf" * 1000) == name
    assert (store.blob(name), store.damaged) == (b"pdf" * 1000, [])
    store.close()


def test_a_file_that_cannot_be_read_is_named_and_left_alone(tmp_path: Path) -> None:
    class Unreadable(FileSystem):
        def read(self, path: Path) -> bytes:
            if path.name == "lada.json":
                raise PermissionError(13, "Permission denied")
            return super().read(path)

    store = TinyDBLeadStore(tmp_path)
    store.create(lead())
    store.create(lead("bo"))
    store.close()
    store = TinyDBLeadStore(tmp_path, files=Unreadable())
    assert [summary.id for summary in store.leads()] == ["lbo"]
    assert "lada.json" in str(store.damaged[0]) and "Permission denied" in str(store.damaged[0])
    store.close()
    store = TinyDBLeadStore(tmp_path)
    assert (store.damaged, len(store.leads())) == ([], 2)
    store.close()
