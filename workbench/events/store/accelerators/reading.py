"""Read a table by its sidecars: only the rows an index finds, or counts in place of rows.

A data file without a sidecar is read as it is, so that the answer is the same and only takes longer.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import reduce
from itertools import groupby
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
import polars as pl

from workbench.base.span import Span
from workbench.events.store.accelerators import rollups
from workbench.events.store.accelerators.container import Sidecar
from workbench.events.store.accelerators.lookups import Rows, Wanted, columns, keys
from workbench.events.store.accelerators.rollups import AT
from workbench.events.store.accelerators.sidecars import Sidecars
from workbench.events.store.scan import columns_of, covers, inside
from workbench.events.store.schema import micros
from workbench.events.store.snapshot import DataFile, Snapshot
from workbench.events.tables import Table, table

if TYPE_CHECKING:
    from workbench.events.store.store import Store

MOST_SLICES = 24
"""Places in the files that are read each by itself; more are picked out while whole files are read."""

_FEW = 2
"""Row groups of which single runs of rows are read, even where the file has no more."""
_NEAR = 4_096
"""Rows between two that are read along with them."""
_GROUP = 65_536
"""Rows that are unpacked together, however few of them are wanted."""

_Counts: TypeAlias = pl.DataFrame | pl.LazyFrame
_Found: TypeAlias = tuple[DataFile, Rows | None]
"""A file and the rows found in it, None where all of it has to be read."""


@dataclass(frozen=True)
class Counted:
    """Rows as counts by some columns, how many files the window has, and how many of them are opened."""

    lazy: pl.LazyFrame
    by: tuple[str, ...]
    files: int
    opened: int


@dataclass(frozen=True)
class Picked:
    """Rows found by the index of some columns, how many files the window has, and how many of them are opened."""

    lazy: pl.LazyFrame
    by: tuple[str, ...]
    files: int
    opened: int


def found(
    sidecars: Sidecars, declaration: Table, snapshot: Snapshot, span: Span | None, wanted: Wanted, *, newest: bool
) -> Picked | None:
    """The rows of a window among which are all that meet a condition, in the order of a scan.

    The condition has still to be checked. None where no index helps.
    """
    files = [(file, _hits(sidecars, snapshot, file, wanted)) for file in snapshot.within(span)]
    if all(rows is None for _, rows in files):
        return None
    chosen = [(file, rows) for file, rows in files if rows is None or rows.size]
    lazy = _read(declaration, snapshot, chosen[::-1] if newest else chosen)
    if not covers(span, [file for file, _ in chosen]):
        lazy = lazy.filter(inside(declaration, span))
    return Picked(lazy, columns(wanted), len(files), len(chosen))


def rows_with(store: "Store", name: str, column: str, texts: Sequence[str]) -> pl.LazyFrame:
    """Rows of a table that have one of these texts in a column."""
    series = pl.Series(texts, dtype=pl.String)
    snapshot, wanted = store.snapshot(name), keys(column, series, folded=False)
    picked = found(Sidecars(), table(name), snapshot, None, wanted, newest=False) if snapshot and wanted else None
    lazy = picked.lazy if picked else store.scan(name)
    return lazy.filter(pl.col(column).is_in(series.implode()))


def counts(
    sidecars: Sidecars, declaration: Table, snapshot: Snapshot, span: Span | None, wanted: Collection[str]
) -> Counted | None:
    """The rows of a window as counts by these columns, in the order of their first rows.

    Hours that the window cuts are counted from the rows, and so are files without the rollup. None where no rollup has
    the columns, or most rows would have to be counted all the same.
    """
    files = snapshot.within(span)
    heads = [sidecars.of(snapshot, file) for file in files]
    fitting = [rollup.by for rollup in declaration.accelerators.rollups if set(wanted) <= set(rollup.by)]
    by = min(fitting, key=lambda each: _size(heads, rollups.part(each)), default=None)
    if by is None or (span is not None and _full(span) is None):
        return None
    held = [sidecars.rollup(head, rollups.part(by)) if head else None for head in heads]
    missing = [file.rows for file, each in zip(files, held, strict=True) if each is None]
    if not files or 2 * sum(missing) > sum(file.rows for file in files):
        return None
    parts = [
        part
        for file, each in zip(files, held, strict=True)
        for part in _counted(declaration, snapshot, file, each, span, by)
    ]
    return Counted(_joined(parts), by, len(files), len(missing))


def _joined(parts: Sequence[_Counts]) -> pl.LazyFrame:
    """Parts one after the other; frames that lie side by side in memory as one, which the engine takes much faster."""
    joined: list[pl.LazyFrame] = []
    for _, run in groupby(parts, key=lambda each: isinstance(each, pl.LazyFrame)):
        side = list(run)
        held = [each for each in side if isinstance(each, pl.DataFrame)]
        joined += [pl.concat(held).lazy()] if held else [each.lazy() for each in side]
    return pl.concat(joined)


def _hits(sidecars: Sidecars, snapshot: Snapshot, file: DataFile, wanted: Wanted) -> Rows | None:
    sidecar = sidecars.of(snapshot, file)
    rows = sidecars.rows(sidecar, wanted) if sidecar else None
    return rows if rows is not None and _pays(rows, file) else None


def _pays(rows: Rows, file: DataFile) -> bool:
    """Whether to pick rows is cheaper than to read the file: not where they lie in most of its row groups."""
    groups = np.unique(rows // _GROUP).size
    return groups * 2 * _GROUP <= file.rows or len(_runs(rows)) <= groups <= _FEW


def _read(declaration: Table, snapshot: Snapshot, files: Sequence[_Found]) -> pl.LazyFrame:
    if not files:
        return columns_of(declaration, snapshot, snapshot.files[:1]).limit(0)
    slices = sum(len(_runs(rows)) for _, rows in files if rows is not None)
    if slices <= MOST_SLICES:
        return pl.concat([part for file, rows in files for part in _slices(declaration, snapshot, file, rows)])
    runs = groupby(files, key=lambda each: each[1] is None)
    return pl.concat([_run(declaration, snapshot, list(run), whole=whole) for whole, run in runs])


def _slices(declaration: Table, snapshot: Snapshot, file: DataFile, rows: Rows | None) -> Iterator[pl.LazyFrame]:
    lazy = columns_of(declaration, snapshot, [file])
    if rows is None:
        yield lazy
        return
    for first, last in _runs(rows):
        yield lazy.slice(first, last - first + 1)


def _runs(rows: Rows) -> list[tuple[int, int]]:
    """First and last of the rows that lie together."""
    if not rows.size:
        return []
    cuts = np.flatnonzero(np.diff(rows) > _NEAR)
    firsts, lasts = rows[np.concatenate([[0], cuts + 1])], rows[np.concatenate([cuts, [rows.size - 1]])]
    return list(zip(firsts.tolist(), lasts.tolist(), strict=True))


def _run(declaration: Table, snapshot: Snapshot, run: Sequence[_Found], *, whole: bool) -> pl.LazyFrame:
    """Files one after the other, all of their rows or the found ones of each."""
    files = [file for file, _ in run]
    if whole:
        return columns_of(declaration, snapshot, files)
    starts = np.cumsum([0, *(file.rows for file in files[:-1])])
    places = [rows + start for (_, rows), start in zip(run, starts, strict=True) if rows is not None]
    spans = [pl.col(AT).is_between(int(each[0]), int(each[-1])) for each in places]
    wanted = pl.Series(np.concatenate(places), dtype=pl.get_index_type())
    picked = reduce(pl.Expr.or_, spans) & pl.col(AT).is_in(wanted.implode())
    return _apart(columns_of(declaration, snapshot, files, AT).filter(picked)).drop(AT)


def _apart(lazy: pl.LazyFrame) -> pl.LazyFrame:
    """The same rows, with later conditions kept from joining earlier ones: those read more columns of every row."""
    return lazy.map_batches(_same, predicate_pushdown=False, projection_pushdown=True, streamable=True)


def _same(frame: pl.DataFrame) -> pl.DataFrame:
    return frame


def _size(heads: Sequence[Sidecar | None], part: str) -> tuple[int, int]:
    """How many files lack a rollup, and the bytes of it in the others."""
    pieces = [head.pieces[part].length for head in heads if head and part in head.pieces]
    lengths = [length for length in pieces if length]
    return len(heads) - len(lengths), sum(lengths)


def _counted(
    declaration: Table,
    snapshot: Snapshot,
    file: DataFile,
    held: pl.DataFrame | None,
    span: Span | None,
    by: Sequence[str],
) -> list[_Counts]:
    """Counts of a file within the window: its rollup, and the hours that the window cuts from the rows."""
    if held is None:
        return [_from_rows(declaration, snapshot, file, [span], by)]
    if span is None or covers(span, [file]):
        return [held]
    start, end = _full(span) or (0, 0)
    hour = pl.col(declaration.time).cast(pl.Int64)
    inner = held.filter((hour >= start) & (hour + rollups.HOUR <= end))
    edges = [edge for edge in _edges(span) if file.overlaps(edge)]
    if not edges:
        return [inner]
    rows = _from_rows(declaration, snapshot, file, edges, by)
    return [pl.concat([inner.lazy(), rows]).sort(AT)]


def _from_rows(
    declaration: Table, snapshot: Snapshot, file: DataFile, spans: Sequence[Span | None], by: Sequence[str]
) -> pl.LazyFrame:
    rows = columns_of(declaration, snapshot, [file], AT)
    return rollups.counted(
        rows.filter(reduce(pl.Expr.or_, [inside(declaration, span) for span in spans])), declaration, by, AT
    )


def _full(span: Span) -> tuple[int, int] | None:
    """First and end of the whole hours in a window, in microseconds; None where there is none."""
    start, end = -(-micros(span.start) // rollups.HOUR) * rollups.HOUR, micros(span.end) // rollups.HOUR * rollups.HOUR
    return (start, end) if start < end else None


def _edges(span: Span) -> list[Span]:
    """What a window has beside its whole hours."""
    first = span.start + timedelta(microseconds=-micros(span.start) % rollups.HOUR)
    last = span.end - timedelta(microseconds=micros(span.end) % rollups.HOUR)
    return [Span(start, end) for start, end in ((span.start, first), (last, span.end)) if start < end]
