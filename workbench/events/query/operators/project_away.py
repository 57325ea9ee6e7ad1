"""``project-away``: all columns but these."""

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
class ProjectAway(Operator):
    """``project-away TenantId, Raw*``."""

    columns: tuple[Name | Pattern, ...]


def _parse(p: Parser, word: Token) -> ProjectAway:
    return ProjectAway(listed(p), at=word.at)


def _show(tree: ProjectAway) -> str:
    return f"project-away {joined(tree.columns)}"


def _bind(tree: ProjectAway, source: Node, binder: Binder) -> Project:
    source = named(tree.columns, source)
    away = chosen(tree.columns, source, binder)
    names = {name: name for name in source.types if name not in away}
    if not names:
        raise binder.error(tree, "No column would be left")
    return kept(source, names)


OPERATOR = OperatorKind(("project-away",), ProjectAway, "All columns but these.", _parse, _show, _bind)
