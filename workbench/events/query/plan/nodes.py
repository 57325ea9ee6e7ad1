"""The nodes of a plan, each the rows of an operator; and how nodes of the usual shapes are made."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from workbench.events.query.kql.syntax import Plain
from workbench.events.query.plan.bound import Bound, Const, Ref
from workbench.events.query.plan.node import Columns, Hidden, Node
from workbench.events.tables import KqlType


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
class Feed(Node):
    """The records of files that are pinned under addresses."""

    addresses: tuple[str, ...]
    form: str
    """Format of the files."""
    mapping: tuple[tuple[str | int, ...], ...]
    """For each column, the way into a record: the number of a field, or keys and places."""
    skipped: tuple[bool, bool]
    """Whether the first and the last record of each file are left out."""
    members: str
    """Pattern for the names of the files of an archive; empty for all."""
    place: tuple[int, str]
    """Where in the query it stands, for messages."""


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
class LimitPer(Node):
    """The first rows of each combination of keys; of the whole source where there are none."""

    source: Node
    keys: tuple[str, ...]
    count: int


@dataclass(frozen=True)
class Sampled(Node):
    """Some rows from everywhere in the source, in its order."""

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
class Axis:
    """The axis of series: slot ``n`` begins at ``origin + n * step``.

    Slots begin from ``start`` on and before ``stop``, or at it where it is ``inclusive``. Where an end is missing, a
    series begins or ends with its own rows.
    """

    name: str
    slot: str
    """The source's column with the numbers of slots."""
    type: KqlType
    origin: Bound
    step: Bound
    start: Bound | None = None
    stop: Bound | None = None
    inclusive: bool = False


@dataclass(frozen=True)
class Gather(Node):
    """``make-series``: the rows of each combination of keys as arrays, a value for each slot of an axis.

    The source has one row for each combination and slot.
    """

    source: Node
    keys: tuple[str, ...]
    items: tuple[tuple[str, Const], ...]
    """Columns that become arrays, each with what stands where a slot has no row."""
    axis: Axis
    never_empty: bool = False
    """Without keys and rows: one row of defaults instead of none."""

    def exprs(self) -> tuple[Bound, ...]:
        """The ends of the axis."""
        axis = self.axis
        return tuple(each for each in (axis.origin, axis.step, axis.start, axis.stop) if each is not None)


@dataclass(frozen=True)
class Captures(Node):
    """The source's columns, and beside them what the groups of a regular expression find in a text.

    ``pattern`` names its ``groups``; each becomes a column of text, empty where it finds nothing, under the name beside
    it. ``found`` is a column that says whether the pattern fits.
    """

    source: Node
    text: Bound
    pattern: str
    groups: tuple[tuple[str, str], ...]
    found: str

    def exprs(self) -> tuple[Bound, ...]:
        """The text."""
        return (self.text,)


@dataclass(frozen=True)
class Pairs(Node):
    """The source's columns, and beside them the first value of some keys among the pairs that a pattern finds."""

    source: Node
    text: Bound
    pattern: str
    """Its first group is a key, its second the value."""
    keys: tuple[str, ...]
    names: tuple[str, ...]

    def exprs(self) -> tuple[Bound, ...]:
        """The text."""
        return (self.text,)


@dataclass(frozen=True)
class Ordered(Node):
    """``serialize``: the order of the rows is taken to mean something from here on."""

    source: Node


@dataclass(frozen=True)
class Pivot(Node):
    """The rows of each combination of keys as one, the cell of each row in the column that the row names."""

    source: Node
    keys: tuple[str, ...]
    on: str
    """Text column that names the column of a row's cell."""
    cell: str
    values: tuple[tuple[str, str], ...]
    """New columns, each with the text that means it."""
    missing: Plain
    """What stands where no row names the column."""


@dataclass(frozen=True)
class Located(Node):
    """Rows of two nodes side by side, where the network on the right holds the address on the left.

    ``on`` are further columns that must be equal; ``output`` is that of a join. Where it is ``outer``, rows without a
    network are kept.
    """

    left: Node
    right: Node
    address: str
    network: str
    version: int
    """Of the addresses: 4 or 6; 6 takes those of version 4 too."""
    on: tuple[tuple[str, str], ...]
    outer: bool
    output: tuple[tuple[str, bool, str], ...]
    """Name, whether it comes from the left, name there."""

    def below(self) -> tuple[Node, ...]:
        """Both sides."""
        return (self.left, self.right)


@dataclass(frozen=True)
class Basket(Node):
    """The values that often occur together: a row for each pattern, its columns empty where they may hold anything."""

    source: Node
    items: tuple[tuple[str, Bound], ...]
    """The columns that are looked at."""
    weight: str
    """Column that says how many rows a row stands for; empty where each is one."""
    threshold: float
    """Share of the rows that a pattern must have."""
    dimensions: int
    """Values that may make a pattern, besides those that all its rows have anyway."""


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


def shown(source: Node, names: Iterable[str]) -> Node:
    """The source with those of its hidden columns that are among the names visible, after the others."""
    wanted = set(names)
    items = tuple((name, bound) for name, bound in source.hidden if name in wanted)
    return extended(source, items) if items else source


def carried(hidden: Hidden, renamed: Mapping[str, str]) -> Hidden:
    """Those hidden columns whose source is among the columns that go on, given as old names to new ones."""
    return tuple(
        (name, Ref(renamed[bound.name], type=bound.type) if isinstance(bound, Ref) else bound)
        for name, bound in hidden
        if not isinstance(bound, Ref) or bound.name in renamed
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
    hidden = tuple((name, bound) for name, bound in carried(source.hidden, renamed) if name not in names)
    columns = tuple((name, bound.type) for name, bound in items)
    return Project(source, (*items, *inner), columns=columns, hidden=hidden, inner=source.inner, ordered=source.ordered)
