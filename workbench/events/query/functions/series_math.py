"""Series: arithmetic place by place, filters, and gaps filled."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from workbench.base.errors import LimitReached
from workbench.events.query.backend.values import Value
from workbench.events.query.functions._declare import Family, Function
from workbench.events.query.functions._fits import Floats
from workbench.events.query.functions._series import REALS, computed, given, listed, whole
from workbench.events.query.types import NUMBERS

_MOST_STEPS = 20_000_000
"""Length of a series times that of its filter."""


def _each(work: Callable[[Floats], Floats], *, keeps: bool = False) -> Callable[[Value], Value]:
    """A function of each number; with ``keeps``, whole numbers stay whole."""

    def build(series: Value) -> Value:
        return listed([series], work, "long" if keeps and whole(series) else "real")

    return build


def _pairs(work: Callable[[Floats, Floats], Floats], *, keeps: bool = False) -> Callable[[Value, Value], Value]:
    """A function of two numbers at one place; where one is missing there is none."""

    def build(left: Value, right: Value) -> Value:
        def on_arrays(first: Floats, second: Floats) -> Floats:
            return work(*_even(left, right, first, second))

        return listed([left, right], on_arrays, "long" if keeps and whole(left) and whole(right) else "real")

    return build


def _even(left: Value, right: Value, first: Floats, second: Floats) -> tuple[Floats, Floats]:
    """Both series as long as the longer; a number beside a series stands at all its places."""
    length = max(len(first) if left.type not in NUMBERS else 0, len(second) if right.type not in NUMBERS else 0)
    return _filled(left, first, length), _filled(right, second, length)


def _filled(value: Value, array: Floats, length: int) -> Floats:
    if value.type in NUMBERS:
        return np.full(length, array[0])
    return np.concatenate([array, np.full(length - len(array), np.nan)])


def _compared(test: Callable[[Floats, Floats], NDArray[np.bool_]]) -> Callable[[Value, Value], Value]:
    def build(left: Value, right: Value) -> Value:
        def on_arrays(first: Floats, second: Floats) -> list[bool | None]:
            one, other = _even(left, right, first, second)
            found, missing = test(one, other), np.isnan(one) | np.isnan(other)
            return [None if gap else bool(each) for each, gap in zip(found, missing, strict=True)]

        return listed([left, right], on_arrays, "bool")

    return build


def _fir(series: Value, filters: Value, normalize: Value | None = None, center: Value | None = None) -> Value:
    """Points before the series count as 0, as the published sample shows."""
    scaled, centred = given(normalize, None), bool(given(center, otherwise=False))

    def work(y: Floats, weights: Floats) -> Floats | None:
        negative = bool((weights < 0).any())
        if not len(weights) or not np.isfinite(weights).all() or (scaled and negative):
            return None
        _bearable(len(y) * len(weights))
        if scaled or (scaled is None and not negative):
            weights = weights / weights.sum()
        whole_length = np.convolve(np.nan_to_num(y), weights) if len(y) else y
        begin = (len(weights) - 1) // 2 if centred else 0
        return whole_length[begin : begin + len(y)]

    return listed([series, filters], work)


def _iir(series: Value, numerators: Value, denominators: Value) -> Value:
    """``y[i] = (sum of b[k] x[i-k] - sum of a[k] y[i-k]) / a[0]``."""

    def work(x: Floats, b: Floats, a: Floats) -> list[float] | None:
        if not len(a) or not len(b) or a[0] == 0 or not np.isfinite(np.concatenate([a, b])).all():
            return None
        _bearable(len(x) * (len(a) + len(b)))
        fed = np.convolve(x, b)[: len(x)] if len(x) else x
        found: list[float] = []
        for place, value in enumerate(fed):
            back = sum(a[k] * found[place - k] for k in range(1, min(len(a), place + 1)))
            found.append(float((value - back) / a[0]))
        return found

    return listed([series, numerators, denominators], work)


def _bearable(steps: int) -> None:
    if steps > _MOST_STEPS:
        raise LimitReached("A filter takes too many steps over the series", next_step="Take a shorter filter.")


def _fill(work: Callable[[Floats, NDArray[np.bool_]], Floats]) -> Callable[..., Value]:
    def build(series: Value, placeholder: Value | None = None) -> Value:
        missing = given(placeholder, None)

        def on_array(y: Floats) -> Floats:
            return work(y, _gaps(y, missing))

        return listed([series], on_array, "long" if whole(series) else "real")

    return build


def _gaps(y: Floats, missing: object) -> NDArray[np.bool_]:
    gap: NDArray[np.bool_] = np.isnan(y) if not isinstance(missing, int | float) else y == missing
    return gap


def _forward(y: Floats, gap: NDArray[np.bool_]) -> Floats:
    last = np.maximum.accumulate(np.where(gap, -1, np.arange(len(y)))) if len(y) else np.zeros(0, dtype=np.int64)
    return np.where(last >= 0, y[last], y)


def _backward(y: Floats, gap: NDArray[np.bool_]) -> Floats:
    return _forward(y[::-1], gap[::-1])[::-1]


def _fill_const(series: Value, constant: Value, placeholder: Value | None = None) -> Value:
    value, missing = given(constant, None), given(placeholder, None)
    if not isinstance(value, int | float):
        return listed([series], lambda y: y, "long" if whole(series) else "real")
    kept = whole(series) and float(value).is_integer()
    return listed([series], lambda y: np.where(_gaps(y, missing), value, y), "long" if kept else "real")


def _fill_linear(
    series: Value, placeholder: Value | None = None, edges: Value | None = None, constant: Value | None = None
) -> Value:
    """Between whole numbers the filling is cut to a whole number, as the published sample shows."""
    missing, outer = given(placeholder, None), bool(given(edges, otherwise=True))
    nothing = 0.0 if constant is None else given(constant, np.nan)
    kept = whole(series)

    def work(y: Floats) -> Floats:
        gap = _gaps(y, missing)
        if gap.all():
            return np.full(len(y), float(nothing))
        there = np.flatnonzero(~gap)
        filled = np.interp(np.arange(len(y)), there, y[there])
        if kept:
            filled = np.trunc(filled)
        if not outer:
            filled[: there[0]], filled[there[-1] + 1 :] = y[: there[0]], y[there[-1] + 1 :]
        return filled

    return listed([series], work, "long" if kept and float(nothing).is_integer() else "real")


def _fft(series: Value, imaginary: Value | None = None) -> Value:
    return _transformed(np.fft.fft, series, imaginary)


def _ifft(series: Value, imaginary: Value | None = None) -> Value:
    return _transformed(np.fft.ifft, series, imaginary)


def _transformed(
    transform: Callable[[NDArray[np.complex128]], NDArray[np.complex128]], series: Value, imaginary: Value | None
) -> Value:
    def work(*parts: Floats) -> tuple[Floats, Floats] | None:
        real, other = parts[0], parts[1] if len(parts) > 1 else np.zeros(len(parts[0]))
        if not len(real) or len(real) != len(other):
            return None
        found = transform(real + 1j * other)
        return found.real, found.imag

    return computed([series] if imaginary is None else [series, imaginary], work, (("dynamic", REALS),) * 2)


_ONE = "(series:dynamic)"
_TWO = "(left:dynamic|number, right:dynamic|number)"


def _function(name: str, meaning: str, work: Callable[[Floats], Floats], *, keeps: bool = False) -> Function:
    return Function(f"series_{name}", _ONE, "dynamic", meaning, _each(work, keeps=keeps), raw=True)


def _operation(name: str, meaning: str, work: Callable[[Floats, Floats], Floats], *, keeps: bool = False) -> Function:
    return Function(f"series_{name}", _TWO, "dynamic", meaning, _pairs(work, keeps=keeps), raw=True)


def _test(name: str, meaning: str, test: Callable[[Floats, Floats], NDArray[np.bool_]]) -> Function:
    return Function(f"series_{name}", _TWO, "dynamic", meaning, _compared(test), raw=True)


_GAPS = "(series:dynamic, missing_value:number?!)"

FAMILY = Family(
    "Series: place by place",
    (
        _operation("add", "The sums of two series.", np.add, keeps=True),
        _operation("subtract", "The differences of two series.", np.subtract, keeps=True),
        _operation("multiply", "The products of two series.", np.multiply, keeps=True),
        _operation("divide", "The quotients of two series, as reals.", np.divide),
        _operation("pow", "The first series to the power of the second.", np.power),
        _test("greater", "Where the first series is greater.", np.greater),
        _test("greater_equals", "Where the first series is greater or equal.", np.greater_equal),
        _test("less", "Where the first series is less.", np.less),
        _test("less_equals", "Where the first series is less or equal.", np.less_equal),
        _test("equals", "Where two series are equal.", np.equal),
        _test("not_equals", "Where two series differ.", np.not_equal),
        _function("abs", "The sizes of the numbers.", np.abs, keeps=True),
        _function("sign", "-1, 0 or 1.", np.sign, keeps=True),
        _function("exp", "e to these powers.", np.exp),
        _function("log", "The natural logarithms.", np.log),
        _function("floor", "The greatest whole numbers not above.", np.floor),
        _function("ceiling", "The least whole numbers not below.", np.ceil),
        _function("sin", "The sines.", np.sin),
        _function("cos", "The cosines.", np.cos),
        _function("tan", "The tangents.", np.tan),
        _function("asin", "The angles of these sines.", np.arcsin),
        _function("acos", "The angles of these cosines.", np.arccos),
        _function("atan", "The angles of these tangents.", np.arctan),
        Function(
            "series_fir",
            "(series:dynamic, filter:dynamic, normalize:bool?!, center:bool?!)",
            "dynamic",
            "A finite filter over the series, as a moving average.",
            _fir,
            raw=True,
            named="first",
        ),
        Function(
            "series_iir",
            "(series:dynamic, numerators:dynamic, denominators:dynamic)",
            "dynamic",
            "An infinite filter over the series, as exponential smoothing.",
            _iir,
            raw=True,
            named="first",
        ),
        Function(
            "series_fill_const",
            "(series:dynamic, value:any!, missing_value:number?!)",
            "dynamic",
            "The series with a value in its gaps.",
            _fill_const,
            raw=True,
            named="first",
        ),
        Function(
            "series_fill_forward",
            _GAPS,
            "dynamic",
            "The series with each gap filled with the value before it.",
            _fill(_forward),
            raw=True,
            named="first",
        ),
        Function(
            "series_fill_backward",
            _GAPS,
            "dynamic",
            "The series with each gap filled with the value after it.",
            _fill(_backward),
            raw=True,
            named="first",
        ),
        Function(
            "series_fill_linear",
            "(series:dynamic, missing_value:number?!, fill_edges:bool?!, value:number?!)",
            "dynamic",
            "The series with its gaps filled on straight lines, its ends with the nearest value.",
            _fill_linear,
            raw=True,
            named="first",
        ),
        Function(
            "series_fft",
            "(real:dynamic, imaginary:dynamic?)",
            "dynamic",
            "Two columns: the real and imaginary parts of the Fourier transform.",
            _fft,
            raw=True,
            parts=(("real", "dynamic"), ("imag", "dynamic")),
        ),
        Function(
            "series_ifft",
            "(real:dynamic, imaginary:dynamic?)",
            "dynamic",
            "Two columns: the real and imaginary parts of the inverse transform.",
            _ifft,
            raw=True,
            parts=(("real", "dynamic"), ("imag", "dynamic")),
        ),
    ),
)
