"""The bound plan: what is asked, with every name resolved and every type known, and no text left.

A plan is a tree of nodes, each the rows of an operator, over typed expressions. It knows nothing of how it is run.
Two plans are equal when they ask the same.
"""

from workbench.events.query.plan.bound import (
    TABLE_DEPTH,
    Apply,
    Bound,
    Const,
    Path,
    Ref,
    Scalar,
    Within,
    apply,
)
from workbench.events.query.plan.node import (
    Columns,
    Hidden,
    Node,
    Shape,
    like,
)
from workbench.events.query.plan.nodes import (
    Agg,
    Aggregate,
    Captures,
    Expand,
    Expansion,
    Extend,
    Filter,
    Join,
    Limit,
    Ordered,
    Project,
    Rows,
    Scan,
    Series,
    Sort,
    SortKey,
    Union,
    extended,
    kept,
    projected,
)
from workbench.events.query.plan.whole import (
    Plan,
    Render,
)

__all__ = [
    "TABLE_DEPTH",
    "Agg",
    "Aggregate",
    "Apply",
    "Bound",
    "Captures",
    "Columns",
    "Const",
    "Expand",
    "Expansion",
    "Extend",
    "Filter",
    "Hidden",
    "Join",
    "Limit",
    "Node",
    "Ordered",
    "Path",
    "Plan",
    "Project",
    "Ref",
    "Render",
    "Rows",
    "Scalar",
    "Scan",
    "Series",
    "Shape",
    "Sort",
    "SortKey",
    "Union",
    "Within",
    "apply",
    "extended",
    "kept",
    "like",
    "projected",
]
