"""Which columns of its tables a plan needs: what is left unread is the greater part of most files."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Any, TypeAlias

from workbench.events.query.backend import sink, window
from workbench.events.query.backend.ways import origin
from workbench.events.query.plan import (
    Aggregate,
    Apply,
    Bound,
    Expand,
    Extend,
    Filter,
    Gather,
    Join,
    Limit,
    LimitPer,
    Node,
    Ordered,
    Path,
    Project,
    Ref,
    Scan,
    Sort,
    Union,
    inside,
)
from workbench.events.query.plan.walk import from_below, tables_in
from workbench.events.store.paths import Way

Wants: TypeAlias = "set[Way]"
"""Columns, each with the steps into its documents; none where the whole value is wanted."""


def needs(root: Node) -> Mapping[int, Wants]:
    """What is needed of each node, by its identity; of one that several read, what any of them needs."""
    return _needs(root, _RULES)


def soon(root: Node) -> Mapping[int, Wants]:
    """The same, members of documents only as far as steps take them up to the next condition."""
    return _needs(root, _SOON)


def _needs(root: Node, rules: Mapping[type[Node], "_Rule"]) -> Mapping[int, Wants]:
    found: dict[int, Wants] = {id(root): {(name, ()) for name, _ in root.columns}}
    for node in reversed(from_below(root)):
        wanted = found.setdefault(id(node), set())
        for below, wants in (*rules.get(type(node), _everything)(node, wanted), *_inside(node)):
            found.setdefault(id(below), set()).update(wants)
    return found


def read(scan: Scan, wanted: Wants, ways: Mapping[Way, str], *, timed: bool) -> list[str]:
    """The columns that are read of a scan, members with a column of their own in place of their documents."""
    held = {_held(scan, want, ways) for want in wanted}
    order = {name: at for at, (name, _) in enumerate(scan.columns)}
    names = sorted(held | ({scan.time} if timed else set()), key=lambda name: (order.get(name, len(order)), name))
    return [name for name in names if name]


def _held(scan: Scan, want: Way, ways: Mapping[Way, str]) -> str:
    name, steps = want
    for length in range(len(steps), 0, -1):
        if member := ways.get((name, steps[:length])):
            return member
    return name if name in scan.types else ""


def _inside(node: Node) -> Iterator[tuple[Node, Wants]]:
    for table in tables_in(node):
        yield table, {(name, ()) for name, _ in table.columns[:1]}


def wants(bounds: Iterable[Bound], steps: tuple[str | int, ...] = ()) -> Wants:
    """What expressions look at, where only the member behind these steps of theirs is wanted."""
    return {want for bound in bounds for want in _wants(bound, steps)}


def _wants(bound: Bound, steps: tuple[str | int, ...]) -> Iterator[Way]:
    if isinstance(bound, Ref):
        yield bound.name, steps
    elif isinstance(bound, Path):
        yield from _wants(bound.base, bound.steps + steps)
    elif name := origin(bound) if steps else None:
        yield name, steps
    else:
        if isinstance(bound, Apply) and bound.per:
            yield bound.per, ()
        for part in inside(bound):
            yield from _wants(part, ())


def _made(items: Iterable[tuple[str, Bound]], wanted: Wants, *, all_: bool = False) -> Wants:
    """What the items that are wanted are made of."""
    items = tuple(items)
    steps = {name: [way for of, way in wanted if of == name] for name, _ in items}
    found = {want for name, bound in items for way in steps[name] for want in wants([bound], way)}
    return found | (wants(bound for _, bound in items) if all_ else set())


def _passed(node: Node, wanted: Wants) -> list[tuple[Node, Wants]]:
    return [(below, wanted | wants(node.exprs())) for below in node.below()]


def _filter(node: Filter, wanted: Wants) -> list[tuple[Node, Wants]]:
    """What a condition looks at; on a table's own time it is the window, which needs no column."""
    source, _ = sink.stacked(node)
    rest = window.of(source.time, [node.predicate], None)[1] if isinstance(source, Scan) else [node.predicate]
    return [(node.source, wanted | wants(rest))]


def _condition(node: Filter, wanted: Wants) -> list[tuple[Node, Wants]]:
    """Members that are taken after a condition are read of the rows that it leaves, not before it."""
    source, predicates = sink.stacked(node)
    return [(source, {want for want in wanted if not want[1]} | wants(predicates))]


def _extend(node: Extend, wanted: Wants) -> list[tuple[Node, Wants]]:
    made = dict(node.items)
    return [(node.source, {want for want in wanted if want[0] not in made} | _made(node.items, wanted))]


def _project(node: Project, wanted: Wants) -> list[tuple[Node, Wants]]:
    return [(node.source, _made(node.items, wanted))]


def _aggregate(node: Aggregate, wanted: Wants) -> list[tuple[Node, Wants]]:
    names = {name for name, _ in wanted}
    args = [
        arg
        for agg in node.aggs
        for number, arg in enumerate(agg.args)
        if len(agg.outputs) != len(agg.args) or number == 0 or agg.outputs[number][0] in names
    ]
    return [(node.source, wants([*(bound for _, bound in node.keys), *args]))]


def _join(node: Join, wanted: Wants) -> list[tuple[Node, Wants]]:
    keys: tuple[Wants, Wants] = ({(left, ()) for left, _ in node.on}, {(right, ()) for _, right in node.on})
    outputs = {name: (0 if from_left else 1, source) for name, from_left, source in node.output}
    for name, steps in wanted:
        if name in outputs:
            side, source = outputs[name]
            keys[side].add((source, steps))
    return [(node.left, keys[0]), (node.right, keys[1])]


def _union(node: Union, wanted: Wants) -> list[tuple[Node, Wants]]:
    names = [name for name, _ in (*node.columns, *node.inner)]
    kept = {name for name, _ in wanted}
    return [
        (leg, wants(bound for name, bound in zip(names, items, strict=True) if bound is not None and name in kept))
        for leg, items in zip(node.legs, node.items, strict=True)
    ]


def _expand(node: Expand, wanted: Wants) -> list[tuple[Node, Wants]]:
    made = {item.name for item in node.items}
    return [(node.source, {want for want in wanted if want[0] not in made} | wants(node.exprs()))]


def _limit_per(node: LimitPer, wanted: Wants) -> list[tuple[Node, Wants]]:
    return [(node.source, wanted | {(name, ()) for name in node.keys})]


def _gather(node: Gather, wanted: Wants) -> list[tuple[Node, Wants]]:
    names = {name for name, _ in wanted}
    items = {name for name, _ in node.items if name in names}
    return [(node.source, {(name, ()) for name in (*node.keys, node.axis.slot, *items)})]


def _everything(node: Node, _wanted: Wants) -> list[tuple[Node, Wants]]:
    return [(below, {(name, ()) for name, _ in (*below.columns, *below.inner)}) for below in node.below()]


_Rule: TypeAlias = Callable[[Any, Wants], list[tuple[Node, Wants]]]
_RULES: Mapping[type[Node], _Rule] = MappingProxyType(
    {
        Aggregate: _aggregate,
        Expand: _expand,
        Extend: _extend,
        Filter: _filter,
        Gather: _gather,
        Join: _join,
        Limit: _passed,
        LimitPer: _limit_per,
        Ordered: _passed,
        Project: _project,
        Sort: _passed,
        Union: _union,
    }
)
"""Kinds of node that leave columns unread; any other is taken to read all of them."""
_SOON: Mapping[type[Node], _Rule] = MappingProxyType({**_RULES, Filter: _condition})
