"""``top``: the first rows in an order."""

from dataclasses import dataclass

from workbench.events.query.binder import Binder
from workbench.events.query.kql.expressions import expression
from workbench.events.query.kql.lexer import Token
from workbench.events.query.kql.parser import Parser
from workbench.events.query.kql.printer import show
from workbench.events.query.kql.syntax import Expr, Operator
from workbench.events.query.operators._declare import OperatorKind
from workbench.events.query.operators.sort import By, bound_key, by, by_text
from workbench.events.query.operators.take import rows
from workbench.events.query.plan import Limit, Node, Sort, like


@dataclass(frozen=True, slots=True)
class Top(Operator):
    """``top 10 by Timestamp``."""

    count: Expr
    key: By


def _parse(p: Parser, word: Token) -> Top:
    count = expression(p)
    p.expect("by", "after the number of rows")
    return Top(count, by(p), at=word.at)


def _show(tree: Top) -> str:
    return f"top {show(tree.count)} by {by_text(tree.key)}"


def _bind(tree: Top, source: Node, binder: Binder) -> Limit:
    ordered = Sort(source, (bound_key(tree.key, source, binder),), **like(source, ordered=True))
    return Limit(ordered, rows(tree.count, binder), **like(ordered))


OPERATOR = OperatorKind(("top",), Top, "The first rows in an order.", _parse, _show, _bind, after=("by", "asc", "desc"))
