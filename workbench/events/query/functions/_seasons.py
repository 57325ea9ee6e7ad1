"""Seasons, trends and outliers of series.

Published: Microsoft's pages on series_periods_detect, series_seasonal, series_decompose, series_decompose_anomalies and
series_outliers. They say what comes out and not how periods are scored; the score here (autocorrelation at a period and
all its multiples) gives the scores of their samples.
"""

from dataclasses import dataclass
from statistics import NormalDist

import numpy as np

from workbench.events.query.functions._fits import Floats, line

SHORTEST = 4
"""Points of the shortest period that is looked for; the longest is half of the series."""

_DETECTED = 0.7
_PEAKS = 8
"""Peaks of the spectrum that are looked at, the highest first."""

_FENCE = 1.5
_TENTHS = 2.772605605507915
"""Factor of scores between the 10th and the 90th percentile, from scores that a developer of the service explained."""


@dataclass(frozen=True)
class Season:
    """A period in points, and how strongly a series repeats after it: from 0 to 1."""

    period: int
    score: float


@dataclass(frozen=True)
class Parts:
    """A series as the sum of baseline and residual; the baseline is the sum of season and trend."""

    baseline: Floats
    seasonal: Floats
    trend: Floats
    residual: Floats


def autocorrelation(y: Floats) -> Floats:
    """How alike a series is to itself moved by 0, 1, 2 ... points, up to half its length."""
    n = len(y)
    up = y - y.mean()
    power = np.abs(np.fft.rfft(up, 2 * n)) ** 2
    sums = np.fft.irfft(power)[: n // 2 + 1]
    if sums[0] <= 0 or not np.isfinite(sums[0]):
        return np.zeros(n // 2 + 1)
    alike: Floats = sums / sums[0] * n / (n - np.arange(n // 2 + 1))
    return alike


def score(alike: Floats, period: float) -> float:
    """How strongly a series repeats after a period: the weakest likeness at it and at its multiples, never below 0."""
    lag = round(period)
    if not SHORTEST <= lag < len(alike):
        return 0.0
    return float(min(1.0, max(0.0, alike[lag::lag].min())))


def periods(y: Floats, shortest: float, longest: float, count: int) -> list[Season]:
    """The periods between two lengths, the most significant first; multiples of a period are no others."""
    if len(y) < 2 * SHORTEST or not np.isfinite(y).all():
        return []
    alike = autocorrelation(y)
    found = {lag for lag in _candidates(y, alike) if shortest <= lag <= longest}
    seasons = sorted((Season(lag, score(alike, lag)) for lag in found), key=lambda each: (-each.score, each.period))
    kept: list[Season] = []
    for each in seasons:
        if each.score > 0 and not any(each.period % other.period == 0 for other in kept):
            kept.append(each)
    return kept[:count]


def _candidates(y: Floats, alike: Floats) -> set[int]:
    """For each peak of the spectrum, the lag near its period at which the series is most like itself."""
    n = len(y)
    power = np.abs(np.fft.rfft(y - y.mean())) ** 2
    bins = [k for k in np.argsort(-power)[:_PEAKS] if 2 <= k <= n / SHORTEST]
    found = (_peak(alike, max(SHORTEST, int(np.ceil(n / (k + 1)))), int(n / (k - 1))) for k in bins)
    return {lag for lag in found if lag is not None}


def _peak(alike: Floats, low: int, high: int) -> int | None:
    lags = np.arange(low, min(high, len(alike) - 2) + 1)
    peaks = lags[(alike[lags] > alike[lags - 1]) & (alike[lags] >= alike[lags + 1])]
    return int(peaks[np.argmax(alike[peaks])]) if len(peaks) else None


def detected(y: Floats, threshold: float = _DETECTED) -> int:
    """The most significant period; 0 where none reaches the threshold."""
    best = periods(y, SHORTEST, len(y) / 2, 1)
    return best[0].period if best and best[0].score >= threshold else 0


def seasonal(y: Floats, period: int, length: int) -> Floats:
    """For each of ``length`` points the median of the points of ``y`` in the same phase; 0 without a period."""
    if period <= 0 or not len(y):
        return np.zeros(length)
    phases = np.array([np.median(y[phase::period]) if phase < len(y) else 0.0 for phase in range(min(period, length))])
    return np.resize(phases, length) if length else np.zeros(0)


def decompose(y: Floats, seasonality: int, trend: str, test_points: int, threshold: float) -> Parts:
    """Season first, then the trend of what is left; the last points may be left out of learning."""
    known = y[: max(len(y) - max(test_points, 0), 0)]
    period = detected(known, threshold) if seasonality < 0 else seasonality
    season = seasonal(known, period, len(y))
    straight = _trend(known - season[: len(known)], trend, len(y))
    baseline = season + straight
    return Parts(baseline, season, straight, y - baseline)


def _trend(y: Floats, kind: str, length: int) -> Floats:
    if kind == "none" or not len(y):
        return np.zeros(length)
    if kind == "avg":
        return np.full(length, y.mean())
    found = line(y)
    straight: Floats = found.slope * np.arange(1, length + 1, dtype=np.float64) + found.interception
    return straight


def outliers(y: Floats, low: float, high: float) -> Floats:
    """How far each value lies beyond two percentiles, as Tukey's fences count; a missing value scores 0.

    Percentiles are interpolated. The score is normalised so that 1.5 means what it means between the quartiles.
    """
    there = np.isfinite(y)
    if not there.any():
        return np.zeros(len(y))
    bottom, top = np.percentile(y[there], [low, high])
    beyond = np.where(y > top, y - top, np.where(y < bottom, y - bottom, 0.0))
    with np.errstate(divide="ignore", invalid="ignore"):
        scores = beyond / (top - bottom) * _factor(low, high)
    return np.where(there & (beyond != 0), scores, 0.0)


def _factor(low: float, high: float) -> float:
    """1 between the quartiles; elsewhere what makes 1.5 the same fence for values that are normally distributed."""
    if (low, high) == (25, 75):
        return 1.0
    return _TENTHS * _normal(low, high) / _normal(10, 90)


def _normal(low: float, high: float) -> float:
    bottom, top, quartile = (NormalDist().inv_cdf(rank / 100) for rank in (low, high, 75))
    return _FENCE * (top - bottom) / (4 * quartile - top)
