"""One process at a time writes to a store; a second one is told which process that is.

Local disks only: flock excludes nobody on some network file systems.
"""

from __future__ import annotations

import fcntl
import os
import socket
from datetime import UTC, datetime
from pathlib import Path

from store.ports import StoreLocked


class ProcessLock:
    """Holds the file `LOCK` of a folder until `release`; the system lets go of it when the process dies.

    The file says who holds it (process id and host); its time of change is when that began. It is never
    removed: a lock on a removed file excludes nobody.
    """

    def __init__(self, folder: Path) -> None:
        """Raises `StoreLocked`, naming the holder."""
        path = folder / "LOCK"
        self._fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(self._fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            message = _refusal(folder, self._fd)
            os.close(self._fd)
            raise StoreLocked(message) from error
        os.ftruncate(self._fd, 0)
        os.pwrite(self._fd, f"{os.getpid()} {socket.gethostname()}\n".encode(), 0)

    def release(self) -> None:
        if self._fd >= 0:
            os.close(self._fd)
            self._fd = -1


def _refusal(folder: Path, fd: int) -> str:
    holder = os.pread(fd, 300, 0).decode(errors="replace").split()
    if len(holder) != 2:
        return f"{folder} is open for writing by another process. Stop that process, or open it read-only."
    pid, host = holder
    since = datetime.fromtimestamp(os.fstat(fd).st_mtime, UTC)
    return (
        f"{folder} is open for writing by process {pid} on host {host} since {since:%Y-%m-%d %H:%M:%S} UTC. "
        "Stop that process, or open the folder read-only."
    )
