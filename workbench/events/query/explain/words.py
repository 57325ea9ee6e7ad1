"""Bound expressions as text that a reader of KQL understands."""

from collections.abc import Callable, Iterable, Sequence
from functools import singledispatch
from typing import TypeAlias

from workbench.events.query.functions import LEVELS, functions
from workbench.events.query.kql.literals import literal_text
from workbench.events.query.kql.printer import name_text
from workbench.events.query.kql.syntax import Literal
from workbench.events.query.plan import Agg, Apply, Bound, Const, Node, Part, Path, Ref, Scalar, SortKey, Within

Called: TypeAlias = Callable[[Node], str]
"""What a table inside an expression is called."""

MOST = 8
"""Items of a list that are written out."""
LONGEST = 60
"""Characters of a literal that are written out."""


def said(bound: Bound, called: Called) -> str:
    """An expression on one line; long lists and texts are cut and say so."""
    return _said(bound, called)


def named(items: Iterable[tuple[str, Bound]], called: Called) -> str:
    """Columns and what they are made of; a column that is just itself is named once."""
    return listed([_named(name, bound, called) for name, bound in items])


def aggregated(agg: Agg, called: Called) -> str:
    """An aggregate and the columns it gives."""
    args = listed([said(arg, called) for arg in agg.args])
    outputs = [column(name) for name, _ in agg.outputs]
    call = f"{agg.function}({args})"
    return call if len(outputs) > 1 else f"{outputs[0]} = {call}"


def sorted_by(key: SortKey, called: Called) -> str:
    """One key of a sort."""
    return f"{said(key.expr, called)} {'desc' if key.descending else 'asc'}"


def listed(items: Sequence[str], most: int = MOST, between: str = ", ") -> str:
    """Items parted by commas, the first few of many."""
    rest = len(items) - most
    return between.join(items) if rest <= 1 else f"{between.join(items[:most])} and {rest:,} more"


def column(name: str) -> str:
    """A column as it is written; one that the plan made for itself has a sign that no written name has."""
    return f"#{name[1:]}" if name.startswith("\x00") else name_text(name)


def _named(name: str, bound: Bound, called: Called) -> str:
    same = isinstance(bound, Ref) and bound.name == name
    return column(name) if same else f"{column(name)} = {said(bound, called)}"


@singledispatch
def _said(bound: Bound, _called: Called) -> str:
    return type(bound).__name__.lower()


@_said.register
def _(bound: Const, _called: Called) -> str:
    text = literal_text(Literal(bound.value, bound.type))
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}… ({len(text):,} characters)"


@_said.register
def _(bound: Ref, _called: Called) -> str:
    return column(bound.name)


@_said.register
def _(bound: Path, called: Called) -> str:
    steps = (f"[{each}]" if isinstance(each, int) else f".{name_text(each)}" for each in bound.steps)
    return f"{_held(bound.base, called)}{''.join(steps)}"


@_said.register
def _(bound: Part, called: Called) -> str:
    return f"{_held(bound.base, called)}[{bound.place}]"


@_said.register
def _(bound: Within, called: Called) -> str:
    return f"{_held(bound.value, called)} {bound.function} ({called(bound.source)})"


@_said.register
def _(bound: Scalar, called: Called) -> str:
    return f"toscalar({called(bound.source)})"


@_said.register
def _(bound: Apply, called: Called) -> str:
    shape = functions()[bound.function].infix if bound.function in functions() else ""
    if bound.function in ("and", "or"):
        return listed([_held(arg, called) for arg in bound.args], between=f" {bound.function} ")
    if shape == "range":
        value, low, high = bound.args
        return f"{_held(value, called)} {bound.function} ({said(low, called)} .. {said(high, called)})"
    if shape == "list":
        value, *items = bound.args
        return f"{_held(value, called)} {bound.function} ({listed([said(each, called) for each in items])})"
    if shape in LEVELS and len(bound.args) == len("ab"):
        left, right = bound.args
        return f"{_held(left, called)} {bound.function} {_held(right, called)}"
    call = f"{bound.function}({listed([said(arg, called) for arg in bound.args])})"
    return f"{call} in each {column(bound.per)}" if bound.per else call


def _held(bound: Bound, called: Called) -> str:
    """An operand, in brackets where it is itself an operation."""
    text = said(bound, called)
    function = functions().get(bound.function) if isinstance(bound, Apply) else None
    logic = isinstance(bound, Apply) and bound.function in ("and", "or")
    return f"({text})" if logic or (function and function.infix) else text
