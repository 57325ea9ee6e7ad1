"""Few big files in time order instead of many small ones: fewer to open, and a window needs fewer of them.

Two kinds of steps, each one version. *Gather*: neighbours in time that together make at most one file become one.
*Part*: files whose times overlap are written anew, one stretch of time after the other. When no step is left, the files
of a partition follow one another in time, and no two neighbours would fit into one file.
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

MANY = 32
"""Small files in one partition with which a writer gathers them by the way."""

SMALL = 8
"""A file is small below this part of a full one."""

ATTEMPTS = 5
"""How often a table is looked at again because writers were faster."""

_EARLIEST = datetime(1, 1, 1, tzinfo=UTC)
_LENGTHS = {"1m": timedelta(minutes=1), "1ms": timedelta(milliseconds=1), "1us": timedelta(microseconds=1)}


@dataclass(frozen=True)
class Step:
    """Files of one partition that become others."""

    files: tuple[DataFile, ...]

    @property
    def rows(self) -> int:
        """Rows of all files."""
        return sum(file.rows for file in self.files)


@dataclass(frozen=True)
class Compacted:
    """What was done: steps taken, files there were and are, in the partitions touched."""

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
    """Gather small files if a partition has many: cheap enough for every writer to end with."""
    before, steps = _count(store, name), 0
    for step in _crowds(store, name):
        steps += _take(store, name, step)
    return Compacted(steps, before, _count(store, name))


def is_crowded(snapshot: Snapshot) -> bool:
    """Whether some partition has so many small files that gathering them pays."""
    return any(
        len([file for file in files if _is_small(file, write.FILE_ROWS)]) > MANY for files in _parts(snapshot).values()
    )


def plan(store: Store, name: str) -> list[Step]:
    """The steps that are next: gathering first, and parting where nothing is left to gather."""
    snapshot = store.snapshot(name)
    if snapshot is None:
        return []
    parts, unit = _parts(snapshot).values(), file_rows(snapshot)
    gathers = [Step(run) for files in parts for run in _fitting(files, unit) if len(run) > 1]
    return gathers or [Step(run) for files in parts for run in _overlapping(files) if len(run) > 1]


def file_rows(snapshot: Snapshot) -> int:
    """How many rows of this table a file may hold."""
    return max(1, min(write.FILE_ROWS, int(stream.FILE_BYTES * snapshot.rows / max(1, snapshot.size))))


def _take(store: Store, name: str, step: Step) -> bool:
    def staging(snapshot: Snapshot) -> Iterator[AddAction]:
        pieces = _pieces(store, name, step.files)
        return stream.sink(table(name), snapshot.folder, step.files[0].part, pieces, file_rows(snapshot))

    return rewrite.replace(store, name, step.files, staging, step.rows)


def _crowds(store: Store, name: str) -> list[Step]:
    snapshot = store.snapshot(name)
    if snapshot is None or not is_crowded(snapshot):
        return []
    unit, steps = file_rows(snapshot), []
    for files in _parts(snapshot).values():
        for small, run in groupby(files, key=lambda file: _is_small(file, unit)):
            if small:
                steps += [Step(part) for part in _fitting(list(run), unit) if len(part) > 1]
    return steps


def _is_small(file: DataFile, unit: int) -> bool:
    return file.rows < unit // SMALL


def _parts(snapshot: Snapshot) -> dict[str, list[DataFile]]:
    parts: dict[str, list[DataFile]] = {}
    for file in sorted(snapshot.files, key=_order):
        parts.setdefault(file.part, []).append(file)
    return parts


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
    declaration, unit = table(name), rewrite.piece_rows(store, name, files)
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
