"""Run as a program: write, update, tidy and let go of rows for ever, saying before and after each what it does.

``python -m tests.events.store.crashing nursery`` is warm: for each line of its input it forks a program that is killed,
``write ROOT SEED VERSION KIND``, which does that kind of work first, or ``control FOLDER NUMBER``, which writes files
without committing them. ``read ROOT`` looks on and complains of what is not whole.
"""

import os
import random
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import polars as pl

from workbench.events.store import Batch, Store, maintain, write
from workbench.events.store.accelerators import building, container, rebuild

NAME = "EmailEvents"
GROUP_ROWS = 8_000
"""Rows of a row group here: few, so that a kill can fall between two while the whole is quick."""

ROWS = 2 * GROUP_ROWS + 4_000
"""Rows of a batch: three row groups, and a sidecar."""

UPDATED = 3_000
"""The first rows of a batch, which updates change together."""

HELD = 5
"""Batches that are held when rows were let go."""

START = datetime(2026, 1, 1, tzinfo=UTC)
KINDS = ("append", "update", "compact", "retain", "rebuild")


def batch(number: int, version: int, rows: int = ROWS) -> pl.DataFrame:
    """The rows of a batch, all of one day, or the first of them in a later state."""
    ids = pl.select(pl.format(f"b{number}-{{}}", pl.int_range(rows))).to_series()
    times = pl.select(pl.lit(START + timedelta(days=10 * number)) + pl.duration(seconds=pl.int_range(rows))).to_series()
    return pl.DataFrame({"NetworkMessageId": ids, "Timestamp": times}).with_columns(Subject=pl.lit(f"{version:06}"))


def seen(root: Path) -> pl.DataFrame:
    """Of each batch its rows, its different rows, and the first and last state of those that updates change."""
    number = pl.col("NetworkMessageId").str.slice(1).str.split("-")
    parts = (
        Store(root)
        .scan(NAME)
        .with_columns(batch=number.list.first().cast(pl.Int64), row=number.list.last().cast(pl.Int64))
    )
    version = pl.col("Subject").cast(pl.Int64).filter(pl.col("row") < UPDATED)
    counts = parts.group_by("batch").agg(
        pl.len(), pl.col("row").n_unique().alias("different"), version.min().alias("low"), version.max().alias("high")
    )
    return counts.sort("batch").collect(engine="streaming")


def faults(found: pl.DataFrame, floor: int) -> list[str]:
    """What is not whole among the batches that are not being let go."""
    kept = found.filter(pl.col("batch") >= floor)
    torn = kept.filter((pl.col("len") != ROWS) | (pl.col("different") != ROWS) | (pl.col("low") != pl.col("high")))
    return [str(row) for row in torn.iter_rows(named=True)]


def floor_of(root: Path) -> int:
    """The batch before which rows may be going."""
    path = root.parent / "floor"
    return int(path.read_text()) if path.exists() else 0


def _write(root: Path, chance: random.Random, version: int, kind: str) -> None:
    store = Store(root)
    write.ROW_GROUP = GROUP_ROWS
    vars(building)["_make"] = _told("sidecar", vars(building)["_make"])
    vars(container)["write"] = _told("disk", container.write)
    while True:
        held = seen(root)["batch"].to_list() if store.snapshot(NAME) else []
        kind = kind if len(held) > 1 else "append"
        number = {
            "append": max(held, default=-1) + 1,
            "update": chance.choice([each for each in held if each >= floor_of(root)] or [0]),
            "retain": max(held, default=0) - HELD,
        }.get(kind, 0)
        version += kind == "update"
        _say("begin", kind, number, version)
        _do(store, kind, number, version)
        _say("done", kind, number, version)
        kind = chance.choice(KINDS)


def _do(store: Store, kind: str, number: int, version: int) -> None:
    if kind == "append":
        store.write(NAME, batch(number, 0), Batch("crash", number))
    elif kind == "update":
        store.write(NAME, batch(number, version, UPDATED), Batch("update", version))
    elif kind == "compact":
        maintain(store, NAME)
    elif kind == "rebuild":
        rebuild(store, NAME, every=True)
    else:
        draft = store.root.parent / "floor.tmp"
        draft.write_text(str(max(number, floor_of(store.root))))
        draft.replace(store.root.parent / "floor")
        maintain(store, NAME, keep_from=START + timedelta(days=10 * number))


def _told(what: str, work: Callable[..., None]) -> Callable[..., None]:
    """The same work, said before and after."""

    def told(*given: object, **named: object) -> None:
        _say("enter", what)
        work(*given, **named)
        _say("leave", what)

    return told


def _control(folder: Path, number: int) -> None:
    while True:
        _say("begin", "append", number, 0)
        batch(number, 0).write_parquet(folder / f"{number}.parquet", row_group_size=GROUP_ROWS // 16)
        _say("done", "append", number, 0)
        number += 1


def _read(root: Path) -> None:
    looks = 0
    while not (root.parent / "stop").exists():
        if (root / NAME / "_delta_log" / f"{0:020}.json").exists():
            found = seen(root)
            for fault in faults(found, floor_of(root)):
                _say("torn", fault)
            looks += 1
        time.sleep(0.3)
    _say("looks", looks)


def _nursery() -> None:
    """Fork a program a line. Nothing here may use the engine, whose threads a fork would lose."""
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            _born(*line.split())
        _say("child", child)
        os.waitpid(child, 0)
        _say("ended")


def _born(what: str, place: str, *given: str) -> None:
    try:
        if what == "write":
            _write(Path(place), random.Random(int(given[0])), int(given[1]), given[2])
        _control(Path(place), int(given[0]))
    finally:
        sys.stderr.flush()
        os._exit(1)


def _say(*words: object) -> None:
    os.write(1, (" ".join(map(str, words)) + "\n").encode())


if __name__ == "__main__":
    if sys.argv[1] == "nursery":
        _nursery()
    else:
        _read(Path(sys.argv[2]))
