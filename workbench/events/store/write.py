"""Commit rows to a table: one atomic Delta version for what is added and what is replaced.

Data files are written and synced first and become part of the table only with the commit; a process that dies before
leaves files that no version names. Rows lie in time order within each file. A file touched by an update is rewritten.
"""

import json
import os
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO
from uuid import uuid4

import polars as pl
from deltalake import CommitProperties, DeltaTable, PostCommitHookProperties, Transaction
from deltalake.exceptions import DeltaError
from deltalake.transaction import AddAction, RemoveAction

from workbench.base.errors import StoreError
from workbench.events.store import keys, log, paths
from workbench.events.store.accelerators import building
from workbench.events.store.schema import PART, delta_schema, physical, text_columns
from workbench.events.store.snapshot import DataFile
from workbench.events.tables import Table

FILE_ROWS = 500_000
LEAST_ROWS = 5_000
"""Rows from which a file does not go on into the next month, so that few rows over years make few files."""

ROW_GROUP = 65_536
ZSTD_LEVEL = 3
FIRST_LEVEL = 1
"""The level of files as they are first written, which compaction writes anew: a third faster, about the same size."""

MAKE_ROOM = "Is there room on the disk, and may it be written? See to that and do the same again: nothing is lost."
_NO_HOOKS = PostCommitHookProperties(create_checkpoint=False, cleanup_expired_logs=False)
"""What is done after a commit is done by us, so that it cannot make a commit look failed that is there."""

_PARTS = {"month": "%Y-%m", "day": "%Y-%m-%d"}


@dataclass(frozen=True)
class Batch:
    """Names a commit in the Delta log: who wrote it and its number in that writer's sequence."""

    source: str
    number: int


def complete(table: Table, frame: pl.DataFrame, left: Iterable[str] = ()) -> pl.DataFrame:
    """Bring rows to the physical shape: every column, in order, cast, with empty text where text is missing.

    ``left`` names columns that left the declaration: where the rows have them they stay, behind the others; so do the
    columns of ways into documents.
    """
    columns = physical(table)
    missing = [pl.lit(None, dtype=kind).alias(name) for name, kind in columns.items() if name not in frame.columns]
    over = [name for name in (*left, *paths.columns(table).values()) if name in frame.columns]
    whole = frame.with_columns(missing).select(*(pl.col(name).cast(kind) for name, kind in columns.items()), *over)
    return whole.with_columns(pl.col(text_columns(table)).fill_null(""))


def ready(table: Table, frame: pl.DataFrame) -> pl.DataFrame:
    """Rows with what the store would work out when it writes them: their key, and the members of their documents.

    It works none of it out again: so several processes can share the work for one that writes.
    """
    named = _some(table, frame, keys.identity(table))
    key = keys.of(table, named if keys.are_named(table, named) else complete(table, frame))
    documents = dict.fromkeys(column for column, _ in paths.columns(table))
    members = paths.with_paths(table, _some(table, frame, documents)).drop(*documents)
    return frame.with_columns(key, *members)


def without_nothing(table: Table, frame: pl.DataFrame) -> pl.DataFrame:
    """Rows without the columns that say nothing of any of them, which the store gives back to them."""
    texts = [name for name in text_columns(table) if name in frame.columns]
    filled = frame.select(pl.col(texts).str.len_bytes().max() > 0).row(0) if texts and frame.height else ()
    empty = [name for name, is_filled in zip(texts, filled, strict=False) if not is_filled]
    declared = physical(table).keys() - {table.time}
    nothing = [each.name for each in frame if each.name in declared and each.null_count() == frame.height]
    return frame.drop({*empty, *nothing})


def _some(table: Table, frame: pl.DataFrame, names: Iterable[str]) -> pl.DataFrame:
    """Some of the columns of rows in their physical shape."""
    kinds, texts = physical(table), frozenset(text_columns(table))
    held = {name: pl.col(name) if name in frame.columns else pl.lit(None) for name in names}
    cast = {name: each.cast(kinds[name]) for name, each in held.items()}
    filled = {name: each.fill_null("") if name in texts else each for name, each in cast.items()}
    return frame.select(pl.int_range(pl.len()).alias(PART), **filled).drop(PART)


def stage(table: Table, folder: Path, rows: pl.DataFrame) -> list[AddAction]:
    """Write rows as data files below ``folder``, one stretch of time after the other; no version names them yet."""
    ordered = in_order(table, paths.with_paths(table, rows))
    return [_write(table, folder, piece) for whole in _months(table, ordered) for piece in _pieces(whole)]


def commit(delta: DeltaTable, added: Iterable[AddAction], removed: Iterable[DataFile], batch: Batch) -> None:
    """Make one new version of the table: ``added`` files join it, ``removed`` files leave it.

    Raises:
        StoreError: the log cannot be written; the table is as before.
    """
    now = int(time.time() * 1000)
    gone = [RemoveAction(file.path, True, now, file.size, {PART: file.part or None}) for file in removed]
    named = CommitProperties(app_transactions=[Transaction(batch.source, batch.number, now)])
    try:
        delta.create_write_transaction(
            [*added, *gone],
            "append",
            delta.schema(),
            [PART],
            commit_properties=named,
            post_commithook_properties=_NO_HOOKS,
        )
    except (DeltaError, OSError) as error:
        why = str(error).partition("\n")[0]
        raise StoreError(f"The log of a table cannot be written: {why}", next_step=MAKE_ROOM) from error
    if (delta.version() + 1) % log.CHECKPOINT_EVERY == 0:
        log.checkpoint(delta)


def create(table: Table, folder: Path, properties: dict[str, str] | None = None) -> DeltaTable:
    """Make the table with no rows; opening one that is there already is fine.

    Raises:
        StoreError: it cannot be made there.
    """
    try:
        return DeltaTable.create(
            folder,
            delta_schema(table),
            mode="ignore",
            partition_by=[PART],
            name=table.name,
            configuration=properties or {},
            raise_if_key_not_exists=False,
        )
    except (DeltaError, OSError) as error:
        why = str(error).partition("\n")[0]
        message = f"The table {table.name} cannot be made: {why}"
        raise StoreError(message, where=str(folder), next_step=MAKE_ROOM) from error


@contextmanager
def new_file(table: Table, path: Path) -> Iterator[IO[bytes]]:
    """Open a data file to write; it is on disk when the block ends, and gone if that fails.

    Raises:
        StoreError: it cannot be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
    except (OSError, pl.exceptions.ComputeError) as error:
        with suppress(OSError):
            path.unlink(missing_ok=True)
        message = f"A data file of {table.name} cannot be written: {error}"
        raise StoreError(message, where=str(path), next_step=MAKE_ROOM) from error


def add_action(
    path: str, part: str, size: int, rows: int, bounds: tuple[str, datetime | None, datetime | None]
) -> AddAction:
    """Describe a data file to the Delta log, with the bounds of its time column so that windows can pass it over."""
    column, first, newest = bounds
    stats: dict[str, object] = {"numRecords": rows}
    if first and newest:
        stats |= {"minValues": {column: _stamp(first)}, "maxValues": {column: _stamp(newest)}}
    return AddAction(path, size, {PART: part or None}, int(time.time() * 1000), True, json.dumps(stats))


def rows_in(action: AddAction) -> int:
    """The rows of a data file as its description has them."""
    return int(json.loads(action.stats)["numRecords"])


def in_order(table: Table, rows: pl.DataFrame) -> pl.DataFrame:
    """Rows in time order, those without a time first; a table without times keeps the order it has."""
    return rows.sort(table.time, nulls_last=False, maintain_order=True) if table.time else rows


def bounds(table: Table, rows: pl.DataFrame) -> tuple[datetime | None, datetime | None]:
    """The first and the newest moment; none where no row has one."""
    if not table.time or rows.is_empty():
        return None, None
    first, newest = rows[table.time].min(), rows[table.time].max()
    return (first, newest) if isinstance(first, datetime) and isinstance(newest, datetime) else (None, None)


def part_of(table: Table) -> pl.Expr:
    """The partition a row belongs to."""
    form = _PARTS.get(table.partition)
    return (pl.col(table.time).dt.strftime(form) if form and table.time else pl.lit("")).fill_null("").alias(PART)


def part_at(table: Table, rows: pl.DataFrame) -> str:
    """The partition of a file of these rows: that of its first row, whatever months follow."""
    return str(rows.head(1).select(part_of(table)).item())


def name_of(table: Table, part: str) -> str:
    """A new name for a data file in a partition, below the folder of its table."""
    return f"{f'{PART}={part}/' if part else ''}{uuid4().hex}{paths.ending(table)}"


def _months(table: Table, rows: pl.DataFrame) -> Iterator[pl.DataFrame]:
    """Rows in time order, cut where a month begins if enough come before it; those without a time by themselves."""
    runs = rows.with_columns(part_of(table)).select(pl.col(PART).rle()).unnest(PART).iter_rows()
    start = end = 0
    timeless = False
    for length, part in runs:
        if end > start and (timeless or end - start >= LEAST_ROWS):
            yield rows[start:end]
            start = end
        end, timeless = end + length, not part
    if end > start:
        yield rows[start:end]


def _pieces(rows: pl.DataFrame) -> Iterator[pl.DataFrame]:
    return (rows[start : start + FILE_ROWS] for start in range(0, rows.height, FILE_ROWS))


def _write(table: Table, folder: Path, rows: pl.DataFrame) -> AddAction:
    part = part_at(table, rows)
    relative = name_of(table, part)
    path = folder / relative
    with new_file(table, path) as file:
        rows.write_parquet(file, compression="zstd", compression_level=FIRST_LEVEL, row_group_size=ROW_GROUP)
    building.beside(table, folder, relative, rows.lazy(), rows.height)
    return add_action(relative, part, path.stat().st_size, rows.height, (table.time, *bounds(table, rows)))


def _stamp(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
