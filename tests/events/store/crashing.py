"""Run as a program: write, update, tidy and let go of rows for ever, saying before and after each what it does.

``python -m tests.events.store.crashing write ROOT SEED VERSION`` is the one that is killed; ``read ROOT`` looks on
and complains of what is not whole.
"""

import random
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import polars as pl

from workbench.events.store import Batch, Store, maintain
from workbench.events.store.write import ROW_GROUP

NAME = "EmailEvents"
ROWS = ROW_GROUP + 4_000
"""Rows of a batch: more than one row group, so that a kill can fall between two."""

UPDATED = 3_000
"""The first rows of a batch, which updates change together."""

HELD = 5
"""Batches that are held when rows were let go."""

START = datetime(2026, 1, 1, tzinfo=UTC)
KINDS = ("append", "update", "compact", "retain")


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


def _write(root: Path, chance: random.Random, version: int) -> None:
    store = Store(root)
    while True:
        held = seen(root)["batch"].to_list() if store.snapshot(NAME) else []
        kind = chance.choice(KINDS) if len(held) > 1 else "append"
        number = {
            "append": max(held, default=-1) + 1,
            "update": chance.choice(held or [0]),
            "retain": max(held, default=0) - HELD,
        }.get(kind, 0)
        if kind == "update" and number < floor_of(root):
            continue
        version += kind == "update"
        _say("begin", kind, number, version)
        _do(store, kind, number, version)
        _say("done", kind, number, version)


def _do(store: Store, kind: str, number: int, version: int) -> None:
    if kind == "append":
        store.write(NAME, batch(number, 0), Batch("crash", number))
    elif kind == "update":
        store.write(NAME, batch(number, version, UPDATED), Batch("update", version))
    elif kind == "compact":
        maintain(store, NAME)
    else:
        draft = store.root.parent / "floor.tmp"
        draft.write_text(str(max(number, floor_of(store.root))))
        draft.replace(store.root.parent / "floor")
        maintain(store, NAME, keep_from=START + timedelta(days=10 * number))


def _read(root: Path) -> None:
    looks = 0
    while not (root.parent / "stop").exists():
        if (root / NAME / "_delta_log" / f"{0:020}.json").exists():
            found = seen(root)
            for fault in faults(found, floor_of(root)):
                _say("torn", fault)
            looks += 1
        time.sleep(0.2)
    _say("looks", looks)


def _say(*words: object) -> None:
    sys.stdout.write(" ".join(map(str, words)) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    if sys.argv[1] == "write":
        _write(Path(sys.argv[2]), random.Random(int(sys.argv[3])), int(sys.argv[4]))
    else:
        _read(Path(sys.argv[2]))
