"""``as``: a name for the rows so far."""

from dataclasses import dataclass

from workbench.events.query.binder import Binder
from workbench.events.query.kql.lexer import Token
from workbench.events.query.kql.parser import Parser
from workbench.events.query.kql.printer import name_text
from workbench.events.query.kql.syntax import Operator
from workbench.events.query.operators._declare import OperatorKind, options
from workbench.events.query.plan import Node


@dataclass(frozen=True, slots=True)
class As(Operator):
    """``as hits``."""

    name: str


def _parse(p: Parser, word: Token) -> As:
    options(p, ())
    return As(p.name("a name for the rows"), at=word.at)


def _show(tree: As) -> str:
    return f"as {name_text(tree.name)}"


def _bind(tree: As, source: Node, binder: Binder) -> Node:
    binder.define(tree, tree.name, source)
    return source


OPERATOR = OperatorKind(("as",), As, "A name for the rows so far.", _parse, _show, _bind)
