"""``sample``: some rows from everywhere in a table."""

from dataclasses import dataclass

from workbench.events.query.binder import Binder
from workbench.events.query.kql.expressions import expression
from workbench.events.query.kql.lexer import Token
from workbench.events.query.kql.parser import Parser
from workbench.events.query.kql.printer import show
from workbench.events.query.kql.syntax import Expr, Operator
from workbench.events.query.operators._declare import OperatorKind
from workbench.events.query.operators.take import rows
from workbench.events.query.plan import Node, Sampled, like


@dataclass(frozen=True, slots=True)
class Sample(Operator):
    """``sample 10``."""

    count: Expr


def _parse(p: Parser, word: Token) -> Sample:
    return Sample(expression(p), at=word.at)


def _show(tree: Sample) -> str:
    return f"sample {show(tree.count)}"


def _bind(tree: Sample, source: Node, binder: Binder) -> Sampled:
    return Sampled(source, rows(tree.count, binder), **like(source))


OPERATOR = OperatorKind(
    ("sample",), Sample, "Rows from anywhere in the table, the same for the same rows.", _parse, _show, _bind
)
