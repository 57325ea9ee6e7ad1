"""What a function declares: what it takes, what it gives, what it means, and how it is done in Polars."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from types import MappingProxyType
from typing import Any, Literal, TypeAlias

from workbench.events.tables import KqlType

LEVELS: Mapping[str, int] = MappingProxyType(
    {"equality": 0, "list": 0, "range": 0, "relation": 1, "sum": 2, "product": 3, "text": 4}
)
"""How tightly each shape of infix operator binds; text operators the tightest."""

Shape: TypeAlias = Literal["", "equality", "list", "range", "relation", "sum", "product", "text"]
Gives: TypeAlias = "str | Callable[[Sequence[KqlType]], KqlType | None]"
"""A type; ``same`` as the first argument; ``common`` to all; or a function of the argument types, None for a misfit."""

Parts: TypeAlias = Sequence[tuple[str, KqlType]]
"""Names and types of several results."""

_PERIODS = ("year", "quarter", "month", "week", "day", "hour", "minute", "second")
_FINE = ("millisecond", "microsecond", "nanosecond")
WORDS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "period": (*_PERIODS, *_FINE),
        "part": (*(each for each in _PERIODS if each != "week"), "week_of_year", "dayofyear", *_FINE),
    }
)
"""Kinds of parameter that take one of some words, case aside."""

MOST_ARGUMENTS = 10_000
"""Arguments that a repeating parameter takes."""

_PARAMETER = re.compile(r"(\w+):([\w|]+)([?!*]*)")


@dataclass(frozen=True)
class Slot:
    """One parameter: its name, what it takes, whether it may be left out, must be a constant, or may repeat."""

    name: str
    kind: str
    optional: bool
    constant: bool
    repeats: bool


@dataclass(frozen=True)
class Signature:
    """The parameters of a function, written ``(text:string, start:long, length:long?)``.

    A kind is a type, several types parted by ``|``, or one of ``any``, ``number`` and ``summable`` (numbers, moments
    and timespans); ``regex`` is a pattern, ``type`` a ``typeof``, ``period`` and ``part`` are words for units of time.
    After it, ``?`` marks what may be left out, ``!`` what must be known before any row is read, ``*`` what may be given
    many times.
    """

    text: str

    @cached_property
    def slots(self) -> tuple[Slot, ...]:
        """The parameters in order."""
        found = _PARAMETER.findall(self.text)
        return tuple(Slot(name, kind, "?" in marks, "!" in marks, "*" in marks) for name, kind, marks in found)

    @cached_property
    def least(self) -> int:
        """The fewest arguments."""
        return sum(not slot.optional for slot in self.slots)

    @cached_property
    def most(self) -> int:
        """The most arguments."""
        return MOST_ARGUMENTS if self.repeating else len(self.slots)

    @cached_property
    def repeating(self) -> tuple[Slot, ...]:
        """The parameters that may be given many times, in turns."""
        return tuple(slot for slot in self.slots if slot.repeats)

    def slot(self, position: int) -> Slot:
        """The parameter an argument at this position fills; repeating ones take turns at the end."""
        slots, repeating = self.slots, self.repeating
        fixed = len(slots) - len(repeating)
        if position < fixed or not repeating:
            return slots[min(position, len(slots) - 1)]
        return repeating[(position - fixed) % len(repeating)]


@dataclass(frozen=True)
class Function:
    """A scalar function or infix operator.

    ``build`` gets a Polars expression for each argument, a plain value where the parameter must be a constant, and
    returns the expression of the result. With ``raw`` it gets the arguments as ``Value`` with type and form, and
    returns a ``Value``: for what depends on the types, or works on dynamics. A result of type string is never null.
    ``named`` says what an unnamed result is called: ``first`` for the first argument's name, ``x_`` for that prefix
    before it, empty for a made-up one.
    """

    name: str
    takes: str
    gives: Gives
    meaning: str
    build: Callable[..., Any]
    raw: bool = False
    loose: Callable[..., Any] | None = None
    """A cheaper ``build`` for conditions on rows, where null may come out for false; raw as ``build`` is."""
    named: str = ""
    aliases: tuple[str, ...] = ()
    infix: Shape = ""
    rewrite: Callable[[Sequence[Any], datetime], Any] | None = None
    """Where the binder can say it with other functions: bound arguments and ``now`` to a bound expression."""
    check: Callable[[Sequence[Any]], None] | None = None
    """Looks at the bound arguments before any row is read, and raises ``BadQuery`` for constants that do not do."""
    ordered: bool = False
    """Whether it needs rows whose order means something."""
    parts: "tuple[tuple[str, KqlType], ...] | Callable[[Sequence[Any], Sequence[str | None]], Parts] | None" = None
    """The results of a function that has several: the ends of their names, and types; or a function that gives whole
    names for bound arguments and the names of these. ``build`` then gives a ``Value`` with a part for each."""
    asks_lists: bool = False
    """Whether a raw ``build`` gets the dated lists before its arguments."""

    @cached_property
    def signature(self) -> Signature:
        """What it takes."""
        return Signature(self.takes)


@dataclass(frozen=True)
class Aggregate:
    """A function over the rows of a group.

    ``build`` gets the arguments as ``Value`` and returns one; nulls are left out of account, and what is given for no
    rows at all is part of the expression. ``named`` is the prefix of an unnamed result.
    """

    name: str
    takes: str
    gives: Gives
    meaning: str
    build: Callable[..., Any]
    named: str = ""
    aliases: tuple[str, ...] = ()
    ordered: bool = False
    """Whether the order of the rows shows in the result."""
    outputs: str = ""
    """How many columns it gives: empty for one; ``ranks`` for one for each of the ranks at the end, named after it;
    ``row``, ``arg`` and ``argument`` for one for each argument, the latter two with the places of the rows at hand,
    and the last with names that begin with that of the first."""

    @property
    def chooses(self) -> bool:
        """Whether it chooses a row, of which each argument gives a value."""
        return self.outputs in ("arg", "argument")

    @cached_property
    def signature(self) -> Signature:
        """What it takes."""
        return Signature(self.takes)


@dataclass(frozen=True)
class Family:
    """The functions of one subject."""

    title: str
    functions: tuple[Function, ...] = ()
    aggregates: tuple[Aggregate, ...] = ()
