"""What a batch meets in the store: rows it may be the same as, and the files it changes, rewritten in time order."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate

import polars as pl
from deltalake.transaction import AddAction

from workbench.base.errors import StoreError
from workbench.events.store import paths, stream, write
from workbench.events.store.keys import Changes
from workbench.events.store.scan import read
from workbench.events.store.schema import KEY, RAW, physical
from workbench.events.store.snapshot import DataFile, Snapshot
from workbench.events.tables import Table


def candidates(declaration: Table, snapshot: Snapshot, rows: pl.DataFrame, but: Sequence[str] = ()) -> pl.DataFrame:
    """Stored rows whose key occurs in the batch, with the file (by number) and position they lie at.

    Those read from the raw mails of ``but`` are left out.
    """
    starts = list(accumulate((file.rows for file in snapshot.files), initial=0))
    hits = _positions(snapshot, rows[KEY])
    found = [_fetch(declaration, snapshot, index, hits - starts[index]) for index in _files_of(hits, starts)]
    nothing = pl.DataFrame(schema={"row": pl.UInt32, **physical(declaration), "file": pl.UInt32})
    return pl.concat([nothing, *found]).filter(~pl.col(RAW).is_in(list(but)))


def read_from(snapshot: Snapshot, raws: Sequence[str]) -> pl.DataFrame:
    """Where, by file and position, rows lie that were read from some raw mails."""
    found = [
        read(snapshot, [file], {RAW: pl.String()})
        .with_row_index("row")
        .filter(pl.col(RAW).is_in(list(raws)))
        .select(pl.lit(index, dtype=pl.UInt32).alias("file"), "row")
        for index, file in enumerate(snapshot.files)
    ]
    nothing = pl.LazyFrame(schema={"file": pl.UInt32, "row": pl.UInt32})
    return pl.concat([nothing, *found]).collect(engine="streaming")


def stage(
    declaration: Table, snapshot: Snapshot, changes: Changes, left: Sequence[str]
) -> tuple[list[AddAction], list[DataFile]]:
    """Write what a batch changes: the files that join the table, and those that leave it.

    A file that held a replaced row is written anew without it, and takes up the new rows of its stretch of time; so
    updates make no small files. The other rows make files of their own.
    """
    by_file: Iterable[tuple[int, list[int]]] = changes.replaced.group_by("file", maintain_order=True).agg("row").rows()
    touched = {snapshot.files[index]: rows for index, rows in by_file}
    added: list[AddAction] = []
    rest = changes.rows
    for file, gone in touched.items():
        inside = rest.select(_within(declaration, file)).to_series()
        mine, rest = rest.filter(inside), rest.filter(~inside)
        mine = paths.without_paths(declaration, write.in_order(declaration, mine))
        pieces = _merged(declaration, snapshot, file, gone, mine, left)
        added += stream.sink(declaration, snapshot.folder, pieces, write.FILE_ROWS)
    added += write.stage(declaration, snapshot.folder, rest)
    _count(declaration, added, changes.rows.height + sum(f.rows for f in touched) - changes.replaced.height)
    return added, list(touched)


def _count(declaration: Table, added: Iterable[AddAction], rows: int) -> None:
    """Hold that nothing was lost on the way, before anything is committed."""
    if (written := sum(write.rows_in(each) for each in added)) != rows:
        message = f"Updating {declaration.name} would have left {written:,} rows instead of {rows:,}"
        raise StoreError(message, next_step=f"Nothing was changed. Look: workbench store check {declaration.name}")


def _within(declaration: Table, file: DataFile) -> pl.Expr:
    """The rows that lie in the stretch of time of a file."""
    if file.first is None or file.newest is None:
        return pl.lit(value=False)
    time = pl.col(declaration.time)
    return ((time >= file.first) & (time <= file.newest)).fill_null(value=False)


def _merged(
    declaration: Table, snapshot: Snapshot, file: DataFile, gone: Sequence[int], rows: pl.DataFrame, left: Sequence[str]
) -> Iterator[pl.DataFrame]:
    """The rows of a file but those at some positions, with others among them, in time order, a piece at a time."""
    schema = {**physical(declaration), **stream.kinds(snapshot, [file], left)}
    whole = read(snapshot, [file], schema).with_row_index("_row").filter(~pl.col("_row").is_in(gone)).drop("_row")
    size = stream.piece_rows(whole.head(stream.SAMPLE_ROWS).collect(engine="streaming"))
    for piece in whole.collect_batches(chunk_size=size, maintain_order=True, engine="streaming"):
        until = write.bounds(declaration, piece)[1]
        due = rows.height and until is not None
        now = rows.filter(pl.col(declaration.time) <= until) if due else rows.head(0)
        rows = rows.slice(now.height)
        yield write.in_order(declaration, pl.concat([piece, now], how="diagonal")) if now.height else piece
    if rows.height:
        yield pl.concat([whole.head(0).collect(), rows], how="diagonal")


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
