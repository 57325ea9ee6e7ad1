"""Choices, and whether there is a value at all."""

from collections.abc import Callable, Sequence

import polars as pl

from workbench.events.query.backend.values import (
    ENGINE,
    Value,
    as_json,
    either,
    in_form,
    nullable_text,
    plain,
    unwrapped,
)
from workbench.events.query.functions._declare import Family, Function
from workbench.events.query.functions.conversion import converter, to_string
from workbench.events.query.types import NUMBERS, ORDERABLE, common
from workbench.events.tables import KqlType


def together(values: Sequence[Value], kind: KqlType) -> tuple[list[pl.Expr], Callable[[pl.Expr], Value]]:
    """Values in one type, and how an expression chosen from them becomes a value again."""
    if kind == "dynamic":
        form = either(list(values))
        return [in_form(each, form) for each in values], lambda expr: Value(expr, "dynamic", form)
    fitted = [_fitted(each, kind) for each in values]
    return [each.expr for each in fitted], lambda expr: plain(expr, kind, solid=all(each.solid for each in fitted))


def _fitted(value: Value, kind: KqlType) -> Value:
    if value.type == kind:
        return value
    if value.type in NUMBERS and kind in NUMBERS:
        return plain(value.expr.cast(ENGINE[kind], strict=False), kind, solid=value.solid)
    return to_string(value) if kind == "string" else converter(kind)(value)


def _branches(types: Sequence[KqlType]) -> KqlType:
    """The type of a choice: what the branches have in common, or a dynamic that holds either."""
    return common(types) or "dynamic"


def _iff_type(types: Sequence[KqlType]) -> KqlType:
    return _branches(types[1:])


def _case_type(types: Sequence[KqlType]) -> KqlType | None:
    if len(types) % 2 == 0 or any(kind not in ("bool", "dynamic") for kind in types[:-1:2]):
        return None
    return _branches([*types[1::2], types[-1]])


def _iff(condition: Value, first: Value, second: Value) -> Value:
    (yes, no), back = together((first, second), _branches((first.type, second.type)))
    return back(pl.when(condition.expr).then(yes).otherwise(no))


def _case(*args: Value) -> Value:
    """The first branch whose condition is true; an unknown condition is not true."""
    conditions, results = args[:-1:2], [*args[1::2], args[-1]]
    exprs, back = together(results, _branches([each.type for each in results]))
    chosen = exprs[-1]
    for condition, expr in reversed(list(zip(conditions, exprs[:-1], strict=True))):
        held = unwrapped(condition).expr if condition.type == "bool" else converter("bool")(condition).expr
        chosen = pl.when(held).then(expr).otherwise(chosen)
    return back(chosen)


def _coalesce(*args: Value) -> Value:
    kind = common([each.type for each in args]) or "dynamic"
    exprs, back = together(args, kind)
    if kind == "string":
        filled = [pl.when(expr != "").then(expr) for expr in exprs]
        return plain(pl.coalesce(filled).fill_null(""), "string")
    return back(pl.coalesce(exprs))


def _extreme(pick: Callable[[list[pl.Expr]], pl.Expr]) -> Callable[..., Value]:
    def build(*args: Value) -> Value:
        exprs, back = together(args, common([each.type for each in args]) or "dynamic")
        return back(pick(exprs))

    return build


def _same_order(types: Sequence[KqlType]) -> KqlType | None:
    kind = common(types)
    return kind if kind in ORDERABLE else None


def missing(value: Value) -> pl.Expr:
    """Whether there is no value; text is never missing."""
    if value.type == "string":
        return pl.lit(value=False) if value.known else value.expr.is_null()
    if value.type == "dynamic" and value.text is not None:
        return value.text.is_null()
    return (as_json(value) if value.form and value.form.kind == "json" else value.expr).is_null()


def _isnull(value: Value) -> Value:
    return plain(missing(value), "bool", solid=True)


def _isnotnull(value: Value) -> Value:
    return plain(~missing(value), "bool", solid=True)


def _empty(value: Value) -> pl.Expr:
    if value.type == "string":
        return value.expr == ""
    if value.type == "dynamic":
        return nullable_text(value).fill_null("") == ""
    return value.expr.is_null()


def _isempty(value: Value) -> Value:
    return plain(_empty(value), "bool", solid=True)


def _isnotempty(value: Value) -> Value:
    return plain(~_empty(value), "bool", solid=True)


FAMILY = Family(
    "Choices and missing values",
    (
        Function(
            "iff",
            "(condition:bool, then:any, otherwise:any)",
            _iff_type,
            "One value where the condition is true, another where it is false or unknown.",
            _iff,
            raw=True,
            aliases=("iif",),
        ),
        Function(
            "case",
            "(condition:any, then:any, more:any*)",
            _case_type,
            "The value after the first condition that is true; the last value where none is.",
            _case,
            raw=True,
        ),
        Function(
            "coalesce",
            "(first:any, values:any*)",
            common,
            "The first value that is there; of texts, the first that is not empty.",
            _coalesce,
            raw=True,
        ),
        Function(
            "max_of",
            "(first:any, values:any*)",
            _same_order,
            "The greatest of the values.",
            _extreme(pl.max_horizontal),
            raw=True,
        ),
        Function(
            "min_of",
            "(first:any, values:any*)",
            _same_order,
            "The least of the values.",
            _extreme(pl.min_horizontal),
            raw=True,
        ),
        Function("isnull", "(value:any)", "bool", "There is no value; never so for text.", _isnull, raw=True),
        Function(
            "isnotnull",
            "(value:any)",
            "bool",
            "There is a value; always so for text.",
            _isnotnull,
            raw=True,
            aliases=("notnull",),
        ),
        Function("isempty", "(value:any)", "bool", "The text is empty, or there is no value.", _isempty, raw=True),
        Function(
            "isnotempty",
            "(value:any)",
            "bool",
            "There is a value, and it is not the empty text.",
            _isnotempty,
            raw=True,
            aliases=("notempty",),
        ),
    ),
)
