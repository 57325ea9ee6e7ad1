"""Is what a table says of itself true? Every file is read to its last row, and every fault names its place."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import polars as pl

from workbench.base.errors import StoreError
from workbench.events.store import write
from workbench.events.store.accelerators import FOLDER, faults_of
from workbench.events.store.keys import content, identities
from workbench.events.store.rewrite import rows_of
from workbench.events.store.scan import read
from workbench.events.store.schema import KEY, physical
from workbench.events.store.snapshot import DataFile, Snapshot
from workbench.events.store.store import Store
from workbench.events.tables import Table, table

KEYS_AT_ONCE = 8_000_000
"""Keys that are compared at once; of a larger table as many at a time as share the rest of a division."""

DAMAGED = (
    "Restore the file from a backup; or save the other rows (workbench store export {table} FOLDER --skip-damaged), "
    "move the table's folder away and import what was saved."
)
REBUILD = "Make it anew: workbench store rebuild-index {table}"
REWRITE = "Put the table in order: workbench store maintain {table}"
REPORT = "Tell the makers of the product, with the output of this command."


@dataclass(frozen=True)
class Fault:
    """Something that is not as it should be: in which table and file, what it is, and what to do about it."""

    table: str
    where: str
    what: str
    advice: str
    unreadable: bool = False


@dataclass(frozen=True)
class Checked:
    """A table that was looked at: the files and rows that its log names, and the faults found."""

    table: str
    files: int
    rows: int
    faults: tuple[Fault, ...]


def check(store: Store, name: str) -> Checked:
    """Read a whole table and compare it with what its log says. A table that cannot be opened is one fault."""
    try:
        snapshot = store.snapshot(name)
    except StoreError as error:
        return Checked(name, 0, 0, (Fault(name, error.where, error.what, error.next_step),))
    if snapshot is None:
        return Checked(name, 0, 0, ())
    faults = [fault for file in snapshot.files for fault in _of_file(store, name, snapshot, file)]
    unreadable = {fault.where for fault in faults if fault.unreadable}
    readable = tuple(file for file in snapshot.files if file.path not in unreadable)
    faults += _doubled(table(name), snapshot, readable)
    faults += [_of_sidecar(name, what) for file in readable for what in faults_of(table(name), snapshot, file)]
    return Checked(name, len(snapshot.files), snapshot.rows, tuple(faults))


def look(store: Store, name: str) -> Iterator[Fault]:
    """The data files of a table that size or footer show to be damaged: what can be told without reading the rows.

    Raises:
        StoreError: the table cannot be opened.
    """
    snapshot = store.snapshot(name)
    found = [looked_at(snapshot.folder, file) for file in snapshot.files] if snapshot else []
    yield from (fault for fault in found if fault)


def looked_at(folder: Path, file: DataFile) -> Fault | None:
    """What size and footer tell of one data file of the table in a folder; None where they are as they should be."""
    what = _unsound(folder / file.path, file.size)
    return Fault(folder.name, file.path, what, DAMAGED.format(table=folder.name), unreadable=True) if what else None


def _unsound(path: Path, size: int) -> str:
    try:
        held = path.stat().st_size
        if held != size:
            return f"has {held:,} bytes instead of {size:,}"
        pl.read_parquet_schema(path)
    except OSError as error:
        return f"cannot be opened: {error.strerror or error}"
    except pl.exceptions.PolarsError as error:
        return f"cannot be read: {_first_line(error)}"
    return ""


def damaged(fault: Fault) -> StoreError:
    """A damaged data file as what ends whatever needed it."""
    advice = f"All that is damaged tells: workbench store check {fault.table}. {fault.advice}"
    return StoreError(f"A data file of {fault.table} {fault.what}", where=fault.where, next_step=advice)


def unread(store: Store, name: str, error: Exception) -> StoreError:
    """What ends whatever could not read a table: the damaged file where a look finds it, else what was said."""
    found = next(look(store, name), None)
    if found:
        return damaged(found)
    advice = f"Find out where: workbench store check {name}"
    return StoreError(f"The table {name} cannot be read: {_first_line(error)}", next_step=advice)


def _first_line(error: Exception) -> str:
    return str(error).partition("\n")[0]


def _of_file(store: Store, name: str, snapshot: Snapshot, file: DataFile) -> Iterator[Fault]:
    path = snapshot.folder / file.path
    advice = DAMAGED.format(table=name)
    try:
        size = path.stat().st_size
    except OSError as error:
        yield Fault(name, file.path, f"cannot be opened: {error.strerror}", advice, unreadable=True)
        return
    if size != file.size:
        yield Fault(name, file.path, f"has {size:,} bytes instead of {file.size:,}", advice)
    try:
        seen = _read_through(store, name, file)
    except (pl.exceptions.PolarsError, OSError) as error:
        yield Fault(name, file.path, f"cannot be read to its end: {_first_line(error)}", advice, unreadable=True)
        return
    yield from (Fault(name, file.path, what, advice) for what in _untrue(file, seen))
    if not seen.ordered:
        yield Fault(name, file.path, "is not in time order", REWRITE.format(table=name))


def _of_sidecar(name: str, what: str) -> Fault:
    return Fault(name, FOLDER, f"{what}; answers are right all the same", REBUILD.format(table=name))


@dataclass(frozen=True)
class _Seen:
    """What a file really holds."""

    rows: int = 0
    first: datetime | None = None
    newest: datetime | None = None
    ordered: bool = True


def _read_through(store: Store, name: str, file: DataFile) -> _Seen:
    """Decode every column of every row, a piece at a time."""
    declaration, seen = table(name), _Seen()
    for piece in rows_of(store, name, [file]).collect_batches(maintain_order=True, engine="streaming"):
        first, newest = write.bounds(declaration, piece)
        ordered = not declaration.time or piece[declaration.time].drop_nulls().is_sorted()
        ordered = ordered and not (seen.newest and first and first < seen.newest)
        span = (min(seen.first or first, first), max(seen.newest or newest, newest)) if first and newest else None
        seen = _Seen(seen.rows + piece.height, *(span or (seen.first, seen.newest)), seen.ordered and ordered)
    return seen


def _untrue(file: DataFile, seen: _Seen) -> Iterator[str]:
    if seen.rows != file.rows:
        yield f"holds {seen.rows:,} rows instead of {file.rows:,}"
    if (seen.first, seen.newest) != (file.first, file.newest):
        yield f"reaches from {seen.first} to {seen.newest} instead of from {file.first} to {file.newest}"


def _doubled(declaration: Table, snapshot: Snapshot, files: tuple[DataFile, ...]) -> Iterator[Fault]:
    """Facts that are held more than once: equal bits find the candidates, the values decide."""
    if not files:
        return
    parts = 1 + sum(file.rows for file in files) // KEYS_AT_ONCE
    keyed = read(snapshot, files, {KEY: pl.Int64()}).drop_nulls()
    for part in range(parts):
        mine = keyed.filter(pl.col(KEY) % parts == part) if parts > 1 else keyed
        several = mine.group_by(KEY).len().filter(pl.col("len") > 1).collect(engine="streaming")[KEY]
        rows = _same(declaration, snapshot, files, several) if len(several) else 0
        if rows:
            yield Fault(declaration.name, "", f"holds {rows:,} rows of facts that are there more than once", REPORT)


def _same(declaration: Table, snapshot: Snapshot, files: tuple[DataFile, ...], several: pl.Series) -> int:
    schema = {name: physical(declaration)[name] for name in (*content(declaration), KEY)}
    found = read(snapshot, files, schema).filter(pl.col(KEY).is_in(several.implode())).collect(engine="streaming")
    return int(identities(declaration, found).is_duplicated().sum())
