"""Sample values are those of the public pages on the series functions, and of a developer's answer on outlier scores."""

import numpy as np
import pytest

from tests.events.query.conftest import column, rows, value
from workbench.events.query.functions._seasons import detected, outliers, periods

TRAFFIC = (
    "dynamic([80, 139, 87, 110, 68, 54, 50, 51, 53, 133, 86, 141, 97, 156, 94, 149, 95, 140, 77, 61, 50, 54, 47, 133, 72, "
    "152, 94, 148, 105, 162, 101, 160, 87, 63, 53, 55, 54, 151, 103, 189, 108, 183, 113, 175, 113, 178, 90, 71, 62, 62, "
    "65, 165, 109, 181, 115, 182, 121, 178, 114, 170])"
)


def test_outliers_are_scored_as_the_service_scores_them() -> None:
    found = value("series_outliers(dynamic([-3, 2.4, 15, 3.9, 5, 6, 4.5, 5.2, 3, 4, 5, 16, 7, 5, 5, 4]))")
    assert found == pytest.approx(
        [-1.9040785483608571, -0.10021466044004519, 1.3361954725339347, *[0] * 8, 1.6702443406674186, *[0] * 4]
    )


def test_quartiles_count_as_they_are() -> None:
    assert value('series_outliers(dynamic([1, 2, 3, 4, 100]), "tukey")') == [-0.5, 0.0, 0.0, 0.0, 48.0]


def test_missing_values_score_nothing() -> None:
    assert value('series_outliers(dynamic([1, null, 3, 99, 100, 2]), "tukey", 99)')[1:4:2] == [0.0, 0.0]
    assert value("series_outliers(dynamic([]))") == []
    assert value('series_outliers(dynamic([1, 2]), "ctukey", real(null), 90, 10)') is None


def test_the_score_of_a_wild_value_in_a_series_that_does_not_vary_is_without_bound() -> None:
    assert outliers(np.array([5.0] * 20 + [6.0]), 10, 90)[-1] == np.inf


def test_periods_as_published() -> None:
    (found,) = rows(f"print series_periods_detect({TRAFFIC}, 0.0, 50.0, 2)")
    assert found == ([14.0, 0.0], [pytest.approx(0.84, abs=0.005), 0.0])
    (found,) = rows(f"print series_periods_validate({TRAFFIC}, 14.0, 10.0)")
    assert found == ([14.0, 10.0], [pytest.approx(0.84, abs=0.005), 0.0])


def test_noise_and_straight_lines_have_no_period() -> None:
    rng = np.random.default_rng(5)
    assert sum(detected(rng.poisson(20, 30).astype(float), 0.6) > 0 for _ in range(100)) < 5
    assert [periods(each, 0, 50, 3) for each in (np.arange(40.0), np.ones(40), np.array([1.0]))] == [[], [], []]


@pytest.mark.parametrize(
    ("series", "expected"),
    [
        ("2, 5, 3, 4, 3, 2, " + "1, 2, 3, 4, 3, 2, " * 3 + "1", [1, 2, 3, 4, 3, 2] * 4 + [1]),
        (
            "8, 12, 14, 12, 10, " + "10, 12, 14, 12, 10, " * 2 + "10, 12, 14, 12",
            [10, 12, 14, 12, 10] * 3 + [10, 12, 14, 12],
        ),
        ("1, 3, 5, 2, 4, 6, 1, 3, 5, 2, 4, 6", [0] * 12),
    ],
)
def test_seasons_as_published(series: str, expected: list[float]) -> None:
    assert value(f"series_seasonal(dynamic([{series}]))") == expected


def test_a_season_of_a_given_length_as_published() -> None:
    assert value("series_seasonal(dynamic([1, 3, 5, 1, 3, 5, 2, 4, 6]), 3)") == [1, 3, 5] * 3
    assert value("series_seasonal(dynamic([1, 3, 5, 2, 4, 6, 1, 3, 5, 2, 4, 6]), 3)") == [1.5, 3.5, 5.5] * 4


WEEKS = """let ts = range t from 1 to 24*7*5 step 1
    | extend noise = todouble((t * 7919) % 1000) / 500
    | extend y = noise + iff((t/24)%7 >= 5, 10.0, 15.0) - (((t%24)/10)*((t%24)/10)) + t/72.0 * TREND
    | extend y = iff(t==150 or t==200 or t==780, y-8.0, y)
    | extend y = iff(t==300 or t==400 or t==600, y+8.0, y)
    | summarize y = make_list(y);
    ts """


def test_what_was_planted_in_a_season_is_found() -> None:
    kql = WEEKS.replace("TREND", "0") + "| project (flag, score, base) = series_decompose_anomalies(y, 2.5)"
    kql += " | mv-expand with_itemindex=at flag to typeof(long) | where flag != 0 | project at, flag"
    found = {at + 1: flag for at, flag in rows(kql)}
    assert {at: found.get(at) for at in (150, 200, 780, 300, 400, 600)} == {
        150: -1, 200: -1, 780: -1, 300: 1, 400: 1, 600: 1,
    }  # fmt: skip
    assert len(found) < 12


def test_a_season_is_taken_away_before_a_trend() -> None:
    kql = WEEKS.replace("TREND", "1") + "| project (b, s, t, r) = series_decompose(y, 168, 'linefit'), y"
    ((baseline, seasonal, trend, residual, y),) = rows(kql)
    assert seasonal[:168] == seasonal[168:336]
    assert np.allclose(np.array(baseline), np.array(seasonal) + np.array(trend))
    assert np.allclose(np.array(residual), np.array(y) - np.array(baseline))
    assert np.allclose(np.diff(trend), trend[1] - trend[0])


def test_the_mean_stands_for_a_trend_unless_another_is_asked_for() -> None:
    assert value("series_decompose(dynamic([1, 2, 6]), 0)") == [3, 3, 3]
    assert value('series_decompose(dynamic([1, 2, 6]), 0, "none")') == [0, 0, 0]
    assert value('series_decompose(dynamic([1, 3, 5]), 0, "linefit")') == pytest.approx([1, 3, 5])


def test_points_to_forecast_are_not_learned_from() -> None:
    kql = 'print (p) = series_decompose_forecast(dynamic([1, 2, 1, 2, 1, 2, 1, 2, null, null]), 2, 2, "avg")'
    assert rows(kql)[0][0] == [1, 2] * 5
    assert value("series_decompose_forecast(dynamic([1, 2, 3, 90, 90]), 2, 0, 'linefit')") == pytest.approx(
        [1, 2, 3, 4, 5]
    )


def test_a_series_with_a_gap_is_not_taken_apart() -> None:
    assert rows("print series_decompose_anomalies(dynamic([1, null, 3]))") == [(None, None, None)]
    assert column("datatable(d:dynamic)[dynamic(null), dynamic({})] | project series_seasonal(d)") == [None, None]


def test_a_series_that_its_line_explains_has_no_anomalies() -> None:
    assert value('series_decompose_anomalies(range(1, 50, 1), 1.5, -1, "linefit")') == [0] * 50
