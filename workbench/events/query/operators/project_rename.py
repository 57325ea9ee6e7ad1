"""``project-rename``: columns under new names."""

from dataclasses import dataclass

from workbench.events.query.binder import Binder
from workbench.events.query.kql.expressions import assigned
from workbench.events.query.kql.lexer import Token
from workbench.events.query.kql.parser import Parser
from workbench.events.query.kql.printer import named_text
from workbench.events.query.kql.syntax import Name, Named, Operator
from workbench.events.query.operators._columns import matching, named
from workbench.events.query.operators._declare import OperatorKind
from workbench.events.query.plan import Node, Project, kept


@dataclass(frozen=True, slots=True)
class ProjectRename(Operator):
    """``project-rename sender = SenderFromAddress``: new names for columns."""

    items: tuple[Named, ...]


def _parse(p: Parser, word: Token) -> ProjectRename:
    return ProjectRename(p.listed(assigned, "|", ")", ";"), at=word.at)


def _show(tree: ProjectRename) -> str:
    return f"project-rename {', '.join(map(named_text, tree.items))}"


def _pair(item: Named, source: Node, binder: Binder) -> tuple[str, str]:
    """The column and its new name."""
    if not isinstance(item.expr, Name) or len(item.names) != 1:
        raise binder.error(item, "A column is renamed as new = old", "Write extend for what is to be worked out.")
    return matching(item.expr, source.types, binder)[0], item.names[0]


def _bind(tree: ProjectRename, source: Node, binder: Binder) -> Project:
    source = named((item.expr for item in tree.items if isinstance(item.expr, Name)), source)
    renamed = dict(_pair(item, source, binder) for item in tree.items)
    names: dict[str, str] = {}
    for old in source.types:
        new = renamed.get(old, old)
        if new in names:
            raise binder.error(tree, f"The column {new!r} is there already", "Choose another name.")
        names[new] = old
    return kept(source, names)


OPERATOR = OperatorKind(("project-rename",), ProjectRename, "Columns under new names.", _parse, _show, _bind)
