"""Rows that are older than a table keeps are let go: whole files at once, the file at the border rewritten."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType

import polars as pl
from deltalake.transaction import AddAction

from workbench.base.errors import BadSetting, nearest
from workbench.events.store import rewrite, stream, write
from workbench.events.store.compact import ATTEMPTS
from workbench.events.store.schema import instant, time_of
from workbench.events.store.snapshot import DataFile, Snapshot
from workbench.events.store.store import Store
from workbench.events.tables import table, tables

DEFAULT = "default"
"""The name that stands for every table without a number of its own."""


@dataclass(frozen=True)
class Expired:
    """Rows older than the limit, the files that go with them, and those that are rewritten."""

    rows: int = 0
    files: int = 0
    rewritten: int = 0


def limits(retention: Mapping[str, int]) -> Mapping[str, timedelta]:
    """How long each table keeps its rows, by ``[retention]`` of ``workbench.toml``; no entry: for ever. 0 is for ever.

    Raises:
        BadSetting: a name is no table; the message carries the nearest.
    """
    for name in retention:
        if name != DEFAULT and name not in tables():
            near = " or ".join(nearest(name, (*tables(), DEFAULT)))
            advice = f"Did you mean {near}?" if near else "See: workbench tables --all"
            raise BadSetting(f"There is no table {name!r}", where="workbench.toml, [retention]", next_step=advice)
    days = {name: retention.get(name, retention.get(DEFAULT, 0)) for name in tables()}
    return MappingProxyType({name: timedelta(days=number) for name, number in days.items() if number})


def expired(store: Store, name: str, before: datetime) -> Expired:
    """What ``retain`` would let go."""
    whole, border = _sorted_out(store, name, before)
    rows = sum(file.rows for file in whole) + sum(_older(store, name, file, before) for file in border)
    return Expired(rows, len(whole), len(border))


def retain(store: Store, name: str, before: datetime) -> Expired:
    """Let go of rows older than an instant; rows without a time stay. The caller holds the table's upkeep.

    Raises:
        StoreError: a file cannot be read or written; what was done before stays done.
    """
    rows = files = rewritten = 0
    for _ in range(ATTEMPTS):
        whole, border = _sorted_out(store, name, before)
        if whole and rewrite.replace(store, name, whole, lambda _: (), 0):
            rows, files = rows + sum(file.rows for file in whole), files + len(whole)
        for file in border:
            older = _older(store, name, file, before)
            if _cut(store, name, file, before, file.rows - older):
                rows, rewritten = rows + older, rewritten + 1
        if not any(_sorted_out(store, name, before)):
            break
    return Expired(rows, files, rewritten)


def _sorted_out(store: Store, name: str, before: datetime) -> tuple[list[DataFile], list[DataFile]]:
    """The files of which nothing stays, and those of which something does."""
    snapshot = store.snapshot(name)
    old = [file for file in snapshot.files if file.first and file.first < before] if snapshot else []
    whole = [file for file in old if file.newest and file.newest < before and not _timeless(store, name, file)]
    return whole, [file for file in old if file not in whole]


def _timeless(store: Store, name: str, file: DataFile) -> int:
    """Rows without a time among those that have one: of tables without months, and of adopted files."""
    rows = rewrite.rows_of(store, name, [file], time_of(table(name)).is_null())
    return int(rows.select(pl.len()).collect(engine="streaming").item())


def _older(store: Store, name: str, file: DataFile, before: datetime) -> int:
    rows = rewrite.rows_of(store, name, [file], time_of(table(name)) < instant(before))
    return int(rows.select(pl.len()).collect(engine="streaming").item())


def _cut(store: Store, name: str, file: DataFile, before: datetime, rows: int) -> bool:
    """Rewrite a file without the rows that are too old, in the order it has."""
    time = time_of(table(name))
    kept = rewrite.rows_of(store, name, [file], time.is_null() | (time >= instant(before)))

    def staging(snapshot: Snapshot) -> Iterator[AddAction]:
        batches = kept.collect_batches(
            chunk_size=rewrite.piece_rows(store, name, [file]), maintain_order=True, engine="streaming"
        )
        pieces = (rewrite.whole(store, name, batch) for batch in batches)
        return stream.sink(table(name), snapshot.folder, pieces, write.FILE_ROWS)

    return rewrite.replace(store, name, [file], staging, rows)
