import polars as pl
import pytest

from tests.views.charts.specs import HOUR, START, WEEK, in_step, over_time, valid
from workbench.base.errors import LimitReached
from workbench.base.span import Span
from workbench.views.charts.figure import MARKS
from workbench.views.charts.sparkline import sparkline


def test_it_is_valid_and_has_no_axes() -> None:
    figure = sparkline(over_time(), WEEK, title="Mail")
    valid(figure)
    in_step(figure)
    assert [figure.spec["encoding"][channel]["axis"] for channel in ("x", "y")] == [None, None]


def test_categories_are_summed_and_missing_bins_count_as_zero() -> None:
    frame = over_time(("a", "b")).filter(pl.col("count") != 2)
    assert sparkline(frame, WEEK, title="Mail").y == (2, 0, 6, 8, 10, 12, 14)


def test_no_rows_make_an_empty_figure() -> None:
    figure = sparkline(over_time().clear(), WEEK, title="Mail")
    assert (figure.x, figure.y, figure.code) == ((), (), ())


def test_a_long_window_in_narrow_bins_is_refused() -> None:
    with pytest.raises(LimitReached):
        sparkline(over_time(), Span(START, START + HOUR * (MARKS + 1)), HOUR, title="Mail")
