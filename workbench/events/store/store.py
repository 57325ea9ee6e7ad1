"""The event store: one folder, one Delta table per declared table that has rows."""

import dataclasses
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from types import MappingProxyType

import polars as pl
from deltalake import DeltaTable

from workbench.base.span import Span
from workbench.events.store import evolve, keys, upsert, write
from workbench.events.store.lease import PATIENCE_SECONDS, Waiting, lease
from workbench.events.store.scan import scan
from workbench.events.store.snapshot import Snapshot, advance, has_log, is_newest, open_table, refuse_orphans, take
from workbench.events.store.write import Batch
from workbench.events.tables import Table, table, tables


@dataclass(frozen=True)
class Written:
    """What became of a batch: rows kept (new or updating), of these how many updated a stored row, and duplicates."""

    kept: int = 0
    updated: int = 0
    duplicates: int = 0


class Store:
    """Event tables below one folder. Reading needs no lease; every write holds the table's for its duration.

    ``waiting`` is told every two seconds for what a write waits while another process holds the lease.
    """

    def __init__(self, root: Path, waiting: Waiting = lambda _: None) -> None:
        self.root = root
        self._waiting = waiting
        self._open: dict[str, tuple[DeltaTable, Snapshot]] = {}

    def snapshot(self, name: str) -> Snapshot | None:
        """The newest version of a table; None where it has never had rows.

        Raises:
            UnknownName: no such table is declared.
            StoreError: the table is there and cannot be read, or its log is gone.
        """
        declaration, folder = table(name), self.root / name
        delta, known = self._open.get(name, (None, None))
        if delta is None:
            if not has_log(folder):
                refuse_orphans(folder)
                return None
            delta = open_table(folder)
        elif not is_newest(folder, delta.version()):
            advance(delta, folder)
        if known is None or known.version != delta.version():
            known = take(declaration, delta, folder)
            self._open[name] = (delta, known)
        return known

    def scan(self, name: str, span: Span | None = None, *, inner: bool = False) -> pl.LazyFrame:
        """Rows of a table, cut to a window; ``inner`` adds the physical columns (``_Extra``, ``_Raw``, ``_Key``)."""
        return scan(table(name), self.snapshot(name), span, inner=inner)

    def held(self) -> Mapping[str, Snapshot]:
        """The tables that have rows, by name."""
        found = {name: snapshot for name in tables() if (snapshot := self.snapshot(name)) and snapshot.rows}
        return MappingProxyType(found)

    def newest(self, clock: datetime, names: Collection[str] | None = None) -> datetime | None:
        """Time of the newest event, not more than a day ahead of the clock: of the named tables, else of all of events.

        What the product writes about itself counts only where it is named: it comes whenever somebody does something.
        """
        limit = clock + timedelta(days=1)
        asked = [name for name in self.held() if not table(name).own] if names is None else names
        return max((moment for name in asked if (moment := self._newest(name, limit))), default=None)

    def write(self, name: str, rows: pl.DataFrame, batch: Batch, *, instead_of: Sequence[str] = ()) -> Written:
        """Commit rows: new ones are added, an equal row is a duplicate, one with a known key and new content updates.

        ``rows`` may lack columns; those it has must fit the declared types. ``instead_of`` names raw mails (``_Raw``)
        whose rows are now these: all that are stored of them go in the same commit.

        Raises:
            StoreBusy: another process is writing this table and did not finish in two minutes.
            StoreError: the disk is full, or may not be written; the table is as before.
        """
        declaration = table(name)
        if rows.is_empty() and not instead_of:
            return Written()
        whole = keys.with_key(declaration, write.complete(declaration, rows))
        with self.lease(name):
            return self._commit(declaration, whole, batch, instead_of)

    @contextmanager
    def lease(self, name: str, patience: float = PATIENCE_SECONDS) -> Iterator[None]:
        """Hold the writer lease of a table.

        Raises:
            StoreBusy: somebody else held it all that time.
        """
        with lease(self.root / ".leases" / f"{name}.lease", patience, self._waiting):
            yield

    def delta(self, name: str) -> DeltaTable:
        """The Delta table behind the newest snapshot of a table that has one."""
        self.snapshot(name)
        return self._open[name][0]

    def _commit(self, declaration: Table, rows: pl.DataFrame, batch: Batch, raws: Sequence[str]) -> Written:
        name, folder = declaration.name, self.root / declaration.name
        if self.snapshot(name) is None:
            write.create(declaration, folder)
        evolve.fit(declaration, self.delta(name), folder)
        snapshot = self.snapshot(name)
        assert snapshot is not None  # noqa: S101  made in the line before
        changes = keys.sort_out(declaration, rows, upsert.candidates(declaration, snapshot, rows, raws))
        if raws:
            gone = [changes.replaced, upsert.read_from(snapshot, raws)]
            changes = dataclasses.replace(changes, replaced=pl.concat(gone, how="vertical_relaxed"))
        if changes.rows.is_empty() and changes.replaced.is_empty():
            return Written(duplicates=changes.duplicates)
        left = evolve.left(declaration, self.delta(name))
        added, touched = upsert.stage(declaration, snapshot, changes, left)
        write.commit(self.delta(name), added, touched, batch)
        return Written(changes.kept, changes.replaced.height, changes.duplicates)

    def _newest(self, name: str, limit: datetime) -> datetime | None:
        snapshot = self.snapshot(name)
        if snapshot is None or snapshot.newest is None or snapshot.newest <= limit:
            return snapshot.newest if snapshot else None
        time = pl.col(table(name).time)
        newest = self.scan(name).select(time.filter(time <= limit).max()).collect(engine="streaming").item()
        return newest if isinstance(newest, datetime) else None
