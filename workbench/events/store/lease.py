"""The writer lease: one process at a time commits to a table.

The lease is an operating-system lock on a file, so it ends with the process that held it, however that ended. The file
names its holder for whoever has to wait.
"""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

from workbench.base.errors import StoreBusy

PATIENCE_SECONDS = 120.0
_PAUSE_SECONDS = 0.02


@contextmanager
def lease(path: Path, patience: float = PATIENCE_SECONDS) -> Iterator[None]:
    """Hold the lease at ``path``, waiting for another holder up to ``patience`` seconds.

    Raises:
        StoreBusy: somebody else still held it after that time; the message names the holder.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a+", encoding="utf-8") as file:
        _wait(file, path, patience)
        try:
            file.truncate(0)
            file.write(f"process {os.getpid()} since {datetime.now(UTC):%Y-%m-%d %H:%M:%S} UTC")
            file.flush()
            yield
        finally:
            fcntl.flock(file, fcntl.LOCK_UN)


def _wait(file: IO[str], path: Path, patience: float) -> None:
    deadline = time.monotonic() + patience
    while not _taken(file):
        if time.monotonic() > deadline:
            raise StoreBusy(
                f"The table {path.stem} is being written by {_holder(path)}",
                next_step="Wait for that import to end, or end that process.",
            )
        time.sleep(_PAUSE_SECONDS)


def _taken(file: IO[str]) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _holder(path: Path) -> str:
    return path.read_text("utf-8", errors="replace").strip() or "another process"
