"""Lines through series, by least squares.

Published: Microsoft's pages on series_fit_line and series_fit_2lines, whose sample values the tests hold. Variances are
those of a sample; a segment of one point is a line through it.
"""

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Floats: TypeAlias = NDArray[np.float64]


@dataclass(frozen=True)
class Line:
    """``slope * x + interception`` over the places of a series, counted from 1, and how well it fits."""

    rsquare: float
    slope: float
    variance: float
    rvariance: float
    interception: float
    fit: Floats


@dataclass(frozen=True)
class TwoLines:
    """Two lines that meet at ``split``, the place where the right one begins, chosen so that they fit best."""

    rsquare: float
    split: int
    variance: float
    rvariance: float
    fit: Floats
    left: Line
    right: Line


def line(y: Floats) -> Line:
    """The line of least squares; a series that does not vary is fitted wholly."""
    x = np.arange(1, len(y) + 1, dtype=np.float64)
    across, up = x - x.mean(), y - y.mean()
    slope = float(across @ up / (across @ across)) if len(y) > 1 else 0.0
    interception = float(y.mean() - slope * x.mean())
    fit = slope * x + interception
    variance, rvariance = _variance(up), _variance(y - fit)
    return Line(_share(rvariance, variance), slope, variance, rvariance, interception, fit)


def two_lines(y: Floats) -> TwoLines | None:
    """The best split into two lines; None for fewer than two points."""
    if len(y) < 2:
        return None
    split = 1 + int(np.argmin(_errors(y)[1:-1] + _errors(y[::-1])[::-1][1:-1]))
    left, right = line(y[:split]), line(y[split:])
    fit = np.concatenate([left.fit, right.fit])
    variance, rvariance = _variance(y - y.mean()), _variance(y - fit)
    return TwoLines(_share(rvariance, variance), split, variance, rvariance, fit, left, right)


def _errors(y: Floats) -> Floats:
    """The squared error of the best line through the first n points, for each n from 0 on."""
    n = np.arange(1, len(y) + 1, dtype=np.float64)
    up = y - y[0]
    x = n - 1
    mean_x, mean_y = np.cumsum(x) / n, np.cumsum(up) / n
    across = np.cumsum(x * x) - n * mean_x**2
    along = np.cumsum(x * up) - n * mean_x * mean_y
    whole = np.cumsum(up * up) - n * mean_y**2
    explained = np.divide(along**2, across, out=np.zeros_like(along), where=across > 0)
    return np.concatenate([[0.0], np.maximum(whole - explained, 0.0)])


def _variance(deviations: Floats) -> float:
    return float(deviations @ deviations / (len(deviations) - 1)) if len(deviations) > 1 else 0.0


def _share(rvariance: float, variance: float) -> float:
    return 1 - rvariance / variance if variance > 0 else 1.0
