"""The 14 questions asked of several engines in turn, each in a process of its own, and what each took.

Engines alternate question by question, so that whatever else the machine does falls on all alike. Peak memory is what
the process held at most while it answered, its idle size included.
"""

import argparse
import gc
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from statistics import geometric_mean, median
from types import MappingProxyType
from typing import Any, Protocol

import polars as pl

from bench.mail_questions import QUESTIONS, open_plain, open_store
from bench.rivals import DuckRival, PolarsRival
from bench.telemetry import Marks


class Engine(Protocol):
    """Anything that answers the questions."""

    def run(self, name: str, params: Mapping[str, str]) -> pl.DataFrame:
        """The answer to one question."""
        ...


ENGINES: Mapping[str, Callable[[Path], Engine]] = MappingProxyType(
    {"workbench": open_store, "plain": open_plain, "polars": PolarsRival, "duckdb": DuckRival}
)
"""The product first, with and without accelerators, then those it is compared with."""


@dataclass(frozen=True)
class Laps:
    """What one engine took for one question: seconds of each repetition, peak MiB, and whether the answer was ours."""

    engine: str
    question: str
    seconds: tuple[float, ...]
    memory: float
    rows: int
    equal: bool

    @property
    def middle(self) -> float:
        """The median, in milliseconds."""
        return median(self.seconds) * 1000


def race(data: Path, marks: Marks, *, repeat: int = 3, only: tuple[str, ...] = ()) -> list[Laps]:
    """Ask every question of every engine ``repeat`` times, after one round that warms up and compares the answers."""
    names = [name for name in QUESTIONS if not only or name in only]
    drivers = {kind: _Driver(kind, data, marks) for kind in ENGINES}
    try:
        rounds = [
            {(name, kind): drivers[kind].ask(name) for name in names for kind in drivers} for _ in range(repeat + 1)
        ]
    finally:
        for driver in drivers.values():
            driver.close()
    return [_laps(kind, name, rounds) for name in names for kind in drivers]


def ratios(laps: list[Laps], rival: str, own: str = "workbench") -> dict[str, float]:
    """For each question the product's time over a rival's."""
    at = {(each.engine, each.question): each.middle for each in laps}
    return {question: took / at[rival, question] for (engine, question), took in at.items() if engine == own}


def mean_ratio(laps: list[Laps], rival: str, own: str = "workbench") -> float:
    """The geometric mean of these ratios."""
    return geometric_mean(ratios(laps, rival, own).values())


def _laps(kind: str, name: str, rounds: list[dict[tuple[str, str], dict[str, Any]]]) -> Laps:
    warm, *timed = rounds
    seconds = tuple(lap[name, kind]["seconds"] for lap in timed)
    memory = max(lap[name, kind]["memory"] for lap in timed)
    answer = warm[name, kind]["answer"]
    return Laps(kind, name, seconds, memory, len(answer), answer == warm[name, "workbench"]["answer"])


class _Driver:
    """One engine in a process of its own."""

    def __init__(self, kind: str, data: Path, marks: Marks) -> None:
        command = [sys.executable, "-m", "bench.race", kind, str(data), json.dumps(asdict(marks))]
        self._child = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def ask(self, name: str) -> dict[str, Any]:
        """Ask one question and wait for the answer."""
        stdin, stdout = self._child.stdin, self._child.stdout
        assert stdin is not None
        assert stdout is not None
        stdin.write(f"{name}\n")
        stdin.flush()
        line = stdout.readline()
        if not line:
            raise RuntimeError(f"an engine ended while it was asked {name}; its message is above")
        reply: dict[str, Any] = json.loads(line)
        return reply

    def close(self) -> None:
        """End the process."""
        for pipe in (self._child.stdin, self._child.stdout):
            if pipe:
                pipe.close()
        self._child.wait()


def comparable(frame: pl.DataFrame) -> list[list[object]]:
    """Rows as plain values: moments in whole seconds of UTC, numbers whole."""
    return [[_plain(value) for value in row] for row in frame.iter_rows()]


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return (value if value.tzinfo else value.replace(tzinfo=UTC)).astimezone(UTC).isoformat(timespec="seconds")
    return value if isinstance(value, str | int | None) else str(value)


def main() -> None:
    """Answer questions, one a line of standard input, until it ends."""
    parser = argparse.ArgumentParser()
    for name in ("kind", "data", "marks"):
        parser.add_argument(name)
    chosen = parser.parse_args()
    engine = ENGINES[chosen.kind](Path(chosen.data))
    for answer in _answers(engine, json.loads(chosen.marks)):
        print(json.dumps(answer), flush=True)


def _answers(engine: Engine, params: Mapping[str, str]) -> Iterator[dict[str, object]]:
    for line in sys.stdin:
        gc.collect()
        clear_peak()
        started = time.perf_counter()
        frame = engine.run(line.strip(), params)
        seconds = time.perf_counter() - started
        yield {"seconds": seconds, "memory": peak(), "answer": comparable(frame)}


def clear_peak() -> None:
    """Begin to count peak memory anew, where the system allows it."""
    try:
        Path("/proc/self/clear_refs").write_text("5", "ascii")
    except OSError:
        return


def peak(pid: int | None = None) -> float:
    """The most memory a process held, in MiB."""
    status = Path(f"/proc/{pid or os.getpid()}/status").read_text("ascii", errors="replace")
    line = next(line for line in status.splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) / 1024


if __name__ == "__main__":
    main()
