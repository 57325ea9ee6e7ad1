"""Numbers."""

from collections.abc import Callable, Sequence
from math import isfinite, pi

import polars as pl

from workbench.base.errors import BadQuery
from workbench.events.query.backend.values import ENGINE, Value, plain
from workbench.events.query.functions._declare import Family, Function
from workbench.events.query.types import INTEGERS, NUMBERS
from workbench.events.tables import KqlType


def _abs_type(types: Sequence[KqlType]) -> KqlType | None:
    kind = types[0]
    if kind in INTEGERS:
        return "long"
    return kind if kind in NUMBERS or kind == "timespan" else None


def _abs(value: Value) -> Value:
    kind = _abs_type((value.type,)) or "long"
    number = value.expr.cast(pl.Int64) if kind in ("long", "timespan") else value.expr
    return plain(number.abs().cast(ENGINE[kind]), kind, solid=value.solid)


_MOST_DIGITS = 308
"""Digits before the point of the largest real, and more than any has after it."""


def _round(value: Value, digits: int | Value = 0) -> Value:
    """Halves are rounded away from zero; a negative number of digits rounds to tens, hundreds ..."""
    places = digits.const if isinstance(digits, Value) else digits
    count = max(-_MOST_DIGITS, min(places, _MOST_DIGITS)) if isinstance(places, int) else 0
    if value.type in INTEGERS and count >= 0:
        return value
    number = value.expr.cast(pl.Float64)
    if count >= 0:
        rounded = number.round(count, mode="half_away_from_zero")
    else:
        rounded = (number / 10.0**-count).round(mode="half_away_from_zero") * 10.0**-count
    return plain(rounded.cast(ENGINE[value.type], strict=False), value.type, solid=value.solid)


def _ceiling(value: Value) -> Value:
    expr = value.expr if value.type in INTEGERS else value.expr.ceil()
    return plain(expr, value.type, solid=value.solid)


def _real(compute: Callable[[pl.Expr], pl.Expr]) -> Callable[[pl.Expr], pl.Expr]:
    def build(number: pl.Expr) -> pl.Expr:
        return compute(number.cast(pl.Float64))

    return build


def _pow(base: pl.Expr, exponent: pl.Expr) -> pl.Expr:
    return base.cast(pl.Float64).pow(exponent.cast(pl.Float64))


def _root(number: pl.Expr) -> pl.Expr:
    return pl.when(number >= 0).then(number.sqrt())


def _logarithm(base: float | None) -> Callable[[pl.Expr], pl.Expr]:
    """Nothing where the number is not positive."""

    def compute(number: pl.Expr) -> pl.Expr:
        found = number.log() if base is None else number.log(base)
        return pl.when(number > 0).then(found)

    return compute


def _arc(compute: Callable[[pl.Expr], pl.Expr]) -> Callable[[pl.Expr], pl.Expr]:
    def within(number: pl.Expr) -> pl.Expr:
        return pl.when(number.is_between(-1, 1)).then(compute(number))

    return within


def _atan2(y: pl.Expr, x: pl.Expr) -> pl.Expr:
    return pl.arctan2(y.cast(pl.Float64), x.cast(pl.Float64))


def _check(test: Callable[[pl.Expr], pl.Expr]) -> Callable[[pl.Expr], pl.Expr]:
    def build(number: pl.Expr) -> pl.Expr:
        return test(number.cast(pl.Float64)).fill_null(value=False)

    return build


def _function(name: str, meaning: str, compute: Callable[[pl.Expr], pl.Expr]) -> Function:
    return Function(name, "(number:number)", "real", meaning, _real(compute), named="first")


def _format_bytes(size: Value, precision: Value | None = None, unit: Value | None = None) -> Value:
    """The number in the unit asked for, or the largest of which there is one at least."""
    places = None if precision is None else precision.const
    digits = int(places) if isinstance(places, int | float) and isfinite(places) else 0
    wanted = str(unit.const).lower() if unit is not None and unit.const else ""
    number = size.expr.cast(pl.Float64)
    chosen = {name.lower(): power for power, name in enumerate(_UNITS)}
    if wanted and wanted not in chosen:
        raise BadQuery(f"There is no unit of size named {unit.const!r}", next_step=f"It is one of {', '.join(_UNITS)}.")  # type: ignore[union-attr]  # wanted says it is there
    texts = [_in_unit(number, power, digits) for power in range(len(_UNITS))]
    if wanted:
        return plain(texts[chosen[wanted]].fill_null(""), "string")
    found = texts[0]
    for power in range(1, len(_UNITS)):
        found = pl.when(number.abs() >= 1024.0**power).then(texts[power]).otherwise(found)
    return plain(found.fill_null(""), "string")


def _in_unit(number: pl.Expr, power: int, digits: int) -> pl.Expr:
    rounded = (number / 1024.0**power).round(min(max(digits, 0), 15), mode="half_away_from_zero")
    text = pl.when(rounded.abs() < _WHOLE).then(rounded.cast(pl.Int64, strict=False).cast(pl.String))
    whole = rounded == rounded.floor()
    return pl.concat_str(pl.when(whole).then(text).otherwise(rounded.cast(pl.String)), pl.lit(f" {_UNITS[power]}"))


_UNITS = ("Bytes", "KB", "MB", "GB", "TB", "PB", "EB")
_WHOLE = 2.0**63


def _unnamed(name: str, meaning: str, compute: Callable[[pl.Expr], pl.Expr]) -> Function:
    return Function(name, "(number:number)", "real", meaning, _real(compute))


FAMILY = Family(
    "Numbers",
    (
        Function("abs", "(number:summable)", _abs_type, "The size of a number.", _abs, raw=True, named="first"),
        Function(
            "round",
            "(number:number, digits:long?!)",
            "same",
            "The number rounded to some digits after the point.",
            _round,
            raw=True,
            named="first",
        ),
        Function(
            "ceiling", "(number:number)", "same", "The least whole number not below.", _ceiling, raw=True, named="first"
        ),
        _function("sqrt", "The square root; null below zero.", _root),
        _function("exp", "e to that power.", pl.Expr.exp),
        _function("log", "The natural logarithm; null where the number is not positive.", _logarithm(None)),
        _function("log2", "The logarithm to base 2.", _logarithm(2.0)),
        _function("log10", "The logarithm to base 10.", _logarithm(10.0)),
        _function("exp2", "2 to that power.", lambda number: pl.lit(2.0).pow(number)),
        _function("exp10", "10 to that power.", lambda number: pl.lit(10.0).pow(number)),
        _function("sin", "The sine of an angle in radians.", pl.Expr.sin),
        _function("cos", "The cosine of an angle in radians.", pl.Expr.cos),
        _function("tan", "The tangent of an angle in radians.", pl.Expr.tan),
        _function("asin", "The angle of that sine.", _arc(pl.Expr.arcsin)),
        _function("acos", "The angle of that cosine.", _arc(pl.Expr.arccos)),
        _function("atan", "The angle of that tangent.", pl.Expr.arctan),
        Function(
            "atan2",
            "(y:number, x:number)",
            "real",
            "The angle in radians between the x axis and the way to a point.",
            _atan2,
            named="first",
        ),
        _unnamed("cot", "The cotangent of an angle in radians.", pl.Expr.cot),
        _unnamed("degrees", "An angle in radians as degrees.", pl.Expr.degrees),
        _unnamed("radians", "An angle in degrees as radians.", pl.Expr.radians),
        _unnamed("sign", "-1, 0 or 1, as the number is below, at or above zero.", pl.Expr.sign),
        Function(
            "format_bytes",
            "(size:number, precision:number?!, unit:string?!)",
            "string",
            "A size in bytes as text, in the unit asked for or one that fits.",
            _format_bytes,
            raw=True,
            named="first",
        ),
        Function("pi", "()", "real", "The number pi.", lambda: pl.lit(pi)),
        Function("pow", "(base:number, exponent:number)", "real", "The base to the exponent.", _pow, named="first"),
        Function("isnan", "(number:number)", "bool", "The number is NaN.", _check(pl.Expr.is_nan)),
        Function("isinf", "(number:number)", "bool", "The number is infinite.", _check(pl.Expr.is_infinite)),
        Function("isfinite", "(number:number)", "bool", "The number is finite.", _check(pl.Expr.is_finite)),
    ),
)
