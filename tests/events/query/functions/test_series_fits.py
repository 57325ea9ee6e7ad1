"""Sample values are those of the public pages on the series functions."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.events.query.conftest import rows, value
from workbench.events.query.functions._fits import line, two_lines

SAMPLE = "dynamic([23, 46, 23, 87, 4, 8, 3, 75, 2, 56, 13, 75, 32, 16, 29])"
RISING = "dynamic([2, 5, 6, 8, 11, 15, 17, 18, 25, 26, 30, 30])"
TWO = "dynamic([1, 2.2, 2.5, 4.7, 5.0, 12, 10.3, 10.3, 9, 8.3, 6.2])"


def test_statistics_as_published() -> None:
    (found,) = rows(f"print series_stats({SAMPLE})")
    assert found == (2, 8, 87, 3, pytest.approx(32.8), pytest.approx(28.5036338535483), pytest.approx(812.457142857143))
    bag = value(f"series_stats_dynamic({SAMPLE})")
    assert (bag["min"], bag["max_idx"], bag["sum"], bag["len"]) == (2.0, 3, 492.0, 15)


def test_a_gap_leaves_no_statistics_unless_it_is_ignored() -> None:
    assert value("series_stats_dynamic(dynamic([1, null, 3]))") is None
    assert rows("print series_stats(dynamic([null, 1, 3]), true)")[0][:5] == (1, 1, 3, 2, 2)
    assert rows("print series_stats(dynamic({}))") == [(None,) * 7]


def test_a_line_as_published() -> None:
    (found,) = rows(f"print (r, s, v, rv, i, fit) = series_fit_line({RISING})")
    assert found[:5] == pytest.approx((0.982, 2.730, 98.628, 1.686, -1.666), abs=0.001)
    assert found[5] == pytest.approx(
        [1.064, 3.7945, 6.526, 9.256, 11.987, 14.718, 17.449, 20.180, 22.910, 25.641, 28.371, 31.102], abs=0.001
    )
    bag = value(f"series_fit_line_dynamic({RISING})")
    assert (bag["slope"], bag["line_fit"]) == (found[1], found[5])


def test_two_lines_meet_where_the_trend_breaks() -> None:
    (found,) = rows(f"print series_fit_2lines({TWO})")
    assert found[:2] == (pytest.approx(0.98651, abs=1e-5), 5)
    bag = value(f"series_fit_2lines_dynamic({TWO})")
    assert bag["right"]["slope"] == pytest.approx(-1.03714, abs=1e-5)
    assert bag["left"]["slope"] == pytest.approx(1.05)


@given(st.lists(st.floats(-1000, 1000), min_size=2, max_size=12))
def test_no_other_split_fits_better(numbers: list[float]) -> None:
    y = np.array(numbers)
    best = two_lines(y)
    assert best is not None
    rest = [(y - np.concatenate([line(y[:at]).fit, line(y[at:]).fit])) for at in range(1, len(y))]
    assert float((y - best.fit) @ (y - best.fit)) <= min(float(each @ each) for each in rest) + 1e-3


def test_correlation_products_and_sizes() -> None:
    assert value("series_pearson_correlation(dynamic([1,2,3,4,5]), dynamic([2,4,6,8,10]))") == pytest.approx(1)
    assert value("series_pearson_correlation(dynamic([1,2]), dynamic([2]))") is None
    assert value("series_dot_product(dynamic([1,2,4]), dynamic([4,2,1]))") == 12
    assert value("series_dot_product(dynamic([3,6,12]), 3)") == 63
    assert value("series_dot_product(dynamic([]), dynamic([1]))") is None
    assert value("series_magnitude(dynamic([1,2,3,4]))") == pytest.approx(5.4772255750516612)
    cosine = "series_cosine_similarity(dynamic([0.1,0.2,0.1,0.2]), dynamic([1,2,3,4]))"
    assert value(cosine) == pytest.approx(0.923760430703401)
    assert (value("series_sum(dynamic([1,2,3,4]))"), value("series_product(dynamic([1,2,3,4]))")) == (10, 24)


def test_each_distinct_series_is_worked_on_and_given_back_to_its_rows() -> None:
    kql = "Mail | summarize a = make_list(Urls) by Sender | project Sender, s = series_sum(a) | sort by Sender asc"
    assert rows(kql) == [("", 0.0), ("A@Evil.com", 3.0), ("a@evil.com", 2.0), ("b@good.org", 0.0)]


def test_a_magnitude_that_is_missing_leaves_no_likeness() -> None:
    assert value("isnan(series_cosine_similarity(dynamic([1, 2]), dynamic([1, 2]), 1, real(null)))")
