from datetime import UTC, datetime, timedelta

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.views.charts.specs import DAY, HOUR, START, WEEK
from workbench.base.errors import LimitReached
from workbench.base.span import Span
from workbench.views.charts import axes

lengths = st.timedeltas(timedelta(seconds=1), timedelta(days=7000))


@given(lengths)
def test_a_window_is_cut_into_few_bins(length: timedelta) -> None:
    step = axes.step(Span(START, START + length))
    assert length / step <= axes.BINS or step == axes.STEPS[-1]


@given(lengths)
def test_the_next_narrower_step_would_make_too_many_bins(length: timedelta) -> None:
    step = axes.step(Span(START, START + length))
    narrower = [each for each in axes.STEPS if each < step]
    assert not narrower or length / narrower[-1] > axes.BINS


@pytest.mark.parametrize(
    ("width", "words"),
    [
        (HOUR, "per hour"),
        (4 * HOUR, "per 4 hours"),
        (DAY, "per day"),
        (7 * DAY, "per week"),
        (timedelta(minutes=15), "per 15 minutes"),
        (timedelta(seconds=30), "per 30 seconds"),
    ],
)
def test_a_width_is_said_in_words(width: timedelta, words: str) -> None:
    assert axes.per(width) == words


def test_epoch_is_milliseconds_and_rows_without_a_time_are_left_out() -> None:
    frame = axes.epoch(pl.DataFrame({"time": [datetime(1970, 1, 1, 0, 0, 1, tzinfo=UTC), None]}))
    assert frame["x"].to_list() == [1000]


def test_bins_start_in_step_with_the_data_and_cover_the_window() -> None:
    moments = pl.Series("x", [int(axes.millis(START + HOUR / 2))])
    bins = axes.bins(moments, WEEK, HOUR)
    assert bins[0] == axes.millis(START - HOUR / 2)
    assert bins[-1] < axes.millis(WEEK.end) <= bins[-1] + 3_600_000


def test_bins_without_data_start_on_the_whole_step() -> None:
    assert axes.bins(pl.Series("x", [], pl.Int64), WEEK, DAY).len() == 7


def test_a_step_too_narrow_for_its_window_is_refused_before_memory_is_taken() -> None:
    with pytest.raises(LimitReached):
        axes.bins(pl.Series("x", [0]), Span(START, START + timedelta(days=36_500)), timedelta(seconds=1))


def test_rows_inside_are_those_whose_bin_touches_the_window() -> None:
    edge = int(axes.millis(WEEK.start))
    frame = pl.DataFrame({"x": [edge - 3_600_000, edge - 3_599_999, edge, int(axes.millis(WEEK.end))]})
    assert axes.inside(frame, WEEK, HOUR)["x"].to_list() == [edge - 3_599_999, edge]


def test_an_axis_of_one_moment_still_has_a_length() -> None:
    signals = axes.ends(pl.Series([5]), HOUR)
    assert signals == {"from": 5, "to": 6, "pace": 3_600_000}
