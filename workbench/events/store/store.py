"""The event store: one folder, one Delta table per declared table that has rows."""

from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import accumulate
from pathlib import Path
from types import MappingProxyType

import polars as pl
from deltalake import DeltaTable

from workbench.base.span import Span
from workbench.events.store import keys, write
from workbench.events.store.lease import lease
from workbench.events.store.scan import read, scan
from workbench.events.store.schema import KEY, physical
from workbench.events.store.snapshot import DataFile, Snapshot, is_newest, open_table, take
from workbench.events.store.write import Batch
from workbench.events.tables import Table, table, tables


@dataclass(frozen=True)
class Written:
    """What became of a batch: rows kept (new or updating), of these how many updated a stored row, and duplicates."""

    kept: int = 0
    updated: int = 0
    duplicates: int = 0


class Store:
    """Event tables below one folder. Reading needs no lease; every write holds the table's for its duration."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._open: dict[str, tuple[DeltaTable, Snapshot]] = {}

    def snapshot(self, name: str) -> Snapshot | None:
        """The newest version of a table; None where it has never had rows.

        Raises:
            UnknownName: no such table is declared.
            StoreError: the table is there and cannot be read.
        """
        declaration, folder = table(name), self.root / name
        delta, known = self._open.get(name, (None, None))
        if delta is None:
            if not (folder / "_delta_log").is_dir():
                return None
            delta = open_table(folder)
        elif not is_newest(folder, delta.version()):
            delta.update_incremental()
        if known is None or known.version != delta.version():
            known = take(delta, folder, declaration.time)
            self._open[name] = (delta, known)
        return known

    def scan(self, name: str, span: Span | None = None, *, inner: bool = False) -> pl.LazyFrame:
        """Rows of a table, cut to a window; ``inner`` adds the physical columns (``_Extra``, ``_Raw``, ``_Key``)."""
        return scan(table(name), self.snapshot(name), span, inner=inner)

    def held(self) -> Mapping[str, Snapshot]:
        """The tables that have rows, by name."""
        found = {name: snapshot for name in tables() if (snapshot := self.snapshot(name)) and snapshot.rows}
        return MappingProxyType(found)

    def newest(self, clock: datetime) -> datetime | None:
        """Time of the newest event of all tables that is not more than a day ahead of the clock."""
        limit = clock + timedelta(days=1)
        return max((moment for name in self.held() if (moment := self._newest(name, limit))), default=None)

    def write(self, name: str, rows: pl.DataFrame, batch: Batch) -> Written:
        """Commit rows: new ones are added, an equal row is a duplicate, one with a known key and new content updates.

        ``rows`` may lack columns; those it has must fit the declared types.

        Raises:
            StoreBusy: another process is writing this table and did not finish in two minutes.
        """
        declaration = table(name)
        if rows.is_empty():
            return Written()
        whole = keys.with_key(declaration, write.complete(declaration, rows))
        with lease(self.root / ".leases" / f"{name}.lease"):
            return self._commit(declaration, whole, batch)

    def _commit(self, declaration: Table, rows: pl.DataFrame, batch: Batch) -> Written:
        folder = self.root / declaration.name
        write.create(declaration, folder)
        snapshot = self.snapshot(declaration.name)
        assert snapshot is not None  # noqa: S101  made in the line before
        changes = keys.sort_out(declaration, rows, _candidates(declaration, snapshot, rows))
        if changes.rows.is_empty():
            return Written(duplicates=changes.duplicates)
        touched, remaining = _rewritten(declaration, snapshot, changes.replaced)
        added = write.stage(declaration, folder, pl.concat([*remaining, changes.rows]))
        write.commit(self._open[declaration.name][0], added, touched, batch)
        return Written(changes.kept, changes.replaced.height, changes.duplicates)

    def _newest(self, name: str, limit: datetime) -> datetime | None:
        snapshot = self.snapshot(name)
        if snapshot is None or snapshot.newest is None or snapshot.newest <= limit:
            return snapshot.newest if snapshot else None
        time = pl.col(table(name).time)
        newest = self.scan(name).select(time.filter(time <= limit).max()).collect(engine="streaming").item()
        return newest if isinstance(newest, datetime) else None


def _candidates(declaration: Table, snapshot: Snapshot, rows: pl.DataFrame) -> pl.DataFrame:
    """Stored rows whose key occurs in the batch, with the file (by number) and position they lie at."""
    starts = list(accumulate((file.rows for file in snapshot.files), initial=0))
    hits = _positions(snapshot, rows[KEY])
    found = [_fetch(declaration, snapshot, index, hits - starts[index]) for index in _files_of(hits, starts)]
    nothing = pl.DataFrame(schema={"row": pl.UInt32, **physical(declaration), "file": pl.UInt32})
    return pl.concat([nothing, *found])


def _positions(snapshot: Snapshot, wanted: pl.Series) -> pl.Series:
    """Where, counted over all files in order, stored keys occur in the batch."""
    if not snapshot.files:
        return pl.Series(dtype=pl.Int64)
    keyed = read(snapshot, snapshot.files, {KEY: pl.Int64()}).with_row_index("at")
    hits = keyed.filter(pl.col(KEY).is_in(wanted.implode())).select(pl.col("at").cast(pl.Int64))
    return hits.collect(engine="streaming")["at"]


def _files_of(hits: pl.Series, starts: list[int]) -> list[int]:
    return sorted({bisect_right(starts, position) - 1 for position in hits})


def _fetch(declaration: Table, snapshot: Snapshot, index: int, rows: pl.Series) -> pl.DataFrame:
    """Whole rows of one file; positions that lie in other files are passed over."""
    columns = physical(declaration)
    whole = read(snapshot, [snapshot.files[index]], columns).with_row_index("row")
    mine = rows.filter((rows >= 0) & (rows < snapshot.files[index].rows)).cast(pl.UInt32)
    found = whole.filter(pl.col("row").is_in(mine.implode())).collect(engine="streaming")
    return found.with_columns(file=pl.lit(index, dtype=pl.UInt32))


def _rewritten(
    declaration: Table, snapshot: Snapshot, replaced: pl.DataFrame
) -> tuple[list[DataFile], list[pl.DataFrame]]:
    """The files that hold replaced rows, and their other rows."""
    by_file: Iterable[tuple[int, list[int]]] = replaced.group_by("file").agg("row").iter_rows()
    touched = {snapshot.files[index]: rows for index, rows in by_file}
    return list(touched), [write.without(declaration, snapshot, file, rows) for file, rows in touched.items()]
