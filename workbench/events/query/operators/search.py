"""``search``: rows in which terms occur, wherever that is.

Source of the rules: "search operator" of the Kusto documentation. A term is found as ``has`` finds it; ``*`` at its end
makes that ``hasprefix``, at its start ``hassuffix``, at both ``contains``, and inside it stands for any text.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, fields, is_dataclass, replace
from types import MappingProxyType
from typing import TypeAlias

from workbench.events.query.binder import Binder, Row
from workbench.events.query.binder.anywhere import anywhere
from workbench.events.query.binder.calls import applied
from workbench.events.query.functions import functions
from workbench.events.query.kql.expressions import column_or_pattern, expression
from workbench.events.query.kql.lexer import Token
from workbench.events.query.kql.parser import Parser
from workbench.events.query.kql.printer import joined, show
from workbench.events.query.kql.syntax import Call, Expr, Literal, Logic, Name, Operator, Pattern, Star, Term
from workbench.events.query.operators._declare import OperatorKind, options
from workbench.events.query.operators.union import Leg, fitting, united
from workbench.events.query.plan import Bound, Const, Filter, Node, Scan, apply, like, nothing
from workbench.events.tables import KqlType

_KINDS = ("default", "case_insensitive", "case_sensitive")
Tables: TypeAlias = tuple[Name | Pattern, ...]


@dataclass(frozen=True, slots=True)
class Search(Operator):
    """``search kind=case_sensitive in (Email*, UrlClickEvents) "evil" and Subject:"inv*"``."""

    condition: Expr
    tables: Tables = ()
    exact: bool = False


def _parse(p: Parser, word: Token) -> Search:
    at = p.next
    kind = options(p, ("kind",)).get("kind", "default")
    if kind not in _KINDS:
        raise p.unknown("kind of search", Token("name", kind, at.at), _KINDS)
    tables = tables_named(p)
    outer, p.searching = p.searching, True
    wanted = expression(p)
    p.searching = outer
    return Search(wanted, tables, kind == "case_sensitive", at=word.at)


def tables_named(p: Parser) -> Tables:
    """``in (T, U*)``, which may be left out."""
    if not (p.sees("in") and p.ahead().text == "("):
        return ()
    p.take()
    p.take()
    return p.within(column_or_pattern, ")")


def _show(tree: Search) -> str:
    words = [
        "search",
        "kind=case_sensitive" if tree.exact else "",
        f"in ({joined(tree.tables)})" if tree.tables else "",
        show(tree.condition),
    ]
    return " ".join(word for word in words if word)


def _bind(tree: Search, source: Node | None, binder: Binder) -> Node:
    if source is not None and tree.tables:
        raise binder.error(tree, "'search in' starts a query", "Leave out the tables, or what stands before.")
    legs = [(source, _origin(source))] if source is not None else list(named(tree.tables, tree, binder))
    known = meant(columns(node for node, _ in legs), set(names_in(tree.condition)))
    found: list[Leg] = []
    for node, name in legs:
        fits = condition(tree.condition, tree, beside(node, known), binder, exact=tree.exact)
        found.append((Filter(node, fits, **like(node)), name))
    return united(found, tree, binder, origin="$table")


def named(tables: Tables, tree: Operator, binder: Binder) -> Iterator[Leg]:
    """The tables to look through, with their names: all where none is named."""
    for each in tables or (Pattern("*", at=tree.at),):
        if isinstance(each, Pattern):
            yield from fitting(each, binder)
        else:
            yield binder.table(each), each.name


def columns(nodes: Iterable[Node]) -> dict[str, KqlType]:
    """The columns of all the tables; a name that has several types there has the first."""
    found: dict[str, KqlType] = {}
    for node in nodes:
        found |= {name: kind for name, kind in node.columns if name not in found}
    return found


def meant(known: dict[str, KqlType], names: set[str]) -> dict[str, KqlType]:
    """Those of the columns that some names mean; all, for the message, where one of them is no column."""
    return {name: kind for name, kind in known.items() if name in names} if names <= known.keys() else known


def names_in(tree: object) -> Iterator[str]:
    """The names in an expression."""
    if isinstance(tree, Name):
        yield tree.name
    if isinstance(tree, tuple):
        for each in tree:
            yield from names_in(each)
    if is_dataclass(tree):
        for field in fields(tree):
            yield from names_in(getattr(tree, field.name))


def beside(node: Node, known: dict[str, KqlType]) -> Node:
    """The node with the columns that only other tables have: to it they are null."""
    own = {*node.types, *node.concealed}
    missing = [(name, nothing(kind)) for name, kind in known.items() if name not in own]
    return replace(node, hidden=(*node.hidden, *missing))


def _origin(node: Node) -> str:
    """The table that rows come from, where it is one."""
    while (below := node.below()) and len(below) == 1:
        node = below[0]
    return node.table if isinstance(node, Scan) else ""


def condition(tree: Expr, operator: Operator, node: Node, binder: Binder, *, exact: bool = False) -> Bound:
    """A condition in which terms may stand, over the rows of a table.

    Raises:
        BadQuery: it is none.
    """
    found = _bound(tree, node, binder, exact=exact)
    if found.type != "bool":
        raise binder.error(tree, f"A search looks for text, this is a {found.type}", "Put it in quotes.")
    return binder.checked(found, operator)


def _bound(tree: Expr, node: Node, binder: Binder, *, exact: bool) -> Bound:
    """A condition in which terms may stand."""
    if isinstance(tree, Star):
        return Const(value=True, type="bool")
    if isinstance(tree, Literal) and tree.type == "string":
        return _found(Star(at=tree.at), str(tree.value), node, binder, exact=exact)
    if isinstance(tree, Term):
        term = binder.constant(tree.term, ("string",), "A term")
        return _found(tree.where, str(term.value), node, binder, exact=exact)
    if isinstance(tree, Logic):
        return apply(tree.op, _each(tree.operands, node, binder, exact=exact), "bool")
    if isinstance(tree, Call) and tree.name == "not" and len(tree.args) == 1:
        return applied(functions()["not"], _each(tree.args, node, binder, exact=exact), tree, binder)
    return binder.expr(tree, Row(node))


def _each(trees: Sequence[Expr], node: Node, binder: Binder, *, exact: bool) -> tuple[Bound, ...]:
    found = tuple(_bound(each, node, binder, exact=exact) for each in trees)
    for bound, each in zip(found, trees, strict=True):
        if bound.type != "bool":
            raise binder.error(each, f"A condition is a bool, this is a {bound.type}", "Compare it with something.")
    return found


def _found(where: Expr, term: str, node: Node, binder: Binder, *, exact: bool) -> Bound:
    op, text = _operator(term, exact=exact)
    right = Const(text, type="string")
    if isinstance(where, Star):
        return anywhere(op, node, right, where, binder)
    column = applied(functions()["tostring"], [binder.expr(where, Row(node))], where, binder)
    return applied(functions()[op], [column, right], where, binder)


def _operator(term: str, *, exact: bool) -> tuple[str, str]:
    """The operator that a term with ``*`` in it means, and its right side."""
    inner, case = term.strip("*"), "_cs" if exact else ""
    if "*" in inner:
        start, end = (r"" if at == "*" else r"\b" for at in (term[0], term[-1]))
        pattern = ".*".join(map(re.escape, inner.split("*")))
        return "matches regex", f"{'' if exact else '(?i)'}{start}{pattern}{end}"
    before, after = term.startswith("*"), term.endswith("*")
    name = ("contains" if after else "hassuffix") if before else ("hasprefix" if after else "has")
    return f"{name}{case}", inner


OPERATOR = OperatorKind(
    ("search",),
    Search,
    "The rows in which terms occur, in any column and any table.",
    _parse,
    _show,
    _bind,
    leads=True,
    values=MappingProxyType({"kind": _KINDS}),
)
