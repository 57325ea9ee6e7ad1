"""Where a window cuts, and what is worth picking."""

import shutil
from datetime import UTC, datetime, timedelta

import numpy as np
import polars as pl
import pytest

from workbench.base.span import Span
from workbench.events.query.kql.literals import FIRST, LAST
from workbench.events.store import Batch, Store
from workbench.events.store.accelerators import FOLDER, building, reading, rows_with
from workbench.events.store.snapshot import DataFile

DAY = datetime(2026, 1, 5, tzinfo=UTC)


def _at(hours: float) -> datetime:
    return DAY + timedelta(hours=hours)


@pytest.mark.parametrize(
    ("span", "edges"),
    [
        (Span(_at(0), _at(24)), []),
        (Span(_at(0.5), _at(24)), [Span(_at(0.5), _at(1))]),
        (Span(_at(0), _at(23.25)), [Span(_at(23), _at(23.25))]),
        (Span(_at(0.5), _at(23.25)), [Span(_at(0.5), _at(1)), Span(_at(23), _at(23.25))]),
        (Span(FIRST, LAST), [Span(LAST.replace(minute=0, second=0, microsecond=0), LAST)]),
        (
            Span(datetime(1969, 12, 31, 22, 30, tzinfo=UTC), datetime(1970, 1, 2, tzinfo=UTC)),
            [Span(datetime(1969, 12, 31, 22, 30, tzinfo=UTC), datetime(1969, 12, 31, 23, tzinfo=UTC))],
        ),
    ],
)
def test_the_hours_that_a_window_cuts(span: Span, edges: list[Span]) -> None:
    assert reading._edges(span) == edges


def test_a_window_within_an_hour_has_no_whole_hour() -> None:
    assert reading._full(Span(_at(0.1), _at(0.9))) is None
    assert reading._full(Span(_at(0.1), _at(1.9))) is None
    assert reading._full(Span(_at(0.1), _at(2))) is not None


def test_rows_are_picked_where_they_leave_most_of_a_file_alone() -> None:
    file = DataFile("part", "", 400_000, 1, None, None)
    assert reading._pays(np.array([5]), file)
    assert reading._pays(np.array([], dtype=np.int64), file)
    assert reading._pays(np.array([5, 70_000]), file)
    assert not reading._pays(np.arange(0, 400_000, 1_000), file)
    small = DataFile("part", "", 20_000, 1, None, None)
    assert reading._pays(np.array([5, 9]), small)
    assert not reading._pays(np.arange(0, 20_000, 6_000), small)


def test_rows_that_lie_together_are_read_together() -> None:
    assert reading._runs(np.array([3, 5, 9_999, 10_000])) == [(3, 5), (9_999, 10_000)]


def test_rows_with_one_of_some_texts(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(building, "LEAST_ROWS", 10)
    texts = [f"{number:064}" for number in range(50)]
    facts = pl.DataFrame({"Timestamp": [DAY] * 50, "RawSHA256": texts, "NetworkMessageId": texts})
    asked = [texts[3], texts[40], "f" * 64]
    assert rows_with(store, "WorkbenchMailFacts", "RawSHA256", asked).collect().is_empty()
    store.write("WorkbenchMailFacts", facts, Batch("test", 0))
    for _ in range(2):
        assert rows_with(store, "WorkbenchMailFacts", "RawSHA256", asked).collect()["RawSHA256"].to_list() == asked[:2]
        assert rows_with(store, "WorkbenchMailFacts", "RawSHA256", []).collect().is_empty()
        shutil.rmtree(store.root / "WorkbenchMailFacts" / FOLDER, ignore_errors=True)
