"""Fuzzing for a time: rounds in a process of their own, so that a crash or a hang is found too."""

import os
import selectors
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tests.fuzz.rounds import files_of, write

ROOT = Path(__file__).parents[2]
ROUND_SECONDS = 120.0
"""Longest time of a round; one that takes more hangs."""

MOST_FAILURES = 20
"""Failures after which fuzzing ends: more would say nothing new."""


@dataclass(frozen=True)
class Failure:
    """A round that failed, and where its files are now."""

    seed: int
    why: str
    folder: Path

    def __str__(self) -> str:
        return f"round {self.seed} failed: {self.why}\n  files: {self.folder}\n  again: python -m tests.fuzz --seed {self.seed} --rounds 1"


@dataclass
class Played:
    """What a time of fuzzing came to."""

    rounds: int = 0
    records: int = 0
    failures: tuple[Failure, ...] = ()


def fuzz(
    seed: int, folder: Path, *, seconds: float = 0.0, rounds: int = 0, tell: Callable[[str], None] = lambda _: None
) -> Played:
    """Play rounds from a number on, for a time or a count; files of failed rounds are kept in the folder."""
    played, end = Played(), time.monotonic() + seconds

    def goes_on() -> bool:
        return time.monotonic() < end if seconds else played.rounds < rounds

    while goes_on() and len(played.failures) < MOST_FAILURES:
        with _player(seed + played.rounds) as player:
            found = _play(player, seed, played, goes_on)
            player.kill()
        if found:
            number, why = found
            failure = Failure(number, why, write(files_of(number), folder / str(number)))
            played.failures = (*played.failures, failure)
            tell(str(failure))
    return played


def _player(seed: int) -> "subprocess.Popen[bytes]":
    command = [sys.executable, "-m", "tests.fuzz", "--play", str(seed)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONFAULTHANDLER": "1"}
    return subprocess.Popen(
        command, cwd=ROOT, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        start_new_session=True,
    )  # fmt: skip


def _play(
    player: "subprocess.Popen[bytes]", seed: int, played: Played, goes_on: Callable[[], bool]
) -> tuple[int, str] | None:
    """Rounds of one process; the number of the one that fails, if one does, and why."""
    while goes_on():
        number = seed + played.rounds
        said = _answer(player)
        played.rounds += 1
        if not said.startswith("ok "):
            return number, said or f"no answer in {ROUND_SECONDS:.0f} seconds"
        played.records += int(said.split()[1])
    return None


def _answer(player: "subprocess.Popen[bytes]") -> str:
    """What the process says of one round: ``ok`` and the records, or all it said before it ended; empty if nothing."""
    assert player.stdin is not None
    assert player.stdout is not None
    try:
        player.stdin.write(b"next\n")
        player.stdin.flush()
    except BrokenPipeError:
        return player.stdout.read().decode("utf-8", "replace")
    lines: list[str] = []
    end = time.monotonic() + ROUND_SECONDS
    with selectors.DefaultSelector() as ready:
        ready.register(player.stdout, selectors.EVENT_READ)
        while (left := end - time.monotonic()) > 0 and ready.select(left):
            line = player.stdout.readline().decode("utf-8", "replace")
            if line.startswith("ok ") or not line:
                return line or "".join(lines[-40:]) or f"the process ended with {player.wait()}"
            lines.append(line)
    return "".join(lines)
