"""``count``: how many rows there are."""

from dataclasses import dataclass

from workbench.events.query.binder import Binder
from workbench.events.query.kql.lexer import Token
from workbench.events.query.kql.parser import Parser
from workbench.events.query.kql.printer import name_text
from workbench.events.query.kql.syntax import Operator
from workbench.events.query.operators._declare import OperatorKind
from workbench.events.query.plan import Agg, Aggregate, Columns, Node


@dataclass(frozen=True, slots=True)
class Count(Operator):
    """``count``, or ``count as n``."""

    name: str = "Count"


def _parse(p: Parser, word: Token) -> Count:
    return Count(p.name("the name of the column") if p.found("as") else "Count", at=word.at)


def _show(tree: Count) -> str:
    return "count" if tree.name == "Count" else f"count as {name_text(tree.name)}"


def _bind(tree: Count, source: Node, _binder: Binder) -> Aggregate:
    columns: Columns = ((tree.name, "long"),)
    return Aggregate(source, (), (Agg("count", (), columns),), columns=columns)


OPERATOR = OperatorKind(("count",), Count, "The number of rows.", _parse, _show, _bind)
