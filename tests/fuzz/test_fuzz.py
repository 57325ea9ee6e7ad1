"""Fuzzing of every kind of input: seconds of it every day, minutes in ``make test-all``, as long as you like by hand."""

import random
import subprocess
import sys
from pathlib import Path

import pytest

from tests.fuzz import rounds, runner
from tests.fuzz.mutations import MUTATIONS, Mutation, mutated
from tests.fuzz.rounds import Broken, check, files_of, write
from tests.fuzz.runner import fuzz
from tests.fuzz.seeds import kinds_of_seeds, seeds
from workbench.base.config import Workspace


def test_there_are_seeds_of_every_kind_without_the_shared_data() -> None:
    assert {"csv", "eml", "json", "mbox", "ndjson", "parquet"} <= set(kinds_of_seeds())


def test_every_seed_is_read_as_it_stands(tmp_path: Path) -> None:
    """What fuzzing starts from is accepted: mutations of refused files would say little."""
    chosen = {name: raw for name, raw in seeds() if not name.endswith((".eml", ".parquet"))}
    report = check(Workspace(tmp_path), write(list(chosen.items()), tmp_path / "in"))
    assert report.kept > report.rows_in / 3


@pytest.mark.parametrize("way", MUTATIONS)
def test_a_mutation_can_be_repeated_and_takes_anything(way: Mutation) -> None:
    for raw in (b"", b"x", seeds()[0][1]):
        assert way(raw, random.Random(4)) == way(raw, random.Random(4))


def test_a_round_is_the_same_for_the_same_number() -> None:
    assert files_of(7) == files_of(7) != files_of(8)
    chance = random.Random(1)
    assert len({mutated(b"From: a@b.example\r\n\r\nhello" * 9, b"{}", chance) for _ in range(50)}) > 30


def test_a_round_that_dies_is_found_and_its_files_are_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The runner itself: a process that crashes, says what it said, and leaves the files of its round."""
    monkeypatch.setattr(runner, "_player", lambda seed: _dying())
    said: list[str] = []
    played = fuzz(3, tmp_path, rounds=2, tell=said.append)
    assert [failure.seed for failure in played.failures] == [3, 4]
    assert "Traceback" in said[0]
    assert "--seed 3 --rounds 1" in said[0]
    assert {path.name for path in (tmp_path / "3").iterdir()} == {name for name, _ in files_of(3)}


def test_a_round_that_hangs_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runner, "_player", lambda seed: _process("import time; input(); time.sleep(60)"))
    monkeypatch.setattr(runner, "ROUND_SECONDS", 0.5)
    (failure,) = fuzz(3, tmp_path, rounds=1).failures
    assert "no answer" in failure.why


def test_an_import_that_loses_a_record_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = rounds.import_paths

    def losing(*given: object, **named: object) -> object:
        report = real(*given, **named)
        report.kept -= 1
        return report

    monkeypatch.setattr(rounds, "import_paths", losing)
    with pytest.raises(Broken, match="does not add up"):
        check(Workspace(tmp_path), write([seeds()[0]], tmp_path / "in"))


def test_a_few_rounds(tmp_path: Path) -> None:
    played = fuzz(1, tmp_path, rounds=2)
    assert not played.failures, "\n".join(map(str, played.failures))
    assert played.records > 10


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_minutes_of_rounds(tmp_path: Path) -> None:
    played = fuzz(100, tmp_path, seconds=180)
    assert not played.failures, "\n".join(map(str, played.failures))
    assert played.rounds > 10


def _process(script: str) -> "subprocess.Popen[bytes]":
    pipe = subprocess.PIPE
    command = [sys.executable, "-c", script]
    return subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=subprocess.STDOUT)


def _dying() -> "subprocess.Popen[bytes]":
    return _process("input(); raise RuntimeError('crash')")
