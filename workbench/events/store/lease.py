"""The writer lease: one process at a time commits to a table.

The lease is an operating-system lock on a file, so it ends with the process that held it, however that ended. The file
names its holder for whoever has to wait.
"""

import fcntl
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeAlias

from workbench.base.config import READ_ONLY_VARIABLE
from workbench.base.errors import StoreBusy, StoreError

PATIENCE_SECONDS = 120.0
TOLD_SECONDS = 2.0
"""How long one waits before it is said, and said again."""

_PAUSE_SECONDS = 0.02

Waiting: TypeAlias = Callable[[str], None]
"""Is told what is waited for."""


@contextmanager
def lease(path: Path, patience: float = PATIENCE_SECONDS, waiting: Waiting = lambda _: None) -> Iterator[None]:
    """Hold the lease at ``path``, waiting for another holder up to ``patience`` seconds, and telling so now and then.

    Raises:
        StoreBusy: somebody else still held it after that time; the message names the holder.
        StoreError: the folder may not be written, or not by this process.
    """
    _may_write(path)
    file = _opened(path)
    try:
        _wait(file, path, patience, waiting)
        _sign(file)
        yield
    finally:
        fcntl.flock(file, fcntl.LOCK_UN)
        os.close(file)


def _may_write(path: Path) -> None:
    if os.environ.get(READ_ONLY_VARIABLE):
        raise StoreError(
            "The store is open for reading only",
            where=str(path.parent.parent),
            next_step="Playbooks read; what is to be written, import or propose it outside of them.",
        )


def _opened(path: Path) -> int:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
    except OSError as error:
        message = f"The store cannot be written: {error.strerror}"
        advice = "May its folder be written, and is there room on its disk? Reading works as before."
        raise StoreError(message, where=str(path.parent.parent), next_step=advice) from error


def _sign(file: int) -> None:
    """Write down who holds the lease; on a full disk nobody can tell, and the lock holds all the same."""
    with suppress(OSError):
        os.ftruncate(file, 0)
        os.pwrite(file, f"process {os.getpid()} since {datetime.now(UTC):%Y-%m-%d %H:%M:%S} UTC".encode(), 0)


def _wait(file: int, path: Path, patience: float, waiting: Waiting) -> None:
    began = time.monotonic()
    told = began
    while not _taken(file):
        now = time.monotonic()
        if now - told >= TOLD_SECONDS:
            told = now
            waiting(f"the table {path.stem}, which {_holder(path)} is writing")
        if now - began > patience:
            raise StoreBusy(
                f"The table {path.stem} is being written by {_holder(path)}",
                next_step="Wait for that import to end, or end that process.",
            )
        time.sleep(_PAUSE_SECONDS)


def _taken(file: int) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _holder(path: Path) -> str:
    return path.read_text("utf-8", errors="replace").strip() or "another process"
