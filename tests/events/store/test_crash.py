"""kill -9 at any moment: what was acknowledged stays, what is visible is whole, nothing is there twice."""

import json
import random
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl
import pytest

from tests.events.store import crashing
from workbench.events.store import Batch, Store, check, maintain
from workbench.events.store.vacuum import leftovers

PROGRAM = [sys.executable, "-m", "tests.events.store.crashing"]
CHECKOUT = Path(__file__).parents[3]


@dataclass
class Told:
    """What the killed programs said: batches and states that were acknowledged, the state last begun, kills by kind."""

    batches: set[int] = field(default_factory=set)
    states: dict[int, int] = field(default_factory=dict)
    version: int = 0
    kills: Counter[str] = field(default_factory=Counter)

    def hear(self, lines: list[str]) -> None:
        """Take in what one program said until it was killed."""
        under_way = "between"
        for word, kind, number, version in (line.split() for line in lines):
            self.version = max(self.version, int(version))
            under_way = kind if word == "begin" else "between"
            if word == "done" and kind == "append":
                self.batches.add(int(number))
            if word == "done" and kind == "update":
                self.states[int(number)] = int(version)
        self.kills[under_way] += 1


def _begin(root: Path, told: Told) -> float:
    """Write a few batches undisturbed, so that every kind of work finds something to do; seconds of one of them."""
    store = Store(root)
    for number in range(3):
        began = time.monotonic()
        store.write(crashing.NAME, crashing.batch(number, 0), Batch("crash", number))
        told.batches.add(number)
    return time.monotonic() - began


def _run_and_kill(root: Path, told: Told, chance: random.Random, longest: float) -> None:
    command = [*PROGRAM, "write", str(root), str(chance.randrange(10**9)), str(told.version)]
    process = subprocess.Popen(command, cwd=CHECKOUT, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    first = process.stdout.readline()
    time.sleep(chance.uniform(0.0, longest))
    process.kill()
    told.hear([first, *process.communicate()[0].splitlines()])


def _assert_whole(root: Path, told: Told) -> None:
    floor = crashing.floor_of(root)
    found = crashing.seen(root)
    assert not crashing.faults(found, floor), "a batch is visible in part, or twice"
    held = set(found["batch"].to_list())
    assert {number for number in told.batches if number >= floor} <= held, "an acknowledged batch is lost"
    for number, _, _, version, _ in found.iter_rows():
        assert number < floor or version >= told.states.get(number, 0), "an acknowledged update is lost"


@contextmanager
def _reader(root: Path) -> Iterator[list[str]]:
    """Somebody who reads all the while; what was read that was not whole."""
    said: list[str] = []
    process = subprocess.Popen(
        [*PROGRAM, "read", str(root)], cwd=CHECKOUT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    try:
        yield said
    finally:
        (root.parent / "stop").touch()
        out, err = process.communicate(timeout=120)
        said += [*out.splitlines(), *err.splitlines()]


def _kill_rounds(root: Path, kills: int, seed: int) -> Counter[str]:
    chance, told = random.Random(seed), Told()
    longest = 2 * _begin(root, told)
    with _reader(root) as said:
        for _ in range(kills):
            _run_and_kill(root, told, chance, longest)
            _assert_whole(root, told)
    assert [line for line in said if not line.startswith("looks")] == [], "a reader saw a batch in part, or failed"
    assert int(said[-1].split()[1]) > 0
    store = Store(root)
    maintain(store, crashing.NAME, grace=0)
    assert leftovers(store, crashing.NAME, 0) == []
    assert check(store, crashing.NAME).faults == ()
    _assert_whole(root, told)
    return told.kills


def test_a_few_kills_lose_tear_and_double_nothing(tmp_path: Path) -> None:
    _kill_rounds(tmp_path / "store", 8, seed=11)


@pytest.mark.slow
@pytest.mark.timeout(2400)
def test_many_kills_lose_tear_and_double_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    began = time.monotonic()
    kills = _kill_rounds(tmp_path / "store", 200, seed=7)
    with capsys.disabled():
        told = {"kills": dict(sorted(kills.items())), "seconds": round(time.monotonic() - began)}
        sys.stdout.write(f"\n{json.dumps(told)}\n")
    assert sum(kills.values()) == 200
    assert all(kills[kind] >= 10 for kind in crashing.KINDS)


CONTROL = """
import sys
from pathlib import Path
from tests.events.store.crashing import ROW_GROUP, batch
for number in range(int(sys.argv[2]), 10_000):
    print("begin", "append", number, 0, flush=True)
    batch(number, 0).write_parquet(Path(sys.argv[1]) / f"{number}.parquet", row_group_size=ROW_GROUP // 64)
    print("done", "append", number, 0, flush=True)
"""


def test_the_control_without_commits_does_tear(tmp_path: Path) -> None:
    chance = random.Random(7)
    for following in range(0, 400, 10):
        command = [sys.executable, "-c", CONTROL, str(tmp_path), str(following)]
        process = subprocess.Popen(command, cwd=CHECKOUT, stdout=subprocess.PIPE, text=True)
        assert process.stdout is not None
        process.stdout.readline()
        time.sleep(chance.uniform(0.0, 0.2))
        process.kill()
        process.communicate()
        if not all(_readable(path) for path in tmp_path.glob("*.parquet")):
            return
    pytest.fail("the kills never hit a write: they prove nothing")


def _readable(path: Path) -> bool:
    try:
        pl.scan_parquet(path).select(pl.len()).collect()
    except pl.exceptions.PolarsError:
        return False
    return True
