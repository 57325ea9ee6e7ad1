"""Rows that become data files before the table they join is touched, so that several processes can write at once.

Only for rows that are nobody else's: what is stored already is not looked at. A batch joins once, whoever tries again.
Nothing names the files until they join, so whoever stages them holds the table's upkeep all the while: else they would
be swept up.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl
from deltalake.transaction import AddAction

from workbench.events.store import evolve, keys, write
from workbench.events.store.schema import physical
from workbench.events.store.snapshot import has_log
from workbench.events.store.store import Store, Written
from workbench.events.store.write import Batch
from workbench.events.tables import table


@dataclass(frozen=True)
class Staged:
    """Data files of a table that no version names yet: their rows, and the duplicates that were left out."""

    table: str
    files: Sequence[AddAction]
    rows: int
    duplicates: int


def stage(root: Path, name: str, rows: pl.DataFrame) -> Staged:
    """Write rows as data files below the store's folder; of several states of one fact among them the latest.

    Raises:
        StoreBusy: the table is not there, and another process is making it.
        StoreError: they cannot be written.
    """
    declaration = table(name)
    _begin(root, name)
    whole = keys.with_key(declaration, write.complete(declaration, rows))
    nothing = pl.DataFrame(schema={"row": pl.UInt32, **physical(declaration), "file": pl.UInt32})
    changes = keys.sort_out(declaration, whole, nothing)
    return Staged(name, write.stage(declaration, root / name, changes.rows), changes.kept, changes.duplicates)


def _begin(root: Path, name: str) -> None:
    """Make a table that is not there, since data files without a log are told as rows that were lost."""
    if has_log(root / name):
        return
    store = Store(root)
    with store.lease(name):
        if store.snapshot(name) is None:
            write.create(table(name), root / name)


def join(store: Store, staged: Staged, batch: Batch) -> Written:
    """Commit staged files, in one version. A batch that is there already is not: its files go, its rows are duplicates.

    Batches of one source have to join in the order of their numbers.

    Raises:
        StoreBusy: another process is writing the table.
        StoreError: the log cannot be written; the table is as before.
    """
    declaration, folder = table(staged.table), store.root / staged.table
    with store.lease(staged.table):
        store.snapshot(staged.table)
        delta = store.delta(staged.table)
        evolve.fit(declaration, delta, folder)
        store.snapshot(staged.table)
        known = delta.transaction_version(batch.source)
        if known is None or known < batch.number:
            write.commit(delta, staged.files, (), batch)
            return Written(kept=staged.rows, duplicates=staged.duplicates)
    for each in staged.files:
        (folder / each.path).unlink(missing_ok=True)
    return Written(duplicates=staged.rows + staged.duplicates)
