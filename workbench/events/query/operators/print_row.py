"""``print``: one row of values."""

from dataclasses import dataclass

from workbench.events.query.binder import Binder, Row
from workbench.events.query.binder.names import Namer
from workbench.events.query.binder.parts import several
from workbench.events.query.kql.expressions import assigned
from workbench.events.query.kql.lexer import Token
from workbench.events.query.kql.parser import Parser
from workbench.events.query.kql.printer import named_text
from workbench.events.query.kql.syntax import Named, Operator
from workbench.events.query.operators._declare import OperatorKind
from workbench.events.query.plan import Node, Rows, projected


@dataclass(frozen=True, slots=True)
class Print(Operator):
    """``print x = 1 + 2``; what has no name is called after its place, as ``print_0``."""

    items: tuple[Named, ...]


def _parse(p: Parser, word: Token) -> Print:
    return Print(p.listed(assigned, "|", ")", ";"), at=word.at)


def _show(tree: Print) -> str:
    return f"print {', '.join(map(named_text, tree.items))}"


def _bind(tree: Print, _source: None, binder: Binder) -> Node:
    one = Rows(((True,),), columns=(("\x00", "bool"),), ordered=True)
    namer, items = Namer(), []
    for number, item in enumerate(tree.items):
        if several(item.expr, Row(), binder):
            items += binder.results(item, Row(), namer)
            continue
        bound, made_up = binder.expr(item.expr, Row()), f"print_{number}"
        items.append((binder.free(item, made_up, namer) if item.names else namer.fresh(made_up), bound))
    return projected(one, tuple(items))


OPERATOR = OperatorKind(("print",), Print, "One row of values.", _parse, _show, _bind, leads=True, follows=False)
