"""Series: seasons, anomalies and forecasts."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from workbench.events.query.backend.values import Value
from workbench.events.query.functions._declare import Family, Function
from workbench.events.query.functions._fits import Floats
from workbench.events.query.functions._seasons import (
    Parts,
    autocorrelation,
    decompose,
    detected,
    outliers,
    periods,
    score,
    seasonal,
)
from workbench.events.query.functions._series import REALS, WHOLES, Outputs, computed, given, listed
from workbench.events.tables import KqlType

_DETECTED = 0.6
_KNOWN_PERIODS = 16
_RANKS = {"tukey": (25.0, 75.0), "ctukey": (10.0, 90.0)}
_PARTS: tuple[tuple[str, KqlType], ...] = tuple(
    (name, "dynamic") for name in ("baseline", "seasonal", "trend", "residual")
)
_ANOMALIES: tuple[tuple[str, KqlType], ...] = tuple((name, "dynamic") for name in ("ad_flag", "ad_score", "baseline"))
_PERIODS: tuple[tuple[str, KqlType], ...] = (("periods", "dynamic"), ("scores", "dynamic"))


def _arrays(count: int) -> Outputs:
    return (("dynamic", REALS),) * count


def _decomposed(
    seasonality: Value | None, trend: Value | None, test_points: Value | None, threshold: Value | None
) -> Callable[[Floats], Parts | None]:
    """How a series is taken apart; one with gaps is not."""
    period, kind = int(given(seasonality, -1)), str(given(trend, "avg"))
    unseen, least = int(given(test_points, 0)), float(given(threshold, _DETECTED))

    def work(y: Floats) -> Parts | None:
        return decompose(y, period, kind, unseen, least) if np.isfinite(y).all() else None

    return work


def _decompose(series: Value, *settings: Value) -> Value:
    work = _decomposed(*_settled(settings, 4))

    def parts(y: Floats) -> tuple[Floats, ...] | None:
        found = work(y)
        return None if found is None else (found.baseline, found.seasonal, found.trend, found.residual)

    return computed([series], parts, _arrays(4))


def _settled(settings: Sequence[Value], count: int) -> list[Any]:
    return [*settings, *[None] * count][:count]


def _forecast(series: Value, points: Value, *settings: Value) -> Value:
    """Gaps among the points to forecast do not matter."""
    seasonality, trend, threshold = _settled(settings, 3)
    work, unseen = _decomposed(seasonality, trend, points, threshold), int(given(points, 0))

    def parts(y: Floats) -> tuple[Floats, ...] | None:
        filled = y.copy()
        if unseen > 0:
            filled[-unseen:] = np.nan_to_num(filled[-unseen:])
        found = work(filled)
        return None if found is None else (found.baseline, found.seasonal, found.trend, found.residual)

    return computed([series], parts, _arrays(4))


def _anomalies(series: Value, threshold: Value | None = None, *settings: Value) -> Value:
    seasonality, trend, points, method, least = _settled(settings, 5)
    work = _decomposed(seasonality, trend, points, least)
    fence, ranks = float(given(threshold, 1.5)), _RANKS.get(str(given(method, "ctukey")).lower(), _RANKS["ctukey"])

    def parts(y: Floats) -> tuple[Floats, ...] | None:
        found = work(y)
        if found is None:
            return None
        scores = outliers(_quiet(found, y), *ranks)
        return np.where(scores > fence, 1, np.where(scores < -fence, -1, 0)), scores, found.baseline

    return computed([series], parts, (("dynamic", WHOLES), ("dynamic", REALS), ("dynamic", REALS)))


def _quiet(found: Parts, y: Floats) -> Floats:
    """The residual without what is left of a difference of equal numbers, which is no anomaly."""
    size = np.abs(y).max(initial=0.0) * 1e-9
    return np.where(np.abs(found.residual) <= size, 0.0, found.residual)


def _outliers(
    series: Value,
    kind: Value | None = None,
    ignored: Value | None = None,
    low: Value | None = None,
    high: Value | None = None,
) -> Value:
    word = str(given(kind, "ctukey")).lower()
    ranks = _RANKS["tukey"] if word == "tukey" else (float(given(low, 10)), float(given(high, 90)))
    missing = given(ignored, None)

    def work(y: Floats) -> Floats | None:
        held = y if missing is None else np.where(y == float(missing), np.nan, y)
        return outliers(held, *ranks) if all(2 <= rank <= 98 for rank in ranks) and ranks[0] < ranks[1] else None

    return listed([series], work)


def _detect(series: Value, low: Value, high: Value, count: Value) -> Value:
    shortest, longest, most = float(given(low, 0)), float(given(high, 0)), int(given(count, 0))

    def work(y: Floats) -> tuple[list[float], list[float]]:
        found = periods(y, shortest, longest, max(0, min(most, len(y))))
        padding = [0.0] * max(0, min(most, len(y)) - len(found))
        return [*(float(each.period) for each in found), *padding], [*(each.score for each in found), *padding]

    return computed([series], work, _arrays(2))


def _validate(series: Value, *lengths: Value) -> Value:
    asked = [float(given(each, 0)) for each in lengths[:_KNOWN_PERIODS]]

    def work(y: Floats) -> tuple[list[float], list[float]] | None:
        if not np.isfinite(y).all() or not len(y):
            return None
        alike = autocorrelation(y)
        return asked, [score(alike, each) for each in asked]

    return computed([series], work, _arrays(2))


def _seasonal(series: Value, period: Value | None = None) -> Value:
    wanted = int(given(period, -1))

    def work(y: Floats) -> Floats | None:
        if not np.isfinite(y).all():
            return None
        return seasonal(y, detected(y) if wanted < 0 else wanted, len(y))

    return listed([series], work)


_SEASONALITY = "seasonality:long?!, trend:string?!"

FAMILY = Family(
    "Series: seasons and anomalies",
    (
        Function(
            "series_decompose",
            f"(series:dynamic, {_SEASONALITY}, test_points:long?!, seasonality_threshold:number?!)",
            "dynamic",
            "Four columns: baseline, seasonal, trend and residual. Null for a series with gaps.",
            _decompose,
            raw=True,
            parts=_PARTS,
        ),
        Function(
            "series_decompose_anomalies",
            f"(series:dynamic, threshold:number?!, {_SEASONALITY}, test_points:long?!, method:string?!, "
            "seasonality_threshold:number?!)",
            "dynamic",
            "Three columns: ad_flag (1, -1, 0), ad_score (how far the residual lies beyond Tukey's fences), baseline.",
            _anomalies,
            raw=True,
            parts=_ANOMALIES,
        ),
        Function(
            "series_decompose_forecast",
            f"(series:dynamic, points:long!, {_SEASONALITY}, seasonality_threshold:number?!)",
            "dynamic",
            "Four columns as series_decompose, learned without the last points.",
            _forecast,
            raw=True,
            parts=_PARTS,
        ),
        Function(
            "series_outliers",
            "(series:dynamic, kind:string?!, ignore_val:number?!, min_percentile:number?!, max_percentile:number?!)",
            "dynamic",
            "How far each value lies beyond Tukey's fences: from 1.5 on an outlier, below -1.5 one on the low side.",
            _outliers,
            raw=True,
            named="first",
        ),
        Function(
            "series_periods_detect",
            "(series:dynamic, min_period:number!, max_period:number!, num_periods:long!)",
            "dynamic",
            "Two columns: the most significant periods in points, and their scores from 0 to 1.",
            _detect,
            raw=True,
            parts=_PERIODS,
        ),
        Function(
            "series_periods_validate",
            "(series:dynamic, periods:number!*)",
            "dynamic",
            "Two columns: the periods asked about, and their scores from 0 to 1.",
            _validate,
            raw=True,
            parts=_PERIODS,
        ),
        Function(
            "series_seasonal",
            "(series:dynamic, period:long?!)",
            "dynamic",
            "The medians of the points of each phase; without a period, of the period that is found.",
            _seasonal,
            raw=True,
        ),
    ),
)
