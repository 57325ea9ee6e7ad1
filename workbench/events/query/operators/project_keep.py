"""``project-keep``: only these columns, in the order they have."""

from dataclasses import dataclass

from workbench.events.query.binder import Binder
from workbench.events.query.kql.lexer import Token
from workbench.events.query.kql.parser import Parser
from workbench.events.query.kql.printer import joined
from workbench.events.query.kql.syntax import Name, Operator, Pattern
from workbench.events.query.operators._columns import chosen, listed, named
from workbench.events.query.operators._declare import OperatorKind
from workbench.events.query.plan import Node, Project, kept


@dataclass(frozen=True, slots=True)
class ProjectKeep(Operator):
    """``project-keep Timestamp, Sender*``."""

    columns: tuple[Name | Pattern, ...]


def _parse(p: Parser, word: Token) -> ProjectKeep:
    return ProjectKeep(listed(p), at=word.at)


def _show(tree: ProjectKeep) -> str:
    return f"project-keep {joined(tree.columns)}"


def _bind(tree: ProjectKeep, source: Node, binder: Binder) -> Project:
    source = named(tree.columns, source)
    return kept(source, {name: name for name in chosen(tree.columns, source, binder)})


OPERATOR = OperatorKind(
    ("project-keep",), ProjectKeep, "Only these columns, in the order they have.", _parse, _show, _bind
)
