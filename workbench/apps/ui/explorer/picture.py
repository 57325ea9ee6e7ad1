"""What stands over the lists of an Explorer page: rows counted over time, or one column by another."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from types import MappingProxyType
from typing import Any

import polars as pl

from workbench.apps.explore.view_text import Shape, counting, read_bins
from workbench.apps.session import Workbench
from workbench.apps.ui.widgets.card import change
from workbench.apps.ui.widgets.chart import Chart
from workbench.apps.ui.widgets.choice import Choice, Option
from workbench.apps.ui.widgets.cross import Cross, Picked, Side, not_one
from workbench.apps.ui.widgets.layout import line
from workbench.apps.ui.widgets.part import Part
from workbench.base.render import visible
from workbench.base.span import Span
from workbench.views.charts.axes import per
from workbench.views.charts.crossed import crossed
from workbench.views.charts.histogram import histogram
from workbench.views.explorer import Field, Question, View, bin_of, crossable, crossing, too_many, width
from workbench.views.explorer.pictures import AUTO, OTHER

CHART, CROSS = "chart", "cross"
ON, OFF = "on", "off"
WORDS: Mapping[str, str] = MappingProxyType(
    {"5m": "5 min", "15m": "15 min", "1h": "1 hour", "6h": "6 hours", "1d": "1 day", "1w": "1 week"}
)
_KINDS: Mapping[str, str] = MappingProxyType({"boolean": "bool", "ip": "ip"})

Pairs = Sequence[tuple[str, str]]
"""Fields with the values that were picked."""


class Picture:
    """A chart over time and a cross table, one of them shown, and what can be chosen of it."""

    def __init__(self, workbench: Workbench, view: View) -> None:
        self.workbench, self.view = workbench, view
        self.look = Choice([Option(CHART, "Over time"), Option(CROSS, "Cross table")], label="Show", look="segments")
        self.pivot = Choice(_options(view, view.pivots), label="Chart by", look="segments")
        self.bins = Choice([Option(AUTO, "Auto")], label="Bars", look="list")
        self.compare = Choice([Option(OFF, ""), Option(ON, "")], label="Compare with the time before", look="switch")
        fields, (rows, columns) = _options(view, crossable(view)), _first(view)
        self.rows = Choice(fields, label="Rows", look="list", chosen=rows)
        self.columns = Choice(fields, label="Columns", look="list", chosen=columns)
        self.chart = Chart(definition=view.counted)
        self.cross = Cross(ours=workbench.workspace.organisation.owns)
        self.controls = line(self.look, self.bins, self.compare, self.rows, self.columns, self.pivot)
        self._changed: Callable[[], object] = lambda: None
        self._pair = (rows, columns)
        self._listen()
        self._arrange()
        self._reveal(crossing=False)

    @property
    def asking(self) -> tuple[Part, ...]:
        """The widgets whose messages are answered by questions."""
        choices = (self.look, self.pivot, self.bins, self.compare, self.rows, self.columns)
        return (*choices, self.chart, self.cross)

    def on_change(self, handler: Callable[[], object]) -> None:
        """Have ``handler`` called when the reader wants to see something else."""
        self._changed = handler

    def on_pick(self, handler: Callable[[Pairs], object]) -> None:
        """Have ``handler`` called with the fields and values that the reader picked, to filter by them."""
        self.chart.on("pick", lambda value: handler(self._named(value)))
        self.cross.on("pick", lambda picked: handler(self._crossed(picked)))

    @property
    def chosen(self) -> dict[str, Any]:
        """What is chosen, as parts of the shape of a page."""
        cross = self._pair if self.look.chosen == CROSS else None
        compare = self.compare.chosen == ON
        return {"by": self.pivot.chosen, "bins": self.bins.chosen, "compare": compare, "cross": cross}

    def take(self, shape: Shape) -> None:
        """Choose what a shape says; nobody is told."""
        self.pivot.update(chosen=shape.by)
        self.bins.update(chosen=shape.bins)
        self.compare.update(chosen=ON if shape.compare else OFF)
        self.look.update(chosen=CROSS if shape.cross else CHART)
        self._pair = shape.cross or self._pair
        self._arrange()

    def draw(self, question: Question, shape: Callable[[], Shape], why: str) -> int:
        """Count and show, and say how many rows that are; ``why`` says why there may be none.

        Bins that no longer fit the window are given up.
        """
        note = self._fit(question.span)
        asked = shape()
        frame = self.workbench.kql(counting(question, asked)).frame
        self._reveal(crossing=bool(asked.cross))
        if asked.cross:
            rows, columns = (_side(self.view, name) for name in asked.cross)
            self.cross.draw(crossed(frame), rows, columns, caption=self.view.noun, empty=why)
            return int(frame["Count"].sum())
        counts = frame.rename({name: name.lower() for name in frame.columns})
        title = f"{self.view.title} by {self.view.field(asked.by).label.lower()}"
        step = width(asked.bins, question.span)
        figure = histogram(counts, question.span, step, title=title, unit=self.view.noun)
        said = [figure.caption, note]
        if asked.compare:
            before = sum(entry.total or 0 for entry in figure.legend if entry.aside)
            said += [compared(int(figure.total), int(before)), self._held(question.span.before())]
        self.chart.draw(replace(figure, caption=" · ".join(filter(None, said))), empty=why)
        counted = counts.filter(~pl.col("before")) if asked.compare else counts
        return int(counted["count"].sum())

    def _fit(self, span: Span) -> str:
        """Offer the bins that a window can have; what is said where the chosen one is none of them."""
        chosen, words = self.bins.chosen, {name: too_many(name, span) for name in WORDS}
        auto = Option(AUTO, f"Auto, {per(bin_of(span))}")
        lost = words.get(chosen, "")
        if lost:
            self.bins.update(chosen=AUTO)
        self.bins.offer([auto, *(Option(name, WORDS[name], why=why) for name, why in words.items())])
        return f"bars of {WORDS[chosen]} would be {lost}" if lost else ""

    def _held(self, before: Span) -> str:
        """What is to be known of a time before of which not all is held."""
        oldest = self.workbench.kql(f"{self.view.source}\n| summarize Oldest = min(Timestamp)").frame.item()
        if not isinstance(oldest, datetime) or oldest <= before.start:
            return ""
        some = oldest < before.end
        return f"held since {oldest:%Y-%m-%d %H:%M} only" if some else "nothing is held of the time before"

    def _listen(self) -> None:
        for each in (self.pivot, self.bins, self.compare):
            each.on("choose", lambda _: self._changed())
        self.look.on("choose", lambda _: self._turn())
        for each in (self.rows, self.columns):
            each.on("choose", lambda _: self._turn())

    def _turn(self) -> None:
        """Show the chosen picture; where rows and columns became the same, they change places."""
        rows, columns = self.rows.chosen, self.columns.chosen
        self._pair = self._pair[::-1] if rows == columns else (rows, columns)
        self._arrange()
        self._changed()

    def _arrange(self) -> None:
        crossing = self.look.chosen == CROSS
        self.rows.update(chosen=self._pair[0])
        self.columns.update(chosen=self._pair[1])
        _seen(not crossing, self.pivot, self.bins, self.compare)
        _seen(crossing, self.rows, self.columns)

    def _reveal(self, *, crossing: bool) -> None:
        """Show the picture that is counted; the one before stays until then."""
        _seen(not crossing, self.chart)
        _seen(crossing, self.cross)

    def _named(self, value: str) -> Pairs:
        if value == OTHER:
            raise not_one()
        return [(self.pivot.chosen, value)]

    def _crossed(self, picked: Picked) -> Pairs:
        return [(name, value) for name, value in zip(self._pair, picked, strict=True) if value is not None]


def _seen(on: bool, *parts: Part) -> None:  # noqa: FBT001  whether the parts are seen
    for each in parts:
        each.layout.display = None if on else "none"


def compared(now: int, before: int) -> str:
    """A total beside that of the time before, in words: ``1,234 (+12%), 1,102 in the time before``."""
    said = change(now, before)["text"] if before or not now else "new"
    return f"{now:,} ({said}), {before:,} in the time before"


def pictured(shape: Shape, state: Mapping[str, str], span: Span) -> Shape:
    """A shape with the picture that an address says; an unknown pivot is passed over.

    Raises:
        UnknownName, BadInput: bins or a cross table that are none.
    """
    by = state["by"] if state.get("by") in shape.view.pivots else shape.by
    rows, dot, columns = state.get("cross", "").partition(".")
    cross = crossing(shape.view, visible(rows, 80), visible(columns, 80)) if rows or dot else None
    return replace(shape, by=by, bins=read_bins(state.get("bins"), span), compare="compare" in state, cross=cross)


def _options(view: View, names: Sequence[str]) -> list[Option]:
    return [Option(name, view.field(name).label) for name in names]


def _first(view: View) -> tuple[str, str]:
    """The table that is shown first: the first pivot at the top, at the left the first one of free values."""
    top, *others = view.pivots
    return next((name for name in others if view.field(name).kind != "list"), others[0]), top


def _side(view: View, name: str) -> Side:
    field: Field = view.field(name)
    kinds = {shown.field: shown.kind for shown in view.columns}
    return Side(field.label, _KINDS.get(field.kind) or kinds.get(name, "text"))  # type: ignore[arg-type]  # a view's kinds
