"""One call of Drive or Docs on its way to a handler."""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeVar

from starlette.responses import Response

from sandbox.google.discovery import Method
from sandbox.google.drive import TeamDrive
from sandbox.google.given import Given
from sandbox.google.problems import Problem, file_not_found, no_permission, not_built
from sandbox.google.records import ASSISTANT, MY_DRIVE, File

if TYPE_CHECKING:
    from sandbox.world import World

T = TypeVar("T")
OF_NO_EFFECT = frozenset(
    {"fields", "alt", "prettyPrint", "key", "quotaUser", "uploadType", "supportsAllDrives"}
)


@dataclass(frozen=True)
class Media:
    """Bytes sent to the upload address."""

    content_type: str
    data: bytes


@dataclass
class Call:
    """What was asked, checked. `name` and `searched` are what faults are matched against."""

    world: World
    method: Method
    path: dict[str, str]
    query: Given
    body: Given
    name: str
    searched: bytes
    media: Media | None = None

    @property
    def drive(self) -> TeamDrive:
        return self.world.drive

    @property
    def now(self) -> datetime:
        return self.world.clock.now()

    def takes(self, kind: str) -> bool:
        """Whether a fault of this kind is switched on for this call; uses one occurrence up."""
        return self.world.faults.take("google", self.name, self.searched, kind) is not None

    def file(self, id: str | None = None, role: str = "reader") -> File:
        """A file the assistant can see, the one of the path unless named.

        Raises Problem 404 when it cannot be seen, as without `supportsAllDrives`; 403 when `role` is lacking.
        """
        wanted = id or self.path["fileId"]
        found = self.drive.state.files.get(MY_DRIVE if wanted == "root" else wanted)
        if found is None or (found.drive_id and not self._supports_all_drives()):
            raise file_not_found(wanted)
        if not self.drive.may(ASSISTANT, "reader", found):
            raise file_not_found(wanted)
        if not self.drive.may(ASSISTANT, role, found):
            raise no_permission()
        return found

    def must_be_read(self) -> None:
        """Raises Problem 501 when something was given that no handler read: done last before anything changes."""
        left = [name for name in self.query.unread() if name not in OF_NO_EFFECT] + self.body.unread()
        if left:
            raise not_built(f"{', '.join(left)} of {self.method.id}")

    def page(self, rows: Sequence[T], show: Callable[[T], Any], name: str, size: int) -> dict[str, Any]:
        """One page of rows under `name`. Google: a page token belongs to the query that gave it."""
        start = self._page_start()
        told: dict[str, Any] = {name: [show(row) for row in rows[start : start + size]]}
        if start + size < len(rows):
            token = f"{start + size}.{self._digest()}"
            told["nextPageToken"] = base64.urlsafe_b64encode(token.encode()).decode()
        return told

    def _page_start(self) -> int:
        token = self.query.get("pageToken")
        if token is None:
            return 0
        try:
            number, _, digest = base64.urlsafe_b64decode(token).decode().partition(".")
        except (binascii.Error, ValueError):
            number, digest = "", ""
        if digest != self._digest() or not number.isdecimal():
            raise Problem(400, "invalid", "Invalid Value", "pageToken")
        return int(number)

    def _digest(self) -> str:
        asked = [each for each in self.query.told() if each[0] not in ("pageToken", "fields")]
        return hashlib.sha256(f"{self.method.id} {self.path} {asked}".encode()).hexdigest()[:16]

    def _supports_all_drives(self) -> bool:
        """Comments, replies and exports have no such parameter: they reach shared drives anyway."""
        if "supportsAllDrives" not in self.method.parameters:
            return True
        return bool(self.query.get("supportsAllDrives", False))


Handler = Callable[[Call], dict[str, Any] | Response | None]
"""Gives the answer's JSON, a ready response, or None for 204. Raises Problem."""
