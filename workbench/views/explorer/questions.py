"""The questions of an Explorer page as KQL: how many, over time, which rows.

Everything a page shows is the answer to one of these, so "Show query" is never an approximation.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from types import MappingProxyType

from workbench.base.span import Span
from workbench.base.text.fold import fold
from workbench.events.query import quote
from workbench.views.explorer.conditions import Spellings, Tree, condition, uses_moves
from workbench.views.explorer.view import Field, View

MOST_BINS = 96
"""Bars of a chart over time; the bin is the smallest handy one that needs no more."""

BINS = tuple(
    timedelta(minutes=minutes)
    for minutes in (1, 5, 15, 30, 60, 180, 360, 720, 1440, 2880, 10_080, 43_200, 129_600, 525_600)
)
TOP = 8
"""Categories of a chart that have a colour of their own; the rest is "Other"."""

OTHER = "Other"
EMPTY = "(none)"
"""How a category without a value is shown."""

MOVES = """| lookup kind=leftouter (
    EmailPostDeliveryEvents
    | where ActionResult =~ "Success"
    | summarize arg_max(Timestamp, DeliveryLocation, ActionType) by NetworkMessageId, RecipientEmailAddress
    | project NetworkMessageId, RecipientEmailAddress, MovedTo = DeliveryLocation, AdditionalAction = ActionType)
    on NetworkMessageId, RecipientEmailAddress
| extend LatestLocation = case(isnotempty(MovedTo), MovedTo,
    isnotempty(LatestDeliveryLocation), LatestDeliveryLocation, DeliveryLocation)"""
"""Adds to rows of mail where the last successful move after delivery put them, and what moved them."""

_ALL: Tree = MappingProxyType({"op": "all", "items": ()})


@dataclass(frozen=True)
class Question:
    """What a page asks: a view, a window, a filter tree, and the spellings its list values have in the data.

    The window cuts the rows of the view alone: clicks and moves that came later belong to them too.
    """

    view: View
    span: Span
    tree: Tree = field(default_factory=lambda: _ALL)
    spellings: Spellings = field(default_factory=lambda: MappingProxyType({}))

    def where(self, tree: Tree) -> "Question":
        """The same question under another filter."""
        return replace(self, tree=tree)


def count(question: Question) -> str:
    """How many rows match: one row, one column."""
    return f"{_base(question)}\n| count"


def rows(question: Question, columns: Sequence[str], *, order: str = "Timestamp", descending: bool = True) -> str:
    """The rows, with the named fields, in order; ties are broken so that pages do not overlap."""
    view = question.view
    needed = list(dict.fromkeys([*columns, "NetworkMessageId", "RecipientEmailAddress"]))
    moved = any(view.field(name).moved for name in (*needed, order))
    shown = ", ".join(_named(view, name) for name in needed)
    ways = ("desc" if descending else "asc", "asc", "asc")
    keys = list(dict.fromkeys([order, "NetworkMessageId", "RecipientEmailAddress"]))
    by = ", ".join(f"{name} {way}" for name, way in zip(keys, ways, strict=False))
    return f"{_base(question, moved=moved)}\n| project {shown}\n| sort by {by}"


def histogram(question: Question, pivot: str, step: timedelta) -> str:
    """Counts by bin of time and value of a field: Time, Series, Count. Beyond the greatest eight, "Other"."""
    view = question.view
    base = _base(question, moved=view.field(pivot).moved)
    value = _text(view.field(pivot))
    size = quote(step)
    series = f'iff(isempty({value}), "{EMPTY}", {value})'
    top = f"{base}\n| summarize Count = count() by Series = {series}\n| top {TOP} by Count desc\n| project Series"
    return (
        f"let greatest = {top};\n{base}\n| extend Series = {series}\n"
        f"| summarize Count = count() by Time = bin(Timestamp, {size}), "
        f'Series = iff(Series in (greatest), Series, "{OTHER}")\n| sort by Time asc, Series asc'
    )


def values(view: View, name: str, most: int = 200) -> str:
    """The values a field has, the most frequent first: Value, Count."""
    chosen = view.field(name)
    table = chosen.table or view.table
    moves = f"\n{MOVES}" if chosen.moved else ""
    return f"{table}{moves}\n| summarize Count = count() by Value = {_text(chosen)}\n| top {most} by Count desc"


def bin_of(span: Span) -> timedelta:
    """The width of a bar for a window."""
    return next((size for size in BINS if span.length / size <= MOST_BINS), BINS[-1])


def python_line(text: str) -> str:
    """The line that asks the same in a notebook."""
    return f'w.kql("""\n{text}\n""")'


def _base(question: Question, *, moved: bool = False) -> str:
    view, span = question.view, question.span
    lines = [view.table, f"| where Timestamp >= {quote(span.start)} and Timestamp < {quote(span.end)}"]
    if moved or uses_moves(view, question.tree):
        lines.append(MOVES)
    if test := condition(view, question.tree, question.spellings):
        lines.append(f"| where {test}")
    return "\n".join(lines)


def _text(field: Field) -> str:
    return field.kql if field.kind in ("text", "list") else f"tostring({field.kql})"


def _named(view: View, name: str) -> str:
    kql = view.field(name).kql
    return name if kql == name else f"{name} = {kql}"


def spellings_of(found: Mapping[str, Sequence[str]], known: Mapping[str, Sequence[str]]) -> Spellings:
    """Group the spellings the data has under the values people choose: equal when folded.

    ``found`` are the values in the data by field, ``known`` the vocabulary by field; what the data has beyond the
    vocabulary stands for itself, under the spelling met first.
    """
    grouped: dict[str, dict[str, list[str]]] = {}
    for name, texts in found.items():
        chosen = {fold(value): value for value in (*reversed(texts), *reversed(known.get(name, ()))) if value}
        for text in texts:
            if text:
                grouped.setdefault(name, {}).setdefault(chosen[fold(text)], []).append(text)
    return grouped
