"""One service for a workspace: an operating-system lock, which ends with its holder."""

import fcntl
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import BinaryIO

from workbench.base.config import Workspace
from workbench.base.errors import WorkbenchError
from workbench.ledger.client import find_service

PATIENCE = 1.0
"""Seconds to wait: whoever looks whether a service runs holds the lock for a moment."""


@contextmanager
def held(workspace: Workspace) -> Iterator[None]:
    """Be the only one: the service, or a command that does its work while it is down.

    Raises:
        WorkbenchError: somebody else is.
    """
    path = workspace.service.with_suffix(".lock")
    with path.open("ab") as file:
        _lock(file, lambda: _where(workspace))
        yield


def _lock(file: BinaryIO, where: Callable[[], str]) -> None:
    until = time.monotonic() + PATIENCE
    while True:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > until:
                what, advice = "A service of this workspace runs already", "Use that one, or stop it first."
                raise WorkbenchError(what, where=where(), next_step=advice) from None
            time.sleep(0.05)
        else:
            return


def _where(workspace: Workspace) -> str:
    """How the one that holds the lock is reached, where it says so."""
    found = find_service(workspace)
    return f"{found.address}, process {found.pid}" if found else str(workspace.service.with_suffix(".lock"))
