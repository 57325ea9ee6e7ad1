"""Arithmetic on numbers, timespans and moments."""

from collections.abc import Callable, Sequence

import polars as pl

from workbench.events.query.backend.values import ENGINE, Value, in_calendar, plain
from workbench.events.query.functions._declare import Family, Function
from workbench.events.query.types import INTEGERS, NUMBERS, widened
from workbench.events.tables import KqlType

BIN_ORIGIN = 62_135_596_800_000_000
"""Microseconds from 0001-01-01, a Monday, to 1970-01-01: bins of moments are multiples counted from the former, and
so is a moment by a timespan."""

_TIMES: dict[str, dict[tuple[str, str], KqlType]] = {
    "+": {
        ("timespan", "timespan"): "timespan",
        ("datetime", "timespan"): "datetime",
        ("timespan", "datetime"): "datetime",
    },
    "-": {
        ("timespan", "timespan"): "timespan",
        ("datetime", "datetime"): "timespan",
        ("datetime", "timespan"): "datetime",
    },
    "*": {("timespan", "number"): "timespan", ("number", "timespan"): "timespan"},
    "/": {
        ("timespan", "timespan"): "real",
        ("timespan", "number"): "timespan",
        ("datetime", "timespan"): "real",
    },
    "%": {("timespan", "timespan"): "timespan"},
}
"""What comes of times, by the types of both sides."""


def result(op: str) -> Callable[[Sequence[KqlType]], KqlType | None]:
    """The type rule of an operator; None where the two sides do not go together."""

    def rule(types: Sequence[KqlType]) -> KqlType | None:
        left, right = types
        if left in NUMBERS and right in NUMBERS:
            return widened(left, right)
        kinds = ["number" if kind in NUMBERS else kind for kind in (left, right)]
        return _TIMES[op].get((kinds[0], kinds[1]))

    return rule


def _operator(op: str, compute: Callable[[pl.Expr, pl.Expr, KqlType], pl.Expr]) -> Callable[[Value, Value], Value]:
    rule = result(op)

    def build(left: Value, right: Value) -> Value:
        kind = rule((left.type, right.type)) or "real"
        sides = _number(left), _number(right)
        if op == "/" and left.type == "datetime":
            sides = sides[0] + BIN_ORIGIN, sides[1]
        if op == "/" and right.known and kind not in INTEGERS:
            sides = sides[0], beside(*sides)
        expr = compute(*sides, kind)
        solid = left.solid and right.solid and op not in "/%" and kind != "datetime"
        return plain(_back(expr, kind), kind, solid=solid)

    return build


def beside(left: pl.Expr, divisor: pl.Expr) -> pl.Expr:
    """A constant divisor as a column: by a scalar the engine multiplies with its inverse, and 49.0 / 49 is not 1."""
    return divisor + left.is_null().cast(pl.Float64) * 0.0


def _number(value: Value) -> pl.Expr:
    """A side as a number: times in microseconds, integers as long."""
    if value.type in ("datetime", "timespan", "int"):
        return value.expr.cast(pl.Int64)
    return value.expr


def _back(expr: pl.Expr, kind: KqlType) -> pl.Expr:
    if kind in ("datetime", "timespan"):
        time = expr.cast(pl.Int64, strict=False).cast(ENGINE[kind])
        return in_calendar(time) if kind == "datetime" else time
    return expr.cast(ENGINE[kind])


def _plus(left: pl.Expr, right: pl.Expr, _kind: KqlType) -> pl.Expr:
    return left + right


def _minus(left: pl.Expr, right: pl.Expr, _kind: KqlType) -> pl.Expr:
    return left - right


def _times(left: pl.Expr, right: pl.Expr, _kind: KqlType) -> pl.Expr:
    return left * right


def _divided(left: pl.Expr, right: pl.Expr, kind: KqlType) -> pl.Expr:
    """Whole numbers divide to whole numbers, cut towards zero; by zero there is no result."""
    if kind in ("real", "decimal", "timespan"):
        return left.truediv(right)
    return (left - left.sign() * (left.abs() % right.abs())) // right


def _modulo(left: pl.Expr, right: pl.Expr, _kind: KqlType) -> pl.Expr:
    """What is left over, never below zero."""
    return left % right.abs()


def _negative(value: Value) -> Value:
    expr = -_number(value)
    kind: KqlType = "long" if value.type == "int" else value.type
    return plain(_back(expr, kind), kind, solid=value.solid)


def _same(value: Value) -> Value:
    return plain(value.expr.cast(pl.Int64), "long", solid=value.solid) if value.type == "int" else value


def _signed(types: Sequence[KqlType]) -> KqlType | None:
    kind = types[0]
    if kind == "int":
        return "long"
    return kind if kind in NUMBERS or kind == "timespan" else None


FAMILY = Family(
    "Arithmetic",
    (
        Function(
            "+",
            "(left:summable, right:summable)",
            result("+"),
            "The sum; a moment plus a timespan is a moment.",
            _operator("+", _plus),
            raw=True,
            infix="sum",
        ),
        Function(
            "-",
            "(left:summable, right:summable)",
            result("-"),
            "The difference; between two moments it is a timespan.",
            _operator("-", _minus),
            raw=True,
            infix="sum",
        ),
        Function(
            "*",
            "(left:summable, right:summable)",
            result("*"),
            "The product; a number times a timespan is a timespan.",
            _operator("*", _times),
            raw=True,
            infix="product",
        ),
        Function(
            "/",
            "(left:summable, right:summable)",
            result("/"),
            "The quotient; whole numbers give a whole number, two timespans a real.",
            _operator("/", _divided),
            raw=True,
            infix="product",
        ),
        Function(
            "%",
            "(left:summable, right:summable)",
            result("%"),
            "The remainder, never negative.",
            _operator("%", _modulo),
            raw=True,
            infix="product",
        ),
        Function("-x", "(value:summable)", _signed, "The value with its sign turned.", _negative, raw=True),
        Function("+x", "(value:summable)", _signed, "The value itself.", _same, raw=True),
    ),
)
