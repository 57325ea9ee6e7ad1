"""``datatable``: rows that stand in the query."""

from dataclasses import dataclass

from workbench.events.query.binder import Binder, Row
from workbench.events.query.binder.folding import folded
from workbench.events.query.kql.expressions import expression
from workbench.events.query.kql.lexer import Token
from workbench.events.query.kql.literals import NotALiteral, json_text, typed
from workbench.events.query.kql.parser import Parser
from workbench.events.query.kql.printer import joined, name_text
from workbench.events.query.kql.statements import typed_name
from workbench.events.query.kql.syntax import Expr, Operator, Plain
from workbench.events.query.operators._declare import OperatorKind
from workbench.events.query.plan import Columns, Const, Node, Rows
from workbench.events.query.types import NUMBERS
from workbench.events.tables import KqlType


@dataclass(frozen=True, slots=True)
class Datatable(Operator):
    """``datatable (name:string, n:long) ["a", 1, "b", 2]``."""

    columns: Columns
    values: tuple[Expr, ...]


def _parse(p: Parser, word: Token) -> Datatable:
    p.expect("(", "and the columns")
    columns = p.within(typed_name, ")")
    p.expect("[", "and the values")
    values = p.within(expression, "]")
    return Datatable(columns, values, at=word.at)


def _show(tree: Datatable) -> str:
    columns = ", ".join(f"{name_text(name)}:{kind}" for name, kind in tree.columns)
    return f"datatable ({columns}) [{joined(tree.values)}]"


def _bind(tree: Datatable, _source: None, binder: Binder) -> Node:
    width = len(tree.columns)
    if not width or len(tree.values) % width:
        raise binder.error(tree, f"{len(tree.values)} values do not fill rows of {width} columns")
    if len(dict(tree.columns)) < width:
        raise binder.error(tree, "Two columns have the same name")
    values = [_value(each, tree.columns[number % width][1], binder) for number, each in enumerate(tree.values)]
    rows = tuple(tuple(values[start : start + width]) for start in range(0, len(values), width))
    return Rows(rows, columns=tree.columns)


def _value(tree: Expr, kind: KqlType, binder: Binder) -> Plain:
    bound = folded(binder.expr(tree, Row()))
    if not isinstance(bound, Const):
        raise binder.error(tree, "The values of a datatable are constants")
    try:
        return _fitted(bound, kind)
    except NotALiteral:
        raise binder.error(tree, f"The value is no {kind}") from None


def _fitted(bound: Const, kind: KqlType) -> Plain:
    """A constant as the type of its column; text is read."""
    value = bound.value
    if value is None:
        return "" if kind == "string" else None
    if bound.type == kind:
        return value
    if kind == "string" and isinstance(value, int | float):
        return str(value)
    if kind == "dynamic":
        return json_text(value) if isinstance(value, str | int | float | bool) else None
    if bound.type == "string" and kind != "string":
        return typed(kind, str(value)).value if value else None
    if NUMBERS.union({"bool"}).issuperset((bound.type, kind)) and isinstance(value, int | float):
        return typed("real", str(float(value))).value if kind in ("real", "decimal") else _whole(value, kind)
    raise NotALiteral(str(value))


def _whole(value: float, kind: KqlType) -> Plain:
    return bool(value) if kind == "bool" else int(value)


OPERATOR = OperatorKind(
    ("datatable",), Datatable, "Rows that stand in the query.", _parse, _show, _bind, leads=True, follows=False
)
