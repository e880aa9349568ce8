"""`workspace.json`: the values of the workspace (cursors, switches), and which runs are open."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

from tinydb import TinyDB, where

from store.atomic_storage import Tables
from store.folder import StoreFolder
from store.ports import StoreDamaged


class WorkspaceFile:
    """Small, and read from the disk each time: what it says is what a crash would leave.

    A file found damaged at opening is replaced by a new one. One damaged later stops every use until the
    store is opened again, lest values and open runs be forgotten without a word.
    """

    def __init__(self, folder: StoreFolder) -> None:
        self._folder = folder
        self._path = folder.root / "workspace.json"
        self._lock = folder.lock(self._path)
        with suppress(StoreDamaged):
            folder.tables(self._path)
        self._damage_at_opening = folder.damage_of(self._path)

    def lost(self) -> bool:
        """Whether the open runs are not known (a new store, or a damaged file that was set aside)."""
        return "open_runs" not in (self._tables() or {})

    def value(self, name: str) -> Any:
        documents = ((self._tables() or {}).get("values") or {}).values()
        return next((document["value"] for document in documents if document["name"] == name), None)

    def set_value(self, name: str, value: Any) -> None:
        with self._change() as db:
            db.table("values").upsert({"name": name, "value": value}, where("name") == name)

    def open_runs(self) -> list[str]:
        """Ids of the plans whose run may be open; all that are open are among them."""
        documents = ((self._tables() or {}).get("open_runs") or {}).values()
        return [document["plan_id"] for document in documents]

    def add_open_runs(self, plan_ids: Iterable[str]) -> None:
        """Remember the runs, in the order given; those known already are left alone."""
        with self._change() as db:
            table = db.table("open_runs")
            known = {document["plan_id"] for document in table}
            new = [plan_id for plan_id in plan_ids if plan_id not in known]
            if new or "open_runs" not in db.tables():
                table.insert_multiple({"plan_id": plan_id} for plan_id in new)

    def drop_open_runs(self, plan_ids: Iterable[str]) -> None:
        dropped = set(plan_ids)
        with self._change() as db:
            if _has_any(db, dropped):
                db.table("open_runs").remove(where("plan_id").test(dropped.__contains__))

    def _tables(self) -> Tables | None:
        with self._lock:
            self._check()
            return self._folder.tables(self._path)

    @contextmanager
    def _change(self) -> Iterator[TinyDB]:
        with self._lock:
            self._check()
            with self._folder.change(self._path) as db:
                yield db

    def _check(self) -> None:
        damage = self._folder.damage_of(self._path)
        if damage is not None and damage is not self._damage_at_opening:
            raise damage.with_traceback(None)


def _has_any(db: TinyDB, plan_ids: set[str]) -> bool:
    return any(document["plan_id"] in plan_ids for document in db.table("open_runs"))
