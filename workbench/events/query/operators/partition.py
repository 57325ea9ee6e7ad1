"""``partition``: a pipeline for the rows of each key apart. Published: Microsoft's page on the partition operator."""

from dataclasses import dataclass

from workbench.events.query.binder import Binder, Row
from workbench.events.query.binder.tables import steps_over
from workbench.events.query.kql.expressions import column
from workbench.events.query.kql.lexer import Token
from workbench.events.query.kql.parser import Parser
from workbench.events.query.kql.printer import show
from workbench.events.query.kql.syntax import Name, Operator
from workbench.events.query.operators._declare import OperatorKind, options
from workbench.events.query.operators._inner import for_each_group, looks_at_order, steps_inside, steps_text
from workbench.events.query.plan import Aggregate, Extend, Node, Ref
from workbench.events.query.plan.grouped import Groups


@dataclass(frozen=True, slots=True)
class Partition(Operator):
    """``partition hint.strategy=native by SenderFromDomain (top 3 by Timestamp)``."""

    by: Name
    steps: tuple[Operator, ...]


def _parse(p: Parser, word: Token) -> Partition:
    options(p, ())
    p.expect("by", "after 'partition'")
    key = column(p)
    if p.sees("{"):
        raise p.error("a pipeline in round brackets: one with a table of its own is not supported")
    return Partition(key, steps_inside(p, "after the key"), at=word.at)


def _show(tree: Partition) -> str:
    return f"partition by {show(tree.by)} ({steps_text(tree.steps)})"


def _bind(tree: Partition, source: Node, binder: Binder) -> Node:
    key = binder.solid(binder.expr(tree.by, Row(source)), tree.by, "A dynamic cannot be a key")
    node = steps_over(source, tree.steps, binder)
    name = binder.fresh("key")
    carried = ((name, key.type),)
    start = Extend(
        source, ((name, key),), columns=source.columns, hidden=source.hidden, inner=(*source.inner, *carried)
    )
    every = Aggregate(start, ((name, Ref(name, type=key.type)),), (), columns=carried)
    return for_each_group(tree, node, Groups(source, start, carried, every, looks_at_order), binder)


OPERATOR = OperatorKind(
    ("partition",),
    Partition,
    "A pipeline for the rows of each key apart.",
    _parse,
    _show,
    _bind,
    after=("by",),
)
