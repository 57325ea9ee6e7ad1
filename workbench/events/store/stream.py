"""Data files read and written a piece at a time: no more of a table is in memory than a piece or two."""

from collections.abc import Collection, Iterable, Iterator
from datetime import datetime
from pathlib import Path

import polars as pl
from deltalake.transaction import AddAction
from polars.io.plugins import register_io_source

from workbench.events.store import paths, write
from workbench.events.store.accelerators import building
from workbench.events.store.snapshot import DataFile, Snapshot
from workbench.events.tables import Table

PIECE_BYTES = 40 * 2**20
"""Most bytes of a piece, as it lies in memory."""

FILE_BYTES = 256 * 2**20
"""Most bytes on disk of a file that is made of others, near enough."""

SAMPLE_ROWS = 2_000
"""Rows by which the size of all is judged."""

_VIEW = 16
"""Bytes that a text takes in memory beside its characters."""


def piece_rows(sample: pl.DataFrame) -> int:
    """How many rows like these make a piece."""
    if sample.is_empty():
        return write.ROW_GROUP
    views = _VIEW * sample.height * sum(kind == pl.String for kind in sample.dtypes)
    return max(1, min(write.ROW_GROUP, int(PIECE_BYTES * sample.height / (sample.estimated_size() + views))))


def kinds(snapshot: Snapshot, files: Iterable[DataFile], names: Collection[str]) -> dict[str, pl.DataType]:
    """Which of some columns the files have, and of what type; not read where none is asked for."""
    found: dict[str, pl.DataType] = {}
    for file in files if names else ():
        found |= {n: k for n, k in pl.read_parquet_schema(snapshot.folder / file.path).items() if n in names}
    return found


def sink(table: Table, folder: Path, pieces: Iterable[pl.DataFrame], rows: int) -> Iterator[AddAction]:
    """Write pieces, each in time order and after the one before, as data files of at most ``rows`` rows each.

    Raises:
        StoreError: a file cannot be written.
    """
    source = _Source(paths.with_paths(table, piece) for piece in pieces)
    while (head := source.next(rows)) is not None:
        yield _file(table, folder, write.part_at(table, head), _until_full(head, source, rows))


class _Source:
    """Pieces of which the rest of one can be put back."""

    def __init__(self, pieces: Iterator[pl.DataFrame]) -> None:
        self._pieces, self._rest = pieces, pl.DataFrame()

    def next(self, room: int) -> pl.DataFrame | None:
        """At most so many rows; None at the end."""
        whole = self._rest
        while whole.is_empty():
            found = next(self._pieces, None)
            if found is None:
                return None
            whole = found
        self._rest = whole.slice(room)
        return whole.head(room)


def _until_full(head: pl.DataFrame, source: _Source, rows: int) -> Iterator[pl.DataFrame]:
    piece: pl.DataFrame | None = head
    written = 0
    while piece is not None:
        written += piece.height
        yield piece
        piece = source.next(rows - written) if written < rows else None


def _file(table: Table, folder: Path, part: str, pieces: Iterator[pl.DataFrame]) -> AddAction:
    relative = write.name_of(table, part)
    counted = _Counted(table, pieces)
    with write.new_file(table, folder / relative) as file:
        counted.frame().sink_parquet(
            file,
            compression="zstd",
            compression_level=write.ZSTD_LEVEL,
            row_group_size=write.ROW_GROUP,
            maintain_order=True,
            engine="streaming",
        )
    written = pl.scan_parquet(folder / relative, hive_partitioning=False, glob=False)
    building.beside(table, folder, relative, written, counted.rows)
    size = (folder / relative).stat().st_size
    return write.add_action(relative, part, size, counted.rows, (table.time, counted.first, counted.newest))


class _Counted:
    """Pieces as they go by: how many rows, from when to when."""

    def __init__(self, table: Table, pieces: Iterator[pl.DataFrame]) -> None:
        self._table, self._pieces = table, pieces
        self._head = next(pieces)
        self.rows = 0
        self.first: datetime | None = None
        self.newest: datetime | None = None

    def frame(self) -> pl.LazyFrame:
        """The pieces as one frame that makes them as they are asked for."""

        def pieces(*_: object) -> Iterator[pl.DataFrame]:
            yield self._note(self._head)
            for piece in self._pieces:
                yield self._note(piece)

        return register_io_source(pieces, schema=self._head.schema, validate_schema=True)

    def _note(self, piece: pl.DataFrame) -> pl.DataFrame:
        self.rows += piece.height
        first, newest = write.bounds(self._table, piece)
        if first and newest:
            self.first, self.newest = min(self.first or first, first), max(self.newest or newest, newest)
        return piece
