"""Read a snapshot as a Polars lazy frame: only the files a window needs, only declared columns unless asked."""

from collections.abc import Mapping, Sequence
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
    return frame if covers(span, files) else frame.filter(inside(table, span))


def columns_of(table: Table, snapshot: Snapshot, files: Sequence[DataFile], at: str | None = None) -> pl.LazyFrame:
    """All rows of some files, declared columns; ``at`` names a column for their places, counted over the files."""
    return read(snapshot, files, declared(table), at)


def read(
    snapshot: Snapshot, files: Sequence[DataFile], columns: Mapping[str, pl.DataType], at: str | None = None
) -> pl.LazyFrame:
    """The named columns of the named files as they lie on disk; text that a file does not carry is empty."""
    frame = pl.scan_parquet(
        [snapshot.folder / file.path for file in files],
        schema=dict(columns),
        missing_columns="insert",
        extra_columns="ignore",
        cast_options=_UPCAST,
        hive_partitioning=False,
        glob=False,
        row_index_name=at,
    )
    absent = [name for name in snapshot.absent if name in columns]
    return frame.with_columns(pl.col(absent).fill_null("")) if absent else frame


def covers(span: Span | None, files: Sequence[DataFile]) -> bool:
    """Whether all rows of the files lie in the window."""
    return span is None or all(f.first and f.newest and span.holds(f.first) and span.holds(f.newest) for f in files)


def inside(table: Table, span: Span | None) -> pl.Expr:
    """Whether a row lies in the window, which does not cut a table without times."""
    if span is None or not table.time:
        return pl.lit(value=True)
    time = pl.col(table.time)
    return reduce(pl.Expr.and_, [time >= instant(span.start), time < instant(span.end)])
