"""Ways through a plan: what expressions are made of, and which nodes read which."""

from collections import Counter
from collections.abc import Iterator

from workbench.events.query.plan.bound import Bound, Scalar, Within, parts_of
from workbench.events.query.plan.node import Node


def tables_in(node: Node) -> Iterator[Node]:
    """The tables inside a node's own expressions."""
    for bound in node.exprs():
        yield from _tables(bound)


def read_by(node: Node) -> list[Node]:
    """The nodes below, and those inside expressions."""
    return [*node.below(), *tables_in(node)]


def from_below(root: Node) -> list[Node]:
    """Every node once, after all that it reads."""
    seen, order, open_ = {id(root)}, list[Node](), [(root, iter(read_by(root)))]
    while open_:
        below = next(open_[-1][1], None)
        if below is None:
            order.append(open_.pop()[0])
        elif id(below) not in seen:
            seen.add(id(below))
            open_.append((below, iter(read_by(below))))
    return order


def shared(root: Node) -> frozenset[int]:
    """The identities of nodes that several others read."""
    times = Counter(id(below) for node in from_below(root) for below in node.below())
    return frozenset(key for key, count in times.items() if count > 1)


def _tables(bound: Bound) -> Iterator[Node]:
    return (part.source for part in parts_of(bound) if isinstance(part, Within | Scalar))
