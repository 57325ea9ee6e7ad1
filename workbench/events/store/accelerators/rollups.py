"""Rows of a data file counted by hour and by the values of some columns.

A rollup stands for the rows it counts where a question looks at nothing else of them: each of its rows has the hour in
place of the time, the values, how many rows there are, the first and last time among them, and where the first of them
lies, so that groups come in the same order as from the rows.
"""

from collections.abc import Sequence
from io import BytesIO

import polars as pl

from workbench.events.tables import Rollup, Table

COUNT, FIRST, LAST, AT = "\x00count", "\x00first", "\x00last", "\x00at"

MOST_ROWS, MOST_SHARE = 200_000, 0.2
"""A rollup of more rows, or of more than this share of the rows it counts, is not kept."""

HOUR = 3_600_000_000
"""Microseconds."""


def counted(lazy: pl.LazyFrame, table: Table, by: Sequence[str], at: str) -> pl.LazyFrame:
    """Rows with their place ``at`` to counts, in the order of the first row of each."""
    time = pl.col(table.time)
    return (
        lazy.group_by(time.dt.truncate("1h").alias(table.time), *by)
        .agg(
            time.min().alias(FIRST),
            time.max().alias(LAST),
            pl.len().cast(pl.Int64).alias(COUNT),
            pl.col(at).min().cast(pl.Int64).alias(AT),
        )
        .sort(AT)
    )


def made(lazy: pl.LazyFrame, table: Table, rows: int) -> dict[str, bytes]:
    """The parts that hold the declared rollups of a data file; one that is not worth its size is empty."""
    built: dict[tuple[str, ...], pl.DataFrame] = {}
    for rollup in sorted(table.accelerators.rollups, key=lambda each: -len(each.by)):
        wider = next((each for each in built if set(rollup.by) <= set(each)), None)
        built[rollup.by] = _narrower(built[wider], table, rollup) if wider else _built(lazy, table, rollup)
    return {part(by): _content(frame, rows) for by, frame in built.items()}


def part(by: Sequence[str]) -> str:
    """The name of the part of a rollup."""
    return f"rollup {','.join(by)}"


def frame(content: bytes) -> pl.DataFrame:
    """A rollup from its part."""
    return pl.read_ipc(BytesIO(content))


def _built(lazy: pl.LazyFrame, table: Table, rollup: Rollup) -> pl.DataFrame:
    placed = lazy.select(table.time, *rollup.by).with_row_index(AT)
    return counted(placed, table, rollup.by, AT).collect(engine="streaming")


def _narrower(wide: pl.DataFrame, table: Table, rollup: Rollup) -> pl.DataFrame:
    """A rollup from one that has all its columns, and others."""
    aggs = [pl.col(FIRST).min(), pl.col(LAST).max(), pl.col(COUNT).sum(), pl.col(AT).min()]
    return wide.group_by(table.time, *rollup.by).agg(aggs).sort(AT)


def _content(frame: pl.DataFrame, rows: int) -> bytes:
    if frame.height > min(MOST_ROWS, rows * MOST_SHARE):
        return b""
    content = BytesIO()
    frame.write_ipc(content, compression="zstd")
    return content.getvalue()
