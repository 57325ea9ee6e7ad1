"""The questions behind the picture of an Explorer page: counts over time, or of one column by another."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from types import MappingProxyType

from workbench.base.errors import BadInput, UnknownName
from workbench.base.span import Span
from workbench.events.query import quote
from workbench.views.explorer.questions import Question, matching, spoken
from workbench.views.explorer.view import EMPTY, Field, View

MOST_BINS = 96
"""Bars of a chart over time whose bin nobody chose; it is the smallest handy one that needs no more."""

MOST_BARS = 400
"""Bars of a chart whose bin the reader chose; more are too thin to be told apart and hit."""

BINS = tuple(
    timedelta(minutes=minutes)
    for minutes in (1, 5, 15, 30, 60, 180, 360, 720, 1440, 2880, 10_080, 43_200, 129_600, 525_600)
)
AUTO = "auto"
"""The bin that nobody chose."""

CHOSEN: Mapping[str, timedelta] = MappingProxyType(
    {
        "5m": timedelta(minutes=5),
        "15m": timedelta(minutes=15),
        "1h": timedelta(hours=1),
        "6h": timedelta(hours=6),
        "1d": timedelta(days=1),
        "1w": timedelta(weeks=1),
    }
)
"""Bins a reader may choose. Weeks begin on Monday, as ``bin`` has them."""

TOP = 8
"""Categories of a chart that have a colour of their own, and columns of a cross table; the rest is "Other"."""

TOP_ROWS = 15
"""Rows of a cross table; the rest is "Other"."""

OTHER = "Other"
"""The categories beyond those, together."""


def bin_of(span: Span) -> timedelta:
    """The width of a bar for a window, where nobody chose one."""
    return next((size for size in BINS if span.length / size <= MOST_BINS), BINS[-1])


def too_many(bins: str, span: Span) -> str:
    """Why a bin does not fit a window: how many bars it would give; empty where it does."""
    bars = -(-span.length // CHOSEN[bins]) if bins in CHOSEN else 0
    return f"{bars:,} bars, {MOST_BARS} at most" if bars > MOST_BARS else ""


def width(bins: str, span: Span) -> timedelta:
    """The width of a bar, as it was chosen.

    Raises:
        UnknownName: there is no such choice.
        BadInput: the window would have too many bars.
    """
    if bins not in (AUTO, *CHOSEN):
        raise UnknownName("bin", bins, (AUTO, *CHOSEN))
    if why := too_many(bins, span):
        raise BadInput(f"Bins of {bins} do not fit this window: {why}", next_step="Choose wider ones, or auto.")
    return CHOSEN.get(bins) or bin_of(span)


def histogram(question: Question, pivot: str, step: timedelta, *, compare: bool = False) -> str:
    """Counts by bin of time and value of a field: Time, Series, Count. Beyond the greatest eight, "Other".

    Spellings of one value are counted together, as a filter takes them together. ``compare`` adds the rows of the
    equal window before, without a series, in the bins they would lie in were they of this one; Before tells them apart.
    """
    chosen, size = question.view.field(pivot), quote(step)
    base = matching(question, moved=chosen.moved)
    counted = (
        f"let counted = materialize(\n{base}\n"
        f"| summarize Count = count() by Time = bin(Timestamp, {size}), Series = {_series(question, chosen)});\n"
        "let greatest = counted\n| summarize Count = sum(Count) by Series"
        f"\n| sort by Count desc, Series asc\n| take {TOP}\n| project Series;\n"
        f'counted\n| summarize Count = sum(Count) by Time, Series = iff(Series in (greatest), Series, "{OTHER}")'
    )
    if not compare:
        return f"{counted}\n| sort by Time asc, Series asc"
    past = matching(replace(question, span=question.span.before()))
    shifted = f"bin(Timestamp + {quote(question.span.length)}, {size})"
    before = f'{past}\n| summarize Count = count() by Time = {shifted}\n| extend Series = "", Before = true'
    return f"{counted}\n| extend Before = false\n| union (\n{before})\n| sort by Before asc, Time asc, Series asc"


def crossable(view: View) -> tuple[str, ...]:
    """The fields that a cross table may have as rows or columns: one value a row, and one can filter by it."""
    return tuple(each.name for each in view.fields if each.group and not each.table and each.kind != "time")


def crossing(view: View, rows: str, columns: str) -> tuple[str, str]:
    """The two fields of a cross table.

    Raises:
        UnknownName: a field the view does not have, or that a message may have many of.
        BadInput: both are the same.
    """
    known = crossable(view)
    for name in (rows, columns):
        if name not in known:
            raise UnknownName("field of a cross table", name, known, where=view.title)
    if rows == columns:
        raise BadInput(f"{view.field(rows).label} cannot be crossed with itself", next_step="Choose another column.")
    return rows, columns


def cross(question: Question, rows: str, columns: str) -> str:
    """Counts by two fields: Row, Column, Count, the greatest of each by name; "" is all that is beyond them.

    Values that differ in case alone are one, as filters have it, under the spelling that comes first.

    Raises:
        UnknownName, BadInput: as ``crossing``.
    """
    crossing(question.view, rows, columns)
    first, second = question.view.field(rows), question.view.field(columns)
    base = matching(question, moved=first.moved or second.moved)
    return (
        f"let cells = materialize(\n{base}\n| summarize Count = count() "
        f"by Row = {_series(question, first)}, Column = {_series(question, second)}\n"
        "| extend RowKey = tolower(Row), ColumnKey = tolower(Column));\n"
        f"{_greatest('Row', TOP_ROWS)}{_greatest('Column', TOP)}"
        "cells\n| lookup rows on RowKey\n| lookup columns on ColumnKey\n"
        "| summarize Count = sum(Count) by Row = RowName, Column = ColumnName\n| sort by Row asc, Column asc"
    )


def _greatest(side: str, most: int) -> str:
    return (
        f"let {side.lower()}s = cells\n| summarize Count = sum(Count), {side}Name = min({side}) by {side}Key\n"
        f"| sort by Count desc, {side}Name asc\n| take {most}\n| project {side}Key, {side}Name;\n"
    )


def _series(question: Question, field: Field) -> str:
    """The expression of a category: its spellings as one, a missing value by name."""
    value, spellings = spoken(field), question.spellings.get(field.name, {})
    folded = [
        f"{value} in~ ({', '.join(quote(each) for each in texts)}), {quote(name)}"
        for name, texts in spellings.items()
        if any(text != name for text in texts)
    ]
    cases = ", ".join([f'isempty({value}), "{EMPTY}"', *folded])
    return f"case({cases}, {value})" if folded else f'iff(isempty({value}), "{EMPTY}", {value})'
