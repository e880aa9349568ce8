"""Bytes kept under their SHA-256: attachments of plans, exactly as they were sent."""

from __future__ import annotations

import hashlib
import re

from store.atomic_file import failure, replace_file
from store.folder import StoreFolder
from store.ports import StoreDamaged

FOLDER = "blobs"
_NAME = re.compile(r"[0-9a-f]{64}")


class Blobs:
    def __init__(self, folder: StoreFolder) -> None:
        self._folder = folder
        self._place = folder.root / FOLDER

    def save(self, data: bytes) -> str:
        """The same bytes are kept once; a damaged copy of them is set aside and written anew."""
        name = hashlib.sha256(data).hexdigest()
        path = self._place / name
        with self._folder.lock(path), self._folder.writing():
            if self._read_or_set_aside(name) is None:
                replace_file(self._folder.files, path, data, before=None)
                self._folder.replaced(path)
        return name

    def blob(self, sha256: str) -> bytes:
        if not _NAME.fullmatch(sha256):
            raise KeyError(sha256)
        path = self._place / sha256
        with self._folder.lock(path):
            data = self._read(sha256)
            if data is None:
                raise self._folder.damage_of(path) or KeyError(sha256)
            return data

    def _read(self, sha256: str) -> bytes | None:
        path = self._place / sha256
        try:
            data = self._folder.files.read(path)
        except FileNotFoundError:
            return None
        except OSError as error:
            raise failure(path, error) from error
        if hashlib.sha256(data).hexdigest() != sha256:
            raise self._folder.set_aside(path, "its bytes do not have the hash that is its name")
        return data

    def _read_or_set_aside(self, sha256: str) -> bytes | None:
        try:
            return self._read(sha256)
        except StoreDamaged:
            return None
