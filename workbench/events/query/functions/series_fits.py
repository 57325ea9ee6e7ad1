"""Series: statistics and lines through them."""

from collections.abc import Sequence

import numpy as np

from workbench.events.query.backend.values import JSON, Value
from workbench.events.query.functions._declare import Family, Function
from workbench.events.query.functions._fits import Floats, Line, TwoLines, line, two_lines
from workbench.events.query.functions._series import REALS, Outputs, computed, given, single
from workbench.events.query.kql.literals import json_text
from workbench.events.tables import KqlType

_STATS: tuple[tuple[str, KqlType], ...] = (
    ("min", "real"),
    ("min_idx", "long"),
    ("max", "real"),
    ("max_idx", "long"),
    ("avg", "real"),
    ("stdev", "real"),
    ("variance", "real"),
)
_LINE: tuple[tuple[str, KqlType], ...] = (
    ("rsquare", "real"),
    ("slope", "real"),
    ("variance", "real"),
    ("rvariance", "real"),
    ("interception", "real"),
    ("line_fit", "dynamic"),
)
_SIDE = ("rsquare", "slope", "interception", "variance", "rvariance")
_TWO_LINES: tuple[tuple[str, KqlType], ...] = (
    ("rsquare", "real"),
    ("split_idx", "long"),
    ("variance", "real"),
    ("rvariance", "real"),
    ("line_fit", "dynamic"),
    *((f"right_{name}", "real") for name in _SIDE),
    *((f"left_{name}", "real") for name in _SIDE),
)


def _outputs(parts: Sequence[tuple[str, KqlType]]) -> Outputs:
    return tuple((kind, REALS if kind == "dynamic" else None) for _, kind in parts)


def _stats(y: Floats, *, ignoring: bool) -> tuple[float | int, ...] | None:
    """Values that are not finite give nothing, unless they are ignored."""
    there = np.isfinite(y)
    if not there.all() and not ignoring:
        return None
    held = y[there]
    if not len(held):
        return None
    least, most = np.where(there, y, np.inf), np.where(there, y, -np.inf)
    variance = float(held.var(ddof=1)) if len(held) > 1 else 0.0
    places = int(least.argmin()), int(most.argmax())
    extremes = float(held.min()), places[0], float(held.max()), places[1]
    return (*extremes, float(held.mean()), variance**0.5, variance)


def _series_stats(series: Value, ignoring: Value | None = None) -> Value:
    ignored = bool(given(ignoring, otherwise=False))
    return computed([series], lambda y: _stats(y, ignoring=ignored), _outputs(_STATS))


def _series_stats_dynamic(series: Value, ignoring: Value | None = None) -> Value:
    ignored = bool(given(ignoring, otherwise=False))

    def bag(y: Floats) -> str | None:
        found = _stats(y, ignoring=ignored)
        if found is None:
            return None
        held = y[np.isfinite(y)]
        whole = dict(zip((name for name, _ in _STATS), found, strict=True))
        return json_text(whole | {"sum": float(held.sum()), "len": len(y)})

    return single([series], bag, "dynamic", JSON)


def _line(y: Floats) -> Line | None:
    return line(y) if len(y) and np.isfinite(y).all() else None


def _two(y: Floats) -> TwoLines | None:
    return two_lines(y) if np.isfinite(y).all() else None


def _fit_line(series: Value) -> Value:
    def work(y: Floats) -> tuple[object, ...] | None:
        found = _line(y)
        if found is None:
            return None
        return found.rsquare, found.slope, found.variance, found.rvariance, found.interception, found.fit

    return computed([series], work, _outputs(_LINE))


def _fit_two_lines(series: Value) -> Value:
    def work(y: Floats) -> tuple[object, ...] | None:
        found = _two(y)
        if found is None:
            return None
        sides = [getattr(side, name) for side in (found.right, found.left) for name in _SIDE]
        return found.rsquare, found.split, found.variance, found.rvariance, found.fit, *sides

    return computed([series], work, _outputs(_TWO_LINES))


def _fit_line_dynamic(series: Value) -> Value:
    def bag(y: Floats) -> str | None:
        found = _line(y)
        if found is None:
            return None
        return json_text({**_described(found), "line_fit": found.fit.tolist()})

    return single([series], bag, "dynamic", JSON)


def _fit_two_lines_dynamic(series: Value) -> Value:
    def bag(y: Floats) -> str | None:
        found = _two(y)
        if found is None:
            return None
        whole = {
            "rsquare": found.rsquare,
            "split_idx": found.split,
            "variance": found.variance,
            "rvariance": found.rvariance,
            "line_fit": found.fit.tolist(),
            "right": _described(found.right),
            "left": _described(found.left),
        }
        return json_text(whole)

    return single([series], bag, "dynamic", JSON)


def _described(found: Line) -> dict[str, object]:
    return {name: getattr(found, name) for name in ("rsquare", "slope", "variance", "rvariance", "interception")}


def _correlation(left: Floats, right: Floats) -> float | None:
    if len(left) != len(right) or not len(left) or not (np.isfinite(left) & np.isfinite(right)).all():
        return None
    first, second = left - left.mean(), right - right.mean()
    size = float(np.sqrt((first @ first) * (second @ second)))
    return float(first @ second) / size if size > 0 else float("nan")


def _pearson(left: Value, right: Value) -> Value:
    return single([left, right], _correlation, "real")


def _dot(left: Value, right: Value) -> Value:
    def work(first: Floats, second: Floats) -> float | None:
        pair = _paired(left, right, (first, second))
        return None if pair is None else float(pair[0] @ pair[1])

    return single([left, right], work, "real")


def _paired(left: Value, right: Value, arrays: tuple[Floats, Floats]) -> tuple[Floats, Floats] | None:
    """Both series as far as the shorter goes, without places where one has no number; a number goes with all."""
    first, second = arrays
    if not len(first) or not len(second):
        return None
    if left.type != "dynamic":
        first = np.resize(first, len(second))
    if right.type != "dynamic":
        second = np.resize(second, len(first))
    length = min(len(first), len(second))
    first, second = first[:length], second[:length]
    there = np.isfinite(first) & np.isfinite(second)
    return first[there], second[there]


def _cosine(left: Value, right: Value, *sizes: Value) -> Value:
    known = [given(size, float("nan")) for size in sizes]

    def work(first: Floats, second: Floats) -> float | None:
        pair = _paired(left, right, (first, second))
        if pair is None:
            return None
        lengths = [float(known[place]) if place < len(known) else _magnitude(each) for place, each in enumerate(pair)]
        size = lengths[0] * lengths[1]
        return float(pair[0] @ pair[1]) / size if size else float("nan")

    return single([left, right], work, "real")


def _magnitude(y: Floats) -> float:
    held = y[np.isfinite(y)]
    return float(np.sqrt(held @ held))


def _sum(series: Value) -> Value:
    return single([series], lambda y: float(np.nansum(y)), "real")


def _product(series: Value) -> Value:
    return single([series], lambda y: float(np.nanprod(y)), "real")


def _size(series: Value) -> Value:
    return single([series], _magnitude, "real")


_ONE = "(series:dynamic)"
_TWO = "(left:dynamic|number, right:dynamic|number)"

FAMILY = Family(
    "Series: statistics and lines",
    (
        Function(
            "series_stats",
            "(series:dynamic, ignore_nonfinite:bool?!)",
            "dynamic",
            "Seven columns: least and greatest value with their places, mean, standard deviation and variance.",
            _series_stats,
            raw=True,
            parts=_STATS,
        ),
        Function(
            "series_stats_dynamic",
            "(series:dynamic, ignore_nonfinite:bool?!)",
            "dynamic",
            "The same as a bag, with sum and len.",
            _series_stats_dynamic,
            raw=True,
        ),
        Function(
            "series_fit_line",
            _ONE,
            "dynamic",
            "Six columns: the line of least squares, places counted from 1, and how well it fits.",
            _fit_line,
            raw=True,
            parts=_LINE,
        ),
        Function(
            "series_fit_line_dynamic",
            _ONE,
            "dynamic",
            "The line of least squares as a bag.",
            _fit_line_dynamic,
            raw=True,
        ),
        Function(
            "series_fit_2lines",
            _ONE,
            "dynamic",
            "Fifteen columns: the two lines that fit best, one to each side of a place.",
            _fit_two_lines,
            raw=True,
            parts=_TWO_LINES,
        ),
        Function(
            "series_fit_2lines_dynamic",
            _ONE,
            "dynamic",
            "The two lines that fit best as a bag.",
            _fit_two_lines_dynamic,
            raw=True,
        ),
        Function(
            "series_pearson_correlation",
            "(left:dynamic, right:dynamic)",
            "real",
            "How two series go together, from -1 to 1; null where one has a gap or they differ in length.",
            _pearson,
            raw=True,
        ),
        Function("series_dot_product", _TWO, "real", "The sum of the products, place by place.", _dot, raw=True),
        Function(
            "series_cosine_similarity",
            "(left:dynamic, right:dynamic, left_magnitude:number?!, right_magnitude:number?!)",
            "real",
            "The cosine of the angle between two series.",
            _cosine,
            raw=True,
        ),
        Function("series_magnitude", _ONE, "real", "The square root of the sum of the squares.", _size, raw=True),
        Function("series_sum", _ONE, "real", "The sum of the numbers.", _sum, raw=True),
        Function("series_product", _ONE, "real", "The product of the numbers.", _product, raw=True),
    ),
)
