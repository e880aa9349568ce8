"""The default store: a folder of small TinyDB files that people can read.

    leads/<id>.json       one lead: tables `lead`, `timeline`, `effects`
    plans/<plan id>.json  one plan: tables `plan`, `run`
    blobs/<sha256>        bytes
    workspace.json        values, and which runs are open
    LOCK                  names the process that may write

A change is one atomic replacement of one file, so its cost does not grow with the number of leads. An index
in memory, read at opening, answers the finds. Files whose checksum fails are renamed to
`<name>.damaged-<time>` and listed in `damaged`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from store import blobs, lead_files, plan_files
from store.blobs import Blobs
from store.file_system import FileSystem
from store.folder import StoreFolder
from store.lead import Effect, Event, Lead, LeadSummary, Message
from store.lead_files import LeadFiles
from store.lifecycle import Phase
from store.plan import Plan, Run
from store.plan_files import PlanFiles
from store.ports import StoreDamaged, Telling
from store.upcasters import UPCASTERS, Upcaster
from store.workspace_file import WorkspaceFile


class TinyDBLeadStore:
    """A `LeadStore`; see `store.ports` for what each method promises.

    Times come from the callers. The function given to `update` or `update_run` must not use the store.
    """

    def __init__(
        self,
        folder: Path,
        *,
        read_only: bool = False,
        files: FileSystem | None = None,
        upcasters: Mapping[int, Upcaster] = UPCASTERS,
    ) -> None:
        """Open `folder`, which is made where it is missing.

        Read-only needs no lock and changes nothing, not even a damaged file's name; the finds answer as of
        opening, everything else as of now. Raises `StoreLocked`; StoreError for a folder that cannot be used
        or holds leads of a later version.
        """
        kinds = (lead_files.FOLDER, plan_files.FOLDER, blobs.FOLDER)
        self._folder = StoreFolder(folder, kinds, files=files or FileSystem(), read_only=read_only)
        try:
            self._leads = LeadFiles(self._folder, upcasters)
            self._index = self._leads.index
            self._workspace = WorkspaceFile(self._folder)
            self._plans = PlanFiles(self._folder, self._workspace)
            self._blobs = Blobs(self._folder)
        except BaseException:
            self._folder.close()
            raise

    @property
    def damaged(self) -> list[StoreDamaged]:
        """What start-up should report: one error for each damaged file not yet restored from a backup."""
        return self._folder.damaged

    def create(self, lead: Lead, *events: Event) -> Lead:
        return self._leads.create(lead, events)

    def get(self, lead_id: str) -> Lead:
        return self._leads.get(lead_id)

    def update(
        self,
        lead_id: str,
        change: Callable[[Lead], Lead],
        *events: Event,
        telling: Telling | None = None,
        receipt: Effect | None = None,
    ) -> Lead:
        """Raises ValueError for an effect without a receipt or without its time."""
        return self._leads.update(lead_id, change, events, telling, receipt)

    def find_by_address(self, address: str) -> LeadSummary | None:
        return self._index.by_address(address)

    def find_by_domain(self, domain: str) -> list[LeadSummary]:
        return self._index.by_domain(domain)

    def find_by_ticket(self, ticket_id: int) -> LeadSummary | None:
        return self._index.by_ticket(ticket_id)

    def find_by_thread(self, thread: Message) -> LeadSummary | None:
        return self._index.by_thread(thread)

    def find_by_booking(self, booking: str) -> LeadSummary | None:
        return self._index.by_booking(booking)

    def leads(
        self,
        *,
        phase: Phase | None = None,
        owner: str | None = None,
        after: str = "",
        limit: int | None = None,
    ) -> list[LeadSummary]:
        return self._index.page(phase, owner, after, limit)

    def search(self, text: str, limit: int = 20) -> list[LeadSummary]:
        return self._index.search(text, limit)

    def append(self, lead_id: str, event: Event) -> bool:
        return self._leads.append(lead_id, event)

    def timeline(self, lead_id: str, *, after: int = 0, limit: int | None = None) -> list[Event]:
        return self._leads.timeline(lead_id, after, limit)

    def intend(self, lead_id: str, effect: Effect) -> None:
        """An intention already there keeps its time: from then on the effect may have happened."""
        self._leads.intend(lead_id, effect)

    def receive(self, lead_id: str, effect: Effect) -> None:
        """Raises ValueError for an effect without a receipt or without its time."""
        self._leads.receive(lead_id, effect)

    def forget(self, lead_id: str, key: str) -> None:
        self._leads.forget(lead_id, key)

    def effect(self, lead_id: str, key: str) -> Effect | None:
        """Raises NoSuchLead."""
        return self._leads.effect(lead_id, key)

    def save_plan(self, plan: Plan) -> None:
        """Raises ValueError where the id is already that of another content."""
        self._plans.save(plan)

    def plan(self, plan_id: str) -> Plan | None:
        return self._plans.plan(plan_id)

    def start_run(self, run: Run) -> Run:
        """Raises KeyError where the plan was not saved."""
        return self._plans.start_run(run)

    def run(self, plan_id: str) -> Run | None:
        return self._plans.run(plan_id)

    def update_run(self, plan_id: str, change: Callable[[Run], Run]) -> Run:
        return self._plans.update_run(plan_id, change)

    def open_runs(self) -> list[Run]:
        return self._plans.open_runs()

    def drop_expired_plans(self, before: datetime) -> int:
        return self._plans.drop_expired(before)

    def save_blob(self, data: bytes) -> str:
        return self._blobs.save(data)

    def blob(self, sha256: str) -> bytes:
        return self._blobs.blob(sha256)

    def value(self, name: str) -> Any:
        return self._workspace.value(name)

    def set_value(self, name: str, value: Any) -> None:
        self._workspace.set_value(name, value)

    def close(self) -> None:
        """Waits for changes under way; nothing can be written afterwards."""
        self._folder.close()
