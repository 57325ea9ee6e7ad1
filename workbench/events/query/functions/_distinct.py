"""Functions that the engine has not: in Python, once for each distinct combination of arguments in a batch."""

from collections.abc import Callable

import polars as pl

from workbench.events.query.backend import documents
from workbench.events.query.backend.values import ENGINE, Value, as_text, json, plain
from workbench.events.query.types import NUMBERS
from workbench.events.tables import KqlType


def distinct(kind: KqlType, function: Callable[..., object]) -> Callable[..., pl.Expr]:
    """What a function over expressions builds. Dynamics are JSON.

    Where an argument is missing, so is the result; and where a number or moment leaves its range.
    """

    def build(*exprs: pl.Expr) -> pl.Expr:
        return _applied(kind, function, exprs)

    return build


def distinct_text(kind: KqlType, function: Callable[..., object]) -> Callable[..., Value]:
    """The same over values of any type: numbers as they are, all else as its text."""

    def build(*values: Value) -> Value:
        exprs = [value.expr if value.type in NUMBERS else as_text(value) for value in values]
        found = _applied(kind, function, exprs)
        return json(found) if kind == "dynamic" else plain(found, kind)

    return build


def _applied(kind: KqlType, function: Callable[..., object], exprs: "tuple[pl.Expr, ...] | list[pl.Expr]") -> pl.Expr:
    def unless_missing(*values: object) -> object:
        if any(value is None for value in values):
            return None
        try:
            return function(*values)
        except ArithmeticError:
            return None

    if len(exprs) == 1:
        found = documents.mapped(exprs[0], unless_missing, ENGINE[kind])
    else:
        found = documents.combined(exprs, unless_missing, ENGINE[kind])
    return found.fill_null("") if kind == "string" else found
