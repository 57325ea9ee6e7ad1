"""Typed expressions."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING

from workbench.events.query.kql.syntax import Plain
from workbench.events.tables import KqlType

if TYPE_CHECKING:
    from workbench.events.query.plan.node import Node

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
    per: str = ""
    """Of a function of rows in their order, the column whose values part the rows into groups that it looks at apart;
    empty for all rows."""


@dataclass(frozen=True)
class Part(Bound):
    """One of the results of a function that has several, by its place."""

    base: Bound
    place: int


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


@cache
def nothing(kind: KqlType) -> Const:
    """What stands where there is no value: null, or an empty text."""
    return Const("" if kind == "string" else None, type=kind)


def names_in(bound: Bound) -> Iterator[str]:
    """The columns that an expression reads, those of other tables left out."""
    return (part.name for part in parts_of(bound) if isinstance(part, Ref))


def parts_of(bound: Bound) -> Iterator[Bound]:
    """An expression, and all that it is made of."""
    yield bound
    for part in inside(bound):
        yield from parts_of(part)


def inside(bound: Bound) -> tuple[Bound, ...]:
    """The expressions that an expression is made of, those of other tables left out."""
    if isinstance(bound, Apply):
        return bound.args
    if isinstance(bound, Path | Part):
        return (bound.base,)
    return (bound.value,) if isinstance(bound, Within) else ()


def apply(function: str, args: tuple[Bound, ...], kind: KqlType) -> Apply:
    """A function over arguments, counted."""
    size, depth, reach = 1, 0, 0
    for arg in args:
        size, depth, reach = size + arg.size, max(depth, arg.depth), max(reach, arg.reach)
    return Apply(function, args, type=kind, size=size, depth=depth + 1, reach=reach)
