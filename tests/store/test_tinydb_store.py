"""The TinyDB store keeps the contract, and its own promises about files, locks and readers."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from tinydb import TinyDB

from store.atomic_storage import seal, unseal
from store.lead import SCHEMA
from store.plan import End
from store.ports import LeadStore, NoSuchLead, StoreError, StoreLocked
from store.tinydb_store import TinyDBLeadStore
from store.upcasters import UPCASTERS, Upcaster
from tests.store.contract import LeadStoreContract
from tests.store.samples import AT, event, intention, lead, plan, run


class FolderPlace:
    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def open(self, upcasters: Mapping[int, Upcaster] | None = None) -> LeadStore:
        return TinyDBLeadStore(self.folder, upcasters=UPCASTERS if upcasters is None else upcasters)

    def stored(self, lead_id: str) -> dict[str, Any]:
        document: dict[str, Any] = unseal(self._path(lead_id).read_bytes())["lead"]["1"]
        return document

    def replace_stored(self, lead_id: str, document: dict[str, Any]) -> None:
        tables = unseal(self._path(lead_id).read_bytes())
        self._path(lead_id).write_bytes(seal({**tables, "lead": {"1": document}}))

    def _path(self, lead_id: str) -> Path:
        return self.folder / "leads" / f"{lead_id}.json"


@pytest.fixture
def place(tmp_path: Path) -> FolderPlace:
    return FolderPlace(tmp_path / "data")


class TestTinyDBLeadStore(LeadStoreContract):
    @pytest.fixture
    def place(self, tmp_path: Path) -> FolderPlace:
        return FolderPlace(tmp_path / "data")


def test_stock_tinydb_and_a_person_can_read_a_lead(place: FolderPlace) -> None:
    store = place.open()
    store.create(lead(organisation="Université"), event("created", "Created, with a\nsecond line"))
    store.intend("lada", intention())
    store.close()
    path = place.folder / "leads" / "lada.json"
    with TinyDB(path, access_mode="r", encoding="utf-8") as db:
        assert db.table("lead").all()[0]["organisation"] == "Université"
        assert db.table("timeline").all()[0]["key"] == "created"
        assert db.table("effects").all()[0]["key"] == "mail"
    lines = path.read_text(encoding="utf-8").splitlines()
    assert '    "organisation": "Université",' in lines
    assert max(map(len, lines)) < 260


def test_a_reader_needs_no_lock_and_changes_nothing(place: FolderPlace) -> None:
    writer = place.open()
    writer.create(lead())
    reader = TinyDBLeadStore(place.folder, read_only=True)
    assert [summary.id for summary in reader.leads()] == ["lada"]
    writer.update("lada", lambda now: replace(now, source="mail"))
    writer.create(lead("bo"))
    assert reader.get("lada").source == "mail"
    assert reader.get("lbo") == lead("bo")
    with pytest.raises(NoSuchLead):
        reader.get("lnone")
    saved = plan()
    for change in (
        lambda: reader.create(lead("c")),
        lambda: reader.append("lada", event("x")),
        lambda: reader.save_plan(saved),
        lambda: reader.save_blob(b"x"),
        lambda: reader.set_value("x", 1),
    ):
        with pytest.raises(StoreError, match="read-only"):
            change()
    reader.close()
    writer.append("lada", event("the writer goes on"))
    writer.close()


def test_a_reader_of_no_store_is_told_so_and_makes_none(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="no store"):
        TinyDBLeadStore(tmp_path / "data", read_only=True)
    assert not (tmp_path / "data").exists()


def test_a_second_writer_is_told_who_writes(place: FolderPlace) -> None:
    store = place.open()
    with pytest.raises(StoreLocked, match=rf"by process {os.getpid()} on host \S+ since 20\d\d-"):
        place.open()
    store.close()
    place.open().close()


def test_a_closed_store_writes_nothing(place: FolderPlace) -> None:
    store = place.open()
    store.create(lead())
    store.close()
    store.close()
    with pytest.raises(StoreError, match="closed"):
        store.append("lada", event("late"))
    assert store.timeline("lada") == []


def test_opening_reads_no_plan_that_is_over(place: FolderPlace) -> None:
    store = place.open()
    over, still_open = plan(n=1), plan(n=2)
    for saved, end in ((over, End.DONE), (still_open, End.FAILED)):
        store.save_plan(saved)
        store.start_run(run(saved, end))
    store.close()
    (place.folder / "plans" / f"{over.id}.json").write_bytes(
        b"nonsense that would be set aside if it were read"
    )
    store = TinyDBLeadStore(place.folder)
    assert store.damaged == []
    assert [each.plan_id for each in store.open_runs()] == [still_open.id]
    store.close()


def test_a_lead_of_a_later_version_stops_the_start_and_stays_as_it_is(place: FolderPlace) -> None:
    store = place.open()
    store.create(lead())
    store.close()
    place.replace_stored("lada", {**place.stored("lada"), "schema": SCHEMA + 1})
    before = (place.folder / "leads" / "lada.json").read_bytes()
    with pytest.raises(StoreError, match=rf"lada\.json.*schema {SCHEMA + 1}.*version"):
        place.open()
    assert (place.folder / "leads" / "lada.json").read_bytes() == before
    place.replace_stored("lada", {**place.stored("lada"), "schema": SCHEMA})
    place.open().close()


def test_a_lead_this_version_cannot_read_is_named_without_its_content(place: FolderPlace) -> None:
    store = place.open()
    store.create(lead())
    store.close()
    place.replace_stored("lada", {**place.stored("lada"), "ticket_id": "private words"})
    with pytest.raises(StoreError, match="ticket_id") as refusal:
        place.open()
    assert "private words" not in str(refusal.value)


def test_files_are_for_their_owner_only(place: FolderPlace) -> None:
    store = place.open()
    store.create(lead())
    store.close()
    assert (place.folder / "leads").stat().st_mode & 0o077 == 0
    assert (place.folder / "leads" / "lada.json").stat().st_mode & 0o077 == 0


def test_an_unfinished_file_left_by_a_crash_is_removed(place: FolderPlace) -> None:
    place.open().close()
    left = place.folder / "leads" / "lada.json.unfinished"
    left.write_bytes(b"half")
    store = place.open()
    assert not left.exists()
    assert store.leads() == []
    store.close()


def test_a_change_without_effect_writes_nothing(place: FolderPlace) -> None:
    store = place.open()
    store.create(lead(), event("a"))
    path = place.folder / "leads" / "lada.json"
    before = path.stat().st_ino
    store.append("lada", event("a"))
    store.forget("lada", "never intended")
    assert path.stat().st_ino == before
    store.close()


def test_the_data_survives_a_copy_of_the_folder(place: FolderPlace, tmp_path: Path) -> None:
    store = place.open()
    store.create(lead())
    store.set_value("cursor", 5)
    store.close()
    document = json.loads((place.folder / "workspace.json").read_bytes())
    assert document["values"]["1"] == {"name": "cursor", "value": 5}
    place.folder.rename(tmp_path / "moved")
    moved = TinyDBLeadStore(tmp_path / "moved")
    assert (moved.get("lada"), moved.value("cursor")) == (lead(), 5)
    assert moved.get("lada").created_at == AT
    moved.close()
