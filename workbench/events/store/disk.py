"""What tables take on disk, and what they will take if rows keep coming as they did."""

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import polars as pl

from workbench.events.store.check import unread
from workbench.events.store.schema import time_of
from workbench.events.store.snapshot import Snapshot
from workbench.events.store.store import Store
from workbench.events.store.vacuum import SIDECARS, leftovers, weighed
from workbench.events.tables import table

RATE_DAYS = 30
"""The newest days that have rows, by which the rate is reckoned."""

AHEAD = (30, 90)
"""Days for which the size is forecast."""


@dataclass(frozen=True)
class Disk:
    """One table on disk: bytes of data, of what is derived from it and of what nobody needs; rows, and what comes."""

    table: str
    rows: int
    data: int
    sidecars: int
    leftovers: int
    bytes_per_row: float
    rows_per_day: float
    """Mean of the newest 30 days that have rows."""
    forecast: tuple[int, ...]
    """Bytes of data and sidecars in 30 and in 90 days, with the rows that will have been let go by then taken off."""


def disk(store: Store, name: str, now: datetime, keep: timedelta | None = None) -> Disk | None:
    """What a table takes and will take; ``keep`` is how long it keeps its rows. None where it never had rows.

    Raises:
        StoreError: the table cannot be read.
    """
    snapshot = store.snapshot(name)
    if snapshot is None:
        return None
    days = _days(store, name)
    old = weighed(leftovers(store, name, 0))
    sidecars = _sidecars(snapshot)
    each = (snapshot.size + sidecars) / snapshot.rows if snapshot.rows else 0.0
    rate = _rate(days)
    ahead = tuple(round(each * _rows_in(days, rate, now, day, keep)) for day in AHEAD)
    return Disk(name, snapshot.rows, snapshot.size, sidecars, old.bytes, round(each, 1), round(rate, 1), ahead)


def free(store: Store) -> int:
    """Bytes that are free on the disk of the store."""
    place = store.root
    while not place.exists():
        place = place.parent
    return shutil.disk_usage(place).free


def _days(store: Store, name: str) -> list[tuple[datetime | None, int]]:
    """Rows of each day, oldest first; those without a time are under no day."""
    day = time_of(table(name)).dt.truncate("1d").alias("day")
    counts = store.scan(name).group_by(day).len().sort("day", nulls_last=False)
    try:
        return list(counts.collect(engine="streaming").iter_rows())
    except (pl.exceptions.PolarsError, OSError) as error:
        raise unread(store, name, error) from error


def _rate(days: Sequence[tuple[datetime | None, int]]) -> float:
    newest = [rows for day, rows in days if day][-RATE_DAYS:]
    return sum(newest) / len(newest) if newest else 0.0


def _rows_in(
    days: Sequence[tuple[datetime | None, int]], rate: float, now: datetime, ahead: int, keep: timedelta | None
) -> float:
    """Rows that will be held: those of today that are young enough then, and those that will have come."""
    until = now + timedelta(days=ahead)
    stay = sum(rows for day, rows in days if not day or keep is None or day >= until - keep)
    come = ahead if keep is None else min(ahead, keep / timedelta(days=1))
    return stay + rate * come


def _sidecars(snapshot: Snapshot) -> int:
    stems = {file.path.rpartition("/")[2].partition(".")[0] for file in snapshot.files}
    folder = snapshot.folder / SIDECARS
    found = folder.iterdir() if folder.is_dir() else ()
    return sum(path.stat().st_size for path in found if path.name.partition(".")[0] in stems)
