"""Make a backup of a workspace while it is in use.

What is copied first may only lack what is copied later, never name it: the anchor before the ledger that has to hold
what it saw, the ledger (and the tables made of it, at one moment) before the runs that its rows tell of, the import log
before the rows that it calls imported, the rows before the originals they came from.
"""

import fcntl
import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from workbench import __version__
from workbench.apps.upkeep import manifest
from workbench.apps.upkeep.copying import Copier
from workbench.apps.upkeep.decisions import DERIVED, Taken, take_decisions
from workbench.apps.upkeep.event_tables import take_tables
from workbench.apps.upkeep.manifest import Manifest
from workbench.base.config import Workspace
from workbench.base.errors import BadInput, WorkbenchError
from workbench.events.tables import tables

PARTIAL = ".partial-"
_OWN_WAY = frozenset({"anchor", "ledger.db", "keys", "intake.db", "quarantine", "store", "originals", "runs"})
"""Parts of the workspace that have a place in the order; all others are copied after them."""
_LEFT = frozenset({"exports"})
"""Parts that are not backed up: copies of rows that the store holds, as large as anybody wanted them."""


@dataclass(frozen=True)
class Made:
    """A backup that was made."""

    folder: Path
    manifest: Manifest
    linked: int
    """Files that are shared with the backup before."""
    passed: tuple[str, ...] = ()
    """Links to folders of the workspace: what is behind them is not in the backup."""

    @property
    def size(self) -> int:
        """Bytes of all its files."""
        return sum(each.size for each in self.manifest.files.values())


def backup(workspace: Workspace, into: Path, *, secrets: bool = True, full: bool = False) -> Made:
    """Back up a workspace into a new folder below ``into``, under a temporary name until it is whole and on the disk.

    Files that never change are linked to the backup before, unless it is to be ``full``.

    Raises:
        BadInput: ``into`` lies in the workspace.
        WorkbenchError: another backup is being made there, or a part cannot be read.
    """
    home, into = workspace.home.resolve(), into.expanduser().resolve()
    if into == home or home in into.parents:
        raise BadInput("A backup in the workspace would be lost with it", where=str(into), next_step="Name another.")
    into.mkdir(mode=0o700, parents=True, exist_ok=True)
    with _alone(into):
        _remove_partial(into)
        return _made(workspace, into, secrets=secrets, full=full)


def _made(workspace: Workspace, into: Path, *, secrets: bool, full: bool) -> Made:
    name = _free_name(into)
    last = None if full else next(reversed(manifest.backups(into)), None)
    made_at = datetime.now(UTC).isoformat(timespec="seconds")
    with _partial(into / f"{PARTIAL}{name}") as partial:
        copier = Copier(workspace.home.resolve(), partial, last, manifest.read(last) if last else None)
        ledger, tables = _take_ledger(copier, workspace, secrets=secrets)
        tables |= _take_events(copier)
        copier.take_folder(copier.home, _OWN_WAY | _LEFT | (frozenset() if secrets else _secret_names(workspace)))
        whole = Manifest(
            product=__version__, made_at=made_at, ledger=ledger, secrets=secrets, tables=tables, files=copier.files
        )
        (partial / manifest.FILE).write_text(whole.model_dump_json(indent=1) + "\n", "utf-8")
        os.sync()
        folder = partial.rename(into / name)
    return Made(folder, whole, copier.linked, tuple(copier.passed))


@contextmanager
def _partial(folder: Path) -> Iterator[Path]:
    """A folder that goes again where it did not become a backup: the disk may be full."""
    folder.mkdir(mode=0o700)
    try:
        yield folder
    finally:
        if folder.exists():
            shutil.rmtree(folder)


def _take_ledger(copier: Copier, workspace: Workspace, *, secrets: bool) -> Taken:
    home = copier.home
    copier.take_folder(home / "anchor")
    taken = take_decisions(copier, workspace)
    if secrets:
        copier.take_folder(home / "keys")
    elif (home / "keys" / "anchor.pub").exists():
        copier.take(home / "keys" / "anchor.pub")
    return taken


def _take_events(copier: Copier) -> dict[str, int]:
    home = copier.home
    if (home / "intake.db").exists():
        with _imports_wait(home / "intake.db"):
            copier.take(home / "intake.db")
            copier.take_folder(home / "quarantine")
    taken = take_tables(copier, home / "store", tables().keys() - DERIVED)
    copier.take_folder(home / "originals")
    copier.take_folder(home / "runs")
    return taken


@contextmanager
def _imports_wait(path: Path) -> Iterator[None]:
    """Records do not leave the quarantine while it is copied."""
    with closing(sqlite3.connect(path, timeout=60, isolation_level=None)) as database:
        database.execute("BEGIN IMMEDIATE")
        try:
            yield
        finally:
            database.execute("ROLLBACK")


def _secret_names(workspace: Workspace) -> frozenset[str]:
    """Names of files with secrets that the settings tell of."""
    settings = workspace.settings
    return frozenset(Path(each).name for each in (settings.ledger_password_file, settings.service.key) if each)


def _free_name(into: Path) -> str:
    """The time as a name, such as ``2026-09-18T120000Z``; with a number where that is taken."""
    stem = f"{datetime.now(UTC):%Y-%m-%dT%H%M%SZ}"
    names = [stem, *(f"{stem}.{number}" for number in range(2, 1000))]
    return next(name for name in names if not (into / name).exists())


def _remove_partial(into: Path) -> None:
    """What killed backups left; nobody else is at it."""
    for path in into.glob(f"{PARTIAL}*"):
        shutil.rmtree(path)


@contextmanager
def _alone(into: Path) -> Iterator[None]:
    with (into / ".lock").open("ab") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise WorkbenchError("Another backup is being made there", where=str(into)) from None
        yield
