"""Operators with a pipeline inside that goes over each group of rows apart."""

from collections.abc import Sequence

from workbench.events.query.binder import Binder
from workbench.events.query.functions import functions
from workbench.events.query.kql.expressions import steps
from workbench.events.query.kql.parser import Parser
from workbench.events.query.kql.syntax import Operator
from workbench.events.query.operators import kind_of
from workbench.events.query.plan import Columns, Extend, Node, Ordered, apply, like
from workbench.events.query.plan.grouped import Groups, NotByGroup, by_group


def steps_inside(p: Parser, where: str) -> tuple[Operator, ...]:
    """The pipeline in brackets."""
    p.expect("(", where)
    with p.deeper():
        found = steps(p)
    p.expect(")")
    return found


def steps_text(pipeline: Sequence[Operator]) -> str:
    """It as text, without the brackets."""
    return " | ".join(kind_of(step).show(step) for step in pipeline)


def for_each_group(tree: Operator, node: Node, groups: Groups, binder: Binder) -> Node:
    """A plan over rows, for each group of these apart.

    Raises:
        BadQuery: it has a part that has no meaning for a group.
    """
    try:
        return by_group(node, groups)
    except NotByGroup as fault:
        raise binder.error(
            tree, f"{fault} cannot stand in a pipeline for each group", "Put it before or after."
        ) from None


def looks_at_order(function: str) -> bool:
    """Whether a function looks at rows in their order."""
    return functions()[function].ordered


def numbered(source: Node, name: str, inner: Columns) -> Extend:
    """The rows with their numbers, which are the same however the rows are grouped."""
    ordered = Ordered(source, **like(source))
    number = ((name, apply("[row]", (), "long")),)
    return Extend(ordered, number, columns=source.columns, hidden=source.hidden, inner=(*source.inner, *inner))
