"""The product, Polars and DuckDB answer the benchmark's questions alike, and every answer has rows."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import polars as pl
import pytest

from bench.mail_questions import QUESTIONS, open_store
from bench.race import comparable
from bench.rivals import DuckRival, PolarsRival
from bench.telemetry import Marks, generate

EMPTY_WHEN_SMALL = {"q12_deep_page"}
"""Its page begins after 4,900 delivered attacks; a million rows have twice as many."""


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Marks]:
    folder = tmp_path_factory.mktemp("telemetry")
    return folder, generate(folder, 30_000, days=9)


@pytest.fixture(scope="module")
def engines(small: tuple[Path, Marks]) -> Iterator[list[object]]:
    with closing(open_store(small[0])) as ours:
        yield [ours, PolarsRival(small[0]), DuckRival(small[0])]


@pytest.mark.parametrize("question", QUESTIONS)
def test_all_engines_give_the_same_rows(engines: list[object], small: tuple[Path, Marks], question: str) -> None:
    answers = [comparable(engine.run(question, vars(small[1]))) for engine in engines]
    assert answers[0] == answers[1] == answers[2]
    assert answers[0] or question in EMPTY_WHEN_SMALL


def test_the_same_seed_gives_the_same_rows(small: tuple[Path, Marks], tmp_path: Path) -> None:
    assert generate(tmp_path, 30_000, days=9) == small[1]
    again, first = (pl.read_parquet(folder / "EmailEvents/**/*.parquet") for folder in (tmp_path, small[0]))
    assert again.equals(first)
    assert first.height == pytest.approx(30_000, abs=10)
    assert first.select("NetworkMessageId", "RecipientEmailAddress").is_unique().all()


def test_other_seeds_give_other_rows(small: tuple[Path, Marks], tmp_path: Path) -> None:
    assert generate(tmp_path, 30_000, days=9, seed=8).nmid != small[1].nmid


def test_an_opened_store_tells_how_long_it_took_and_how_large_it_is(
    small: tuple[Path, Marks], capsys: pytest.CaptureFixture[str]
) -> None:
    open_store(str(small[0])).close()
    assert "rows in" in (said := capsys.readouterr().err)
    assert "MB" in said
