"""``project``: exactly these columns."""

from dataclasses import dataclass

from workbench.events.query.binder import Binder, Row
from workbench.events.query.binder.names import Namer
from workbench.events.query.kql.expressions import assigned
from workbench.events.query.kql.lexer import Token
from workbench.events.query.kql.parser import Parser
from workbench.events.query.kql.printer import named_text
from workbench.events.query.kql.syntax import Named, Operator
from workbench.events.query.operators._declare import OperatorKind
from workbench.events.query.plan import Node, projected
from workbench.events.query.plan import Project as ProjectNode


@dataclass(frozen=True, slots=True)
class Project(Operator):
    """``project Timestamp, sender = SenderFromAddress``."""

    items: tuple[Named, ...]


def _parse(p: Parser, word: Token) -> Project:
    return Project(p.listed(assigned, "|", ")", ";"), at=word.at)


def _show(tree: Project) -> str:
    return f"project {', '.join(map(named_text, tree.items))}"


def _bind(tree: Project, source: Node, binder: Binder) -> ProjectNode:
    return projected(source, binder.named(tree.items, Row(source), Namer()))


OPERATOR = OperatorKind(("project",), Project, "Exactly these columns, in this order.", _parse, _show, _bind)
