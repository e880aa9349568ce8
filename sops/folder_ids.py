"""Ids for folders, made ahead: a folder that is created under an id written down before can be asked for again.

Source: Drive, files.generateIds (https://developers.google.com/workspace/drive/api/reference/rest/v3/files).
"""

from __future__ import annotations

import threading

from services.google_drive import GoogleDrive
from sops.context import Context

POOL = "drive_folder_ids"
"""The workspace value that holds them."""
_FEW = 5
_MADE_AHEAD = 50
_taking = threading.Lock()


def refill(context: Context, drive: GoogleDrive) -> None:
    """Called where somebody looks at a plan, so that no procedure has to wait for it."""
    if len(context.store.value(POOL) or ()) < _FEW:
        _add(context, drive)


def take(context: Context, drive: GoogleDrive) -> str:
    """An id that nobody else gets from this process; one that is never used is lost, which harms nothing."""
    if not context.store.value(POOL):
        _add(context, drive)
    with _taking:
        first, *rest = context.store.value(POOL)
        context.store.set_value(POOL, rest)
    return str(first)


def _add(context: Context, drive: GoogleDrive) -> None:
    made = drive.generate_ids(_MADE_AHEAD)
    with _taking:
        context.store.set_value(POOL, [*(context.store.value(POOL) or ()), *made])
