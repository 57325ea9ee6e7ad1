"""``take``: some rows, no matter which."""

from dataclasses import dataclass

from workbench.events.query.binder import Binder
from workbench.events.query.kql.expressions import expression
from workbench.events.query.kql.lexer import Token
from workbench.events.query.kql.parser import Parser
from workbench.events.query.kql.printer import show
from workbench.events.query.kql.syntax import Expr, Operator
from workbench.events.query.limits import MOST_ROWS
from workbench.events.query.operators._declare import OperatorKind
from workbench.events.query.plan import Limit, Node, like


@dataclass(frozen=True, slots=True)
class Take(Operator):
    """``take 10``."""

    count: Expr


def _parse(p: Parser, word: Token) -> Take:
    return Take(expression(p), at=word.at)


def _show(tree: Take) -> str:
    return f"take {show(tree.count)}"


def _bind(tree: Take, source: Node, binder: Binder) -> Limit:
    return Limit(source, rows(tree.count, binder), **like(source))


def rows(tree: Expr, binder: Binder) -> int:
    """A number of rows: a constant, not negative; one that is too large to be reached stands for all."""
    count = binder.constant(tree, ("int", "long"), "The number of rows")
    if not isinstance(count.value, int) or count.value < 0:
        raise binder.error(tree, "The number of rows is not negative")
    return min(count.value, MOST_ROWS)


OPERATOR = OperatorKind(("take", "limit"), Take, "The first rows that come.", _parse, _show, _bind)
