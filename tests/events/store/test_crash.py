"""kill -9 at any moment: what was acknowledged stays, what is visible is whole, nothing is there twice."""

import json
import os
import random
import signal
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
from workbench.events.store import Batch, Store, accelerators, check, maintain
from workbench.events.store.vacuum import leftovers

PROGRAM = [sys.executable, "-m", "tests.events.store.crashing"]
CHECKOUT = Path(__file__).parents[3]


class Nursery:
    """A warm program that forks those that are killed."""

    def __init__(self) -> None:
        self._program = subprocess.Popen(
            [*PROGRAM, "nursery"], cwd=CHECKOUT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def kill_one(self, command: str, after: str, wait: float) -> list[str]:
        """Fork one, kill it some seconds after it said something; all that it said."""
        assert self._program.stdin is not None
        self._program.stdin.write(f"{command}\n")
        self._program.stdin.flush()
        said: list[str] = []
        child = 0
        for line in self._lines():
            child = int(line.split()[1]) if line.startswith("child") else child
            said += [] if line.startswith("child") else [line]
            if child and any(line.startswith(after) for line in said):
                break
        time.sleep(wait)
        os.kill(child, signal.SIGKILL)
        return said + list(self._lines())

    def close(self) -> None:
        """End it."""
        self._program.communicate(timeout=60)

    def _lines(self) -> Iterator[str]:
        assert self._program.stdout is not None
        for line in self._program.stdout:
            if line == "ended\n":
                return
            yield line.strip()


@pytest.fixture(scope="module")
def nursery() -> Iterator[Nursery]:
    found = Nursery()
    yield found
    found.close()


@dataclass
class Told:
    """What the killed programs said: batches and states that were acknowledged, the state last begun, kills by kind."""

    batches: set[int] = field(default_factory=set)
    states: dict[int, int] = field(default_factory=dict)
    version: int = 0
    kills: Counter[str] = field(default_factory=Counter)
    within: Counter[str] = field(default_factory=Counter)
    """Kills that fell on the making of a sidecar, and on its way to the disk."""

    def hear(self, lines: list[str]) -> None:
        """Take in what one program said until it was killed."""
        under_way, inside = "between", list[str]()
        for word, *rest in (line.split() for line in lines):
            if word in ("enter", "leave"):
                inside = [*inside, rest[0]] if word == "enter" else inside[:-1]
                continue
            kind, number, version = rest[0], int(rest[1]), int(rest[2])
            self.version = max(self.version, version)
            under_way = kind if word == "begin" else "between"
            if word == "done" and kind == "append":
                self.batches.add(number)
            if word == "done" and kind == "update":
                self.states[number] = version
        self.kills[under_way] += 1
        self.within[inside[-1] if inside else "elsewhere"] += 1


def _begin(root: Path, told: Told) -> float:
    """Write a few batches undisturbed, so that every kind of work finds something to do; seconds of one of them."""
    store = Store(root)
    for number in range(3):
        began = time.monotonic()
        store.write(crashing.NAME, crashing.batch(number, 0), Batch("crash", number))
        told.batches.add(number)
    return time.monotonic() - began


def _kill(nursery: Nursery, root: Path, told: Told, chance: random.Random, kind: str, longest: float) -> None:
    """Every fourth falls on a sidecar."""
    command = f"write {root} {chance.randrange(10**9)} {told.version} {kind}"
    after, wait = ("enter sidecar", longest / 4) if chance.random() < 0.25 else ("begin", longest)
    told.hear(nursery.kill_one(command, after, chance.uniform(0.0, wait)))


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


def _kill_rounds(nursery: Nursery, root: Path, kills: int, seed: int) -> Told:
    chance, told = random.Random(seed), Told()
    longest = _begin(root, told)
    store = Store(root)
    with _reader(root) as said:
        for number in range(kills):
            kind = crashing.KINDS[number % len(crashing.KINDS)]
            _kill(nursery, root, told, chance, kind, longest)
            _assert_whole(root, told)
            if number % 20 == 0:
                assert accelerators.faults(store, crashing.NAME) == []
    assert [line for line in said if not line.startswith("looks")] == [], "a reader saw a batch in part, or failed"
    assert int(said[-1].split()[1]) > 0
    maintain(store, crashing.NAME, grace=0)
    assert leftovers(store, crashing.NAME, 0) == []
    assert not list(root.rglob("*.tmp"))
    assert check(store, crashing.NAME).faults == ()
    _assert_whole(root, told)
    return told


def test_a_few_kills_lose_tear_and_double_nothing(tmp_path: Path, nursery: Nursery) -> None:
    _kill_rounds(nursery, tmp_path / "store", len(crashing.KINDS), seed=11)


@pytest.mark.slow
@pytest.mark.timeout(2400)
def test_many_kills_lose_tear_and_double_nothing(
    tmp_path: Path, nursery: Nursery, capsys: pytest.CaptureFixture[str]
) -> None:
    began = time.monotonic()
    told = _kill_rounds(nursery, tmp_path / "store", 200, seed=7)
    with capsys.disabled():
        kills = {"kills": dict(sorted(told.kills.items())), "fell on": dict(sorted(told.within.items()))}
        sys.stdout.write(f"\n{json.dumps({**kills, 'seconds': round(time.monotonic() - began)})}\n")
    assert sum(told.kills.values()) == 200
    assert all(told.kills[kind] >= 10 for kind in crashing.KINDS)
    assert told.within["sidecar"] + told.within["disk"] >= 10


def test_the_control_without_commits_does_tear(tmp_path: Path, nursery: Nursery) -> None:
    chance = random.Random(7)
    for following in range(0, 600, 10):
        nursery.kill_one(f"control {tmp_path} {following}", "begin", chance.uniform(0.0, 0.1))
        if not all(_readable(path) for path in tmp_path.glob("*.parquet")):
            return
    pytest.fail("the kills never hit a write: they prove nothing")


def _readable(path: Path) -> bool:
    try:
        pl.scan_parquet(path).select(pl.len()).collect()
    except pl.exceptions.PolarsError:
        return False
    return True
