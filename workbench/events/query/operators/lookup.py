"""``lookup``: columns of a second table added to the rows of the first."""

from dataclasses import dataclass
from types import MappingProxyType

from workbench.events.query.binder import Binder
from workbench.events.query.kql.expressions import expression
from workbench.events.query.kql.lexer import Token
from workbench.events.query.kql.parser import Parser
from workbench.events.query.kql.syntax import Expr, Operator
from workbench.events.query.operators._declare import OperatorKind, options
from workbench.events.query.operators._pairs import joined, keyed, on_clause, pairs, text_of_pair
from workbench.events.query.plan import Join, Node

_KINDS = ("leftouter", "inner")


@dataclass(frozen=True, slots=True)
class Lookup(Operator):
    """``lookup IdentityInfo on AccountObjectId``; without a kind, ``leftouter``."""

    other: Expr
    on: tuple[Expr, ...]
    kind: str = ""


def _parse(p: Parser, word: Token) -> Lookup:
    at = p.next
    kind = options(p, ("kind",)).get("kind", "")
    if kind and kind not in _KINDS:
        raise p.unknown("kind of lookup", Token("name", kind, at.at), _KINDS)
    other = expression(p)
    return Lookup(other, on_clause(p), kind, at=word.at)


def _show(tree: Lookup) -> str:
    return text_of_pair("lookup", tree.kind, tree.other, tree.on)


def _bind(tree: Lookup, source: Node, binder: Binder) -> Join:
    source, right = keyed(tree.on, source, binder.table(tree.other), binder)
    on = pairs(tree.on, source, right, binder)
    return joined(source, right, tree.kind or "leftouter", on, frozenset(key for _, key in on))


OPERATOR = OperatorKind(
    ("lookup",),
    Lookup,
    "Columns of a second table added to the rows of the first.",
    _parse,
    _show,
    _bind,
    values=MappingProxyType({"kind": _KINDS}),
    after=("on",),
)
