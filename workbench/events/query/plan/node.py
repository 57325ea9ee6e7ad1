"""What every node of a plan has: columns with types, and what it is made of."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TypeAlias, TypedDict

from workbench.events.query.plan.bound import Bound
from workbench.events.tables import KqlType

Columns: TypeAlias = tuple[tuple[str, KqlType], ...]
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

    size: int = field(init=False, compare=False, repr=False)
    """Nodes of the tree, shared ones each time they are used."""
    depth: int = field(init=False, compare=False, repr=False)
    """Nodes on the longest way down."""

    def __post_init__(self) -> None:
        below, exprs = self.below(), self.exprs()
        object.__setattr__(self, "size", 1 + sum([node.size for node in below]))
        deepest = max([0, *[node.depth for node in below], *[bound.reach for bound in exprs]])
        object.__setattr__(self, "depth", 1 + deepest)

    @cached_property
    def types(self) -> Mapping[str, KqlType]:
        """Visible columns to types."""
        return dict(self.columns)

    @cached_property
    def concealed(self) -> Mapping[str, Bound]:
        """Hidden columns to their expressions."""
        return dict(self.hidden)

    def below(self) -> tuple["Node", ...]:
        """The nodes this one reads."""
        source = getattr(self, "source", None)
        return (source,) if isinstance(source, Node) else ()

    def exprs(self) -> tuple[Bound, ...]:
        """The node's own expressions."""
        return tuple(bound for _, bound in getattr(self, "items", ()))


class Shape(TypedDict):
    """What a node shows of itself."""

    columns: Columns
    hidden: Hidden
    inner: Columns
    ordered: bool


def like(source: Node, *, ordered: bool | None = None, more: Columns = ()) -> Shape:
    """The shape of a node whose rows have the columns of its source, and perhaps more."""
    return Shape(
        columns=(*source.columns, *more),
        hidden=source.hidden,
        inner=source.inner,
        ordered=source.ordered if ordered is None else ordered,
    )
