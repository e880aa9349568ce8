"""A TinyDB storage whose file is replaced as a whole and carries a checksum of itself.

The file is the JSON that stock TinyDB writes, one line for each short document and one for each field of a
longer one, so that people can read, grep and compare it. Its last table, `seal`, holds the SHA-256 of all
bytes before it: a flipped bit, a cut-off file and an edit by hand are all noticed.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tinydb import Storage

from store.atomic_file import replace_file
from store.file_system import FileSystem

Tables = dict[str, dict[str, Any]]
"""What TinyDB keeps in one file: table name, then document id (a number as text), then the document."""

_SEAL = "seal"
_BEFORE_HASH = b'"seal": {"1": {"sha256": "'
_AFTER_HASH = b'"}}\n}\n'
_SEAL_LENGTH = len(_BEFORE_HASH) + 64 + len(_AFTER_HASH)
_TABLE_END = b"\n},\n"
"""Ends the lines of a table, and stands nowhere else: lines of documents are indented."""
_LINE = 240


class SealBroken(ValueError):
    """The file does not hold what was written to it."""


class AtomicStorage(Storage):
    """Use as `TinyDB(files, path, storage=CachingMiddleware(AtomicStorage))`: one change, one replace."""

    def __init__(self, files: FileSystem, path: Path) -> None:
        self._files = files
        self._path = path
        self._before: bytes | None = None

    def read(self) -> Tables | None:
        """None where there is no file. Raises `SealBroken`, `OSError`."""
        try:
            self._before = self._files.read(self._path)
        except FileNotFoundError:
            return None
        return unseal(self._before)

    def first_table(self) -> Tables | None:
        """The first table alone, the whole file having been checked; otherwise as `read`."""
        try:
            return unseal(self._files.read(self._path), first_only=True)
        except FileNotFoundError:
            return None

    def write(self, data: Mapping[str, Mapping[str, Any]]) -> None:
        """Raises as `replace_file` does; TypeError or ValueError for what is no JSON, before writing."""
        replace_file(self._files, self._path, seal(data), self._before)


def seal(tables: Mapping[str, Mapping[str, Any]]) -> bytes:
    """The bytes of a file that holds `tables`."""
    try:
        body = _body(tables, _READABLE).encode()
    except UnicodeEncodeError:  # half a surrogate pair, which some programs let through: no UTF-8 can hold it
        body = _body(tables, _ASCII).encode()
    return body + _seal_of(body)


def unseal(data: bytes, *, first_only: bool = False) -> Tables:
    """The tables in a file's bytes, or only the first of them. Raises `SealBroken`."""
    body, found = data[:-_SEAL_LENGTH], data[-_SEAL_LENGTH:]
    if found != _seal_of(body):
        raise SealBroken("its checksum does not fit its content (a fault of the disk, or edited by hand)")
    if first_only:
        data = body.partition(_TABLE_END)[0] + b"\n}," + found
    tables: Tables = json.loads(data)
    del tables[_SEAL]
    return tables


def _seal_of(body: bytes) -> bytes:
    return _BEFORE_HASH + hashlib.sha256(body).hexdigest().encode() + _AFTER_HASH


_READABLE = json.JSONEncoder(ensure_ascii=False, allow_nan=False)
_ASCII = json.JSONEncoder(ensure_ascii=True, allow_nan=False)


def _body(tables: Mapping[str, Mapping[str, Any]], encoder: json.JSONEncoder) -> str:
    parts = ["{\n"]
    for name, documents in tables.items():
        lines = ",\n".join(
            f"  {encoder.encode(number)}: {_document(document, encoder)}"
            for number, document in documents.items()
        )
        parts.append(
            f"{encoder.encode(name)}: {{\n{lines}\n}},\n" if lines else f"{encoder.encode(name)}: {{}},\n"
        )
    return "".join(parts)


def _document(document: Mapping[str, Any], encoder: json.JSONEncoder) -> str:
    line = encoder.encode(document)
    if len(line) <= _LINE or not document:
        return line
    fields = ",\n".join(
        f"    {encoder.encode(name)}: {encoder.encode(value)}" for name, value in document.items()
    )
    return f"{{\n{fields}\n  }}"
