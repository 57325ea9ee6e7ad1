"""What a table holds right now: the data files of its newest Delta version, with their rows and times."""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path

import polars as pl
from deltalake import DeltaTable
from deltalake.exceptions import DeltaError

from workbench.base.errors import StoreError
from workbench.base.span import Span
from workbench.events.store.schema import text_columns
from workbench.events.tables import Table

ABSENT = "workbench.absent"
"""Table property: string columns that some files do not carry: adopted ones, and those older than the column."""

_RESTORE = "Restore the table's folder from a backup; the rows may also be imported again into a new workspace."


@dataclass(frozen=True)
class DataFile:
    """One Parquet file: path below the table's folder, partition, rows, bytes, and its first and newest event."""

    path: str
    part: str
    rows: int
    size: int
    first: datetime | None
    newest: datetime | None

    def overlaps(self, span: Span) -> bool:
        """Whether it may hold rows of the window; a file that does not say is taken to."""
        if self.first is None or self.newest is None:
            return True
        return self.first < span.end and self.newest >= span.start


@dataclass(frozen=True)
class Snapshot:
    """One version of one table."""

    folder: Path
    version: int
    files: tuple[DataFile, ...]
    absent: tuple[str, ...] = ()
    """Text columns that some files do not carry."""

    @cached_property
    def rows(self) -> int:
        """Rows of all files."""
        return sum(file.rows for file in self.files)

    @cached_property
    def size(self) -> int:
        """Bytes of all files."""
        return sum(file.size for file in self.files)

    @cached_property
    def first(self) -> datetime | None:
        """Time of the oldest event."""
        return min((file.first for file in self.files if file.first), default=None)

    @cached_property
    def newest(self) -> datetime | None:
        """Time of the newest event."""
        return max((file.newest for file in self.files if file.newest), default=None)

    def within(self, span: Span | None) -> list[DataFile]:
        """The files a window needs, oldest first."""
        return [file for file in self.files if span is None or file.overlaps(span)]


def has_log(folder: Path) -> bool:
    """Whether a table's folder has a log: without one there is no table."""
    return (folder / "_delta_log").is_dir()


def refuse_orphans(folder: Path) -> None:
    """Data files where there is no log are rows that somebody lost, not a table that never had any.

    Raises:
        StoreError: there are such files.
    """
    found = next(folder.rglob("*.parquet"), None)
    if found and not has_log(folder):
        raise StoreError(f"The table {folder.name} has data files and no log", where=str(folder), next_step=_RESTORE)


def open_table(folder: Path) -> DeltaTable:
    """Open the Delta table in a folder.

    Raises:
        StoreError: its log cannot be read.
    """
    try:
        return DeltaTable(folder)
    except DeltaError as error:
        raise _unreadable(folder, error) from error


def advance(delta: DeltaTable, folder: Path) -> None:
    """Read on to the newest version.

    Raises:
        StoreError: the log cannot be read.
    """
    try:
        delta.update_incremental()
    except DeltaError as error:
        raise _unreadable(folder, error) from error


def is_newest(folder: Path, version: int) -> bool:
    """Whether no commit came after a version: two looks at the log, a hundred times cheaper than reading it on.

    Commits are numbered without gaps. Where the version's own commit is gone, the log was tidied behind a newer one.
    """
    log = folder / "_delta_log"
    return (log / f"{version:020}.json").exists() and not (log / f"{version + 1:020}.json").exists()


def take(table: Table, delta: DeltaTable, folder: Path) -> Snapshot:
    """Read the newest version.

    Raises:
        StoreError: the log cannot be read.
    """
    try:
        actions = pl.DataFrame(delta.get_add_actions(flatten=True))
        absent = _absent(table, delta)
    except DeltaError as error:
        raise _unreadable(folder, error) from error
    files = sorted((_file(row, table.time) for row in actions.iter_rows(named=True)), key=_order)
    return Snapshot(folder, delta.version(), tuple(files), absent)


def _absent(table: Table, delta: DeltaTable) -> tuple[str, ...]:
    """Text columns that some files lack by the table's properties, or all of them, being declared since."""
    known = {name for name in delta.metadata().configuration.get(ABSENT, "").split(",") if name}
    on_disk = {field.name for field in delta.schema().fields}
    return tuple(name for name in text_columns(table) if name in known or name not in on_disk)


def _file(row: dict[str, object], time: str) -> DataFile:
    values = {name.rpartition("partition.")[2]: value for name, value in row.items() if name.startswith("partition.")}
    return DataFile(
        path=str(row["path"]),
        part=str(values.get("_Part") or ""),
        rows=int(str(row["num_records"] or 0)),
        size=int(str(row["size_bytes"])),
        first=_instant(row.get(f"min.{time}")),
        newest=_instant(row.get(f"max.{time}")),
    )


def _instant(value: object) -> datetime | None:
    return value if isinstance(value, datetime) else None


def _order(file: DataFile) -> tuple[str, str]:
    return (file.first.isoformat() if file.first else "", file.path)


def _unreadable(folder: Path, error: Exception) -> StoreError:
    why = str(error).partition("\n")[0]
    return StoreError(f"The table {folder.name} cannot be read: {why}", where=str(folder), next_step=_RESTORE)
