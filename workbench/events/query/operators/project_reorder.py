"""``project-reorder``: some columns first, the others after them."""

import re
from dataclasses import dataclass

from workbench.events.query.binder import Binder
from workbench.events.query.kql.expressions import column_or_pattern
from workbench.events.query.kql.lexer import Token
from workbench.events.query.kql.parser import Parser
from workbench.events.query.kql.printer import show
from workbench.events.query.kql.syntax import Name, Operator, Pattern
from workbench.events.query.operators._columns import matching, named
from workbench.events.query.operators._declare import OperatorKind
from workbench.events.query.plan import Node, Project, kept

_ORDERS = ("asc", "desc", "granny-asc", "granny-desc")


@dataclass(frozen=True, slots=True)
class ProjectReorder(Operator):
    """``project-reorder Timestamp, Sender* asc``: columns or patterns, each with the order of what fits it."""

    columns: tuple[tuple[Name | Pattern, str], ...]


def _parse(p: Parser, word: Token) -> ProjectReorder:
    return ProjectReorder(p.listed(_column, "|", ")", ";"), at=word.at)


def _column(p: Parser) -> tuple[Name | Pattern, str]:
    tree = column_or_pattern(p)
    if not p.sees("asc", "desc", "granny"):
        return tree, ""
    word = p.hyphenated()
    if word.text not in _ORDERS:
        raise p.unknown("order", word, _ORDERS)
    return tree, word.text


def _show(tree: ProjectReorder) -> str:
    return f"project-reorder {', '.join(f'{show(each)} {order}'.rstrip() for each, order in tree.columns)}"


def _bind(tree: ProjectReorder, source: Node, binder: Binder) -> Project:
    """Each column goes where the first name or pattern that means it stands; the rest stay last."""
    source = named((each for each, _ in tree.columns), source)
    first: dict[str, None] = {}
    for each, order in tree.columns:
        found = matching(each, source.types, binder)
        first.update(dict.fromkeys(_ordered(found, order)))
    rest = [name for name in source.types if name not in first]
    return kept(source, {name: name for name in (*first, *rest)})


def _ordered(names: list[str], order: str) -> list[str]:
    if not order:
        return names
    key = _granny if order.startswith("granny") else _plain
    return sorted(names, key=key, reverse=order.endswith("desc"))


def _plain(name: str) -> tuple[tuple[int, int, str], ...]:
    return ((0, 0, name),)


def _granny(name: str) -> tuple[tuple[int, int, str], ...]:
    """Numbers inside names by their value: a2 before a10."""
    parts = re.split(r"(\d+)", name)
    return tuple((1, int(part), "") if part.isdigit() else (0, 0, part) for part in parts)


OPERATOR = OperatorKind(
    ("project-reorder",), ProjectReorder, "These columns first, the others after them.", _parse, _show, _bind
)
