"""Put other files in the place of some, in one version, while readers read and writers write.

New files are written without the table's lease and join it under the lease, for a moment, if the old ones are still
there; where a writer was faster, nothing happens and the caller looks again. One process at a time does such upkeep.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from time import time_ns

import polars as pl
from deltalake.transaction import AddAction

from workbench.base.errors import StoreError
from workbench.events.store import evolve, keys, stream, write
from workbench.events.store.lease import lease
from workbench.events.store.scan import read
from workbench.events.store.schema import KEY, physical
from workbench.events.store.snapshot import DataFile, Snapshot
from workbench.events.store.store import Store
from workbench.events.store.write import Batch
from workbench.events.tables import table

_SAMPLE_FILES = 3

Staged = Iterable[AddAction]
"""Data files that no version names yet."""


@contextmanager
def upkeep(store: Store, name: str, patience: float) -> Iterator[None]:
    """Be the one that keeps a table in order.

    Raises:
        StoreBusy: another process does, and did not finish in ``patience`` seconds.
    """
    with lease(store.root / ".leases" / f"upkeep-{name}.lease", patience):
        yield


def replace(
    store: Store, name: str, files: Sequence[DataFile], staging: Callable[[Snapshot], Staged], rows: int
) -> bool:
    """Replace files by what ``staging`` writes, which must be so many ``rows``; False where a writer was faster.

    Raises:
        StoreError: the new files hold another number of rows, or cannot be written; the table is as before.
    """
    snapshot = store.snapshot(name)
    assert snapshot is not None  # noqa: S101  its files are given
    added = list(staging(snapshot))
    written = sum(write.rows_in(each) for each in added)
    if written != rows:
        _discard(snapshot, added)
        message = f"Rewriting {len(files)} files of {name} would have kept {written:,} of {rows:,} rows"
        raise StoreError(message, next_step=f"Nothing was changed. Look for damage: workbench store check {name}")
    with store.lease(name):
        now = store.snapshot(name)
        if now is None or not {file.path for file in files} <= {file.path for file in now.files}:
            _discard(snapshot, added)
            return False
        write.commit(store.delta(name), added, files, Batch("upkeep", time_ns() // 1000))
    return True


def rows_of(store: Store, name: str, files: Sequence[DataFile], only: pl.Expr | None = None) -> pl.LazyFrame:
    """Rows of files with every column they are kept with, those that left the declaration too."""
    declaration, snapshot = table(name), store.snapshot(name)
    assert snapshot is not None  # noqa: S101  its files are given
    left = evolve.left(declaration, store.delta(name))
    schema = {**physical(declaration), **stream.kinds(snapshot, files, left)}
    frame = read(snapshot, files, schema)
    return frame if only is None else frame.filter(only)


def whole(store: Store, name: str, rows: pl.DataFrame) -> pl.DataFrame:
    """Rows in the shape they are kept in; those of adopted files get the key they lacked."""
    declaration = table(name)
    complete = write.complete(declaration, rows, evolve.left(declaration, store.delta(name)))
    if not complete[KEY].null_count():
        return complete
    keyed = keys.with_key(declaration, complete)
    return keyed.with_columns(complete[KEY].fill_null(keyed[KEY]))


def piece_rows(store: Store, name: str, files: Iterable[DataFile]) -> int:
    """How many rows of these files may be held in memory at once, by what the largest of them begin with."""
    largest = sorted(files, key=lambda file: (file.size, file.path))[-_SAMPLE_FILES:]
    heads = [rows_of(store, name, [file]).head(stream.SAMPLE_ROWS).collect(engine="streaming") for file in largest]
    return min((stream.piece_rows(head) for head in heads), default=write.ROW_GROUP)


def _discard(snapshot: Snapshot, added: Iterable[AddAction]) -> None:
    for each in added:
        (snapshot.folder / each.path).unlink(missing_ok=True)
