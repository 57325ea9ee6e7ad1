"""Numbers."""

from collections.abc import Callable, Sequence

import polars as pl

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


def _round(value: Value, digits: int | Value = 0) -> Value:
    """Halves are rounded away from zero; a negative number of digits rounds to tens, hundreds ..."""
    places = digits.const if isinstance(digits, Value) else digits
    count = places if isinstance(places, int) else 0
    number = value.expr.cast(pl.Float64)
    if count >= 0:
        rounded = number.round(count, mode="half_away_from_zero")
    else:
        rounded = (number / 10.0**-count).round(mode="half_away_from_zero") * 10.0**-count
    return plain(rounded.cast(ENGINE[value.type]), value.type, solid=value.solid)


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


def _check(test: Callable[[pl.Expr], pl.Expr]) -> Callable[[pl.Expr], pl.Expr]:
    def build(number: pl.Expr) -> pl.Expr:
        return test(number.cast(pl.Float64)).fill_null(value=False)

    return build


def _function(name: str, meaning: str, compute: Callable[[pl.Expr], pl.Expr]) -> Function:
    return Function(name, "(number:number)", "real", meaning, _real(compute), named="first")


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
        Function("pow", "(base:number, exponent:number)", "real", "The base to the exponent.", _pow, named="first"),
        Function("isnan", "(number:number)", "bool", "The number is NaN.", _check(pl.Expr.is_nan)),
        Function("isinf", "(number:number)", "bool", "The number is infinite.", _check(pl.Expr.is_infinite)),
        Function("isfinite", "(number:number)", "bool", "The number is finite.", _check(pl.Expr.is_finite)),
    ),
)
