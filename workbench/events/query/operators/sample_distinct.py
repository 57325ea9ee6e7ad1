"""``sample-distinct``: some of a column's values."""

from dataclasses import dataclass

from workbench.events.query.binder import Binder, Row
from workbench.events.query.kql.expressions import column, expression
from workbench.events.query.kql.lexer import Token
from workbench.events.query.kql.parser import Parser
from workbench.events.query.kql.printer import show
from workbench.events.query.kql.syntax import Expr, Name, Operator
from workbench.events.query.operators._declare import OperatorKind
from workbench.events.query.operators.take import rows
from workbench.events.query.plan import Aggregate, Columns, Limit, Node, like


@dataclass(frozen=True, slots=True)
class SampleDistinct(Operator):
    """``sample-distinct 10 of SenderFromDomain``."""

    count: Expr
    column: Name


def _parse(p: Parser, word: Token) -> SampleDistinct:
    count = expression(p)
    p.expect("of", "and the column")
    return SampleDistinct(count, column(p), at=word.at)


def _show(tree: SampleDistinct) -> str:
    return f"sample-distinct {show(tree.count)} of {show(tree.column)}"


def _bind(tree: SampleDistinct, source: Node, binder: Binder) -> Limit:
    bound = binder.expr(tree.column, Row(source))
    name = tree.column.name
    binder.solid(bound, tree, f"The dynamic {name!r} cannot be compared")
    columns: Columns = ((name, bound.type),)
    values = Aggregate(source, ((name, bound),), (), columns=columns)
    return Limit(values, rows(tree.count, binder), **like(values))


OPERATOR = OperatorKind(
    ("sample-distinct",), SampleDistinct, "Some of the different values of a column.", _parse, _show, _bind
)
