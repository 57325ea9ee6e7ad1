"""A plan over the rows of a node, made into one that goes for each group of these rows apart: one mechanism for all
operators with a pipeline inside.

No group is looked at by itself. Columns that say which group a row belongs to, and what else is to be kept of it,
travel with the rows; every node takes them into account: an aggregate has the group among its keys, a sort sorts within
groups, a limit counts in each, and a function of rows in their order looks at its group.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any

from workbench.events.query.plan.bound import Apply, Bound, Const, Part, Path, Ref, Scalar, Within, apply
from workbench.events.query.plan.node import Columns, Node, Shape, like
from workbench.events.query.plan.nodes import (
    Aggregate,
    Captures,
    Expand,
    Extend,
    Filter,
    Gather,
    Join,
    Limit,
    LimitPer,
    Ordered,
    Pairs,
    Project,
    Rows,
    Sampled,
    Sort,
    SortKey,
)

INTERNAL = "\x00"
"""What names of columns begin with that no question can name."""


class NotByGroup(Exception):
    """A node, or an expression, has no meaning for each group apart; the text says which."""


@dataclass(frozen=True)
class Groups:
    """Rows in groups: the node that a plan was made over, and what stands in its place.

    ``start`` has the rows of ``source`` with ``carried`` columns besides, the first of which says which group a row
    belongs to. ``all`` has one row for each group, those without rows too, with the carried columns only.
    """

    source: Node
    start: Node
    carried: Columns
    all: Node
    ordered: Callable[[str], bool]
    """Whether a function looks at rows in their order."""
    done: dict[int, Node] = field(default_factory=dict, compare=False, repr=False)
    """Nodes made so far, by identity of those they stand for: what is shared stays shared."""

    @property
    def key(self) -> Ref:
        """The column that says which group a row belongs to."""
        name, kind = self.carried[0]
        return Ref(name, type=kind)


def by_group(node: Node, groups: Groups) -> Node:
    """The plan for each group apart; its ``inner`` columns hold the carried ones.

    Raises:
        NotByGroup: it has a part that has no such meaning.
    """
    if node is groups.source:
        return groups.start
    if type(node) not in _STEPS:
        raise NotByGroup(type(node).__name__.lower())
    if id(node) not in groups.done:
        groups.done[id(node)] = _STEPS[type(node)](node, groups)
    return groups.done[id(node)]


def _inner(node: Node, groups: Groups) -> Columns:
    return (*node.inner, *groups.carried)


def _handed(groups: Groups) -> tuple[tuple[str, Bound], ...]:
    return tuple((name, Ref(name, type=kind)) for name, kind in groups.carried)


def _bound(bound: Bound, groups: Groups) -> Bound:
    """An expression whose functions of rows in their order look at the group only."""
    if isinstance(bound, Within | Scalar) and _reads(bound.source, groups.source):
        raise NotByGroup("a table inside an expression, made of the rows at hand,")
    if isinstance(bound, Apply):
        found = apply(bound.function, tuple(_bound(arg, groups) for arg in bound.args), bound.type)
        return replace(found, per=groups.key.name) if groups.ordered(bound.function) else found
    if isinstance(bound, Path | Part):
        return replace(bound, base=_bound(bound.base, groups))
    return replace(bound, value=_bound(bound.value, groups)) if isinstance(bound, Within) else bound


def _reads(node: Node, source: Node) -> bool:
    """Whether a node is made of the rows of another, each node between them looked at once."""
    seen, left = {id(node)}, [node]
    while left:
        below = left.pop()
        if below is source:
            return True
        fresh = [each for each in below.below() if id(each) not in seen]
        seen.update(map(id, fresh))
        left += fresh
    return False


def _items(items: tuple[tuple[str, Bound], ...], groups: Groups) -> tuple[tuple[str, Bound], ...]:
    return tuple((name, _bound(bound, groups)) for name, bound in items)


def _filter(node: Filter, groups: Groups) -> Node:
    source = by_group(node.source, groups)
    return replace(node, source=source, predicate=_bound(node.predicate, groups), inner=_inner(node, groups))


def _extend(node: Extend, groups: Groups) -> Node:
    source = by_group(node.source, groups)
    return replace(node, source=source, items=_items(node.items, groups), inner=_inner(node, groups))


def _project(node: Project, groups: Groups) -> Node:
    source = by_group(node.source, groups)
    items = (*_items(node.items, groups), *_handed(groups))
    return replace(node, source=source, items=items, inner=_inner(node, groups))


def _sort(node: Sort, groups: Groups) -> Node:
    source = by_group(node.source, groups)
    keys = tuple(replace(key, expr=_bound(key.expr, groups)) for key in node.keys)
    by_key = SortKey(groups.key, descending=False, nulls_first=True)
    return replace(node, source=source, keys=(by_key, *keys), inner=_inner(node, groups))


def _limit(node: Limit, groups: Groups) -> Node:
    return _first(node, (groups.key.name,), groups)


def _limit_per(node: LimitPer, groups: Groups) -> Node:
    return _first(node, (groups.key.name, *node.keys), groups)


def _first(node: Limit | LimitPer | Sampled, keys: tuple[str, ...], groups: Groups) -> Node:
    """The first rows of each; rows that may be any are the first."""
    shape = Shape(columns=node.columns, hidden=node.hidden, inner=_inner(node, groups), ordered=node.ordered)
    return LimitPer(by_group(node.source, groups), keys, node.count, **shape)


def _sampled(node: Sampled, groups: Groups) -> Node:
    return _first(node, (groups.key.name,), groups)


def _captures(node: Captures | Pairs, groups: Groups) -> Node:
    source = by_group(node.source, groups)
    return replace(node, source=source, text=_bound(node.text, groups), inner=_inner(node, groups))


def _ordered(node: Ordered, groups: Groups) -> Node:
    return replace(node, source=by_group(node.source, groups), inner=_inner(node, groups))


def _expand(node: Expand, groups: Groups) -> Node:
    items = tuple(replace(item, expr=_bound(item.expr, groups)) for item in node.items)
    return replace(node, source=by_group(node.source, groups), items=items, inner=_inner(node, groups))


def _gather(node: Gather, groups: Groups) -> Node:
    if node.never_empty:
        raise NotByGroup("make-series with kind=nonempty")
    kind = groups.key.type
    columns = (*node.columns, (groups.key.name, kind))
    found = replace(
        node, source=by_group(node.source, groups), keys=(*node.keys, groups.key.name), columns=columns, inner=()
    )
    return _rejoined(found, node.columns, groups)


def _aggregate(node: Aggregate, groups: Groups) -> Node:
    """Without keys there is a row for each group: one without rows gets what the aggregates give for none."""
    source = by_group(node.source, groups)
    aggs = tuple(replace(agg, args=tuple(_bound(arg, groups) for arg in agg.args)) for agg in node.aggs)
    keys = (*_items(node.keys, groups), (groups.key.name, groups.key))
    columns = (*node.columns, (groups.key.name, groups.key.type))
    found = replace(node, source=source, keys=keys, aggs=aggs, columns=columns, inner=())
    if node.keys or not node.aggs:
        return _rejoined(found, node.columns, groups)
    return _completed(found, node, groups)


def _rejoined(found: Node, columns: Columns, groups: Groups) -> Node:
    """The rows of groups with all carried columns again."""
    if len(groups.carried) == 1:
        return replace(found, columns=columns, inner=groups.carried)
    return _beside(found, columns, groups, "inner")


def _completed(found: Node, node: Aggregate, groups: Groups) -> Node:
    """A row for every group."""
    there = "\x00there"
    marked = Extend(found, ((there, Const(value=True, type="bool")),), columns=(*found.columns, (there, "bool")))
    joined = _beside(marked, (*node.columns, (there, "bool")), groups, "leftouter")
    nothing = replace(node, source=Rows((), columns=(*node.source.columns, *node.source.inner)))
    missing = apply("isnull", (Ref(there, type="bool"),), "bool")
    items = tuple(
        (name, apply("iff", (missing, _only(nothing, name), Ref(name, type=kind)), kind)) for name, kind in node.columns
    )
    return Project(joined, (*items, *_handed(groups)), columns=node.columns, inner=groups.carried)


def _only(nothing: Node, name: str) -> Bound:
    """A value of the one row that an aggregate gives for no rows."""
    kind = nothing.types[name]
    one = Project(nothing, ((name, Ref(name, type=kind)),), columns=((name, kind),))
    return Scalar(one, type=kind, size=1 + one.size, reach=one.depth)


def _beside(found: Node, columns: Columns, groups: Groups, kind: str) -> Node:
    """The groups with the rows found for each beside them."""
    key = groups.key.name
    output = (
        *((name, False, name) for name, _ in columns),
        *((name, True, name) for name, _ in groups.carried),
    )
    return Join(groups.all, found, kind, ((key, key),), output, columns=columns, inner=groups.carried)


def _join(node: Join, groups: Groups) -> Node:
    """The rows of a group beside those of another table; of equal left rows of a group one is taken if so asked."""
    if node.kind not in _JOINS:
        raise NotByGroup(f"join kind={node.kind}")
    left, right, on = by_group(node.left, groups), node.right, node.on
    if _reads(right, groups.source):
        right, on = _made_here(node, groups), (*on, (groups.key.name, groups.key.name))
    if node.kind == "innerunique":
        keys = (groups.key.name, *(name for name, _ in node.on))
        left = LimitPer(left, keys, 1, **like(left))
    kind = "inner" if node.kind == "innerunique" else node.kind
    output = (*node.output, *((name, True, name) for name, _ in groups.carried))
    return replace(node, left=left, right=right, on=on, kind=kind, output=output, inner=_inner(node, groups))


def _made_here(node: Join, groups: Groups) -> Node:
    """The right side of a join on what an operator inside made of the rows, to bring together what it took apart."""
    if not all(name.startswith(INTERNAL) for name, _ in node.on):
        raise NotByGroup("a join of the rows at hand with themselves")
    return by_group(node.right, groups)


_JOINS = frozenset({"inner", "innerunique", "leftouter", "leftsemi", "leftanti"})
_STEPS: Mapping[type[Node], Callable[[Any, Groups], Node]] = MappingProxyType(
    {
        Aggregate: _aggregate,
        Captures: _captures,
        Expand: _expand,
        Extend: _extend,
        Filter: _filter,
        Gather: _gather,
        Join: _join,
        Limit: _limit,
        LimitPer: _limit_per,
        Ordered: _ordered,
        Pairs: _captures,
        Project: _project,
        Sampled: _sampled,
        Sort: _sort,
    }
)
