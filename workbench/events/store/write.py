"""Commit rows to a table: one atomic Delta version for what is added and what is replaced.

Data files are written and synced first and become part of the table only with the commit; a process that dies before
leaves files that no version names. Rows lie in time order within each file. A file touched by an update is rewritten.
"""

import json
import os
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import uuid4

import polars as pl
from deltalake import CommitProperties, DeltaTable, Transaction
from deltalake.transaction import AddAction, RemoveAction

from workbench.base.errors import StoreError
from workbench.events.store import paths
from workbench.events.store.schema import PART, delta_schema, physical, texts
from workbench.events.store.snapshot import DataFile, Snapshot
from workbench.events.tables import Table

FILE_ROWS = 500_000
ROW_GROUP = 65_536
ZSTD_LEVEL = 3

_PARTS = {"month": "%Y-%m", "day": "%Y-%m-%d"}


@dataclass(frozen=True)
class Batch:
    """Names a commit in the Delta log: who wrote it and its number in that writer's sequence."""

    source: str
    number: int


def complete(table: Table, frame: pl.DataFrame) -> pl.DataFrame:
    """Bring rows to the physical shape: every column, in order, cast, with empty text where text is missing."""
    columns = physical(table)
    missing = [pl.lit(None, dtype=kind).alias(name) for name, kind in columns.items() if name not in frame.columns]
    whole = frame.with_columns(missing).select(pl.col(name).cast(kind) for name, kind in columns.items())
    filled = [name for name in (*texts(table), *columns.keys() - declared_names(table)) if columns[name] == pl.String]
    return whole.with_columns(pl.col(filled).fill_null(""))


def declared_names(table: Table) -> set[str]:
    """Names of the declared columns."""
    return set(table.types)


def stage(table: Table, folder: Path, rows: pl.DataFrame) -> list[AddAction]:
    """Write rows as data files below ``folder``, per partition and in time order; no version names them yet."""
    dated = paths.with_paths(table, rows).with_columns(_part(table))
    ordered = dated.sort(table.time, nulls_last=False) if table.time else dated
    parts = ordered.partition_by(PART, as_dict=True, include_key=False, maintain_order=True)
    return [_write(table, folder, str(part), piece) for (part,), whole in parts.items() for piece in _pieces(whole)]


def commit(delta: DeltaTable, added: Iterable[AddAction], removed: Iterable[DataFile], batch: Batch) -> None:
    """Make one new version of the table: ``added`` files join it, ``removed`` files leave it."""
    now = int(time.time() * 1000)
    gone = [RemoveAction(file.path, True, now, file.size, {PART: file.part or None}) for file in removed]
    properties = CommitProperties(app_transactions=[Transaction(batch.source, batch.number, now)])
    delta.create_write_transaction(
        [*added, *gone], "append", delta.schema(), [PART], commit_properties=properties, post_commithook_properties=None
    )


def create(table: Table, folder: Path, properties: dict[str, str] | None = None) -> DeltaTable:
    """Make the table with no rows; opening one that is there already is fine."""
    return DeltaTable.create(
        folder,
        delta_schema(table),
        mode="ignore",
        partition_by=[PART],
        name=table.name,
        configuration=properties or {},
        raise_if_key_not_exists=False,
    )


def without(table: Table, snapshot: Snapshot, file: DataFile, rows: Iterable[int]) -> pl.DataFrame:
    """The rows of a data file but those at the given positions."""
    whole = pl.read_parquet(snapshot.folder / file.path)
    kept = whole.with_row_index("_row").filter(~pl.col("_row").is_in(list(rows))).drop("_row")
    return complete(table, kept.select(name for name in kept.columns if name in physical(table)))


def add_action(
    path: str, part: str, size: int, rows: int, bounds: tuple[str, datetime | None, datetime | None]
) -> AddAction:
    """Describe a data file to the Delta log, with the bounds of its time column so that windows can pass it over."""
    column, first, newest = bounds
    stats: dict[str, object] = {"numRecords": rows}
    if first and newest:
        stats |= {"minValues": {column: _stamp(first)}, "maxValues": {column: _stamp(newest)}}
    return AddAction(path, size, {PART: part or None}, int(time.time() * 1000), True, json.dumps(stats))


def _part(table: Table) -> pl.Expr:
    form = _PARTS.get(table.partition)
    return (pl.col(table.time).dt.strftime(form) if form and table.time else pl.lit("")).fill_null("").alias(PART)


def _pieces(rows: pl.DataFrame) -> Iterator[pl.DataFrame]:
    return (rows[start : start + FILE_ROWS] for start in range(0, rows.height, FILE_ROWS))


def _write(table: Table, folder: Path, part: str, rows: pl.DataFrame) -> AddAction:
    relative = f"{f'{PART}={part}/' if part else ''}{uuid4().hex}{paths.ending(table)}"
    path = folder / relative
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        with path.open("wb") as file:
            rows.write_parquet(file, compression="zstd", compression_level=ZSTD_LEVEL, row_group_size=ROW_GROUP)
            file.flush()
            os.fsync(file.fileno())
    except (OSError, pl.exceptions.ComputeError) as error:
        advice = "Is there room on the disk? Make some and do the same again: what was committed before is kept."
        raise StoreError(f"A data file of {table.name} cannot be written", where=str(path), next_step=advice) from error
    return add_action(relative, part, path.stat().st_size, rows.height, _bounds(table, rows))


def _bounds(table: Table, rows: pl.DataFrame) -> tuple[str, datetime | None, datetime | None]:
    """The time column with its first and newest moment; none in a table without times."""
    if not table.time:
        return ("", None, None)
    first, newest = rows.select(first=pl.col(table.time).min(), newest=pl.col(table.time).max()).row(0)
    return (table.time, first, newest)


def _stamp(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
