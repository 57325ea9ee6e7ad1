"""Operators that choose among columns by name or pattern."""

import re
from collections.abc import Iterable, Sequence

from workbench.events.query.binder import Binder
from workbench.events.query.kql.expressions import column_or_pattern
from workbench.events.query.kql.parser import Parser
from workbench.events.query.kql.syntax import Name, Pattern
from workbench.events.query.plan import Node, shown


def listed(p: Parser) -> tuple[Name | Pattern, ...]:
    """Names and patterns with commas between them."""
    return p.listed(column_or_pattern, "|", ")", ";")


def matching(tree: Name | Pattern, names: Iterable[str], binder: Binder) -> list[str]:
    """The columns that a name or pattern means, in their order.

    Raises:
        BadQuery: there is none.
    """
    known = list(names)
    if isinstance(tree, Name):
        if tree.name not in known:
            raise binder.unknown(tree, "column", tree.name, known)
        return [tree.name]
    form = re.compile(".*".join(map(re.escape, tree.pattern.split("*"))), re.DOTALL)
    found = [name for name in known if form.fullmatch(name)]
    if not found:
        raise binder.error(tree, f"No column fits {tree.pattern!r}")
    return found


def named(trees: Iterable[Name | Pattern], source: Node) -> Node:
    """The source, with the hidden columns that are called by their name visible."""
    return shown(source, (tree.name for tree in trees if isinstance(tree, Name)))


def chosen(trees: Sequence[Name | Pattern], source: Node, binder: Binder) -> list[str]:
    """The columns that several names and patterns mean, each once, in the order of the source."""
    found = {name for tree in trees for name in matching(tree, source.types, binder)}
    return [name for name in source.types if name in found]
