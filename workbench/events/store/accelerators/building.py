"""Make the sidecar of a data file: when the file is written, and later for files that have none."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from workbench.base.errors import StoreError
from workbench.events.store.accelerators import container, lookups, rollups
from workbench.events.store.accelerators.container import opened, place
from workbench.events.store.scan import columns_of
from workbench.events.store.snapshot import DataFile, Snapshot
from workbench.events.tables import Table, table

if TYPE_CHECKING:
    from workbench.events.store.store import Store

LEAST_ROWS = 5_000
"""Rows from which a data file has a sidecar: smaller ones are read as fast."""


@dataclass(frozen=True)
class Counts:
    """What became of the data files of a table: sidecars made, ones that were good, and files too small for one."""

    made: int = 0
    kept: int = 0
    small: int = 0


def beside(declaration: Table, folder: Path, path: str, rows: pl.LazyFrame, height: int) -> None:
    """Make the sidecar of a data file that was just written, from its rows, of which there are ``height``.

    A sidecar only saves time: where there is no room for one the file goes without.
    """
    if _worth(declaration, height):
        with suppress(OSError):
            _make(declaration, folder, (path, height, (folder / path).stat().st_size), rows)


def rebuild(store: "Store", name: str, *, every: bool = False) -> Counts:
    """Make the sidecars of a table that are missing, damaged or of another version; with ``every`` all of them.

    Needs no lease: data files never change, and a sidecar appears whole. The caller holds the table's upkeep, so that
    nobody removes a file meanwhile.

    Raises:
        StoreError: there is no room for one, or its data file cannot be read.
    """
    declaration, snapshot = table(name), store.snapshot(name)
    made = kept = small = 0
    for file in snapshot.files if snapshot else ():
        assert snapshot is not None  # noqa: S101  it has files
        if not _worth(declaration, file.rows):
            small += 1
        elif not every and _complete(declaration, snapshot.folder, file):
            kept += 1
        else:
            _remake(declaration, snapshot, file)
            made += 1
    return Counts(made, kept, small)


def faults(store: "Store", name: str) -> list[str]:
    """What is wrong with the sidecars of a table. Reads every data file that has one."""
    declaration, snapshot = table(name), store.snapshot(name)
    if snapshot is None:
        return []
    return [fault for file in snapshot.files for fault in faults_of(declaration, snapshot, file)]


def faults_of(declaration: Table, snapshot: Snapshot, file: DataFile) -> Iterator[str]:
    """What is wrong with the sidecar of a data file that can be read: damage, or that it says what the file does not.

    A missing sidecar is no fault.
    """
    path = place(snapshot.folder, file.path)
    if not path.exists():
        return
    sidecar = opened(snapshot.folder, file)
    if sidecar is None:
        yield f"{path.name} is damaged, or of another version or data file"
        return
    wanted = _parts(declaration, columns_of(declaration, snapshot, [file]), file.rows)
    for name in _names(declaration):
        held = sidecar.part(name)
        if held is None:
            yield f"{path.name} lacks a sound part '{name}'"
        elif not _same(name, held, wanted[name]):
            yield f"{path.name} does not say of '{name}' what its data file says"


def _worth(declaration: Table, rows: int) -> bool:
    return rows >= LEAST_ROWS and bool(_names(declaration))


def _names(declaration: Table) -> list[str]:
    """The parts that the sidecars of a table have."""
    accelerators = declaration.accelerators
    found = [part for column in accelerators.lookups for part in lookups.parts(column)]
    return found + [rollups.part(rollup.by) for rollup in accelerators.rollups]


def _complete(declaration: Table, folder: Path, file: DataFile) -> bool:
    sidecar = opened(folder, file)
    return sidecar is not None and all(sidecar.part(name) is not None for name in _names(declaration))


def _make(declaration: Table, folder: Path, file: tuple[str, int, int], lazy: pl.LazyFrame) -> None:
    path, rows, size = file
    container.write(place(folder, path), rows, size, _parts(declaration, lazy, rows))


def _remake(declaration: Table, snapshot: Snapshot, file: DataFile) -> None:
    try:
        lazy = columns_of(declaration, snapshot, [file])
        _make(declaration, snapshot.folder, (file.path, file.rows, file.size), lazy)
    except (OSError, pl.exceptions.PolarsError) as error:
        why = str(error).partition("\n")[0]
        advice = f"Is there room on the disk? Else look for damage: workbench store check {declaration.name}"
        raise StoreError(
            f"An index of {declaration.name} cannot be made: {why}", where=file.path, next_step=advice
        ) from error


def _parts(declaration: Table, lazy: pl.LazyFrame, rows: int) -> dict[str, bytes]:
    found: dict[str, bytes] = {}
    for column in declaration.accelerators.lookups:
        found |= lookups.made(lazy, column, rows)
    return found | rollups.made(lazy, declaration, rows)


def _same(name: str, held: bytes, wanted: bytes) -> bool:
    """Whether two parts say the same; the bytes of a rollup depend on the engine's version."""
    if held == wanted or not name.startswith("rollup") or not (held and wanted):
        return held == wanted
    return rollups.frame(held).equals(rollups.frame(wanted))
