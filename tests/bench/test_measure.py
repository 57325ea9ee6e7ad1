"""Figures beside their budgets, and every measurement found by its file."""

import sys

import pytest

from bench.__main__ import main
from bench.measure import HEAD, Measure, Row, cells, percentile
from workbench.base.discover import discover


@pytest.mark.parametrize(
    ("row", "verdict"),
    [
        (Row("a", 4, "ms", 5), "kept"),
        (Row("a", 6, "ms", 5), "MISSED"),
        (Row("a", 6, "rows/s", 5, "at least"), "kept"),
        (Row("a", 4, "rows/s", 5, "at least"), "MISSED"),
        (Row("a", 4, "ms"), ""),
    ],
)
def test_a_figure_lies_on_one_side_of_its_budget(row: Row, verdict: str) -> None:
    assert row.verdict == verdict


def test_a_line_tells_the_figure_its_budget_their_ratio_and_the_load() -> None:
    line = cells(Row("redraw", 1200, "ms", 400, note="why", load=3.21))
    assert line == ("redraw", "1,200 ms", "at most 400", "3.00", "MISSED", "3.2", "why")
    assert len(line) == len(HEAD)


def test_a_percentile_is_one_of_the_values() -> None:
    assert [percentile(range(1, 21), share) for share in (0.0, 0.5, 0.95, 1.0)] == [1, 11, 20, 20]


def test_every_measurement_has_a_title_of_its_own() -> None:
    titles = [each.title for each in discover("bench.measures", Measure).values()]
    assert len(titles) == len(set(titles)) >= 8


@pytest.mark.slow
def test_the_command_prints_a_table_and_an_unknown_name_what_it_may_have_meant(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["bench", "language", "--repeat", "1"])
    main()
    assert "| parse and bind, p95 |" in capsys.readouterr().out
    monkeypatch.setattr(sys, "argv", ["bench", "langauge"])
    with pytest.raises(SystemExit, match=r"Did you mean language\?"):
        main()
