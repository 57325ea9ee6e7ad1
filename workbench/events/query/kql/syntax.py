"""What KQL text is made of: a tree of frozen values. Positions do not count when two trees are compared.

Operators define their own trees beside how they are read, printed and bound, in ``operators/``; here are expressions,
statements and what all operators share. Parentheses are not kept: the printer puts them where precedence needs them.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TypeAlias

from workbench.events.tables import KqlType

Plain: TypeAlias = str | int | float | bool | datetime | timedelta | None


@dataclass(frozen=True, slots=True)
class Expr:
    """Anything with a value; a pipeline counts, since it may stand in parentheses where a table is wanted."""

    at: int = field(default=-1, compare=False, repr=False, kw_only=True)


@dataclass(frozen=True, slots=True)
class Literal(Expr):
    """A value as written. Dynamics are compact JSON text, guids text, a null is None with its type."""

    value: Plain
    type: KqlType


@dataclass(frozen=True, slots=True)
class Name(Expr):
    """A column, table, variable or, with ``$left`` and ``$right``, a side of a join."""

    name: str


@dataclass(frozen=True, slots=True)
class Placeholder(Expr):
    """``{start}``: where whoever uses a template puts a value of their own."""

    name: str


@dataclass(frozen=True, slots=True)
class Nothing(Expr):
    """What a query asks that ends after its let statements."""


@dataclass(frozen=True, slots=True)
class Star(Expr):
    """``*``: all columns."""


@dataclass(frozen=True, slots=True)
class Pattern(Expr):
    """A name with ``*`` in it: the columns or tables that fit."""

    pattern: str


@dataclass(frozen=True, slots=True)
class TypeOf(Expr):
    """``typeof(long)``."""

    type: KqlType


@dataclass(frozen=True, slots=True)
class Call(Expr):
    """A function with its arguments; an argument may be a pipeline, or named as in ``f(x=1)``."""

    name: str
    args: tuple[Expr, ...]


@dataclass(frozen=True, slots=True)
class Sign(Expr):
    """``-x`` or ``+x``."""

    op: str
    operand: Expr


@dataclass(frozen=True, slots=True)
class Binary(Expr):
    """Two operands and an infix operator: comparison, arithmetic, or a text operator such as ``has``."""

    op: str
    left: Expr
    right: Expr


@dataclass(frozen=True, slots=True)
class Logic(Expr):
    """``and`` or ``or`` over two operands or more, so that long chains stay flat."""

    op: str
    operands: tuple[Expr, ...]


@dataclass(frozen=True, slots=True)
class Term(Expr):
    """``Subject:"invoice"`` of a search: a term to be found in a column."""

    where: Expr
    term: Expr


@dataclass(frozen=True, slots=True)
class Among(Expr):
    """``x in (a, b)`` and its kin; a single item may be a table or a dynamic array."""

    op: str
    value: Expr
    items: tuple[Expr, ...]


@dataclass(frozen=True, slots=True)
class Between(Expr):
    """``x between (low .. high)``."""

    op: str
    value: Expr
    low: Expr
    high: Expr


@dataclass(frozen=True, slots=True)
class Member(Expr):
    """``x.name`` of a dynamic, or of a side of a join."""

    base: Expr
    name: str


@dataclass(frozen=True, slots=True)
class Method(Expr):
    """``cluster("c").database("d")``: what is asked of another place."""

    base: Expr
    call: Call


@dataclass(frozen=True, slots=True)
class Index(Expr):
    """``x["key"]`` or ``x[0]`` of a dynamic."""

    base: Expr
    index: Expr


@dataclass(frozen=True, slots=True)
class Named(Expr):
    """An expression with the name, or names, its result gets; no name where KQL makes one up."""

    expr: Expr
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Operator:
    """One step of a pipeline; its kinds live in ``operators/``."""

    at: int = field(default=-1, compare=False, repr=False, kw_only=True)


@dataclass(frozen=True, slots=True)
class Pipeline(Expr):
    """A source and the operators its rows pass through; an operator such as ``union`` may itself be the source."""

    source: "Expr | Operator"
    operators: tuple[Operator, ...] = ()


@dataclass(frozen=True, slots=True)
class Parameter:
    """What a function takes: a typed value with a default or without, or a table (``columns`` is None for any)."""

    name: str
    type: KqlType | None = None
    default: Literal | None = None
    columns: tuple[tuple[str, KqlType], ...] | None = None


@dataclass(frozen=True, slots=True)
class Lambda(Expr):
    """``(x:string) { ... }``: a function, with the statements of its body."""

    parameters: tuple[Parameter, ...]
    lets: "tuple[Let, ...]"
    body: Expr


@dataclass(frozen=True, slots=True)
class Let:
    """``let name = value;``."""

    name: str
    value: Expr
    at: int = field(default=-1, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Option:
    """``set notruncation;``: an option of the service, with the text of its value where it has one."""

    name: str
    value: str = ""
    at: int = field(default=-1, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Query:
    """Let statements and the expression they serve. ``text`` is what it was read from, for places in messages.

    ``options`` are those that ``set`` names, ``parameters`` those that ``declare query_parameters`` does.
    """

    body: Expr
    lets: tuple[Let, ...] = ()
    options: tuple[Option, ...] = ()
    parameters: tuple[Parameter, ...] = ()
    text: str = field(default="", compare=False, repr=False)
