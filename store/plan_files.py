"""One TinyDB file for each plan: tables `plan` and `run`, the record of carrying it out."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from tinydb import TinyDB
from tinydb.table import Document as Numbered

from store.atomic_file import failure
from store.codec import PLAN, RUN
from store.folder import StoreFolder
from store.lead_files import NAME
from store.plan import End, Plan, Run
from store.ports import StoreDamaged
from store.workspace_file import WorkspaceFile

FOLDER = "plans"
_OVER = {End.CANCELLED, End.DONE}


class PlanFiles:
    """Plans never change; their runs do. `workspace` knows which runs are open, so that opening the store
    reads those only."""

    def __init__(self, folder: StoreFolder, workspace: WorkspaceFile) -> None:
        """Reads the open runs; all plans where the list of them was lost."""
        self._folder = folder
        self._place = folder.root / FOLDER
        self._workspace = workspace
        self._guard = threading.Lock()
        self._waiting: dict[str, datetime] = {}
        self._all_read = False
        if not folder.read_only:
            self._find_open_runs()

    def save(self, plan: Plan) -> None:
        """A plan saved before stays as it is; ValueError where the two differ."""
        if not NAME.fullmatch(plan.id):
            raise ValueError(f"{plan.id!r} cannot be the id of a plan")
        path = self._path(plan.id)
        with self._folder.lock(path):
            known = self.plan(plan.id)
            if known is not None:
                if known.digest != plan.digest:
                    raise ValueError(f"plan {plan.id} is already saved with another content")
                return
            with self._folder.change(path) as db:
                db.table("plan").insert(Numbered(PLAN.encode(plan), doc_id=1))
            with self._guard:
                self._waiting[plan.id] = plan.created_at

    def plan(self, plan_id: str) -> Plan | None:
        return self._read(plan_id)[0]

    def run(self, plan_id: str) -> Run | None:
        return self._read(plan_id)[1]

    def start_run(self, run: Run) -> Run:
        path = self._path(run.plan_id)
        with self._folder.lock(path):
            plan, known = self._read(run.plan_id)
            if plan is None:
                raise KeyError(f"no plan {run.plan_id}")
            if known is not None:
                return known
            self._write(path, run, was_open=False)
            with self._guard:
                self._waiting.pop(run.plan_id, None)
            return RUN.decode(RUN.encode(run))

    def update_run(self, plan_id: str, change: Callable[[Run], Run]) -> Run:
        path = self._path(plan_id)
        with self._folder.lock(path):
            before = self.run(plan_id)
            if before is None:
                raise KeyError(f"plan {plan_id} has no run")
            after = change(before)
            if after.plan_id != plan_id:
                raise ValueError(f"a change cannot make the run of {plan_id} into that of {after.plan_id}")
            if after != before:
                self._write(path, after, was_open=is_open(before))
            return RUN.decode(RUN.encode(after))

    def open_runs(self) -> list[Run]:
        """In the order of starting. A plan damaged meanwhile is reported by the folder."""
        return [run for run in map(self._run_or_damage, self._workspace.open_runs()) if run and is_open(run)]

    def drop_expired(self, before: datetime) -> int:
        """The first call reads all plans; later ones know which were never run."""
        self._read_all()
        with self._guard:
            expired = [plan_id for plan_id, created_at in self._waiting.items() if created_at < before]
        return sum(map(self._drop, expired))

    def _write(self, path: Path, run: Run, *, was_open: bool) -> None:
        """The list of open runs is changed before the run, or after it, so that it never lacks one."""
        document = RUN.encode(run)
        if is_open(run) and not was_open:
            self._workspace.add_open_runs([run.plan_id])
        with self._folder.change(path) as db:
            _put_run(db, document)
        if was_open and not is_open(run):
            self._workspace.drop_open_runs([run.plan_id])

    def _read(self, plan_id: str) -> tuple[Plan | None, Run | None]:
        if not NAME.fullmatch(plan_id):
            return None, None
        path = self._path(plan_id)
        with self._folder.lock(path):
            if damage := self._folder.damage_of(path):
                raise damage.with_traceback(None)
            tables = self._folder.tables(path)
        if tables is None:
            return None, None
        run = tables.get("run", {}).get("1")
        return PLAN.decode(tables["plan"]["1"]), RUN.decode(run) if run else None

    def _run_or_damage(self, plan_id: str) -> Run | None:
        try:
            return self.run(plan_id)
        except StoreDamaged:
            return None

    def _find_open_runs(self) -> None:
        if self._workspace.lost():
            found = [run for run in map(self._run_or_damage, self._ids()) if run and is_open(run)]
            self._workspace.add_open_runs(run.plan_id for run in sorted(found, key=lambda run: run.due_at))
            return
        listed = self._workspace.open_runs()
        over = [plan_id for plan_id in listed if not self._still_open(plan_id)]
        if over:
            self._workspace.drop_open_runs(over)

    def _still_open(self, plan_id: str) -> bool:
        """Damaged counts as open: it stays listed until the file is restored."""
        try:
            run = self.run(plan_id)
        except StoreDamaged:
            return True
        return run is not None and is_open(run)

    def _read_all(self) -> None:
        if self._all_read:
            return
        for plan_id in self._ids():
            with self._folder.lock(self._path(plan_id)):
                self._note_waiting(plan_id)
        self._all_read = True

    def _note_waiting(self, plan_id: str) -> None:
        try:
            plan, run = self._read(plan_id)
        except StoreDamaged:
            return
        if plan is not None and run is None:
            with self._guard:
                self._waiting[plan_id] = plan.created_at

    def _drop(self, plan_id: str) -> bool:
        path = self._path(plan_id)
        with self._folder.lock(path), self._folder.writing():
            with self._guard:
                if self._waiting.pop(plan_id, None) is None:
                    return False
            try:
                self._folder.files.unlink(path)
                self._folder.files.sync_folder(path.parent)
            except OSError as error:
                raise failure(path, error) from error
        return True

    def _ids(self) -> list[str]:
        names = self._folder.files.names(self._place)
        return [name.removesuffix(".json") for name in names if name.endswith(".json")]

    def _path(self, plan_id: str) -> Path:
        return self._place / f"{plan_id}.json"


def is_open(run: Run) -> bool:
    """Not over, or not yet shown in Slack."""
    return run.end not in _OVER or run.shown < run.changes


def _put_run(db: TinyDB, document: dict[str, object]) -> None:
    table = db.table("run")
    table.truncate()
    table.insert(Numbered(document, doc_id=1))
