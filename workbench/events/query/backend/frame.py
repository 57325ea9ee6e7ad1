"""A lazy frame under way, and the runner that makes one of each node."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from enum import Enum
from functools import cached_property, partial
from typing import TYPE_CHECKING, Literal, TypeAlias

import polars as pl

from workbench.base.errors import LimitReached
from workbench.base.span import Span
from workbench.events.query.backend import documents
from workbench.events.query.backend.expressions import Scope, predicate, value
from workbench.events.query.backend.needs import Wants, soon
from workbench.events.query.backend.remembered import values_of
from workbench.events.query.backend.values import Form, Value, as_json
from workbench.events.query.catalog import lists_of
from workbench.events.query.plan import Aggregate, Bound, Node, Project, Ref
from workbench.events.query.plan.walk import from_below, shared, tables_in
from workbench.events.store.accelerators.lookups import Every, Wanted
from workbench.events.store.paths import Way

if TYPE_CHECKING:
    from workbench.events.query.catalog import Catalog

Column: TypeAlias = tuple[pl.Series, Form | None]
"""Values of a column, and the form of a dynamic."""

MOST_MEMBERS = 10_000_000
"""Distinct values that the table on the right of ``in`` may give."""


@dataclass(frozen=True)
class Frame:
    """Rows, and in which form their dynamic columns lie. ``plain`` says that they come straight from a scan.

    ``ways`` are columns beside the node's own that hold members of its documents; nobody has to hand them on.
    """

    lazy: pl.LazyFrame
    forms: Mapping[str, Form] = field(default_factory=dict)
    plain: bool = False
    ways: Mapping[Way, str] = field(default_factory=dict)


class Order(Enum):
    """What the reader of some rows asks of their order.

    ``KEPT``: as they come, so that the same question gives the same rows in the same order. ``NEWEST``: the same rows,
    the newest files first. ``ANY``: the reader settles the order itself, or does not look at it.
    """

    KEPT = "kept"
    NEWEST = "newest"
    ANY = "any"


@dataclass(frozen=True)
class Used:
    """How the rows of a table were had: by which columns, and how many files were opened of those in the window.

    ``index``: only rows that an index found; ``counts``: counts in place of rows, ``opened`` files without counts.
    """

    table: str
    how: Literal["index", "counts"]
    by: tuple[str, ...]
    files: int
    opened: int


@dataclass(frozen=True)
class Source:
    """What all runners of one question share: the tables, the window, the builder of frames, and what was fetched."""

    catalog: "Catalog"
    span: Span | None
    build: "Callable[[Node, Runner], Frame]"
    root: Node
    """What is asked."""
    reads: bool = True
    """Whether tables inside expressions are read where that saves reading rows; not so where a plan is only shown."""
    remembers: bool = True
    """Whether values that earlier questions looked up may be taken; not so where it is to be told how they are had."""
    members: dict[int, pl.Series] = field(default_factory=dict)
    firsts: dict[int, Column] = field(default_factory=dict)
    settled: dict[int, tuple[Node, Frame]] = field(default_factory=dict)
    """Groups that were counted for a table inside an expression, and are read elsewhere too."""
    used: list[Used] = field(default_factory=list)
    read: set[str] = field(default_factory=set)
    """Names of the tables that rows are fetched of."""

    @cached_property
    def shared(self) -> frozenset[int]:
        """Nodes that several others read, by identity."""
        return shared(self.root)

    @cached_property
    def soon(self) -> Mapping[int, Wants]:
        """What the next steps take of each node, by identity."""
        return soon(self.root)


@dataclass(frozen=True)
class Cut:
    """Which rows of a scan are wanted: those of some windows, and those that may meet a condition."""

    windows: tuple[Span, ...] | None = None
    wanted: Wanted | None = None


_WHOLE = Cut()


class Runner:
    """Turns nodes into frames, each node once, so that a plan used twice is read once.

    A node is known by its identity, and kept as long as its frame: one made here and dropped would leave its number to
    the next.

    ``cuts`` say which rows of single scans are wanted, by identity of the node. Tables on the right of ``in`` and
    inside ``toscalar`` are read while the frame is made.
    """

    def __init__(self, source: Source, order: Order = Order.KEPT, cuts: Mapping[int, Cut] | None = None) -> None:
        self.source, self.order = source, order
        self._cuts = cuts or {}
        self._frames: dict[int, tuple[Node, Frame]] = {}
        self._siblings: dict[Order, Runner] = {order: self}
        """The runners over the same cuts, this one among them: what several of them need in one order is made once."""

    @property
    def catalog(self) -> "Catalog":
        """The tables."""
        return self.source.catalog

    @property
    def span(self) -> Span | None:
        """The window that cuts every scan."""
        return self.source.span

    def towards(self, order: Order) -> "Runner":
        """The runner that reads in that order."""
        if order not in self._siblings:
            made = Runner(self.source, order, self._cuts)
            made._siblings = self._siblings
            self._siblings[order] = made
        return self._siblings[order]

    def narrowed(self, node: Node, windows: tuple[Span, ...]) -> "Runner":
        """A runner for which a scan has only the rows of these windows."""
        return Runner(self.source, self.order, {**self._cuts, id(node): replace(self.cut(node), windows=windows)})

    def picking(self, node: Node, own: Node, wanted: Wanted) -> "Runner":
        """A runner for which ``own``, a copy of a scan, has only rows that meet a condition, besides what cut that."""
        cut = self.cut(node)
        both = wanted if cut.wanted is None else Every((cut.wanted, wanted))
        return Runner(self.source, self.order, {**self._cuts, id(own): replace(cut, wanted=both)})

    def cut(self, node: Node) -> Cut:
        """Which rows of a scan are wanted."""
        return self._cuts.get(id(node), _WHOLE)

    def settle(self) -> None:
        """Count groups once that a table inside an expression and something else read, as ``materialize`` asks."""
        nodes = from_below(self.source.root)
        inside = {id(each): each for node in nodes for table in tables_in(node) for each in from_below(table)}
        for each in inside.values():
            if isinstance(each, Aggregate) and id(each) in self.source.shared:
                frame = self.towards(Order.KEPT).frame(each)
                rows = frame.lazy.collect(engine="streaming").lazy()
                self.source.settled[id(each)] = each, replace(frame, lazy=rows)

    def frame(self, node: Node) -> Frame:
        """The rows of a node."""
        if id(node) in self.source.settled:
            return self.source.settled[id(node)][1]
        if id(node) not in self._frames:
            self._frames[id(node)] = node, self.source.build(node, self)
        return self._frames[id(node)][1]

    def scope(self, frame: Frame) -> Scope:
        """What expressions over a frame may look at."""
        return Scope(frame.forms, self.members, self._first, frame.ways, lists_of(self.catalog))

    @property
    def outside(self) -> Scope | None:
        """What expressions may look at that stand over no frame: other tables, if these are read."""
        return Scope(members=self.members, first=self._first) if self.source.reads else None

    def value(self, bound: Bound, frame: Frame) -> Value:
        """An expression over a frame."""
        return value(bound, self.scope(frame))

    def predicate(self, bound: Bound, frame: Frame) -> pl.Expr:
        """A condition over a frame."""
        return predicate(bound, self.scope(frame))

    def members(self, node: Node) -> pl.Series:
        """The different values of a node's first column; arrays give their elements."""
        fetched = self.source.members
        if id(node) not in fetched:
            known = self.source.remembers
            make = partial(self._members, node)
            fetched[id(node)] = values_of(node, self.catalog, self.span, make) if known else make()
        series = fetched[id(node)]
        if series.len() > MOST_MEMBERS:
            raise LimitReached(
                f"The table on the right of 'in' gives more than {MOST_MEMBERS:,} different values",
                next_step="Use join kind=leftsemi instead.",
            )
        return series

    def _members(self, node: Node) -> pl.Series:
        frame, name = self.towards(Order.ANY).frame(plain_keys(node)), node.columns[0][0]
        values = frame.lazy.select(_member_values(self.value(Ref(name, type=node.columns[0][1]), frame)).alias(name))
        return values.unique().head(MOST_MEMBERS + 1).collect(engine="streaming").to_series()

    def _first(self, node: Node) -> Column:
        """The first value of a node, in a column of at most one row."""
        fetched = self.source.firsts
        if id(node) not in fetched:
            frame, name = self.towards(Order.KEPT).frame(node), node.columns[0][0]
            found = frame.lazy.select(name).head(1).collect(engine="streaming").to_series()
            fetched[id(node)] = found, frame.forms.get(name)
        return fetched[id(node)]


def _member_values(held: Value) -> pl.Expr:
    """The values; of dynamics their JSON, arrays giving their elements."""
    if held.type != "dynamic":
        return held.expr
    return documents.mapped(as_json(held), documents.elements, pl.List(pl.String)).explode()


def plain_keys(node: Node) -> Node:
    """The node without a ``distinct`` that its reader has no need of, since it looks at each value once anyway."""
    if isinstance(node, Aggregate) and not node.aggs:
        return Project(node.source, node.keys, columns=node.columns)
    return node
