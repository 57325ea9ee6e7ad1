"""``python -m tests.fuzz``: damage inputs of every kind and import them, for five minutes unless told otherwise."""

import argparse
import sys
from pathlib import Path

from tests.fuzz.rounds import play
from tests.fuzz.runner import fuzz
from tests.fuzz.seeds import kinds_of_seeds


def main() -> int:
    """Play; the exit status says whether a round failed."""
    words = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    words.add_argument("--seconds", type=float, default=300.0, help="how long (default: 300)")
    words.add_argument("--rounds", type=int, default=0, help="so many rounds instead")
    words.add_argument("--seed", type=int, default=1, help="number of the first round (default: 1)")
    words.add_argument("--out", type=Path, default=Path("build/fuzz"), help="where files of failed rounds go")
    words.add_argument("--play", type=int, help=argparse.SUPPRESS)
    given = words.parse_args()
    if given.play is not None:
        return _played(given.play)
    _say(f"seeds: {', '.join(f'{len(found)} {kind}' for kind, found in kinds_of_seeds().items())}")
    seconds = 0.0 if given.rounds else given.seconds
    done = fuzz(given.seed, given.out, seconds=seconds, rounds=given.rounds, tell=_say)
    _say(f"{done.rounds} rounds from {given.seed} on, {done.records:,} records, {len(done.failures)} failures")
    return 1 if done.failures else 0


def _played(number: int) -> int:
    """A round for each line of standard input, in numbers that follow each other."""
    for _ in sys.stdin:
        _say(f"ok {play(number).rows_in}")
        number += 1
    return 0


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
