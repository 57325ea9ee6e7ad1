"""Whether a value is one of several: a list, a dynamic array, or the first column of a table."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from types import MappingProxyType

import polars as pl

from workbench.events.query.backend import documents
from workbench.events.query.backend.expressions import Members, balanced
from workbench.events.query.backend.patterns import term, terms
from workbench.events.query.backend.values import (
    ENGINE,
    Form,
    Value,
    as_json,
    constant,
    nullable_text,
    plain,
    unwrapped,
)
from workbench.events.query.functions._declare import Family, Function
from workbench.events.query.functions.comparison import compared, paired
from workbench.events.query.kql.literals import duration_text, instant_text
from workbench.events.query.types import comparable
from workbench.events.tables import KqlType


def _member(*, exact: bool, wanted: bool) -> Callable[..., Value]:
    def build(value: Value, *items: Value) -> Value:
        held = unwrapped(value)
        if not exact:
            held = Value(nullable_text(held).str.to_lowercase(), "string", solid=held.solid)
        found = _is_in(held, items, exact=exact)
        if not held.solid:
            found = found.fill_null(value=False)
        return plain(found if wanted else ~found, "bool", solid=True)

    return build


def _member_in_filter(value: Value, *items: Value) -> Value:
    return plain(_is_in(unwrapped(value), items, exact=True), "bool")


def _is_in(value: Value, items: Sequence[Value], *, exact: bool) -> pl.Expr:
    fixed = [item for item in items if _fixed(item)]
    parts = [_in_array(value, item, exact=exact) for item in items if not _fixed(item)]
    if fixed:
        parts.append(_in_series(value, fixed, exact=exact))
    return balanced(parts, pl.Expr.or_)


def texts(items: Sequence[Value]) -> pl.Series | None:
    """The texts that items stand for, as text is compared with them; None where they differ from row to row."""
    return pl.concat([_series(item, "string") for item in items]) if items and all(map(_fixed, items)) else None


def _fixed(item: Value) -> bool:
    return item.known or isinstance(item, Members)


def _in_series(value: Value, items: Sequence[Value], *, exact: bool) -> pl.Expr:
    """Known values: one set for the whole column."""
    text = value.type in ("string", "guid", "dynamic")
    kind: KqlType = "string" if text else value.type
    column = nullable_text(value) if text else value.expr
    series = pl.concat([_series(item, kind) for item in items])
    if value.type == "guid" or not exact:
        series = series.str.to_lowercase()
    distinct = series.unique(maintain_order=True)
    return column == distinct.item() if distinct.len() == 1 else column.is_in(distinct.implode())


def _series(item: Value, kind: KqlType) -> pl.Series:
    if isinstance(item, Members):
        column = Value(pl.col(""), item.type)
        frame = pl.DataFrame({"": item.series})
        expr = nullable_text(column) if kind == "string" else paired(column, Value(pl.lit(None), kind))[0].expr
        return frame.select(expr.cast(ENGINE[kind], strict=False)).to_series().drop_nulls()
    values = [_fitted(each, kind) for each in _held(item)]
    return pl.Series([each for each in values if each is not None], dtype=ENGINE[kind])


def _held(item: Value) -> list[object]:
    """The value of a constant, or the values of a constant array."""
    if item.type != "dynamic" or not isinstance(item.const, str):
        return [item.const]
    inner = documents.read(item.const)
    return inner if isinstance(inner, list) else [inner]


_PAST: Mapping[KqlType, int] = MappingProxyType({"int": 2**31, "long": 2**63})


def _fitted(held: object, kind: KqlType) -> object:
    """A constant as the type it is compared in; None where it can equal nothing of that type."""
    if kind == "string":
        return _text(held)
    if isinstance(held, str):
        return pl.select(paired(constant(held, "string"), Value(pl.lit(None), kind))[0].expr).item()
    if kind in _PAST and isinstance(held, int | float) and not isinstance(held, bool):
        return int(held) if -_PAST[kind] <= held < _PAST[kind] and held == int(held) else None
    fits = {"bool": bool, "datetime": datetime, "timespan": timedelta}.get(kind, int | float)
    return held if isinstance(held, fits) else None


def _text(held: object) -> str | None:
    if isinstance(held, datetime):
        return instant_text(held)
    if isinstance(held, timedelta):
        return duration_text(held)
    return held if isinstance(held, str) else documents.write(held)


def _in_array(value: Value, item: Value, *, exact: bool) -> pl.Expr:
    """A value that differs from row to row: another column, or an array in one."""
    if item.type != "dynamic":
        if not exact:
            return compared(value.expr, nullable_text(item).str.to_lowercase(), pl.Expr.eq).fill_null(value=False)
        left, right = paired(value, item)
        return compared(left.expr, right.expr, pl.Expr.eq).fill_null(value=False)
    if item.form == Form("list", value.type):
        elements = item.expr if exact else item.expr.list.eval(pl.element().str.to_lowercase())
        return elements.list.contains(value.expr)

    def among(text: str | None, array: str | None) -> bool:
        held = [_text(each) for each in _held(constant(array, "dynamic"))]
        return text is not None and text in (held if exact else [each.lower() for each in held if each])

    return documents.combined([nullable_text(value), as_json(item)], among, pl.Boolean())


def _terms(*, every: bool) -> Callable[..., Value]:
    def build(value: Value, *items: Value) -> Value:
        text = nullable_text(value)
        found = (_fixed_terms if all(map(_fixed, items)) else _row_terms)(text, items, every=every)
        return plain(found if value.type == "string" else found.fill_null(value=False), "bool", solid=True)

    return build


def _fixed_terms(text: pl.Expr, items: Sequence[Value], *, every: bool) -> pl.Expr:
    needles = [needle for item in items for needle in _series(item, "string")]
    if not needles:
        return pl.lit(value=every)
    if every:
        return balanced([term(text, needle, exact=False) for needle in dict.fromkeys(needles)], pl.Expr.and_)
    return balanced(terms(text, needles), pl.Expr.or_)


def _row_terms(text: pl.Expr, items: Sequence[Value], *, every: bool) -> pl.Expr:
    """Needles that differ from row to row, looked for once for each distinct pair of text and needles."""

    def holds(held: str | None, *arrays: str | None) -> bool | None:
        needles = [str(each) for array in arrays for each in _held(constant(array, "dynamic")) if each is not None]
        if held is None:
            return None
        frame = pl.DataFrame({"": [held]})
        hits = [frame.select(term(pl.col(""), needle, exact=False)).item() for needle in needles]
        return all(hits) if every else any(hits)

    return documents.combined([text, *map(as_json, items)], holds, pl.Boolean())


def _likes(types: Sequence[KqlType]) -> KqlType | None:
    value, *items = types
    return "bool" if all(comparable(value, item) for item in items) else None


_ITEMS = "(value:any, items:any*)"
_TEXTS = "(value:string|dynamic, items:any*)"

FAMILY = Family(
    "Membership",
    (
        Function(
            "in",
            _ITEMS,
            _likes,
            "The value is one of these; case counts.",
            _member(exact=True, wanted=True),
            raw=True,
            loose=_member_in_filter,
            infix="list",
        ),
        Function(
            "!in",
            _ITEMS,
            _likes,
            "The value is none of these; case counts.",
            _member(exact=True, wanted=False),
            raw=True,
            infix="list",
        ),
        Function(
            "in~",
            _TEXTS,
            _likes,
            "The text is one of these, case aside.",
            _member(exact=False, wanted=True),
            raw=True,
            infix="list",
        ),
        Function(
            "!in~",
            _TEXTS,
            _likes,
            "The text is none of these, case aside.",
            _member(exact=False, wanted=False),
            raw=True,
            infix="list",
        ),
        Function(
            "has_any",
            _TEXTS,
            "bool",
            "At least one of these stands in the text as whole terms.",
            _terms(every=False),
            raw=True,
            infix="list",
        ),
        Function(
            "has_all",
            _TEXTS,
            "bool",
            "All of these stand in the text as whole terms.",
            _terms(every=True),
            raw=True,
            infix="list",
        ),
    ),
)
