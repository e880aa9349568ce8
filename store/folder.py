"""The store's folder: who may write in it, one change to one file, and what was found damaged."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from weakref import WeakValueDictionary

from tinydb import TinyDB
from tinydb.middlewares import CachingMiddleware

from store.atomic_file import TEMPORARY, DiskFailed, failure
from store.atomic_storage import AtomicStorage, SealBroken, Tables
from store.file_system import FileSystem
from store.ports import StoreDamaged, StoreError
from store.process_lock import ProcessLock

log = logging.getLogger(__name__)

_ASIDE = ".damaged-"


class StoreFolder:
    """Files of TinyDB tables below `root`. All methods may be called from any thread.

    A file that is changed must be locked (`lock`) from before it is read until after the change.
    """

    def __init__(self, root: Path, folders: tuple[str, ...], *, files: FileSystem, read_only: bool) -> None:
        """Raises `StoreLocked`; StoreError for a folder that cannot be used."""
        self.root = root
        self.files = files
        self.read_only = read_only
        self._damage: dict[Path, StoreDamaged] = {}
        self._locks: WeakValueDictionary[str, threading.RLock] = WeakValueDictionary()
        self._state = threading.Condition()
        self._writing = 0
        self._refusal = f"{root} was opened read-only" if read_only else ""
        self._process_lock: ProcessLock | None = None
        try:
            self._open(folders)
        except OSError as error:
            self.close()
            raise failure(root, error) from error

    @property
    def damaged(self) -> list[StoreDamaged]:
        """One error for each damaged file that has not been replaced, in the order of finding."""
        with self._state:
            return list(self._damage.values())

    def damage_of(self, path: Path) -> StoreDamaged | None:
        with self._state:
            return self._damage.get(path)

    def lock(self, path: Path) -> threading.RLock:
        """The lock of one file; a thread may take it again while it has it."""
        with self._state:
            return self._locks.setdefault(str(path), threading.RLock())

    def tables(self, path: Path) -> Tables | None:
        """What the file holds; None where there is none. Raises `StoreDamaged`, having set the file aside."""
        with self._naming_damage(path):
            return AtomicStorage(self.files, path).read()

    def first_table(self, path: Path) -> Tables | None:
        """As `tables`, but only the first of them: a long timeline costs nothing."""
        with self._naming_damage(path):
            return AtomicStorage(self.files, path).first_table()

    @contextmanager
    def change(self, path: Path) -> Iterator[TinyDB]:
        """The file as a TinyDB: what the body changes reaches the disk at its end in one replace.

        After an exception nothing is written. Raises `StoreDamaged`, `StoreFull`, `StoreError`.
        """
        with self.writing():
            db = TinyDB(self.files, path, storage=CachingMiddleware(AtomicStorage))  # type: ignore[no-untyped-call]
            with self._naming_damage(path):
                db.storage.read()
            yield db
            db.close()

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Around everything that changes a file. Raises StoreError where that is not allowed (any more)."""
        with self._state:
            if self._refusal:
                raise StoreError(self._refusal)
            self._writing += 1
        try:
            yield
        except DiskFailed as error:
            self._refuse(str(error))
            raise
        finally:
            with self._state:
                self._writing -= 1
                self._state.notify_all()

    def set_aside(self, path: Path, why: str) -> StoreDamaged:
        """Rename a damaged file, so that it is kept and not in the way; the error that says so.

        The new name carries the time of the file's last change. Where nothing may be written, or the disk
        refuses, the file stays where it is.
        """
        try:
            with self.writing():
                kept = self._free_name(path)
                self.files.rename(path, kept)
                self.files.sync_folder(path.parent)
        except (OSError, StoreError):
            kept = path
        return self._report(path, kept, why)

    def report(self, path: Path, why: str) -> StoreDamaged:
        """Remember a file that cannot be read, and leave it where it is."""
        return self._report(path, path, why)

    def replaced(self, path: Path) -> None:
        """The damaged file at `path` has been written anew."""
        with self._state:
            self._damage.pop(path, None)

    def close(self) -> None:
        """Wait for the changes under way, then let other processes write."""
        with self._state:
            self._refusal = self._refusal or f"{self.root} has been closed"
            self._state.wait_for(lambda: self._writing == 0)
        if self._process_lock:
            self._process_lock.release()

    @contextmanager
    def _naming_damage(self, path: Path) -> Iterator[None]:
        try:
            yield
        except SealBroken as error:
            raise self.set_aside(path, str(error)) from error
        except OSError as error:
            raise failure(path, error) from error

    def _open(self, folders: tuple[str, ...]) -> None:
        places = [self.root, *(self.root / name for name in folders)]
        if self.read_only:
            if not self.root.is_dir():
                raise StoreError(f"There is no store in {self.root}")
        else:
            for place in places:
                self.files.make_folder(place)
            self._process_lock = ProcessLock(self.root)
        for place in places:
            if place.is_dir():
                self._look_over(place)

    def _look_over(self, folder: Path) -> None:
        """Remove what a crash left unfinished; remember what was set aside and never replaced."""
        names = self.files.names(folder)
        present = set(names)
        for name in names:
            if name.endswith(TEMPORARY) and not self.read_only:
                self.files.unlink(folder / name)
            original, found, _ = name.partition(_ASIDE)
            if found and original not in present:
                self._report(folder / original, folder / name, "set aside by an earlier start")

    def _free_name(self, path: Path) -> Path:
        stamp = f"{self.files.modified_at(path):%Y%m%dT%H%M%SZ}"
        taken = set(self.files.names(path.parent))
        name = f"{path.name}{_ASIDE}{stamp}"
        count = 2
        while name in taken:
            name = f"{path.name}{_ASIDE}{stamp}-{count}"
            count += 1
        return path.with_name(name)

    def _report(self, path: Path, kept: Path, why: str) -> StoreDamaged:
        where = "it was left in place" if kept == path else f"it is kept as {kept.name}"
        error = StoreDamaged(
            f"{path} is damaged: {why}; {where}. Restore the file from a backup and start again."
        )
        with self._state:
            known = self._damage.setdefault(path, error)
        if known is error:
            log.error("%s", error)
        return known

    def _refuse(self, why: str) -> None:
        with self._state:
            self._refusal = self._refusal or why
