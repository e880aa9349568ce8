"""The calls to the operating system that the store makes, in one place so that a test can stand between."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path


class FileSystem:
    """The real one. Every method raises `OSError` as the system gives it."""

    def read(self, path: Path) -> bytes:
        fd = os.open(path, os.O_RDONLY)
        try:
            size = os.fstat(fd).st_size
            parts = [os.read(fd, size + 1)]
            while parts[-1] and sum(map(len, parts)) < size:
                parts.append(os.read(fd, size + 1))
            return b"".join(parts)
        finally:
            os.close(fd)

    def create(self, path: Path) -> int:
        """Open an empty file for writing, readable by the owner only; its descriptor."""
        return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)

    def write(self, fd: int, data: bytes) -> None:
        """Write all of `data`; a short write goes on where it stopped."""
        rest = memoryview(data)
        while rest:
            rest = rest[os.write(fd, rest) :]

    def fsync(self, fd: int) -> None:
        os.fsync(fd)

    def close(self, fd: int) -> None:
        os.close(fd)

    def rename(self, old: Path, new: Path) -> None:
        """Atomic; a file already called `new` is replaced."""
        old.replace(new)

    def unlink(self, path: Path) -> None:
        path.unlink(missing_ok=True)

    def sync_folder(self, folder: Path) -> None:
        """Make the names in `folder` durable: without it a rename may be undone by a power loss."""
        fd = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(fd)
        finally:
            os.close(fd)

    def make_folder(self, folder: Path) -> None:
        """Make `folder` (and those above it), for the owner only, durably. One that exists is left alone."""
        if folder.is_dir():
            return
        self.make_folder(folder.parent)
        folder.mkdir(mode=0o700, exist_ok=True)
        self.sync_folder(folder.parent)

    def names(self, folder: Path) -> list[str]:
        """The names in `folder`, sorted."""
        return sorted(entry.name for entry in os.scandir(folder))

    def modified_at(self, path: Path) -> datetime:
        """When the file was last written; aware UTC."""
        return datetime.fromtimestamp(path.stat().st_mtime, UTC)
