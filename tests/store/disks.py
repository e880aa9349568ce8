"""Disks for tests: one that records what was really made durable, one that is full, ones that fail.

`RecordingDisk` passes everything on to the real file system and keeps a log. `after_crash` rebuilds, from
the log up to some call, a folder that a disk could hold if the power went at that call:

- bytes written and not fsynced may be there or not, 512 bytes at a time; a lost sector reads as zeros, and
  the file may be cut off before the first unsynced one;
- a change of a name (create, rename, unlink) that no fsync of its folder followed may be undone, the later
  ones before the earlier.
"""

from __future__ import annotations

import errno
import random
import threading
from dataclasses import dataclass, field
from pathlib import Path

from store.file_system import FileSystem

SECTOR = 512


@dataclass(frozen=True)
class Call:
    """One call of the store: `kind` is create, write, fsync, rename, unlink, folder or sync."""

    kind: str
    path: Path
    inode: int = 0
    data: bytes = b""
    new: Path = field(default_factory=Path)


class RecordingDisk(FileSystem):
    """`leave_out` names kinds of calls that are silently not made: the mutations that a test must notice."""

    def __init__(self, leave_out: frozenset[str] = frozenset()) -> None:
        self.calls: list[Call] = []
        self._leave_out = leave_out
        self._open: dict[int, tuple[Path, int]] = {}
        self._lock = threading.Lock()
        self._inodes = 0

    def create(self, path: Path) -> int:
        fd = super().create(path)
        with self._lock:
            self._inodes += 1
            self._open[fd] = (path, self._inodes)
            self._log(Call("create", path, self._inodes))
        return fd

    def write(self, fd: int, data: bytes) -> None:
        super().write(fd, data)
        path, inode = self._open[fd]
        self._log(Call("write", path, inode, bytes(data)))

    def fsync(self, fd: int) -> None:
        path, inode = self._open[fd]
        self._log(Call("fsync", path, inode))

    def close(self, fd: int) -> None:
        super().close(fd)
        del self._open[fd]

    def rename(self, old: Path, new: Path) -> None:
        super().rename(old, new)
        self._log(Call("rename", old, new=new))

    def unlink(self, path: Path) -> None:
        super().unlink(path)
        self._log(Call("unlink", path))

    def sync_folder(self, folder: Path) -> None:
        self._log(Call("sync", folder))

    def make_folder(self, folder: Path) -> None:
        if not folder.is_dir():
            self.make_folder(folder.parent)
            folder.mkdir()
            self._log(Call("folder", folder))
            self.sync_folder(folder.parent)

    def _log(self, call: Call) -> None:
        if call.kind not in self._leave_out:
            self.calls.append(call)


def after_crash(calls: list[Call], root: Path, into: Path, rng: random.Random) -> None:
    """Build in `into` what the disk could hold of `root` when the power went right after `calls`."""
    names, pending = _names(calls)
    for folder in sorted(pending):
        for change in pending[folder][: rng.randint(0, len(pending[folder]))]:
            _apply(names, change)
    contents = _contents(calls, rng)
    into.mkdir()
    for path in sorted(names):
        target = into / path.relative_to(root)
        if _reachable(path.parent, names, root):
            if names[path] is None:
                target.mkdir(exist_ok=True)
            else:
                target.write_bytes(contents[names[path] or 0])


Names = dict[Path, int | None]
"""What each name means: an inode, None for a folder."""


def _names(calls: list[Call]) -> tuple[Names, dict[Path, list[Call]]]:
    """The durable names, and per folder the changes that no fsync of it followed."""
    names: Names = {}
    pending: dict[Path, list[Call]] = {}
    for call in calls:
        if call.kind in ("create", "rename", "unlink", "folder"):
            pending.setdefault(call.path.parent, []).append(call)
        elif call.kind == "sync":
            for change in pending.pop(call.path, []):
                _apply(names, change)
    return names, pending


def _apply(names: Names, change: Call) -> None:
    if change.kind == "create":
        names[change.path] = change.inode
    elif change.kind == "folder":
        names[change.path] = None
    elif change.kind == "unlink":
        names.pop(change.path, None)
    elif change.path in names:
        names[change.new] = names.pop(change.path)


def _contents(calls: list[Call], rng: random.Random) -> dict[int, bytes]:
    whole: dict[int, bytearray] = {}
    synced: dict[int, int] = {}
    for call in calls:
        if call.kind == "create":
            whole[call.inode] = bytearray()
        elif call.kind == "write":
            whole[call.inode] += call.data
        elif call.kind == "fsync":
            synced[call.inode] = len(whole[call.inode])
    return {inode: _torn(data, synced.get(inode, 0), rng) for inode, data in whole.items()}


def _torn(data: bytearray, durable: int, rng: random.Random) -> bytes:
    if durable == len(data):
        return bytes(data)
    if rng.random() < 0.3:
        return bytes(data[:durable])
    for start in range(durable, len(data), SECTOR):
        if rng.random() < 0.5:
            end = min(start + SECTOR, len(data))
            data[start:end] = bytes(end - start)
    return bytes(data)


def _reachable(folder: Path, names: Names, root: Path) -> bool:
    return folder == root or (folder in names and _reachable(folder.parent, names, root))


class HastyDisk(FileSystem):
    """Waits for no fsync: for stores whose loss does not matter."""

    def fsync(self, fd: int) -> None:
        """Nothing is promised."""

    def sync_folder(self, folder: Path) -> None:
        """Nothing is promised."""


class SmallDisk(FileSystem):
    """Full once `free` bytes have been written: a write then stores a part and fails, as a real one does."""

    def __init__(self) -> None:
        self.free = 10**9

    def write(self, fd: int, data: bytes) -> None:
        super().write(fd, data[: self.free])
        if len(data) > self.free:
            raise OSError(errno.ENOSPC, "No space left on device")
        self.free -= len(data)


class FailingDisk(FileSystem):
    """Its calls named in `fails` raise an input/output error."""

    def __init__(self) -> None:
        self.fails: set[str] = set()

    def fsync(self, fd: int) -> None:
        self._fail("fsync")
        super().fsync(fd)

    def rename(self, old: Path, new: Path) -> None:
        self._fail("rename")
        super().rename(old, new)

    def sync_folder(self, folder: Path) -> None:
        self._fail("sync")
        super().sync_folder(folder)

    def _fail(self, kind: str) -> None:
        if kind in self.fails:
            raise OSError(errno.EIO, "Input/output error")
