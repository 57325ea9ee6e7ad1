"""What charts and cards share: a figure on its way to the browser, and what the reader picks out of it."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar

from traitlets import Bool, Dict, Int, List, Unicode

from workbench.apps.ui.widgets.part import Part
from workbench.base import wire
from workbench.base.span import Span
from workbench.views.charts.bars import labels
from workbench.views.charts.figure import Figure

FILES = ("plot_vega", "plot_reading", "plot")


class Plot(Part):
    """A widget with a figure in it."""

    MESSAGES: ClassVar[Mapping[str, str]] = {
        "pick": "the legend entry with this `code`, or the bar at this `place`, was picked",
        "brush": "a part of the time axis was marked, `from` and `to` in epoch milliseconds; neither: the mark is gone",
    }
    EVENTS: ClassVar[Mapping[str, str]] = {
        "pick": "the value behind the picked legend entry or bar, as the data has it",
        "brush": "the marked window, cut to whole bins inside the axis; None when the mark is gone",
    }

    kind = Unicode(
        "", help="histogram, lines, areas, points, bars, columns, pie or sparkline; empty without a figure"
    ).tag(sync=True)
    axis = Unicode("time", help="what x is: time, number or name").tag(sync=True)
    spec = Dict(help="the Vega-Lite structure, without data and with colours as variables").tag(sync=True)
    data = Dict(help="x, y and code of every mark, in parallel").tag(sync=True)
    legend: Any = List(
        help="code, label, colour, shape, total (null where a sum means nothing), rest and aside of each category"
    ).tag(sync=True)
    signals = Dict(help="numbers the structure names: from, to, pace, step, top").tag(sync=True)
    caption = Unicode("", help="what is counted, per what").tag(sync=True)
    unit = Unicode("", help="what one is, in the plural").tag(sync=True)
    described = Unicode("", help="the figure in one sentence, for people who do not see it").tag(sync=True)
    height = Int(0, help="pixels of the figure").tag(sync=True)
    pickable = Bool(False, help="whether legend entries and bars can be picked").tag(sync=True)
    brushable = Bool(False, help="whether a part of the time axis can be marked").tag(sync=True)
    selection = Dict(help="the marked window, from and to in epoch milliseconds; empty without one").tag(sync=True)

    _figure: Figure | None = None

    def on(self, event: str, handler: Any) -> Any:
        """As ``Part.on``; the page offers picking and marking once somebody listens."""
        heard = super().on(event, handler)
        self.pickable = self.pickable or event == "pick"
        self.brushable = self.brushable or (event == "brush" and self.kind in ("", "histogram", "lines"))
        return heard

    def draw(self, figure: Figure, **traits: Any) -> None:
        """Show another figure; one of the same structure swaps the numbers without a flicker. The mark is dropped."""
        self._figure = figure
        self.update(**_wire(figure), selection={}, **traits)

    def _got_pick(self, message: Mapping[str, Any]) -> None:
        if self._figure is None:
            return
        if "place" in message:
            names = tuple(dict.fromkeys(map(str, self._figure.x))) if self._figure.kind == "bars" else ()
            place = wire.integer(message, "place", -1, len(names), -1)
            values = names[place : place + 1] if place >= 0 else ()
        else:
            code = wire.integer(message, "code", -1, 1_000, -1)
            values = tuple(entry.value for entry in self._figure.legend if entry.code == code and not entry.rest)
        for value in values:
            self.tell("pick", value)

    def _got_brush(self, message: Mapping[str, Any]) -> None:
        if not self.brushable:
            return
        low, high = wire.number(message, "from"), wire.number(message, "to")
        marked = None if low is None or high is None else self._whole_bins(min(low, high), max(low, high))
        ends = {"from": marked.start.timestamp() * 1000, "to": marked.end.timestamp() * 1000} if marked else {}
        self.update(selection=ends)
        self.tell("brush", marked)

    def _whole_bins(self, low: float, high: float) -> Span | None:
        first, last = (float(self.signals.get(name, 0)) for name in ("from", "to"))
        step = float(self.signals.get("step", 1)) or 1
        origin = float(self.data["x"][0]) if self.data.get("x") else first
        start = max(first, origin + (low - origin) // step * step)
        end = min(last, origin - (origin - high) // step * step)
        if start >= end:
            return None
        epoch = datetime(1970, 1, 1, tzinfo=UTC)
        return Span(epoch + timedelta(milliseconds=start), epoch + timedelta(milliseconds=end))


def _wire(figure: Figure) -> dict[str, Any]:
    axis = figure.axis or ("name" if figure.kind == "bars" else "time")
    return {
        "kind": figure.kind,
        "axis": axis,
        "spec": dict(figure.spec),
        "data": {
            "x": list(labels(tuple(map(str, figure.x)))) if axis == "name" else list(figure.x),
            "y": [int(value) if value.is_integer() else value for value in figure.y],
            "code": list(figure.code),
        },
        "legend": [
            {"code": each.code, "label": each.label, "colour": each.colour, "shape": each.shape,
             "total": each.total, "rest": each.rest, "aside": each.aside}
            for each in figure.legend
        ],
        "signals": dict(figure.signals),
        "caption": figure.caption,
        "unit": figure.unit,
        "described": figure.describe(),
        "height": figure.height,
    }  # fmt: skip
