"""Bring a workspace to this version: the ledger's tables after a copy of it, and the schemas of event tables."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from workbench import __version__
from workbench.apps.service.lock import held
from workbench.apps.service.people import first_password
from workbench.apps.upkeep import postgres
from workbench.apps.upkeep.copying import copied_database
from workbench.apps.upkeep.manifest import DUMP
from workbench.base.config import Workspace
from workbench.events.store import Store, columns_behind, follow_declaration
from workbench.events.tables import tables
from workbench.ledger.changes import ledger_database, ledger_standing
from workbench.ledger.models.upgrade import HEAD, refuse_unknown


@dataclass(frozen=True)
class Plan:
    """What is to be done."""

    ledger: str
    """The migration at which the ledger stands; empty where there is none."""
    columns: dict[str, tuple[str, ...]]
    """Columns that event tables lack, by table."""
    product: str = __version__

    @property
    def migrates(self) -> bool:
        """Whether the ledger's tables change."""
        return self.ledger not in ("", HEAD)

    @property
    def begins(self) -> bool:
        """Whether there is no ledger yet, as in workspaces from before there was a control service."""
        return self.ledger == ""

    @property
    def lines(self) -> list[str]:
        """The plan in words; empty where there is nothing to do."""
        first = [f"ledger: its tables go from {self.ledger} to {HEAD}, after a copy of it"] if self.migrates else []
        first += ["ledger: is made, with its keys, its anchor and a first administrator"] if self.begins else []
        return first + [f"{name}: gains {', '.join(columns)}" for name, columns in self.columns.items()]


@dataclass(frozen=True)
class Done:
    """What was done."""

    plan: Plan
    kept: Path | None
    """Where the ledger as it was is kept."""
    password: str = field(default="", repr=False)
    """One-time password of the first administrator, where one was made."""


def planned(workspace: Workspace) -> Plan:
    """What an upgrade would do; nothing is changed.

    Raises:
        LedgerError: a newer version of the product wrote the ledger, or it cannot be reached or is gone.
        StoreError: a table cannot be read, or a column changed its type.
    """
    standing = ledger_standing(workspace)
    refuse_unknown(standing)
    return Plan(standing, dict(_behind(workspace)))


def upgrade(workspace: Workspace) -> Done:
    """Do what is planned, while no service runs.

    Raises:
        WorkbenchError: a service runs, or as ``planned``; what was done until then is whole.
    """
    with held(workspace):
        plan = planned(workspace)
        kept = _migrate(workspace, plan.ledger) if plan.migrates else None
        store = Store(workspace.store)
        for name in plan.columns:
            follow_declaration(store, name)
    return Done(plan, kept, first_password(workspace) if plan.begins else "")


def _behind(workspace: Workspace) -> Iterator[tuple[str, tuple[str, ...]]]:
    store = Store(workspace.store)
    for name in tables():
        if columns := columns_behind(store, name):
            yield name, columns


def _migrate(workspace: Workspace, standing: str) -> Path:
    """Keep the ledger as it was beside it, then open it, which migrates it in one transaction."""
    kept = workspace.home / "before-upgrade" / f"{datetime.now(UTC):%Y-%m-%dT%H%M%S.%fZ}-{standing}"
    kept.mkdir(mode=0o700, parents=True)
    if workspace.settings.ledger:
        postgres.dump(workspace, kept / DUMP)
    else:
        with closing(sqlite3.connect(workspace.ledger, timeout=60)) as source:
            copied_database(source, kept / workspace.ledger.name)
    with closing(ledger_database(workspace)):
        return kept
