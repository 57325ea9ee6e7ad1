import polars as pl
import pytest

from tests.views.charts.specs import DAY, HOSTILE, HOUR, START, WEEK, free_of_data, in_step, over_time, valid
from workbench.base.errors import LimitReached
from workbench.base.span import Span
from workbench.views.charts.figure import MARKS
from workbench.views.charts.lines import DASHES, lines
from workbench.views.charts.theme import SERIES


@pytest.mark.parametrize("log", [False, True])
def test_it_is_valid_on_either_scale(log: bool) -> None:
    figure = lines(over_time(("Phish", "Spam")), WEEK, title="Threats", log=log)
    valid(figure)
    in_step(figure)
    assert ("logarithmic" in figure.caption) is log


def test_hostile_categories_stay_out_of_the_structure() -> None:
    free_of_data(lines(over_time(HOSTILE), WEEK, title=HOSTILE[0]), *HOSTILE[:2])


def test_a_bin_without_rows_counts_as_zero_for_every_category() -> None:
    frame = over_time(("a", "b")).filter(~((pl.col("series") == "b") & (pl.col("count") == 3)))
    figure = lines(frame, WEEK, title="x")
    assert len(figure.x) == 14
    assert sum(1 for y in figure.y if y == 0) == 1


def test_bins_before_the_first_row_count_as_zero_too() -> None:
    figure = lines(over_time().tail(2), WEEK, title="x")
    assert figure.y == (0, 0, 0, 0, 0, 6, 7)


def test_the_axis_runs_from_the_first_bin_to_the_last() -> None:
    figure = lines(over_time(), WEEK, title="x")
    assert figure.signals["to"] - figure.signals["from"] == 6 * 86_400_000


def test_every_category_and_the_rest_have_a_dash_of_their_own() -> None:
    assert len(set(DASHES)) == len(DASHES) == SERIES + 1


def test_a_long_window_in_narrow_bins_is_refused() -> None:
    with pytest.raises(LimitReached):
        lines(over_time(), Span(START, START + HOUR * (MARKS + 1)), HOUR, title="x")


def test_no_rows_make_an_empty_figure() -> None:
    assert lines(over_time().clear(), WEEK, DAY, title="x").x == ()
