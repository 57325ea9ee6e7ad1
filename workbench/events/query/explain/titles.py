"""What each node of a plan does, in one line of words that KQL has for it."""

import re
from functools import singledispatch

from workbench.events.query.explain.words import Called, aggregated, column, listed, named, said, sorted_by
from workbench.events.query.plan import (
    Aggregate,
    Expand,
    Extend,
    Filter,
    Gather,
    Join,
    Limit,
    LimitPer,
    Node,
    Ordered,
    Project,
    Rows,
    Scan,
    Series,
    Sort,
    Union,
)

_CAPITAL = re.compile(r"(?<!^)(?=[A-Z])")


def title(node: Node, called: Called) -> str:
    """One line."""
    return _title(node, called)


@singledispatch
def _title(node: Node, called: Called) -> str:
    """Any node that has no words of its own: its name and its expressions."""
    words = _CAPITAL.sub(" ", type(node).__name__).lower()
    return f"{words} {listed([said(each, called) for each in node.exprs()])}".strip()


@_title.register
def _(node: Scan, _called: Called) -> str:
    return node.table


@_title.register
def _(node: Rows, _called: Called) -> str:
    return "one row of the question" if len(node.rows) == 1 else f"{len(node.rows):,} rows of the question"


@_title.register
def _(node: Series, called: Called) -> str:
    name = column(node.columns[0][0])
    start, stop, step = (said(each, called) for each in (node.start, node.stop, node.step))
    return f"range {name} from {start} to {stop} step {step}"


@_title.register
def _(node: Filter, called: Called) -> str:
    return f"where {said(node.predicate, called)}"


@_title.register
def _(node: Extend, called: Called) -> str:
    return f"extend {named(node.items, called)}"


@_title.register
def _(node: Project, called: Called) -> str:
    return f"project {named(node.items, called)}"


@_title.register
def _(node: Aggregate, called: Called) -> str:
    keys = named(node.keys, called)
    if not node.aggs:
        return f"distinct {keys}"
    aggs = listed([aggregated(agg, called) for agg in node.aggs])
    return f"summarize {aggs} by {keys}" if keys else f"summarize {aggs}"


@_title.register
def _(node: Sort, called: Called) -> str:
    return f"sort by {listed([sorted_by(key, called) for key in node.keys])}"


@_title.register
def _(node: Limit, _called: Called) -> str:
    return f"take {node.count:,}"


@_title.register
def _(node: LimitPer, _called: Called) -> str:
    keys = listed([column(name) for name in node.keys])
    return f"take {node.count:,} of each {keys}" if keys else f"take {node.count:,}"


@_title.register
def _(node: Gather, called: Called) -> str:
    items, axis = listed([column(name) for name, _ in node.items]), node.axis
    ends = [f"{word} {said(end, called)}" for word, end in (("from", axis.start), ("to", axis.stop)) if end]
    by = f" by {listed([column(name) for name in node.keys])}" if node.keys else ""
    return " ".join(["make-series", items, "on", column(axis.name), *ends, "step", said(axis.step, called)]) + by


@_title.register
def _(node: Join, _called: Called) -> str:
    return f"join kind={node.kind} on {listed([_pair(left, right) for left, right in node.on])}"


@_title.register
def _(node: Union, _called: Called) -> str:
    return f"union of {len(node.legs)}"


@_title.register
def _(node: Expand, called: Called) -> str:
    return f"mv-expand {named(((item.name, item.expr) for item in node.items), called)}"


@_title.register
def _(_node: Ordered, _called: Called) -> str:
    return "serialize"


def _pair(left: str, right: str) -> str:
    return column(left) if left == right else f"$left.{column(left)} == $right.{column(right)}"
