"""Equality and order.

A null equals no value and differs from every value; between two nulls there is no answer. Text compares with other
types by what it says.
"""

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType

import polars as pl

from workbench.events.query.backend.expressions import evaluated
from workbench.events.query.backend.patterns import whole
from workbench.events.query.backend.values import Value, constant, nullable_text, plain, unwrapped
from workbench.events.query.functions._declare import Family, Function
from workbench.events.query.functions.conversion import converter
from workbench.events.query.types import INTEGERS, NUMBERS, comparable, widest
from workbench.events.tables import KqlType

Compare = Callable[[pl.Expr, pl.Expr], pl.Expr]

_MIRRORED: Mapping[Compare, Compare] = MappingProxyType(
    {pl.Expr.lt: pl.Expr.gt, pl.Expr.le: pl.Expr.ge, pl.Expr.gt: pl.Expr.lt, pl.Expr.ge: pl.Expr.le}
)
"""What says the same with the sides changed, where that is another comparison."""

_EXACT = 2**53
"""Whole numbers below this are exact as reals."""


def compared(left: pl.Expr, right: pl.Expr, compare: Compare) -> pl.Expr:
    """Both sides compared, a constant always on the right.

    Polars 2.1 loses rows where a constant stands on the left of a column that it keeps in several pieces, as
    what ``iff`` gives.
    """
    if left.meta.root_names():
        return compare(left, right)
    return _MIRRORED.get(compare, compare)(right, left)


def paired(left: Value, right: Value) -> tuple[Value, Value]:
    """Both sides in the type in which they are compared."""
    left, right = unwrapped(left), unwrapped(right)
    kind = _meeting(left, right)
    return _in_type(left, kind), _in_type(right, kind)


def _meeting(left: Value, right: Value) -> KqlType:
    kinds = {left.type, right.type}
    if kinds <= {"string", "guid", "dynamic"}:
        return "string"
    if "dynamic" in kinds:
        return _of_dynamic(right if left.type == "dynamic" else left)
    if "string" in kinds:
        other = right if left.type == "string" else left
        return "string" if other.known and other.type in INTEGERS else other.type
    return left.type if len(kinds) == 1 else widest(kind if kind in NUMBERS else "long" for kind in kinds)


def _of_dynamic(other: Value) -> KqlType:
    """What a dynamic is read as beside a plain value. It may hold 5.5: beside a small whole number it is a real."""
    small = other.known and isinstance(other.const, int) and abs(other.const) < _EXACT
    return "real" if other.type in INTEGERS and small else other.type


def _in_type(value: Value, kind: KqlType) -> Value:
    if value.type == kind:
        return value
    if kind == "string":
        return Value(nullable_text(value), "string", const=value.const, solid=value.solid)
    converted = converter(kind)(value)
    return constant(evaluated(converted), kind) if value.known else converted


def _maybe_nan(value: Value) -> bool:
    """Whether a side may hold NaN, which the engine takes for the greatest number and KQL for none."""
    return value.type in ("real", "decimal") and not (value.known and value.const == value.const)


def _equality(*, same: bool) -> Callable[[Value, Value], Value]:
    def build(left: Value, right: Value) -> Value:
        left, right = paired(left, right)
        if left.solid and right.solid:
            return plain(_alike(left, right, pl.Expr.eq if same else pl.Expr.ne, same=same), "bool", solid=True)
        found = _alike(left, right, pl.Expr.eq_missing if same else pl.Expr.ne_missing, same=same)
        if left.solid or right.solid:
            return plain(found, "bool", solid=True)
        return plain(pl.when(~(left.expr.is_null() & right.expr.is_null())).then(found), "bool")

    return build


def _alike(left: Value, right: Value, compare: Compare, *, same: bool) -> pl.Expr:
    found = compared(left.expr, right.expr, compare)
    if not (_maybe_nan(left) and _maybe_nan(right)):
        return found
    return found & left.expr.is_not_nan() if same else found | left.expr.is_nan()


def _equal_in_filter(left: Value, right: Value) -> Value:
    left, right = paired(left, right)
    return plain(_alike(left, right, pl.Expr.eq, same=True), "bool")


def _folded(*, same: bool) -> Callable[[Value, Value], Value]:
    def build(left: Value, right: Value) -> Value:
        left, right = (
            Value(nullable_text(each), "string", const=each.const, known=each.known) for each in (left, right)
        )
        if right.known:
            equal = whole(left.expr, str(right.const))
        else:
            equal = compared(left.expr.str.to_lowercase(), right.expr.str.to_lowercase(), pl.Expr.eq)
        equal = equal.fill_null(value=False)
        return plain(equal if same else ~equal, "bool", solid=True)

    return build


def _order(compare: Compare) -> Callable[[Value, Value], Value]:
    def build(left: Value, right: Value) -> Value:
        first, second = paired(left, right)
        found = compared(first.expr, second.expr, compare)
        for each in filter(_maybe_nan, (first, second)):
            found &= each.expr.is_not_nan()
        return plain(found, "bool", solid=first.solid and second.solid)

    return build


def _between(value: Value, low: Value, high: Value) -> Value:
    if value.type == "datetime" and high.type == "timespan":
        high = Value(low.expr + high.expr, "datetime")
    above = _order(pl.Expr.ge)(value, low)
    below = _order(pl.Expr.le)(value, high)
    return plain(above.expr & below.expr, "bool", solid=above.solid and below.solid)


def _not_between(value: Value, low: Value, high: Value) -> Value:
    inside = _between(value, low, high)
    return plain(~inside.expr, "bool", solid=inside.solid)


def _around(value: Value, center: Value, delta: Value) -> Value:
    """Null where one of the three is."""
    low, high = (Value(each, center.type) for each in (center.expr - delta.expr, center.expr + delta.expr))
    return _between(value, low, high)


def _near(types: Sequence[KqlType]) -> KqlType | None:
    value, center, delta = types
    moments = value == center and value in ("datetime", "timespan") and delta == "timespan"
    return "bool" if moments or NUMBERS.issuperset(types) else None


def _equatable(types: Sequence[KqlType]) -> KqlType | None:
    return "bool" if comparable(types[0], types[1]) else None


def _orderable(types: Sequence[KqlType]) -> KqlType | None:
    left, right = types
    numbers = NUMBERS.union({"bool"}).issuperset(types)
    if numbers or (left == right and left in ("datetime", "timespan")):
        return "bool"
    return (
        "bool" if "dynamic" in types and NUMBERS.union({"dynamic", "datetime", "timespan"}).issuperset(types) else None
    )


def _in_range(types: Sequence[KqlType]) -> KqlType | None:
    value, low, high = types
    if value == low == "datetime" and high == "timespan":
        return "bool"
    return "bool" if _orderable((value, low)) and _orderable((value, high)) else None


def _compared(name: str, meaning: str, compare: Compare) -> Function:
    return Function(name, "(left:any, right:any)", _orderable, meaning, _order(compare), raw=True, infix="relation")


_PAIR = "(left:any, right:any)"
_TEXTS = "(left:string|dynamic, right:string|dynamic)"

FAMILY = Family(
    "Comparison",
    (
        Function(
            "==",
            _PAIR,
            _equatable,
            "Both sides are equal; case counts.",
            _equality(same=True),
            raw=True,
            loose=_equal_in_filter,
            infix="equality",
        ),
        Function(
            "!=",
            _PAIR,
            _equatable,
            "The sides differ; case counts.",
            _equality(same=False),
            raw=True,
            infix="equality",
            aliases=("<>",),
        ),
        Function("=~", _TEXTS, "bool", "Both texts are equal, case aside.", _folded(same=True), raw=True, infix="text"),
        Function("!~", _TEXTS, "bool", "The texts differ, case aside.", _folded(same=False), raw=True, infix="text"),
        _compared("<", "Left is less.", pl.Expr.lt),
        _compared("<=", "Left is less or equal.", pl.Expr.le),
        _compared(">", "Left is greater.", pl.Expr.gt),
        _compared(">=", "Left is greater or equal.", pl.Expr.ge),
        Function(
            "between",
            "(value:any, low:any, high:any)",
            _in_range,
            "The value lies between both ends, which count; the upper end may be a timespan after the lower.",
            _between,
            raw=True,
            infix="range",
        ),
        Function(
            "!between",
            "(value:any, low:any, high:any)",
            _in_range,
            "The value lies outside both ends.",
            _not_between,
            raw=True,
            infix="range",
        ),
        Function(
            "around",
            "(value:any, center:any, delta:any)",
            _near,
            "The value lies no farther from the center than that.",
            _around,
            raw=True,
        ),
    ),
)
