"""What is read goes to the store beside the reading: one parcel at a time, in a thread of its own.

A commit is work of Polars, of the Delta log and of the disk, during which the children would idle. The thread touches
nothing but its parcel and a store of its own; what came of it is taken over by the thread that reads.
"""

from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass

import polars as pl

from workbench.events.store import Batch, Store, Written


@dataclass(frozen=True)
class Load:
    """Rows of one table: ``file`` is the last that gave some. ``counts`` says that every row stands for a record."""

    table: str
    frames: list[pl.DataFrame]
    file: str
    batch: Batch
    counts: bool


Parcel = Sequence[Load]
"""What is committed together, table by table, in this order."""


class Writer:
    """Writes parcels, one at a time. Use from one thread, and give it a store that nobody else uses."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._threads = ThreadPoolExecutor(1, thread_name_prefix="store")
        self._parcel: Parcel = ()
        self._writing: Future[list[Written]] | None = None

    @property
    def is_busy(self) -> bool:
        """Whether a parcel was begun and not collected yet."""
        return self._writing is not None

    @property
    def is_done(self) -> bool:
        """Whether a parcel was written, or failed to be, and was not collected yet."""
        return self._writing is not None and self._writing.done()

    def begin(self, parcel: Parcel) -> None:
        """Begin to write a parcel; the one before was collected."""
        self._parcel, self._writing = parcel, self._threads.submit(_written, self._store, parcel)

    def collect(self) -> list[tuple[Load, Written]]:
        """Wait for the parcel that is written and give what became of it; an interrupted call can be made again.

        Raises:
            StoreError: it could not be written; what stood before in the parcel was.
        """
        if self._writing is None:
            return []
        error = self._writing.exception()
        done, self._writing = self._writing, None
        parcel, self._parcel = self._parcel, ()
        if error:
            raise error
        return list(zip(parcel, done.result(), strict=True))

    def close(self) -> None:
        """End the thread, once it has written what it has."""
        self._threads.shutdown()


def _written(store: Store, parcel: Parcel) -> list[Written]:
    return [_load(store, load) for load in parcel]


def _load(store: Store, load: Load) -> Written:
    rows = pl.concat(load.frames, how="diagonal")
    load.frames.clear()
    return store.write(load.table, rows, load.batch)
