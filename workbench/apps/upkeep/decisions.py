"""Copy the ledger, and the event tables that are made of it, as both were at one moment.

A change goes from the ledger's outbox to these tables. Copied one after the other, the tables could be ahead of the
ledger beside them, and decisions that are made after a restoration would meet rows of the same version.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from typing import Literal

from workbench.apps.service.projector import TABLES
from workbench.apps.upkeep import postgres
from workbench.apps.upkeep.copying import Copier, copied_database, held_of
from workbench.apps.upkeep.event_tables import take_tables
from workbench.apps.upkeep.manifest import DUMP
from workbench.base.config import Workspace
from workbench.ledger.changes import ledger_as_it_stands, ledger_standing

DERIVED = frozenset(name for name, _ in TABLES.values())
"""Event tables that are made of the ledger."""

Kind = Literal["sqlite", "postgresql", "none"]
Taken = tuple[Kind, dict[str, int]]
"""Where the ledger is kept, and the versions of the tables."""


def take_decisions(copier: Copier, workspace: Workspace) -> Taken:
    """Copy both. Writers wait for the tables, not for the ledger: of that a look is held, which nobody disturbs.

    Raises:
        WorkbenchError: the ledger cannot be reached or is gone, or a table cannot be read.
    """
    ledger_standing(workspace)
    if workspace.settings.ledger:
        return "postgresql", _from_server(copier, workspace)
    if workspace.ledger.exists():
        return "sqlite", _from_file(copier, workspace)
    return "none", take_tables(copier, copier.home / "store", DERIVED)


def _from_file(copier: Copier, workspace: Workspace) -> dict[str, int]:
    name = workspace.ledger.name
    with ledger_as_it_stands(workspace) as database, ExitStack() as look:
        with database.writing():
            tables = take_tables(copier, copier.home / "store", DERIVED)
            held = look.enter_context(_look_at_file(copier.home / name))
        copier.files[name] = copied_database(held, copier.target / name)
    return tables


def _from_server(copier: Copier, workspace: Workspace) -> dict[str, int]:
    dumped = copier.target / DUMP
    with ledger_as_it_stands(workspace) as database, ExitStack() as look:
        with database.writing():
            tables = take_tables(copier, copier.home / "store", DERIVED)
            held = look.enter_context(database.look())
        postgres.dump(workspace, dumped, held)
        copier.files[DUMP] = held_of(dumped)
    return tables


@contextmanager
def _look_at_file(path: Path) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(path, timeout=60, isolation_level=None)) as connection:
        connection.execute("BEGIN")
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
        yield connection
