"""Bound expressions to Polars."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import singledispatch

import polars as pl

from workbench.base.errors import BadQuery
from workbench.events.lookups import SHIPPED, Lookups
from workbench.events.query.backend import alternatives, documents, ways
from workbench.events.query.backend.patterns import compiled
from workbench.events.query.backend.values import JSON, Form, Value, as_json, constant, json, part, plain
from workbench.events.query.functions import Function, functions
from workbench.events.query.kql.syntax import Plain
from workbench.events.query.plan import Apply, Bound, Const, Node, Part, Path, Ref, Scalar, Within
from workbench.events.store.paths import Way
from workbench.events.tables import KqlType


@dataclass(frozen=True, eq=False)
class Members(Value):
    """The values an ``in`` compares with, taken from another table."""

    series: pl.Series = field(default_factory=pl.Series)


@dataclass(frozen=True)
class Scope:
    """What an expression may look at: the forms of the dynamic columns, and how to fetch from other nodes."""

    forms: Mapping[str, Form] = field(default_factory=dict)
    members: Callable[[Node], pl.Series] | None = None
    """The different values of a node's first column."""
    first: Callable[[Node], tuple[pl.Series, Form | None]] | None = None
    """The first value of a node, and the form of a dynamic."""
    ways: Mapping[Way, str] = field(default_factory=dict)
    """Columns that hold members of documents."""
    lists: Lookups = SHIPPED
    """The dated lists within reach."""
    marks: Mapping[int, str] = field(default_factory=dict)
    """Columns that say whether a row is in a table, by the identity of the expression that asks it."""


def value(bound: Bound, scope: Scope) -> Value:
    """The Polars expression of a bound one."""
    return _value(bound, scope)


def predicate(bound: Bound, scope: Scope) -> pl.Expr:
    """A condition on rows, where null counts as false, so that plain comparisons do."""
    if isinstance(bound, Apply) and bound.function in ("and", "or"):
        rest, many = alternatives.gathered(bound)
        parts = [predicate(arg, scope) for arg in rest]
        parts += [alternatives.value(each, value(each.base, scope)).expr for each in many]
        return balanced(parts, pl.Expr.and_ if bound.function == "and" else pl.Expr.or_)
    if isinstance(bound, Apply) and (loose := functions()[bound.function].loose):
        found: Value = loose(*(value(arg, scope) for arg in bound.args))
        return found.expr
    return value(bound, scope).expr


def balanced(parts: Sequence[pl.Expr], join: Callable[[pl.Expr, pl.Expr], pl.Expr]) -> pl.Expr:
    """Join expressions as a tree that is as flat as can be, so that thousands of them do not nest thousands deep."""
    if len(parts) == 1:
        return parts[0]
    half = len(parts) // 2
    return join(balanced(parts[:half], join), balanced(parts[half:], join))


def evaluated(found: Value) -> Plain:
    """What a value is that depends on no row; dynamics as JSON text.

    Raises:
        BadQuery: it does depend on rows.
    """
    if found.known:
        return found.const
    try:
        result: Plain = pl.select(found.expr.alias("v")).item()
    except pl.exceptions.ColumnNotFoundError:
        advice = "Write it as a constant, or take it from one row with toscalar()."
        raise BadQuery("A column stands where one value for all rows is wanted", next_step=advice) from None
    return result


@singledispatch
def _value(bound: Bound, _scope: Scope) -> Value:
    raise TypeError(f"no expression for {type(bound).__name__}")


@_value.register
def _(bound: Const, _scope: Scope) -> Value:
    return constant(bound.value, bound.type)


@_value.register
def _(bound: Ref, scope: Scope) -> Value:
    column = pl.col(bound.name)
    if bound.type == "dynamic":
        return Value(column, "dynamic", scope.forms.get(bound.name, JSON))
    return plain(column, bound.type)


@_value.register
def _(bound: Apply, scope: Scope) -> Value:
    function = functions()[bound.function]
    args = _arguments(bound, scope)
    if function.raw:
        found: Value = function.build(*((scope.lists, *args) if function.asks_lists else args))
    else:
        found = _typed(function.build(*(_given(function, number, arg) for number, arg in enumerate(args))), bound.type)
    if bound.per:
        found = replace(found, expr=found.expr.over(bound.per))
    if args and all(arg.known for arg in args) and bound.type != "dynamic" and not function.ordered:
        return constant(evaluated(found), bound.type)
    return found


def _arguments(bound: Apply, scope: Scope) -> list[Value]:
    """The arguments as values; conditions that can be looked at together are one."""
    if bound.function not in ("and", "or"):
        return [value(arg, scope) for arg in bound.args]
    rest, many = alternatives.gathered(bound)
    found = [value(arg, scope) for arg in rest]
    return found + [alternatives.value(each, value(each.base, scope)) for each in many]


@_value.register
def _(bound: Part, scope: Scope) -> Value:
    return part(value(bound.base, scope), bound.place)


@_value.register
def _(bound: Path, scope: Scope) -> Value:
    if found := ways.kept(bound, scope.ways):
        member, rest = found
        return _into(member, rest)
    return _into(value(bound.base, scope), bound.steps)


@_value.register
def _(bound: Scalar, scope: Scope) -> Value:
    if scope.first is None:
        raise TypeError("no way to read another table from here")
    series, form = scope.first(bound.source)
    held = series if series.len() else pl.Series([None], dtype=series.dtype)
    if bound.type == "dynamic":
        return Value(pl.lit(held).first(), "dynamic", form or JSON)
    return constant(held.item(), bound.type)


@_value.register
def _(bound: Within, scope: Scope) -> Value:
    if mark := scope.marks.get(id(bound)):
        held = pl.col(mark).is_not_null()
        return plain(~held if bound.function.startswith("!") else held, "bool", solid=True)
    if scope.members is None:
        raise TypeError("no way to read another table from here")
    kind = bound.source.columns[0][1]
    members = Members(pl.lit(None), kind, series=scope.members(bound.source))
    found: Value = functions()[bound.function].build(value(bound.value, scope), members)
    return found


def _into(base: Value, steps: tuple[str | int, ...]) -> Value:
    """The way into a dynamic of any form; what has no members gives null."""
    if not steps:
        return base
    if inner := base.inside.get(str(steps[0])):
        return _into(inner, steps[1:])
    if base.form == JSON:
        return _into_json(base, steps)
    if base.form and base.form.kind == "list" and isinstance(steps[0], int):
        element = base.expr.list.get(steps[0], null_on_oob=True)
        form = JSON if base.form.of == "dynamic" else Form("plain", base.form.of)
        return _into(Value(element, "dynamic", form), steps[1:])
    return constant(None, "dynamic")


def _given(function: Function, position: int, arg: Value) -> object:
    slot = function.signature.slot(position)
    if slot.constant:
        return compiled(str(evaluated(arg))) if slot.kind == "regex" else evaluated(arg)
    return as_json(arg) if arg.form else arg.expr


def _typed(expr: pl.Expr, kind: KqlType) -> Value:
    return json(expr) if kind == "dynamic" else plain(expr, kind)


def _into_json(base: Value, steps: tuple[str | int, ...]) -> Value:
    source = base.expr if base.source is None else base.source
    whole = documents.mapped(source, lambda text: _stepped(text, steps), pl.String())
    return replace(json(whole), text=documents.at_path(source, _json_path(steps)) if _native(steps) else None)


def _native(steps: tuple[str | int, ...]) -> bool:
    """Whether the engine's own paths lead the same way: not so with backslashes, nor before the start of an array."""
    return not any("\\" in step if isinstance(step, str) else step < 0 for step in steps)


def _json_path(steps: tuple[str | int, ...]) -> str:
    return "$" + "".join(f"[{step}]" if isinstance(step, int) else f"['{_quoted(step)}']" for step in steps)


def _quoted(key: str) -> str:
    return key.replace("'", "\\'")


def _stepped(text: str, steps: tuple[str | int, ...]) -> str | None:
    held = documents.read(text)
    for step in steps:
        held = documents.member(held, step)
    return documents.write(held)
