"""Chains of comparisons of one column with fixed texts, looked for in one pass.

``Url has "a" or Url has "b"`` reads each text once instead of once for each word; so does the chain of negations that
``and`` joins. What comes out is the same, nulls included.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

import polars as pl

from workbench.events.query.backend import patterns
from workbench.events.query.backend.values import Value, nullable_text, plain
from workbench.events.query.functions import functions
from workbench.events.query.plan import Apply, Bound, Const

_ENDS: Mapping[str, Callable[[str], tuple[str, str]]] = MappingProxyType(
    {
        "has": patterns.bounds,
        "hasprefix": lambda needle: (patterns.bounds(needle)[0], ""),
        "hassuffix": lambda needle: ("", patterns.bounds(needle)[1]),
        "contains": lambda _: ("", ""),
        "startswith": lambda _: (r"\A", ""),
        "endswith": lambda _: ("", r"\z"),
        "=": lambda _: (r"\A", r"\z"),
    }
)
"""Operators, without what says that they are negated or that case counts, and what stands round a needle."""

_LIST = MappingProxyType({"==": "in", "!=": "!in"})
"""Operators that say the same of one value as another says of several."""

_FEW_EQUAL = 4
"""Fewer values are compared one by one."""


@dataclass(frozen=True)
class Alternatives:
    """Texts with which one operator compares the same expression."""

    function: str
    base: Bound
    texts: list[str] = field(default_factory=list)


def gathered(bound: Apply) -> tuple[list[Bound], list[Alternatives]]:
    """The operands of ``and`` or ``or``: those that stand for themselves, and those that can be looked for together."""
    rest: list[Bound] = []
    found: dict[tuple[str, Bound], tuple[Alternatives, list[Bound]]] = {}
    for each in _flat(bound.function, bound.args):
        fits = _fitting(each, negated=bound.function == "and")
        if fits is None:
            rest.append(each)
            continue
        column, text = fits
        group, members = found.setdefault((column.function, column.base), (column, []))
        group.texts.append(text)
        members.append(each)
    many = []
    for group, members in found.values():
        if len(members) >= _least(group):
            many.append(group)
        else:
            rest += members
    return rest, many


def value(group: Alternatives, text: Value) -> Value:
    """Whether one of the texts fits; of negated operators, whether none does."""
    if name := _LIST.get(group.function):
        built: Value = functions()[name].build(text, *(_literal(each) for each in group.texts))
        return built
    wanted, exact = not group.function.startswith("!"), group.function.endswith("_cs")
    ends = _ENDS[_stem(group.function)]
    held = nullable_text(text)
    parts = [held.str.contains(each) for each in patterns.alternatives(group.texts, ends, exact=exact)]
    found = pl.any_horizontal(parts) if len(parts) > 1 else parts[0]
    if text.type != "string" or _stem(group.function) == "=":
        found = found.fill_null(value=False)
    return plain(found if wanted else ~found, "bool", solid=True)


def _literal(text: str) -> Value:
    return Value(pl.lit(text), "string", const=text, known=True, solid=True)


def _flat(function: str, args: Sequence[Bound]) -> list[Bound]:
    """Operands, those of the same word inside them in their place."""
    found: list[Bound] = []
    waiting = list(reversed(args))
    while waiting:
        each = waiting.pop()
        if isinstance(each, Apply) and each.function == function:
            waiting += reversed(each.args)
        else:
            found.append(each)
    return found


def _fitting(bound: Bound, *, negated: bool) -> tuple[Alternatives, str] | None:
    if not isinstance(bound, Apply) or len(bound.args) != 2 or bound.function.startswith("!") != negated:
        return None
    base, text = bound.args
    if not isinstance(text, Const) or text.type != "string" or isinstance(base, Const) or base.reach:
        return None
    known = base.type == "string" if bound.function in _LIST else _stem(bound.function) in _ENDS
    return (Alternatives(bound.function, base), str(text.value)) if known else None


def _stem(function: str) -> str:
    """The operator without its marks; ``=`` of ``=~`` and ``!~``."""
    return "=" if function in ("=~", "!~") else function.removeprefix("!").removesuffix("_cs")


def _least(group: Alternatives) -> int:
    return _FEW_EQUAL if group.function in _LIST else 2
