"""And, or, not: with null where the answer is open."""

import polars as pl

from workbench.events.query.backend.expressions import balanced
from workbench.events.query.backend.values import Value, plain
from workbench.events.query.functions._declare import Family, Function


def _and(*args: Value) -> Value:
    return plain(balanced([arg.expr for arg in args], pl.Expr.and_), "bool", solid=all(arg.solid for arg in args))


def _or(*args: Value) -> Value:
    return plain(balanced([arg.expr for arg in args], pl.Expr.or_), "bool", solid=all(arg.solid for arg in args))


def _not(value: Value) -> Value:
    return plain(~value.expr, "bool", solid=value.solid)


FAMILY = Family(
    "Logic",
    (
        Function("and", "(conditions:bool*)", "bool", "All conditions hold.", _and, raw=True),
        Function("or", "(conditions:bool*)", "bool", "At least one condition holds.", _or, raw=True),
        Function("not", "(condition:bool)", "bool", "The condition does not hold.", _not, raw=True),
    ),
)
