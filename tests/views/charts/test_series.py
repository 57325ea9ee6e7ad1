from datetime import UTC, datetime, timedelta
from typing import Any

import polars as pl
import pytest

from workbench.events.tables import KqlType
from workbench.views.charts.series import series, spread

DAY = datetime(2026, 9, 14, tzinfo=UTC)
TIMES = pl.Series([DAY, DAY + timedelta(hours=1)], dtype=pl.Datetime("us", "UTC"))
MILLIS = [int(each.timestamp() * 1000) for each in TIMES]


def found(columns: dict[str, Any], kinds: dict[str, KqlType], kind: str = "timechart", **given: str) -> Any:
    return series(pl.DataFrame(columns), kinds, kind, given)


def test_the_first_column_of_times_is_the_axis_and_text_splits_the_series() -> None:
    got = found({"who": ["a", "b"], "t": TIMES, "n": [1, 2]}, {"who": "string", "t": "datetime", "n": "long"})
    assert (got.axis, got.across, got.up) == ("time", "t", "n")
    assert got.rows.rows() == [(MILLIS[0], 1.0, "a"), (MILLIS[1], 2.0, "b")]


def test_several_columns_of_numbers_are_several_series() -> None:
    got = found({"t": TIMES, "n": [1, 2], "m": [3, 4]}, {"t": "datetime", "n": "long", "m": "long"})
    assert got.rows["series"].to_list() == ["n", "n", "m", "m"]
    assert got.up == ""


def test_the_question_may_name_axis_numbers_and_series() -> None:
    columns = {"a": ["x", "y"], "b": ["p", "q"], "n": [1, 2], "m": [3, 4]}
    kinds: dict[str, KqlType] = {"a": "string", "b": "string", "n": "long", "m": "long"}
    got = found(columns, kinds, "columnchart", xcolumn="b", ycolumns="m", series="a")
    assert got.rows.rows() == [("p", 3.0, "x"), ("q", 4.0, "y")]


def test_lengths_of_time_are_drawn_in_seconds_and_moments_on_the_first_column() -> None:
    got = found({"k": ["x"], "p": [timedelta(minutes=2)]}, {"k": "string", "p": "timespan"}, "barchart")
    assert got.rows.rows() == [("x", 120.0, "")]


def test_a_lone_number_is_its_own_name() -> None:
    assert found({"Count": [7]}, {"Count": "long"}, "columnchart").rows.rows() == [("Count", 7.0, "")]


def test_points_without_a_number_are_left_out_and_counted() -> None:
    got = found({"t": TIMES, "r": [float("nan"), 1.5]}, {"t": "datetime", "r": "real"})
    assert got.rows["y"].to_list() == [1.5]
    assert got.notes == ("1 points without a number are left out of the chart.",)


@pytest.mark.parametrize("kinds", [{"a": "string"}, {"a": "string", "b": "bool"}])
def test_without_numbers_there_is_nothing_to_draw(kinds: dict[str, KqlType]) -> None:
    assert found({name: ["x"] for name in kinds}, kinds, "barchart") is None


def test_a_timechart_without_times_is_none() -> None:
    assert found({"a": ["x"], "n": [1]}, {"a": "string", "n": "long"}) is None


def test_arrays_are_spread_as_make_series_gives_them() -> None:
    arrays = {"k": ["a"], "n": ["[1,2]"], "t": ['["2026-09-14T00:00:00.0000000Z","2026-09-14T01:00:00.0000000Z"]']}
    frame, kinds = spread(pl.DataFrame(arrays), {"k": "string", "n": "dynamic", "t": "dynamic"})
    assert kinds == {"k": "string", "n": "real", "t": "datetime"}
    assert frame.rows() == [("a", 1.0, DAY), ("a", 2.0, DAY + timedelta(hours=1))]


def test_arrays_of_different_lengths_and_other_dynamics_do_no_harm() -> None:
    frame, kinds = spread(
        pl.DataFrame({"n": ["[1,2,3]", "[4]"], "m": ["[1]", "[]"], "bag": ['{"a":1}', "null"]}),
        {"n": "dynamic", "m": "dynamic", "bag": "dynamic"},
    )
    assert kinds == {"n": "real", "m": "real"}
    assert frame.rows() == [(1, 1), (2, None), (3, None), (4, None)]


def test_elements_that_are_neither_numbers_nor_times_are_names() -> None:
    frame, kinds = spread(pl.DataFrame({"x": ['["a",null]']}), {"x": "dynamic"})
    assert (kinds, frame["x"].to_list()) == ({"x": "string"}, ["a", ""])
