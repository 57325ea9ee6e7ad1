"""Names that statements define, and what expressions can see."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

from workbench.events.query.kql.syntax import Lambda
from workbench.events.query.plan import Agg, Bound, Node

if TYPE_CHECKING:
    from workbench.events.tables import KqlType


@dataclass(frozen=True)
class Closure:
    """A function with the names it sees."""

    name: str
    tree: Lambda
    env: "Env"


Binding: TypeAlias = "Bound | Node | Closure"


@dataclass
class Env:
    """Names in scope; inner ones hide outer ones."""

    outer: "Env | None" = None
    names: "dict[str, Binding]" = field(default_factory=dict)

    def find(self, name: str) -> "Binding | None":
        """What the name stands for, None where nothing defines it."""
        if name in self.names:
            return self.names[name]
        return self.outer.find(name) if self.outer else None

    def kept(self) -> "Env":
        """The names as they are now: a function does not see itself, nor what is defined after it."""
        return Env(self.outer, dict(self.names))

    def all(self) -> Iterator[str]:
        """Every name in scope."""
        yield from self.names
        if self.outer:
            yield from self.outer.all()


@dataclass
class Collector:
    """The aggregates met so far in one ``summarize``."""

    aggs: list[Agg] = field(default_factory=list)

    def column(self, function: str, args: tuple[Bound, ...], kind: "KqlType") -> str:
        """The internal column of an aggregate, the same for the same aggregate."""
        for agg in self.aggs:
            if (agg.function, agg.args) == (function, args) and agg.outputs[0][0].startswith("\x00"):
                return agg.outputs[0][0]
        name = f"\x00agg{len(self.aggs)}"
        self.aggs.append(Agg(function, args, ((name, kind),)))
        return name


@dataclass(frozen=True)
class Row:
    """What a scalar expression may look at: the columns of a node, and whether it may aggregate over them."""

    node: Node | None = None
    collector: Collector | None = None
