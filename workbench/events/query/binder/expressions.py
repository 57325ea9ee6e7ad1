"""Scalar expressions: names to columns, operators to functions."""

from collections.abc import Callable
from dataclasses import replace
from functools import cache, singledispatch
from typing import TYPE_CHECKING

from workbench.events.query.binder import calls, parts
from workbench.events.query.binder.anywhere import anywhere
from workbench.events.query.binder.env import Closure, Row
from workbench.events.query.functions import functions
from workbench.events.query.kql.syntax import (
    Among,
    Between,
    Binary,
    Call,
    Expr,
    Index,
    Literal,
    Logic,
    Member,
    Method,
    Name,
    Named,
    Nothing,
    Pipeline,
    Placeholder,
    Sign,
    Star,
)
from workbench.events.query.plan import TABLE_DEPTH, Bound, Const, Node, Part, Path, Ref, Within, apply
from workbench.events.tables import VIRTUAL

if TYPE_CHECKING:
    from workbench.events.query.binder.binder import Binder


def bind(tree: Expr, row: Row, binder: "Binder") -> Bound:
    """The bound form of a scalar expression."""
    return _binder_of(type(tree))(tree, row, binder)  # type: ignore[arg-type]  # a class is hashable


@singledispatch
def _bind(tree: Expr, _row: Row, binder: "Binder") -> Bound:
    raise binder.error(tree, f"A {type(tree).__name__.lower()} is not allowed here")


@cache
def _binder_of(kind: type[Expr]) -> "Callable[[Expr, Row, Binder], Bound]":
    """What binds trees of a kind: looked up once."""
    return _bind.dispatch(kind)


@_bind.register(Literal)
def _(tree: Literal, _row: Row, _binder: "Binder") -> Bound:
    return Const(tree.value, type=tree.type)


@_bind.register(Star)
def _(tree: Star, _row: Row, binder: "Binder") -> Bound:
    raise binder.error(tree, "'*' is not supported here", "Name the columns.")


@_bind.register(Nothing)
def _(tree: Nothing, _row: Row, binder: "Binder") -> Bound:
    advice = "Name a table or a value after them."
    raise binder.error(tree, "Nothing is asked: the query ends after its let statements", advice)


@_bind.register(Placeholder)
def _(tree: Placeholder, _row: Row, binder: "Binder") -> Bound:
    advice = f"Put a value in its place, or write {tree.name} and pass it as a parameter."
    raise binder.error(tree, f"{{{tree.name}}} is a placeholder of a template", advice)


@_bind.register(Pipeline)
def _(tree: Pipeline, _row: Row, binder: "Binder") -> Bound:
    raise binder.error(tree, "A table stands where a value is wanted", "Wrap it in toscalar().")


_NULLS = dict.fromkeys(
    ("null", "none", "nil"), "Ask isnull(x), or isempty(x) of a text; a null has a type, as int(null)."
)


@_bind.register(Name)
def _(tree: Name, row: Row, binder: "Binder") -> Bound:
    if row.node and (found := column(row.node, tree.name)):
        if row.collector:
            advice = "Wrap it in an aggregate such as take_any(), or name it after 'by'."
            raise binder.error(tree, f"The column {tree.name!r} stands outside an aggregate", advice)
        if isinstance(found, Const) and tree.name not in VIRTUAL:
            binder.note(f"Nothing here holds {tree.name}: it is empty in every row.")
        return found
    bound = binder.env.find(tree.name)
    if isinstance(bound, Bound):
        return bound
    if isinstance(bound, Closure) and not bound.tree.parameters:
        return calls.bind(Call(tree.name, (), at=tree.at), row, binder)
    if bound is not None or tree.name in binder.catalog.names():
        kind = "table" if bound is None or isinstance(bound, Node) else "function"
        advice = "Wrap it in toscalar()." if kind == "table" else f"Write {tree.name}()."
        raise binder.error(tree, f"{tree.name!r} is a {kind}, not a value", advice)
    known = [*_columns(row), *binder.env.all()]
    advice = "" if f"{tree.name}_" in known else _NULLS.get(tree.name.lower()) or calls.uncalled(tree.name, row)
    raise binder.unknown(tree, "column" if row.node else "name", tree.name, known, advice)


@_bind.register(Named)
def _(tree: Named, row: Row, binder: "Binder") -> Bound:
    """A name before an argument says nothing to a function that knows its arguments by their places."""
    return binder.expr(tree.expr, row)


@_bind.register(Member)
def _(tree: Member, row: Row, binder: "Binder") -> Bound:
    return _path(tree, binder.expr(tree.base, row), tree.name, binder)


@_bind.register(Method)
def _(tree: Method, _row: Row, binder: "Binder") -> Bound:
    what = f"{tree.call.name}() is asked of another place, and only this workspace can be asked"
    raise binder.error(tree, what, "Name the table or function itself.")


@_bind.register(Index)
def _(tree: Index, row: Row, binder: "Binder") -> Bound:
    base, key = binder.expr(tree.base, row), binder.expr(tree.index, row)
    if isinstance(key, Const) and isinstance(key.value, str | int) and not isinstance(key.value, bool):
        return _other_part(tree, base, key.value) or _path(tree, base, key.value, binder)
    if key.type not in ("string", "int", "long"):
        raise binder.error(tree.index, f"A key is a string or a whole number, this is a {key.type}")
    _check_dynamic(tree, base, binder)
    return apply("[]", (base, key), "dynamic")


@_bind.register(Sign)
def _(tree: Sign, row: Row, binder: "Binder") -> Bound:
    return calls.applied(functions()[f"{tree.op}x"], [binder.expr(tree.operand, row)], tree, binder)


@_bind.register(Binary)
def _(tree: Binary, row: Row, binder: "Binder") -> Bound:
    if isinstance(tree.left, Star) and row.node:
        return anywhere(tree.op, row.node, binder.expr(tree.right, row), tree, binder)
    sides = [binder.expr(tree.left, row), binder.expr(tree.right, row)]
    return calls.applied(functions()[tree.op], sides, tree, binder)


@_bind.register(Logic)
def _(tree: Logic, row: Row, binder: "Binder") -> Bound:
    return calls.applied(functions()[tree.op], [binder.expr(each, row) for each in tree.operands], tree, binder)


@_bind.register(Between)
def _(tree: Between, row: Row, binder: "Binder") -> Bound:
    parts = [binder.expr(each, row) for each in (tree.value, tree.low, tree.high)]
    return calls.applied(functions()[tree.op], parts, tree, binder)


@_bind.register(Among)
def _(tree: Among, row: Row, binder: "Binder") -> Bound:
    value = binder.expr(tree.value, row)
    if len(tree.items) == 1 and (source := _as_table(tree.items[0], row, binder)):
        return _within(tree, value, source, binder)
    items = [binder.expr(each, row) for each in tree.items]
    return calls.applied(functions()[tree.op], [value, *items], tree, binder)


@_bind.register(Call)
def _(tree: Call, row: Row, binder: "Binder") -> Bound:
    return calls.bind(tree, row, binder)


def column(node: Node, name: str) -> Bound | None:
    """A visible or hidden column of a node."""
    if name in node.types:
        return Ref(name, type=node.types[name])
    return node.concealed.get(name)


def _columns(row: Row) -> list[str]:
    return [*row.node.types, *row.node.concealed] if row.node else []


def _path(tree: Expr, base: Bound, step: str | int, binder: "Binder") -> Bound:
    _check_dynamic(tree, base, binder)
    if isinstance(base, Path):
        return replace(base, steps=(*base.steps, step))
    return Path(base, (step,), type="dynamic", size=base.size + 1, depth=base.depth + 1, reach=base.reach)


def _other_part(tree: Index, base: Bound, step: str | int) -> Bound | None:
    """One of several results of the function that is called right before the brackets."""
    if isinstance(tree.base, Call) and isinstance(base, Part) and isinstance(step, int):
        return parts.other(tree.base, base, step)
    return None


def _check_dynamic(tree: Expr, base: Bound, binder: "Binder") -> None:
    if base.type != "dynamic":
        advice = "Read it with parse_json() first." if base.type == "string" else ""
        raise binder.error(tree, f"A {base.type} has no members", advice)


def _as_table(tree: Expr, row: Row, binder: "Binder") -> Node | None:
    """The table on the right of ``in``: a pipeline, or a name that is no column and no value."""
    if isinstance(tree, Pipeline):
        return binder.table(tree)
    name = tree.name if isinstance(tree, Name | Call) else ""
    if not name or (isinstance(tree, Name) and row.node and column(row.node, name)):
        return None
    bound = binder.env.find(name)
    if isinstance(bound, Node) or (bound is None and isinstance(tree, Name) and name in binder.catalog.names()):
        return binder.table(tree)
    return binder.table(tree) if calls.is_table_call(tree, binder) else None


def _within(tree: Among, value: Bound, source: Node, binder: "Binder") -> Bound:
    function = functions()[tree.op]
    if not source.columns:
        raise binder.error(tree.items[0], "The table has no columns")
    kind = source.columns[0][1]
    calls.check_types(function, [value.type, kind], tree, binder)
    reach = max(value.reach, source.depth + TABLE_DEPTH)
    size = value.size + source.size
    return Within(tree.op, value, source, type="bool", size=size, depth=1 + value.depth, reach=reach)
