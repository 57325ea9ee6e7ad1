"""The ledger where a PostgreSQL server keeps it, by the server's own programs."""

import os
import shutil
import subprocess
from pathlib import Path

from workbench.base.config import Workspace
from workbench.base.errors import LedgerError, Missing
from workbench.ledger.changes import ledger_password

_SECONDS = 3600


def dump(workspace: Workspace, target: Path, snapshot: str = "") -> None:
    """Write a consistent dump of the ledger's database, as ``snapshot`` of another session sees it.

    Raises:
        Missing: ``pg_dump`` is not here.
        LedgerError: it failed.
    """
    target.touch(mode=0o600)
    words = ["--format=custom", "--no-owner", f"--file={target}", *([f"--snapshot={snapshot}"] if snapshot else [])]
    _run(workspace, ["pg_dump", *words, workspace.settings.ledger])


def load(workspace: Workspace, dumped: Path) -> None:
    """Load a dump into the database that the settings name: all or nothing, and only where no ledger is there yet.

    Raises:
        Missing: ``pg_restore`` is not here.
        LedgerError: it failed.
    """
    words = ["--single-transaction", "--exit-on-error", "--no-owner", f"--dbname={workspace.settings.ledger}"]
    _run(workspace, ["pg_restore", *words, str(dumped)])


def _run(workspace: Workspace, command: list[str]) -> None:
    program = shutil.which(command[0])
    if program is None:
        advice = "Install the client programs of PostgreSQL (postgresql-client), of the server's version or newer."
        raise Missing(f"{command[0]} is not here, and the ledger is kept by a PostgreSQL server", next_step=advice)
    secret = ledger_password(workspace)
    environment = {**os.environ, **({"PGPASSWORD": secret} if secret else {})}
    done = subprocess.run(
        [program, *command[1:]], env=environment, check=False, capture_output=True, text=True, timeout=_SECONDS
    )
    if done.returncode:
        why = " ".join(done.stderr.split())[:400]
        advice = "A dump is loaded into an empty database only." if command[0] == "pg_restore" else ""
        raise LedgerError(f"{command[0]} failed: {why}", next_step=advice)
