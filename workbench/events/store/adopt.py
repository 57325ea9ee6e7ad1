"""Take Parquet files that another tool wrote into a table, linked in place instead of copied."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path
from uuid import uuid4

import polars as pl
from deltalake.transaction import AddAction

from workbench.base.errors import StoreError
from workbench.events.store import write
from workbench.events.store.schema import text_columns
from workbench.events.store.snapshot import ABSENT, open_table, take
from workbench.events.store.store import Store
from workbench.events.store.write import Batch
from workbench.events.tables import Table, table


def adopt(store: Store, name: str, files: Iterable[Path]) -> int:
    """Link files as the rows of an empty table; returns the rows. The files must stay where they are.

    They must carry the time column as UTC instants and hold no null in text columns; columns the table does not
    declare are ignored, declared ones they lack are empty. Duplicates are not looked for.

    Raises:
        StoreError: the table has rows already, or a file lacks the time column.
    """
    with store.lease(name):
        if store.snapshot(name) is not None:
            raise StoreError(f"The table {name} has rows already", next_step="Adopt files into a new workspace.")
        return _adopt(table(name), store.root / name, [path.resolve() for path in files])


def _adopt(declaration: Table, folder: Path, sources: Sequence[Path]) -> int:
    present = [set(pl.read_parquet_schema(path)) for path in sources]
    absent = [column for column in text_columns(declaration) if not all(column in names for names in present)]
    delta = write.create(declaration, folder, {ABSENT: ",".join(absent)})
    write.commit(delta, [_link(declaration, folder, path) for path in sources], [], Batch("adopt", 0))
    snapshot = take(declaration, open_table(folder), folder)
    return snapshot.rows


def _link(declaration: Table, folder: Path, source: Path) -> AddAction:
    rows, first, newest = _bounds(declaration, source)
    part = first.strftime("%Y-%m") if first else ""
    target = folder / f"_Part={part}" / f"{uuid4().hex}.parquet"
    target.parent.mkdir(parents=True, exist_ok=True)
    target.symlink_to(source)
    relative = str(target.relative_to(folder))
    return write.add_action(relative, part, source.stat().st_size, rows, (declaration.time, first, newest))


def _bounds(declaration: Table, source: Path) -> tuple[int, datetime | None, datetime | None]:
    if declaration.time not in pl.read_parquet_schema(source):
        raise StoreError(f"{source.name} has no column {declaration.time}", where=str(source))
    time = pl.col(declaration.time)
    rows, first, newest = pl.scan_parquet(source).select(pl.len(), a=time.min(), b=time.max()).collect().row(0)
    return int(rows), first, newest
