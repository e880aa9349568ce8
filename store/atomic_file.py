"""Replacing a file as a whole: after a crash it holds either the old bytes or the new ones."""

from __future__ import annotations

import errno
from contextlib import suppress
from pathlib import Path

from store.file_system import FileSystem
from store.ports import StoreError, StoreFull

TEMPORARY = ".unfinished"
"""What the name of an unfinished file ends with. One left by a crash means nothing and is removed."""

_FULL = {errno.ENOSPC, errno.EDQUOT}


class DiskFailed(StoreError):
    """The disk would not confirm a change of name. Nothing more is written until the store is reopened.

    Asking the disk again could falsely succeed, so it is not asked again.
    """


def replace_file(files: FileSystem, path: Path, data: bytes, before: bytes | None) -> None:
    """Write `data` to `path`, durably and all or nothing: temporary file, fsync, rename, fsync of the folder.

    `before` is what the file holds now (None: there is none); it is put back where the last fsync fails.
    Raises `StoreFull` or `StoreError` with nothing changed, `DiskFailed` where that is not certain.
    """
    temporary = path.with_name(path.name + TEMPORARY)
    try:
        write_durably(files, temporary, data)
        files.rename(temporary, path)
    except OSError as error:
        with suppress(OSError):
            files.unlink(temporary)
        raise failure(path, error) from error
    try:
        files.sync_folder(path.parent)
    except OSError as error:
        _put_back(files, path, before)
        raise DiskFailed(
            f"{path}: the disk did not confirm the change ({error.strerror}). It was refused, but may show "
            "after a crash. Nothing more is written until the assistant is started again; check the disk."
        ) from error


def write_durably(files: FileSystem, path: Path, data: bytes) -> None:
    """Write a new file and wait until the disk has its bytes (its name needs an fsync of the folder)."""
    fd = files.create(path)
    try:
        files.write(fd, data)
        files.fsync(fd)
    finally:
        files.close(fd)


def failure(path: Path, error: OSError) -> StoreError:
    """The store's error for one of the system's, naming the file."""
    if error.errno in _FULL:
        return StoreFull(f"The disk is full: {path} was left as it is. Free some space and try again.")
    return StoreError(f"{path}: {error.strerror}. Nothing was changed.")


def _put_back(files: FileSystem, path: Path, before: bytes | None) -> None:
    temporary = path.with_name(path.name + TEMPORARY)
    with suppress(OSError):
        if before is None:
            files.unlink(path)
        else:
            write_durably(files, temporary, before)
            files.rename(temporary, path)
