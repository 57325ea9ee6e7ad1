"""``serialize``: the order of the rows is taken to mean something."""

from dataclasses import dataclass

from workbench.events.query.binder import Binder, Row
from workbench.events.query.binder.names import Namer
from workbench.events.query.kql.expressions import assigned
from workbench.events.query.kql.lexer import Token
from workbench.events.query.kql.parser import Parser
from workbench.events.query.kql.printer import named_text
from workbench.events.query.kql.syntax import Named, Operator
from workbench.events.query.operators._declare import OperatorKind
from workbench.events.query.plan import Node, Ordered, extended, like


@dataclass(frozen=True, slots=True)
class Serialize(Operator):
    """``serialize n = row_number()``."""

    items: tuple[Named, ...] = ()


def _parse(p: Parser, word: Token) -> Serialize:
    bare = p.next.kind == "end" or p.sees("|", ")", ";", "}")
    return Serialize(() if bare else p.listed(assigned, "|", ")", ";"), at=word.at)


def _show(tree: Serialize) -> str:
    return f"serialize {', '.join(map(named_text, tree.items))}".rstrip()


def _bind(tree: Serialize, source: Node, binder: Binder) -> Node:
    ordered = Ordered(source, **like(source, ordered=True))
    if not tree.items:
        return ordered
    return extended(ordered, binder.named(tree.items, Row(ordered), Namer(avoid=source.types)))


OPERATOR = OperatorKind(
    ("serialize",),
    Serialize,
    "The rows in the order they have, so that row_number() may count them.",
    _parse,
    _show,
    _bind,
)
