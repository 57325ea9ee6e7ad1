from datetime import timedelta

import pytest

from tests.events.query.conftest import DAY, column, columns, rows
from workbench.base.errors import BadQuery

_FIVE = "datatable(x:real, y:real, b:bool)[1.0, 14.0, true, 2.0, 10.0, true, 3.0, 17.0, false, 4.0, 20.0, false, 5.0, 50.0, false]"


def test_spread_is_what_the_reference_says() -> None:
    found = rows(
        f"{_FIVE} | summarize variance(x), variancep(x), stdev(x), stdevp(x), covariance(x, y), covariancep(x, y)"
    )
    assert found == [pytest.approx((2.5, 2.0, 2.5**0.5, 2**0.5, 20.5, 16.4))]
    found = rows(f"{_FIVE} | summarize varianceif(x, b), variancepif(x, b), stdevif(x, b), stdevpif(x, b)")
    assert found == [pytest.approx((0.5, 0.25, 0.5**0.5, 0.5))]
    assert rows(f"{_FIVE} | summarize covarianceif(x, y, b), covariancepif(x, y, b)") == [pytest.approx((-2.0, -1.0))]


@pytest.mark.parametrize("name", ["variance", "variancep", "stdev", "stdevp", "covariance", "covariancep"])
def test_spread_over_no_rows_and_over_one_is_0(name: str) -> None:
    given = "x, y" if name.startswith("covariance") else "x"
    calls = f"summarize {name}({given}), {name}if({given}, b)"
    assert rows(f"{_FIVE} | where false | {calls}") == [(0.0, 0.0)]
    assert rows(f"{_FIVE} | take 1 | {calls}") == [(0.0, 0.0)]


def test_spread_of_timespans_is_in_ticks() -> None:
    assert column("datatable(p:timespan)[1s, 3s] | summarize stdevp(p)") == [10_000_000.0]


def test_several_percentiles_are_several_columns() -> None:
    text = "range x from 1 to 100 step 1 | summarize"
    assert rows(f"{text} percentiles(x, 5, 50, 99.9)") == [(5, 50, 100)]
    assert column(f"{text} percentiles_array(x, 5, 50)") == [[5, 50]]
    assert column(f"{text} percentiles_array(x, dynamic([5, 50]))") == [[5, 50]]
    assert columns(f"{text} (a, b) = percentiles(x, 5, 99.9)") == [("a", "long"), ("b", "long")]
    assert columns(f"{text} a = percentiles(x, 5, 99.9)") == [("a", "long"), ("percentile_x_99_9", "long")]
    assert columns("Every | summarize percentiles(n * 2, 5), toint(percentile(n, 50)), percentiles_array(t, 5)") == [
        ("percentile__5", "long"),
        ("Column1", "int"),
        ("percentiles_t", "dynamic"),
    ]


def test_a_weight_says_how_often_a_value_counts() -> None:
    text = "datatable(v:long, w:long)[10, 1, 20, 8, 30, 1, 99, 0, long(null), 50] | summarize"
    assert rows(f"{text} percentilew(v, w, 50), percentilesw(v, w, 10, 91)") == [(20, 10, 30)]
    assert column(f"{text} percentilesw_array(v, w, dynamic([5, 100]))") == [[10, 30]]


def test_percentiles_of_no_rows_and_of_other_types() -> None:
    assert rows("Every | where false | summarize percentiles(n, 50), percentilew(n, i, 50)") == [(None, None)]
    assert rows("Every | summarize percentiles(s, 100), percentiles(t, 0), percentiles(p, 100)") == [
        ("one", DAY, timedelta(hours=1))
    ]


def test_ranks_are_numbers() -> None:
    with pytest.raises(BadQuery, match="numbers from 0 to 100"):
        rows("Every | summarize percentiles_array(n, dynamic(['a']))")
