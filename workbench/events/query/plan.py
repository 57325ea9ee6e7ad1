"""The bound plan: what is asked, with every name resolved and every type known, and no text left.

A plan is a tree of nodes, each the rows of an operator, over typed expressions. It knows nothing of how it is run.
Two plans are equal when they ask the same.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeAlias, TypedDict

from workbench.events.query.kql.syntax import Plain, Query
from workbench.events.tables import KqlType

Columns: TypeAlias = tuple[tuple[str, KqlType], ...]


TABLE_DEPTH = 3
"""What a table inside an expression counts towards the depth, besides its own."""


@dataclass(frozen=True)
class Bound:
    """A typed expression. ``size`` and ``depth`` count what it is made of, shared parts each time they are used."""

    type: KqlType = field(kw_only=True)
    size: int = field(default=1, kw_only=True, compare=False, repr=False)
    depth: int = field(default=1, kw_only=True, compare=False, repr=False)
    reach: int = field(default=0, kw_only=True, compare=False, repr=False)
    """Depth of the deepest table inside."""


@dataclass(frozen=True)
class Const(Bound):
    """A value known before any row is read. Dynamics are JSON text."""

    value: Plain


@dataclass(frozen=True)
class Ref(Bound):
    """A column of the node's source."""

    name: str


@dataclass(frozen=True)
class Apply(Bound):
    """A function or infix operator of the registry, by its canonical name."""

    function: str
    args: tuple[Bound, ...]


@dataclass(frozen=True)
class Path(Bound):
    """A fixed way into a dynamic: keys and positions."""

    base: Bound
    steps: tuple[str | int, ...]


@dataclass(frozen=True)
class Within(Bound):
    """``value in (table)`` and its kin: the first column of another node holds the values."""

    function: str
    value: Bound
    source: "Node"


@dataclass(frozen=True)
class Scalar(Bound):
    """``toscalar``: the first value of the first row of another node."""

    source: "Node"


Hidden: TypeAlias = tuple[tuple[str, Bound], ...]


@dataclass(frozen=True)
class Node:
    """Rows with named, typed columns.

    ``hidden`` columns are there for who names them and not for ``*``: each is an expression over the node's own
    columns. ``inner`` columns travel with the rows to serve hidden ones.
    """

    columns: Columns = field(kw_only=True)
    hidden: Hidden = field(default=(), kw_only=True)
    inner: Columns = field(default=(), kw_only=True)
    ordered: bool = field(default=False, kw_only=True)
    """Whether the order of the rows means something, as ``row_number`` needs it."""

    types: Mapping[str, KqlType] = field(init=False, compare=False, repr=False)
    """Visible columns to types."""
    size: int = field(init=False, compare=False, repr=False)
    """Nodes of the tree, shared ones each time they are used."""
    depth: int = field(init=False, compare=False, repr=False)
    """Nodes on the longest way down."""

    def __post_init__(self) -> None:
        below, exprs = self.below(), self.exprs()
        object.__setattr__(self, "types", dict(self.columns))
        object.__setattr__(self, "size", 1 + sum(node.size for node in below))
        deepest = max((*(node.depth for node in below), *(bound.reach for bound in exprs)), default=0)
        object.__setattr__(self, "depth", 1 + deepest)

    def below(self) -> tuple["Node", ...]:
        """The nodes this one reads."""
        source = getattr(self, "source", None)
        return (source,) if isinstance(source, Node) else ()

    def exprs(self) -> tuple[Bound, ...]:
        """The node's own expressions."""
        return tuple(bound for _, bound in getattr(self, "items", ()))


@dataclass(frozen=True)
class Scan(Node):
    """The rows of a table."""

    table: str
    time: str


@dataclass(frozen=True)
class Rows(Node):
    """Rows that stand in the query."""

    rows: tuple[tuple[Plain, ...], ...]


@dataclass(frozen=True)
class Series(Node):
    """``range``: one column, from the start to the stop, both in it."""

    start: Bound
    stop: Bound
    step: Bound


@dataclass(frozen=True)
class Filter(Node):
    """The rows for which the predicate is true."""

    source: Node
    predicate: Bound

    def exprs(self) -> tuple[Bound, ...]:
        """The condition."""
        return (self.predicate,)


@dataclass(frozen=True)
class Extend(Node):
    """The source's columns with some added or replaced; the columns keep the source's order, new ones last."""

    source: Node
    items: tuple[tuple[str, Bound], ...]


@dataclass(frozen=True)
class Project(Node):
    """Exactly these columns."""

    source: Node
    items: tuple[tuple[str, Bound], ...]


@dataclass(frozen=True)
class Agg:
    """An aggregate function over its arguments; it may give more than one column."""

    function: str
    args: tuple[Bound, ...]
    outputs: Columns


@dataclass(frozen=True)
class Aggregate(Node):
    """One row for each combination of keys; without keys exactly one row."""

    source: Node
    keys: tuple[tuple[str, Bound], ...]
    aggs: tuple[Agg, ...]

    def exprs(self) -> tuple[Bound, ...]:
        """Keys and arguments."""
        return (*(bound for _, bound in self.keys), *(arg for agg in self.aggs for arg in agg.args))


@dataclass(frozen=True)
class SortKey:
    """What to sort by, which way, and where nulls go."""

    expr: Bound
    descending: bool = True
    nulls_first: bool = False


@dataclass(frozen=True)
class Sort(Node):
    """The rows in order."""

    source: Node
    keys: tuple[SortKey, ...]

    def exprs(self) -> tuple[Bound, ...]:
        """What is sorted by."""
        return tuple(key.expr for key in self.keys)


@dataclass(frozen=True)
class Limit(Node):
    """The first rows."""

    source: Node
    count: int


@dataclass(frozen=True)
class Join(Node):
    """Rows of two nodes side by side; ``output`` says which side and column each column comes from."""

    left: Node
    right: Node
    kind: str
    on: tuple[tuple[str, str], ...]
    output: tuple[tuple[str, bool, str], ...]
    """Name, whether it comes from the left, name there."""

    def below(self) -> tuple[Node, ...]:
        """Both sides."""
        return (self.left, self.right)


@dataclass(frozen=True)
class Union(Node):
    """The rows of several nodes. Each leg gives, for every column, its own expression or None for a missing one."""

    legs: tuple[Node, ...]
    items: tuple[tuple[Bound | None, ...], ...]

    def below(self) -> tuple[Node, ...]:
        """The legs."""
        return self.legs

    def exprs(self) -> tuple[Bound, ...]:
        """None but columns and constants."""
        return ()


@dataclass(frozen=True)
class Expansion:
    """One expanded column: its name, the array or bag, and the type its elements are cast to."""

    name: str
    expr: Bound
    type: KqlType


@dataclass(frozen=True)
class Expand(Node):
    """``mv-expand``: a row for each element, several columns in step."""

    source: Node
    items: tuple[Expansion, ...]
    pairs: bool
    """Whether bags become ``[key, value]`` arrays instead of bags of one key."""
    index: str
    limit: int | None

    def exprs(self) -> tuple[Bound, ...]:
        """The arrays and bags."""
        return tuple(item.expr for item in self.items)


@dataclass(frozen=True)
class Ordered(Node):
    """``serialize``: the order of the rows is taken to mean something from here on."""

    source: Node


@dataclass(frozen=True)
class Render:
    """How the result wants to be drawn."""

    kind: str
    properties: Mapping[str, str]


@dataclass(frozen=True)
class Plan:
    """A bound query, ready to run."""

    query: Query
    """The tree it was bound from, parameters written out as let statements."""
    root: Node
    now: datetime
    render: Render | None = None
    notes: tuple[str, ...] = ()

    @property
    def columns(self) -> Columns:
        """Names and types of the result."""
        return self.root.columns


def apply(function: str, args: tuple[Bound, ...], kind: KqlType) -> Apply:
    """A function over arguments, counted."""
    size, depth, reach = 1, 0, 0
    for arg in args:
        size, depth, reach = size + arg.size, max(depth, arg.depth), max(reach, arg.reach)
    return Apply(function, args, type=kind, size=size, depth=depth + 1, reach=reach)


class Shape(TypedDict):
    """What a node shows of itself."""

    columns: Columns
    hidden: Hidden
    inner: Columns
    ordered: bool


def like(source: Node, *, ordered: bool | None = None) -> Shape:
    """The shape of a node whose rows have the columns of its source."""
    return Shape(
        columns=source.columns,
        hidden=source.hidden,
        inner=source.inner,
        ordered=source.ordered if ordered is None else ordered,
    )


def extended(source: Node, items: tuple[tuple[str, Bound], ...]) -> Extend:
    """The source with columns added or replaced, of one name the last; hidden columns on a replaced one are gone."""
    items = tuple(dict(items).items())
    kinds = dict(source.columns) | {name: bound.type for name, bound in items}
    changed = {name for name, _ in items}
    hidden = tuple(
        (name, bound)
        for name, bound in source.hidden
        if name not in kinds and not (isinstance(bound, Ref) and bound.name in changed)
    )
    return Extend(
        source, items, columns=tuple(kinds.items()), hidden=hidden, inner=source.inner, ordered=source.ordered
    )


def projected(source: Node, items: tuple[tuple[str, Bound], ...]) -> Project:
    """Exactly these columns of the source."""
    columns = tuple((name, bound.type) for name, bound in items)
    return Project(source, items, columns=columns, ordered=source.ordered)


def kept(source: Node, names: Mapping[str, str]) -> Project:
    """Some columns of the source in a new order or under new names: new name to old. Hidden columns go along."""
    items = tuple((new, Ref(old, type=source.types[old])) for new, old in names.items())
    inner = tuple((name, Ref(name, type=kind)) for name, kind in source.inner)
    renamed = {old: new for new, old in names.items()} | {name: name for name, _ in source.inner}
    hidden = tuple(
        (name, Ref(renamed[bound.name], type=bound.type) if isinstance(bound, Ref) else bound)
        for name, bound in source.hidden
        if name not in names and (not isinstance(bound, Ref) or bound.name in renamed)
    )
    columns = tuple((name, bound.type) for name, bound in items)
    return Project(source, (*items, *inner), columns=columns, hidden=hidden, inner=source.inner, ordered=source.ordered)
