"""``distinct``: each combination of values once."""

from dataclasses import dataclass

from workbench.events.query.binder import Binder, Row
from workbench.events.query.binder.names import Namer
from workbench.events.query.kql.expressions import assigned
from workbench.events.query.kql.lexer import Token
from workbench.events.query.kql.parser import Parser
from workbench.events.query.kql.printer import named_text
from workbench.events.query.kql.syntax import Name, Named, Operator, Star
from workbench.events.query.operators._declare import OperatorKind
from workbench.events.query.plan import Aggregate, Node, carried


@dataclass(frozen=True, slots=True)
class Distinct(Operator):
    """``distinct SenderFromAddress, RecipientEmailAddress``, or ``distinct *``."""

    items: tuple[Named, ...]


def _parse(p: Parser, word: Token) -> Distinct:
    return Distinct(p.listed(assigned, "|", ")", ";"), at=word.at)


def _show(tree: Distinct) -> str:
    return f"distinct {', '.join(map(named_text, tree.items))}"


def _bind(tree: Distinct, source: Node, binder: Binder) -> Aggregate:
    named = {item.expr.name for item in tree.items if isinstance(item.expr, Name) and not item.names}
    others = [Named(Name(name, at=tree.at), at=tree.at) for name in source.types if name not in named]
    items = [each for item in tree.items for each in (others if isinstance(item.expr, Star) else [item])]
    found = binder.named(items, Row(source), Namer())
    for name, bound in found:
        binder.solid(bound, tree, f"The dynamic {name!r} cannot be compared")
    columns = tuple((name, bound.type) for name, bound in found)
    whole = any(isinstance(item.expr, Star) for item in tree.items)
    hidden = carried(source.hidden, {name: name for name in source.types}) if whole else ()
    return Aggregate(source, found, (), columns=columns, hidden=hidden)


OPERATOR = OperatorKind(("distinct",), Distinct, "Each combination of values once.", _parse, _show, _bind)
