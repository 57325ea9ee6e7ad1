"""A chart as data: a Vega-Lite structure without data, the numbers beside it, and a legend of words.

The structure holds no text of the data: categories are small whole numbers (``code``) into the legend, so that a new
answer swaps the numbers and keeps the view, and nothing an attacker wrote is ever read as a specification.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

import polars as pl

from workbench.base.errors import LimitReached, UnknownName
from workbench.base.render import visible
from workbench.views.charts import theme

MARKS = 5_000
"""Marks of one chart at most; more cannot be told apart and make the page slow."""

OTHER = "Other"
BESIDE = frozenset({"", "(none)", "other", "unknown"})
"""Words that may stand beside those of a closed vocabulary: no value, one nobody knows, or the rest."""

NAMELESS = frozenset({"", "(none)"})
"""No value at all: never in a colour that a value could have."""

SCHEMA = "https://vega.github.io/schema/vega-lite/v6.json"


@dataclass(frozen=True)
class Entry:
    """One line of a legend: the ``value`` as the data has it, how it is shown, and its share of the whole."""

    code: int
    value: str
    label: str
    colour: str
    shape: str
    total: float | None
    """None where a sum of its numbers means nothing."""
    rest: bool = False
    """Whether this is the sum of every category beyond those that have a colour of their own."""
    aside: bool = False
    """Whether it is there to be compared with, and no part of the whole."""


@dataclass(frozen=True)
class Figure:
    """A drawn answer. ``x``, ``y`` and ``code`` run in parallel, one element a mark."""

    kind: str
    title: str
    spec: Mapping[str, Any]
    x: tuple[int, ...] | tuple[str, ...] = ()
    y: tuple[float, ...] = ()
    code: tuple[int, ...] = ()
    legend: tuple[Entry, ...] = ()
    signals: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))
    """Numbers that the structure names: ends of the time axis and width of a bin, in milliseconds."""
    caption: str = ""
    """What is counted, per what: "messages per hour"."""
    unit: str = ""
    height: int = 180
    axis: str = ""
    """What ``x`` is: ``time``, ``number`` or ``name``; names of bars and times of all others where nothing is said."""

    @property
    def total(self) -> float:
        """The sum of all marks that are part of the whole."""
        aside = {entry.code for entry in self.legend if entry.aside}
        return sum(y for y, code in zip(self.y, self.code, strict=True) if code not in aside)

    def describe(self) -> str:
        """One sentence for people who do not see the chart: what it shows, how much, and the greatest parts."""
        if not self.y:
            return f"{self.title}: no data."
        whole = [entry for entry in self.legend if entry.label and not entry.aside]
        if any(entry.total is None for entry in self.legend):
            named = ", ".join(entry.label for entry in whole)
            return f"{self.title}: {len(self.y):,} marks, {self.caption}{f'; {named}' if named else ''}."
        parts = ", ".join(f"{entry.label} {entry.total:,.0f}" for entry in whole if entry.total)
        beside = "".join(f"; {entry.label} {entry.total:,.0f}" for entry in self.legend if entry.aside)
        return f"{self.title}: {self.total:,.0f} {self.unit} in all{f'; {parts}' if parts else ''}{beside}."


def coded(frame: pl.DataFrame) -> tuple[pl.DataFrame, tuple[Entry, ...]]:
    """Number the categories of column ``series`` and sum what is beyond the first eight as "Other".

    A category that is called "Other" already was summed by the question, and stands there too.
    Words of a closed vocabulary (verdict, severity, delivery action) keep its order, colours and shapes, and what says
    that there is no such word comes after them, in grey; others are ordered by their sum of ``count``, the greatest
    first. A frame without ``series`` is one category without a name.
    """
    if "series" not in frame.columns:
        total = float(frame["count"].sum() or 0)
        only = Entry(0, "", "", theme.var("single"), "square", total)
        return frame.with_columns(code=pl.lit(0, pl.Int64)), (only,)
    totals = frame.group_by(pl.col("series").fill_null("")).agg(pl.col("count").sum())
    ordered = totals.sort("count", "series", descending=[True, False])
    entries = _entries({str(name): float(total or 0) for name, total in ordered.rows()})
    codes = {entry.value: entry.code for entry in entries if not entry.rest}
    rest = max((entry.code for entry in entries if entry.rest), default=0)
    numbered = frame.with_columns(
        code=pl.col("series").fill_null("").replace_strict(codes, default=rest, return_dtype=pl.Int64)
    )
    return numbered, entries


def limited(marks: int, title: str) -> None:
    """Refuse to draw more marks than can be told apart.

    Raises:
        LimitReached: there are more than ``MARKS``.
    """
    if marks > MARKS:
        raise LimitReached(
            f"The chart {title!r} would have {marks:,} marks; at most {MARKS:,} are drawn",
            next_step="Aggregate into wider bins or fewer categories first.",
        )


def needs(frame: pl.DataFrame, *columns: str) -> None:
    """Refuse a frame that lacks a column the chart draws.

    Raises:
        UnknownName: a column is missing.
    """
    for column in columns:
        if column not in frame.columns:
            raise UnknownName("column", column, frame.columns, where="the frame of a chart")


def structure(*, height: int, **parts: Any) -> dict[str, Any]:
    """A Vega-Lite structure in our theme whose numbers arrive later under the name ``rows``; axes are in the height."""
    return {
        "$schema": SCHEMA,
        "data": {"name": "rows"},
        "width": "container",
        "height": height,
        "autosize": {"type": "fit", "contains": "padding"},
        "config": theme.config(),
        **parts,
    }


def mark(kind: str, **properties: Any) -> dict[str, Any]:
    """A mark that screen readers pass over (the chart is described as a whole) and that has no tooltip of its own."""
    return {"type": kind, "aria": False, "tooltip": None, **properties}


def colours() -> dict[str, Any]:
    """The colour channel: each mark carries the colour of its legend entry; the legend itself is drawn by the page."""
    return {"field": "colour", "type": "nominal", "scale": None}


def _entries(totals: Mapping[str, float]) -> tuple[Entry, ...]:
    spelled = {name.casefold(): name for name in totals}
    if totals and spelled.keys() <= NAMELESS:
        return tuple(_grey(at, name, totals[name]) for at, name in enumerate(totals))
    marks = theme.vocabulary(totals) or theme.vocabulary(name for key, name in spelled.items() if key not in BESIDE)
    if len(spelled) == len(totals) and marks:
        return _known(totals, spelled, marks)
    named = [name for name in totals if name != OTHER][: theme.SERIES]
    entries = [
        Entry(code, name, visible(name, 80) or "(empty)", theme.var(f"series-{code}"), "square", totals[name])
        for code, name in enumerate(named)
    ]
    rest = [total for name, total in totals.items() if name not in named]
    if rest:
        label = OTHER if OTHER in totals else f"{OTHER} ({len(rest):,})"
        entries.append(Entry(theme.SERIES, "", label, theme.var("other"), "square", sum(rest), rest=True))
    return tuple(entries)


def _known(
    totals: Mapping[str, float], spelled: Mapping[str, str], marks: Mapping[str, theme.Mark]
) -> tuple[Entry, ...]:
    known = [
        Entry(code, spelled[key], mark.word, theme.var(_paint(mark)), mark.shape, totals[spelled[key]])
        for code, (key, mark) in enumerate(marks.items())
        if key in spelled
    ]
    beside = [name for key, name in spelled.items() if key not in marks]
    return (*known, *(_grey(len(marks) + at, name, totals[name]) for at, name in enumerate(beside)))


def _grey(code: int, name: str, total: float) -> Entry:
    return Entry(code, name, visible(name, 80) or "(empty)", theme.var("other"), "ring", total, rest=name == OTHER)


def _paint(mark: theme.Mark) -> str:
    return "hatch" if mark.shape == "hatch" else mark.token
