"""One TinyDB file for each lead: tables `lead`, `timeline` and `effects`."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import Any

from tinydb import TinyDB, where
from tinydb.table import Document as Numbered

from store.codec import EFFECT, EVENT, LEAD
from store.folder import StoreFolder
from store.index import LeadIndex
from store.lead import SCHEMA, Effect, Event, Lead
from store.ports import NoSuchLead, StoreDamaged, StoreError, Telling
from store.upcasters import Upcaster, WrittenByNewer, upcast

FOLDER = "leads"
NAME = re.compile(r"[A-Za-z0-9_-]{1,64}")
"""What an id may look like: ids come back from Slack, and they are names of files."""


class LeadFiles:
    """Reads and changes the files, and keeps the index in step: it shows only what is on the disk."""

    def __init__(self, folder: StoreFolder, upcasters: Mapping[int, Upcaster]) -> None:
        """Reads every lead. Damaged ones are reported by `folder` and the rest goes on.

        Raises StoreError for a lead that is whole but in a shape this version does not know.
        """
        self._folder = folder
        self._place = folder.root / FOLDER
        self._upcasters = upcasters
        self.index = LeadIndex()
        names = folder.files.names(self._place) if self._place.is_dir() else []
        for name in names:
            if name.endswith(".json"):
                self._load(self._place / name)

    def create(self, lead: Lead, events: Iterable[Event]) -> Lead:
        if not NAME.fullmatch(lead.id):
            raise ValueError(f"{lead.id!r} cannot be the id of a lead")
        path = self._path(lead.id)
        with self._folder.lock(path):
            if lead.id in self.index:
                return self.get(lead.id)
            if damage := self._folder.damage_of(path):
                raise damage.with_traceback(None)
            stored = _as_stored(lead)
            with self.index.claiming() as claim, self._folder.change(path) as db:
                if db.tables():
                    raise StoreError(f"{path} appeared while the store was open. Start the assistant again.")
                claim(stored)
                _put(db, stored)
                _record(db, events)
        return stored

    def get(self, lead_id: str) -> Lead:
        return self._decode(self._path(lead_id), self._table(lead_id, "lead")[0])

    def update(
        self,
        lead_id: str,
        change: Callable[[Lead], Lead],
        events: Iterable[Event],
        telling: Telling | None,
        receipt: Effect | None,
    ) -> Lead:
        path = self._path(lead_id)
        with (
            self._folder.lock(path),
            self.index.claiming() as claim,
            self._changing(lead_id) as db,
        ):
            before = self._decode(path, db.table("lead").all()[0])
            after = _as_stored(replace(change(before), version=before.version + 1))
            if after.id != lead_id:
                raise ValueError(f"a change cannot make lead {lead_id} into {after.id}")
            last = telling(before, after) if telling is not None else None
            told = [*events] if last is None else [*events, last]
            if not told and receipt is None and after == replace(before, version=after.version):
                return before
            claim(after)
            _put(db, after)
            _record(db, told)
            if receipt is not None:
                _put_receipt(db, receipt)
        return after

    def append(self, lead_id: str, event: Event) -> bool:
        with self._changing(lead_id) as db:
            return _record(db, [event]) == 1

    def timeline(self, lead_id: str, after: int, limit: int | None) -> list[Event]:
        documents = islice(self._table(lead_id, "timeline"), max(0, after), None)
        return [EVENT.decode(document) for document in islice(documents, limit)]

    def effect(self, lead_id: str, key: str) -> Effect | None:
        found = [document for document in self._table(lead_id, "effects") if document["key"] == key]
        return EFFECT.decode(found[0]) if found else None

    def intend(self, lead_id: str, effect: Effect) -> None:
        with self._changing(lead_id) as db:
            known = _effect(db, effect.key)
            if known is None:
                _put_effect(db, replace(effect, receipt=None, received_at=None))
            elif known.receipt is None:
                _put_effect(db, replace(known, detail=effect.detail))

    def receive(self, lead_id: str, effect: Effect) -> None:
        with self._changing(lead_id) as db:
            _put_receipt(db, effect)

    def forget(self, lead_id: str, key: str) -> None:
        with self._changing(lead_id) as db:
            known = _effect(db, key)
            if known is not None and known.receipt is None:
                db.table("effects").remove(where("key") == key)

    @contextmanager
    def _changing(self, lead_id: str) -> Iterator[TinyDB]:
        path = self._path(lead_id)
        with self._folder.lock(path):
            self._check_known(lead_id, path)
            with self._folder.change(path) as db:
                if not db.tables():
                    raise self._folder.report(path, "the file is gone")
                yield db

    def _table(self, lead_id: str, name: str) -> list[dict[str, Any]]:
        path = self._path(lead_id)
        with self._folder.lock(path):
            self._check_known(lead_id, path)
            tables = self._folder.tables(path)
        if tables is None:
            raise (
                NoSuchLead(lead_id)
                if self._folder.read_only
                else self._folder.report(path, "the file is gone")
            )
        return list(tables.get(name, {}).values())

    def _check_known(self, lead_id: str, path: Path) -> None:
        if damage := self._folder.damage_of(path):
            raise damage.with_traceback(None)
        if lead_id in self.index or (self._folder.read_only and NAME.fullmatch(lead_id)):
            return  # a reader's index is as old as its opening: the file decides
        raise NoSuchLead(lead_id)

    def _load(self, path: Path) -> None:
        try:
            tables = self._folder.first_table(path)
        except StoreDamaged:
            return
        except StoreError as error:
            self._folder.report(path, f"it cannot be read ({error.__cause__})")
            return
        if tables is None:
            return
        lead = self._decode(path, tables["lead"]["1"])
        if lead.id == path.stem:
            self.index.put(lead)
        else:
            self._folder.set_aside(path, f"it holds lead {lead.id}")

    def _decode(self, path: Path, document: Mapping[str, Any]) -> Lead:
        try:
            return LEAD.decode(upcast(document, self._upcasters))
        except (WrittenByNewer, ValueError, KeyError) as error:
            raise StoreError(
                f"{path} is whole, but this version of the assistant cannot read it ({error}). It was left "
                "as it is: start the version that wrote it, or a later one."
            ) from error

    def _path(self, lead_id: str) -> Path:
        return self._place / f"{lead_id}.json"


def _as_stored(lead: Lead) -> Lead:
    return LEAD.decode(LEAD.encode(replace(lead, schema=SCHEMA)))


def _put(db: TinyDB, lead: Lead) -> None:
    table = db.table("lead")
    table.truncate()
    table.insert(Numbered(LEAD.encode(lead), doc_id=1))


def _record(db: TinyDB, events: Iterable[Event]) -> int:
    """Add the events whose key is new to the timeline; how many."""
    table = db.table("timeline")
    known = {document["key"] for document in table}
    new = []
    for event in events:
        if event.key not in known:
            known.add(event.key)
            new.append(EVENT.encode(event))
    if new:
        table.insert_multiple(new)
    return len(new)


def _effect(db: TinyDB, key: str) -> Effect | None:
    document = db.table("effects").get(where("key") == key)
    return EFFECT.decode(document) if document is not None else None


def _put_receipt(db: TinyDB, effect: Effect) -> None:
    if effect.receipt is None or effect.received_at is None:
        raise ValueError(f"effect {effect.key} has no receipt, or no time of it")
    known = _effect(db, effect.key) or effect
    _put_effect(db, replace(effect, intended_at=known.intended_at, detail=effect.detail or known.detail))


def _put_effect(db: TinyDB, effect: Effect) -> None:
    db.table("effects").upsert(EFFECT.encode(effect), where("key") == effect.key)
