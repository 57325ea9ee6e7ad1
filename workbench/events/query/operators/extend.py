"""``extend``: columns added or replaced."""

from dataclasses import dataclass

from workbench.events.query.binder import Binder, Row
from workbench.events.query.binder.names import Namer
from workbench.events.query.kql.expressions import assigned
from workbench.events.query.kql.lexer import Token
from workbench.events.query.kql.parser import Parser
from workbench.events.query.kql.printer import named_text
from workbench.events.query.kql.syntax import Named, Operator
from workbench.events.query.operators._declare import OperatorKind
from workbench.events.query.plan import Extend, Node, extended


@dataclass(frozen=True, slots=True)
class ExtendBy(Operator):
    """``extend domain = tolower(SenderFromDomain)``."""

    items: tuple[Named, ...]


def _parse(p: Parser, word: Token) -> ExtendBy:
    return ExtendBy(p.listed(assigned, "|", ")", ";"), at=word.at)


def _show(tree: ExtendBy) -> str:
    return f"extend {', '.join(map(named_text, tree.items))}"


def _bind(tree: ExtendBy, source: Node, binder: Binder) -> Extend:
    return extended(source, binder.named(tree.items, Row(source), Namer(avoid=source.types, replacing=True)))


OPERATOR = OperatorKind(
    ("extend",),
    ExtendBy,
    "The columns, with some added or replaced.",
    _parse,
    _show,
    _bind,
    after=("and", "or"),
)
