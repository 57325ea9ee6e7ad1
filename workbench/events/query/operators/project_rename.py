"""``project-rename``: columns under new names."""

from dataclasses import dataclass

from workbench.events.query.binder import Binder
from workbench.events.query.kql.expressions import column
from workbench.events.query.kql.lexer import Token
from workbench.events.query.kql.parser import Parser
from workbench.events.query.kql.printer import name_text, show
from workbench.events.query.kql.syntax import Name, Operator
from workbench.events.query.operators._columns import matching, named
from workbench.events.query.operators._declare import OperatorKind
from workbench.events.query.plan import Node, Project, kept


@dataclass(frozen=True, slots=True)
class ProjectRename(Operator):
    """``project-rename sender = SenderFromAddress``: pairs of new name and column."""

    pairs: tuple[tuple[str, Name], ...]


def _parse(p: Parser, word: Token) -> ProjectRename:
    return ProjectRename(p.listed(_pair, "|", ")", ";"), at=word.at)


def _pair(p: Parser) -> tuple[str, Name]:
    new = p.name("the new name of a column")
    p.expect("=", "and the column after its new name")
    return new, column(p)


def _show(tree: ProjectRename) -> str:
    return f"project-rename {', '.join(f'{name_text(new)} = {show(old)}' for new, old in tree.pairs)}"


def _bind(tree: ProjectRename, source: Node, binder: Binder) -> Project:
    source = named((old for _, old in tree.pairs), source)
    renamed = {matching(old, source.types, binder)[0]: new for new, old in tree.pairs}
    names: dict[str, str] = {}
    for old in source.types:
        new = renamed.get(old, old)
        if new in names:
            raise binder.error(tree, f"The column {new!r} is there already", "Choose another name.")
        names[new] = old
    return kept(source, names)


OPERATOR = OperatorKind(("project-rename",), ProjectRename, "Columns under new names.", _parse, _show, _bind)
