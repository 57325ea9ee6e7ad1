"""``where``: the rows for which a condition holds."""

from dataclasses import dataclass

from workbench.events.query.binder import Binder
from workbench.events.query.kql.expressions import expression
from workbench.events.query.kql.lexer import Token
from workbench.events.query.kql.parser import Parser
from workbench.events.query.kql.printer import show
from workbench.events.query.kql.syntax import Expr, Operator
from workbench.events.query.operators._declare import OperatorKind
from workbench.events.query.plan import Filter, Node, like


@dataclass(frozen=True, slots=True)
class Where(Operator):
    """``where Subject has "invoice"``."""

    condition: Expr


def _parse(p: Parser, word: Token) -> Where:
    outer, p.loose = p.loose, True
    condition = expression(p)
    p.loose = outer
    return Where(condition, at=word.at)


def _show(tree: Where) -> str:
    return f"where {show(tree.condition)}"


def _bind(tree: Where, source: Node, binder: Binder) -> Filter:
    return Filter(source, binder.condition(tree.condition, source), **like(source))


OPERATOR = OperatorKind(
    ("where", "filter"),
    Where,
    "The rows for which a condition is true.",
    _parse,
    _show,
    _bind,
    after=("and", "or"),
)
