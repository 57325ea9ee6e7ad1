"""Few big files in time order instead of many small ones: fewer to open, and a window needs fewer of them.

Two kinds of steps, each one version. *Gather*: neighbours in time that together make at most one file become one.
*Part*: files whose times overlap are written anew, one stretch of time after the other. When no step is left, the files
follow one another in time, and no two neighbours would fit into one file. Months do not matter: a window passes files
over by their first and newest event, so few rows over years make one file.

Writers end with gathering small files only, so that a row is written anew a few times whatever the number of batches:
what is gathered is at least twice as large as the largest file in it, very small ones counted as of ``TINY`` rows.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import groupby

import polars as pl
from deltalake.transaction import AddAction

from workbench.events.store import rewrite, stream, write
from workbench.events.store.schema import INSTANT, instant, time_of
from workbench.events.store.snapshot import DataFile, Snapshot
from workbench.events.store.store import Store
from workbench.events.tables import table

MANY, FEW = 32, 8
"""Small and tiny neighbours beyond which a writer gathers them by the way."""

TINY = 2_000
"""Rows below which a file is tiny: it takes as long to open as to read, and as long to append to as to write anew."""

LEAST = 4
"""Files that are gathered at least; fewer are not worth a version."""

SMALL = 8
"""A file is small below this part of a full one."""

UNPACKED = 80
"""How many times its bytes on disk a file may take in memory; what fits in spite of that is read without a look."""

ATTEMPTS = 5
"""How often a table is looked at again because writers were faster."""

_EARLIEST = datetime(1, 1, 1, tzinfo=UTC)
_LENGTHS = {"1m": timedelta(minutes=1), "1ms": timedelta(milliseconds=1), "1us": timedelta(microseconds=1)}


@dataclass(frozen=True)
class Step:
    """Neighbours in time that become other files."""

    files: tuple[DataFile, ...]

    @property
    def rows(self) -> int:
        """Rows of all files."""
        return sum(file.rows for file in self.files)


@dataclass(frozen=True)
class Compacted:
    """What was done: steps taken, files of the table there were and are."""

    steps: int = 0
    before: int = 0
    after: int = 0


def compact(store: Store, name: str) -> Compacted:
    """Bring the files of a table into order until no step is left; the caller holds its upkeep.

    Raises:
        StoreError: a file cannot be read or written; what was done before is kept.
    """
    steps, before = 0, _count(store, name)
    missed = 0
    while (todo := plan(store, name)) and missed < ATTEMPTS:
        for step in todo:
            done = _take(store, name, step)
            steps, missed = steps + done, missed + (not done)
    return Compacted(steps, before, _count(store, name))


def settle(store: Store, name: str) -> Compacted:
    """Gather small files if there are many side by side: cheap enough for every writer to end with."""
    before, steps = _count(store, name), 0
    snapshot = store.snapshot(name)
    for step in crowds(snapshot) if snapshot else ():
        steps += _take(store, name, step)
    return Compacted(steps, before, _count(store, name))


def is_crowded(snapshot: Snapshot) -> bool:
    """Whether there are so many small files side by side that gathering them pays."""
    return bool(crowds(snapshot))


def plan(store: Store, name: str) -> list[Step]:
    """The steps that are next: gathering first, and parting where nothing is left to gather."""
    snapshot = store.snapshot(name)
    if snapshot is None:
        return []
    lines, unit = _lines(snapshot), file_rows(snapshot)
    gathers = [Step(run) for files in lines for run in _fitting(files, unit) if len(run) > 1]
    return gathers or [Step(run) for files in lines for run in _overlapping(files) if len(run) > 1]


def file_rows(snapshot: Snapshot) -> int:
    """How many rows of this table a file may hold."""
    return max(1, min(write.FILE_ROWS, int(stream.FILE_BYTES * snapshot.rows / max(1, snapshot.size))))


def _take(store: Store, name: str, step: Step) -> bool:
    def staging(snapshot: Snapshot) -> Iterator[AddAction]:
        pieces = _pieces(store, name, step.files)
        return stream.sink(table(name), snapshot.folder, pieces, file_rows(snapshot))

    return rewrite.replace(store, name, step.files, staging, step.rows)


def crowds(snapshot: Snapshot) -> list[Step]:
    """Runs of small neighbours that are too many, made into as few files as rewriting little allows."""
    unit = file_rows(snapshot)
    runs = (
        tuple(run)
        for files in _lines(snapshot)
        for small, run in groupby(files, key=lambda file: file.rows < unit // SMALL)
        if small
    )
    crowds = (run for run in runs if len(run) > MANY or len([f for f in run if f.rows < TINY]) > FEW)
    return [Step(part) for run in crowds for fitting in _fitting(run, unit) for part in _balanced(fitting)]


def _balanced(files: tuple[DataFile, ...]) -> Iterator[tuple[DataFile, ...]]:
    """Runs in which no file is more than half: the whole, or those to either side of the largest."""
    if len(files) < LEAST:
        return
    weights = [max(file.rows, TINY) for file in files]
    largest = weights.index(max(weights))
    if sum(weights) >= 2 * weights[largest]:
        yield files
    else:
        yield from _balanced(files[:largest])
        yield from _balanced(files[largest + 1 :])


def _lines(snapshot: Snapshot) -> list[list[DataFile]]:
    """The files in time order; those in which no row has a time are by themselves."""
    ordered = sorted(snapshot.files, key=_order)
    timeless = [file for file in ordered if file.first is None]
    return [files for files in (timeless, ordered[len(timeless) :]) if files]


def _order(file: DataFile) -> tuple[datetime, datetime, str]:
    return (file.first or _EARLIEST, file.newest or _EARLIEST, file.path)


def _fitting(files: Iterable[DataFile], unit: int) -> list[tuple[DataFile, ...]]:
    """Runs of neighbours that make at most one file each."""
    runs: list[tuple[DataFile, ...]] = []
    for file in files:
        together = (*runs[-1], file) if runs else ()
        if together and sum(f.rows for f in together) <= unit and sum(f.size for f in together) <= stream.FILE_BYTES:
            runs[-1] = together
        else:
            runs.append((file,))
    return runs


def _overlapping(files: Iterable[DataFile]) -> list[tuple[DataFile, ...]]:
    """Runs of files connected by overlapping times; to begin when another ends is no overlap."""
    runs: list[tuple[DataFile, ...]] = []
    until = _EARLIEST
    for file in files:
        if runs and (file.first or _EARLIEST) < until:
            runs[-1] = (*runs[-1], file)
        else:
            runs.append((file,))
        until = max(until, file.newest or _EARLIEST)
    return runs


def _pieces(store: Store, name: str, files: Sequence[DataFile]) -> Iterator[pl.DataFrame]:
    """The rows of files in time order, one stretch of time after the other, each as large as memory allows.

    Files are read one after the other: together they would all be in memory at a time.
    """
    declaration = table(name)
    if sum(file.size for file in files) * UNPACKED <= stream.PIECE_BYTES:
        rows = rewrite.rows_of(store, name, files).collect(engine="streaming")
        yield write.in_order(declaration, rewrite.whole(store, name, rows))
        return
    unit = rewrite.piece_rows(store, name, files)
    for only, _ in _cuts(store, name, files, unit):
        held: list[pl.DataFrame] = []
        for file in _touched(files, only):
            held.append(rewrite.rows_of(store, name, [file], only.of(time_of(declaration))).collect(engine="streaming"))
            while sum(frame.height for frame in held) > unit:
                together = pl.concat(held, how="diagonal")
                yield write.in_order(declaration, rewrite.whole(store, name, together.head(unit)))
                held = [together.slice(unit)]
        yield write.in_order(declaration, rewrite.whole(store, name, pl.concat(held, how="diagonal")))


@dataclass(frozen=True)
class _Stretch:
    """A stretch of time, its last instant included; without a start, the rows without a time."""

    start: datetime | None
    last: datetime | None

    def of(self, time: pl.Expr) -> pl.Expr:
        if self.start is None or self.last is None:
            return time.is_null()
        return (time >= instant(self.start)) & (time <= instant(self.last))


def _touched(files: Sequence[DataFile], only: _Stretch) -> list[DataFile]:
    if only.start is None or only.last is None:
        return list(files)
    return [f for f in files if f.first and f.newest and f.first <= only.last and f.newest >= only.start]


def _cuts(store: Store, name: str, files: Sequence[DataFile], unit: int) -> Iterator[tuple[_Stretch, int]]:
    """Stretches that hold at most ``unit`` rows each, with their rows; only those of one instant may hold more."""
    rows = rewrite.rows_of(store, name, files).with_columns(time_of(table(name)).alias("time")).select("time")
    if without := int(rows.select(pl.col("time").is_null().sum()).collect(engine="streaming").item()):
        yield _Stretch(None, None), without
    yield from _joined(_counted(rows.drop_nulls(), unit, tuple(_LENGTHS)), unit)


def _counted(rows: pl.LazyFrame, unit: int, steps: tuple[str, ...]) -> Iterator[tuple[_Stretch, int]]:
    """Rows by minute; where one holds more than ``unit``, by millisecond, and where that does, by microsecond."""
    length = _LENGTHS[steps[0]] - timedelta(microseconds=1)
    counts = rows.group_by(pl.col("time").dt.truncate(steps[0]).cast(INSTANT)).len().sort("time")
    for start, count in counts.collect(engine="streaming").iter_rows():
        stretch = _Stretch(start, start + length)
        if count > unit and len(steps) > 1:
            yield from _counted(rows.filter(stretch.of(pl.col("time"))), unit, steps[1:])
        else:
            yield stretch, count


def _joined(stretches: Iterator[tuple[_Stretch, int]], unit: int) -> Iterator[tuple[_Stretch, int]]:
    whole: tuple[_Stretch, int] | None = None
    for stretch, rows in stretches:
        if whole and whole[1] + rows <= unit:
            whole = (_Stretch(whole[0].start, stretch.last), whole[1] + rows)
            continue
        if whole:
            yield whole
        whole = (stretch, rows)
    if whole:
        yield whole


def _count(store: Store, name: str) -> int:
    snapshot = store.snapshot(name)
    return len(snapshot.files) if snapshot else 0
