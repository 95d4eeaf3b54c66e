"""One worker per log and group: an advisory lock that the kernel drops when the process dies, however it dies."""

from __future__ import annotations

import fcntl
import os
import re
from pathlib import Path

from streams.domain.errors import ConfigError


class WorkerLock:
    """Held from `acquire` to `release`. The lock file stays; only the lock on it counts."""

    def __init__(self, log: Path, group: str) -> None:
        self.path = log.with_name(f"{log.name}-{re.sub(r'[^A-Za-z0-9._-]', '_', group)}.lock")
        self._handle: int | None = None

    def acquire(self) -> None:
        """ConfigError when another worker of the group holds it, naming its process id."""
        handle = os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            holder = os.pread(handle, 32, 0).decode("ascii", "replace").strip() or "unknown"
            os.close(handle)
            raise ConfigError(
                f"{self.path}: a worker of this group (process {holder}) already runs on this log. The embedded log takes one worker: "
                f"stop the other one, or use Kafka to run several"
            ) from error
        os.truncate(handle, 0)
        os.pwrite(handle, f"{os.getpid()}\n".encode("ascii"), 0)
        self._handle = handle

    def release(self) -> None:
        """Idempotent."""
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None
