"""Read a snapshot as a Polars lazy frame: only the files a window needs, only declared columns unless asked."""

from collections.abc import Sequence
from functools import reduce

import polars as pl

from workbench.base.span import Span
from workbench.events.store.paths import ways
from workbench.events.store.schema import declared, instant, physical
from workbench.events.store.snapshot import DataFile, Snapshot
from workbench.events.tables import Table

_UPCAST = pl.ScanCastOptions(integer_cast="upcast")


def scan(
    table: Table, snapshot: Snapshot | None, span: Span | None = None, *, inner: bool = False, walked: bool = False
) -> pl.LazyFrame:
    """Rows of the window, files in time order. A table without data is empty.

    ``inner`` adds the physical columns, ``walked`` those of the ways into documents that all files of the window hold.
    """
    files = snapshot.within(span) if snapshot else []
    columns = physical(table) if inner else declared(table)
    columns |= dict.fromkeys(ways(table, files).values(), pl.String()) if walked else {}
    if snapshot is None or not files:
        return pl.LazyFrame(schema=columns)
    frame = read(snapshot, files, columns)
    absent = [pl.lit("").alias(name) for name in snapshot.absent if name in columns]
    frame = frame.with_columns(absent).select(*columns) if absent else frame
    return frame if span is None or not table.time or _covers(span, files) else frame.filter(_inside(table, span))


def read(snapshot: Snapshot, files: Sequence[DataFile], columns: dict[str, pl.DataType]) -> pl.LazyFrame:
    """The named columns of the named files, exactly as they lie on disk."""
    return pl.scan_parquet(
        [snapshot.folder / file.path for file in files],
        schema=columns,
        missing_columns="insert",
        extra_columns="ignore",
        cast_options=_UPCAST,
        hive_partitioning=False,
        glob=False,
    )


def _covers(span: Span, files: Sequence[DataFile]) -> bool:
    return all(f.first and f.newest and span.holds(f.first) and span.holds(f.newest) for f in files)


def _inside(table: Table, span: Span) -> pl.Expr:
    time = pl.col(table.time)
    return reduce(pl.Expr.and_, [time >= instant(span.start), time < instant(span.end)])
