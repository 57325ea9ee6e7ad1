"""The questions of an Explorer page as KQL: how many, which rows.

Everything a page shows is the answer to one of these, so "Show query" is never an approximation.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from workbench.analysis.entities.placement import LATEST
from workbench.base.errors import BadInput
from workbench.base.span import Span
from workbench.base.text.fold import fold
from workbench.events.query import quote
from workbench.views.explorer.conditions import Spellings, Tree, condition, uses_moves
from workbench.views.explorer.tab import Tab
from workbench.views.explorer.view import Field, View

SPELLINGS = 200
"""Values of one list that are read from the data."""

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
    return f"{matching(question)}\n| count"


def rows(question: Question, columns: Sequence[str], *, order: str = "Timestamp", descending: bool = True) -> str:
    """The rows, with the named fields, in order; ties are broken so that pages do not overlap.

    Raises:
        UnknownName: a field the view does not have.
        BadInput: a field of another table, of which a message may have many.
    """
    view = question.view
    needed = list(dict.fromkeys([*columns, order, *view.ties]))
    if many := next((name for name in needed if view.field(name).table), ""):
        raise BadInput(f"{view.field(many).label} is no column: a message may have many", next_step="Filter by it.")
    moved = any(view.field(name).moved for name in needed)
    shown = ", ".join(_named(view, name) for name in needed)
    ties = ", ".join(f"{name} asc" for name in view.ties if name != order)
    by = f"{order} {'desc' if descending else 'asc'}, {ties}"
    return f"{matching(question, moved=moved)}\n| project {shown}\n| sort by {by}"


def beside(question: Question, tab: Tab, *, order: str = "", descending: bool = True) -> str:
    """The rows of a list beside those of the view, in order."""
    by = order or tab.order
    ties = "".join(f", {name} asc" for name in tab.ties if name != by)
    return f"{listed(question, tab)}\n| sort by {by} {'desc' if descending else 'asc'}{ties}"


def listed(question: Question, tab: Tab) -> str:
    """The rows of a list in no order."""
    return f"{matching(question)}\n{tab.kql}"


def vocabulary(view: View) -> str:
    """The values that lists have in the data, spelled as there, and the terms of lists of terms: Field, Value."""
    lists = [field for field in view.fields if field.kind == "list"]
    if not lists:
        return 'print Field = "", Value = "" | where isnotempty(Field)'
    parts = [f"({_held(field, *place.split('.'))})" for field in lists for place in _places(view, field)]
    return "union\n    {}\n| where isnotempty(Value)\n| summarize by Field, Value".format(",\n    ".join(parts))


def spelling(view: View, name: str, text: str) -> str:
    """A value of a list as the data spell it, case aside: Value, no row where none has it."""
    field = view.field(name)
    parts = [f"({_held(field, *place.split('.'), only=text)})" for place in _places(view, field)]
    return "union\n    {}\n| summarize by Value\n| sort by Value asc\n| take 1".format(",\n    ".join(parts))


def _held(field: Field, table: str, column: str, *, only: str = "") -> str:
    value = column if field.moved else spoken(field)
    steps = [table, f"where isnotempty({column})", f"summarize by {column}"]
    if field.match == "term":
        steps.append(f'mv-expand Value = split({value}, ",") to typeof(string)')
        value = 'trim(" +", Value)'
    steps.append(f"summarize by Value = {value}")
    if only:
        steps.append(f"where Value =~ {quote(only)}")
    steps += [f"take {SPELLINGS}", f"extend Field = {quote(field.name)}"]
    return " | ".join(steps)


def _places(view: View, field: Field) -> tuple[str, ...]:
    return field.held or (f"{field.table or view.source}.{field.kql}",)


def python_line(text: str) -> str:
    """The line of Python that asks the same in a notebook; whatever the text holds, it is one call with one text."""
    return f"w.kql({text!r})" if '"""' in text else f'w.kql(r"""\n{text}\n""")'


def matching(question: Question, *, moved: bool = False) -> str:
    """The rows that match, with all columns of the table, in no order; with their latest location where ``moved``."""
    view, span = question.view, question.span
    lines = [view.source, f"| where Timestamp >= {quote(span.start)} and Timestamp < {quote(span.end)}"]
    if view.where:
        lines.append(f"| where {view.where}")
    if moved or uses_moves(view, question.tree):
        lines.append(LATEST)
    if test := condition(view, question.tree, question.spellings, span):
        lines.append(f"| where {test}")
    return "\n".join(lines)


def spoken(field: Field) -> str:
    """The expression of a value as charts say it, always text; what does not count in a filter is not part of it."""
    if field.form == "url":
        return field.compared
    plain = field.kql if field.kind in ("text", "ip", "list") else f"tostring({field.kql})"
    return field.spoken or plain


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
