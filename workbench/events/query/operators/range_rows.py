"""``range``: a column of values at equal distances."""

from dataclasses import dataclass

from workbench.events.query.binder import Binder, Row
from workbench.events.query.kql.expressions import expression
from workbench.events.query.kql.lexer import Token
from workbench.events.query.kql.parser import Parser
from workbench.events.query.kql.printer import name_text, show
from workbench.events.query.kql.syntax import Expr, Operator
from workbench.events.query.operators._declare import OperatorKind
from workbench.events.query.plan import Node, Series
from workbench.events.query.types import NUMBERS, widest
from workbench.events.tables import KqlType


@dataclass(frozen=True, slots=True)
class Range(Operator):
    """``range t from ago(1d) to now() step 1h``."""

    name: str
    start: Expr
    stop: Expr
    step: Expr


def _parse(p: Parser, word: Token) -> Range:
    name = p.name("the name of the column")
    p.expect("from", "after the name")
    start = expression(p)
    p.expect("to", "after the first value")
    stop = expression(p)
    p.expect("step", "after the last value")
    return Range(name, start, stop, expression(p), at=word.at)


def _show(tree: Range) -> str:
    return f"range {name_text(tree.name)} from {show(tree.start)} to {show(tree.stop)} step {show(tree.step)}"


def _bind(tree: Range, _source: None, binder: Binder) -> Node:
    start, stop, step = (binder.expr(each, Row()) for each in (tree.start, tree.stop, tree.step))
    kind = _kind(start.type, stop.type, step.type)
    if kind is None:
        raise binder.error(tree, f"range does not go from {start.type} to {stop.type} in steps of {step.type}")
    return Series(start, stop, step, columns=((tree.name, kind),), ordered=True)


def _kind(start: KqlType, stop: KqlType, step: KqlType) -> KqlType | None:
    if NUMBERS.issuperset((start, stop, step)):
        return widest((start, stop, step))
    return start if start == stop and start in ("datetime", "timespan") and step == "timespan" else None


OPERATOR = OperatorKind(
    ("range",), Range, "A column of values at equal distances.", _parse, _show, _bind, leads=True, follows=False
)
