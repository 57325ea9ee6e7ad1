"""kill -9 while batches are written: what was acknowledged stays, what is visible is whole, a retry adds nothing."""

import random
import subprocess
import sys
import time
from pathlib import Path

import polars as pl
import pytest

from workbench.events.store import Store

ROWS = 150_000
WRITER = """
import sys, time
from datetime import datetime, timedelta, timezone
from pathlib import Path
import polars as pl
from workbench.events.store import Batch, Store
from workbench.events.store.write import ROW_GROUP

root, how, rows = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
start = datetime(2026, 1, 1, tzinfo=timezone.utc)
for number in range(int(sys.argv[4]), 10_000):
    ids = pl.Series([f"b{number}-{row}" for row in range(rows)])
    times = [start + timedelta(seconds=number)] * rows
    frame = pl.DataFrame({"NetworkMessageId": ids, "Timestamp": times, "Subject": ids.reverse()})
    print("begin", number, flush=True)
    if how == "store":
        Store(root).write("EmailEvents", frame, Batch("crash", number))
    else:
        frame.write_parquet(root / f"{number}.parquet", row_group_size=ROW_GROUP // 8)
    print("done", number, flush=True)
"""


def _run_and_kill(root: Path, how: str, first: int, chance: random.Random) -> tuple[int, int]:
    """Start a writer, kill it somewhere inside its second batch; the last batch begun and the last acknowledged."""
    command = [sys.executable, "-c", WRITER, str(root), how, str(ROWS), str(first)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    begun = acknowledged = first - 1
    marks: dict[tuple[str, int], float] = {}
    while begun < first + 1:
        word, number = process.stdout.readline().split()
        marks[word, int(number)] = time.monotonic()
        begun, acknowledged = (int(number), acknowledged) if word == "begin" else (begun, int(number))
    time.sleep((marks["done", first] - marks["begin", first]) * chance.uniform(0.05, 0.9))
    process.kill()
    for line in process.communicate()[0].splitlines():
        word, number = line.split()
        begun, acknowledged = (max(begun, int(number)), acknowledged) if word == "begin" else (begun, int(number))
    return begun, acknowledged


def _batches(root: Path) -> dict[str, int]:
    counts = Store(root).scan("EmailEvents").group_by(pl.col("NetworkMessageId").str.split("-").list.first()).len()
    return dict(counts.collect(engine="streaming").iter_rows())


def _kill_rounds(root: Path, kills: int) -> None:
    chance = random.Random(7)
    following = 0
    for _ in range(kills):
        begun, acknowledged = _run_and_kill(root, "store", following, chance)
        held = _batches(root)
        assert set(held.values()) == {ROWS}, "a batch is visible in part"
        assert {f"b{number}" for number in range(acknowledged + 1)} <= set(held), "an acknowledged batch is lost"
        assert len(held) <= begun + 1
        following = acknowledged + 1


def test_a_few_kills_lose_and_tear_nothing(tmp_path: Path) -> None:
    _kill_rounds(tmp_path / "store", 3)


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_many_kills_lose_and_tear_nothing(tmp_path: Path) -> None:
    _kill_rounds(tmp_path / "store", 60)


def test_the_control_without_commits_does_tear(tmp_path: Path) -> None:
    chance = random.Random(7)
    torn = 0
    for following in range(0, 40, 4):
        _run_and_kill(tmp_path, "bare", following, chance)
        torn += sum(not _readable(path) for path in tmp_path.glob("*.parquet"))
        if torn:
            break
    assert torn, "the kills never hit a write: they prove nothing"


def _readable(path: Path) -> bool:
    try:
        pl.scan_parquet(path).select(pl.len()).collect()
    except pl.exceptions.PolarsError:
        return False
    return True
