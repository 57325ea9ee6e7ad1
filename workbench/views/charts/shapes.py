"""Vega-Lite structures of the charts that ``render`` asks for; their numbers arrive later, their words stay outside."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from workbench.views.charts import axes
from workbench.views.charts.bars import NAMES, UNKEYED
from workbench.views.charts.figure import colours, mark, structure
from workbench.views.charts.lines import DASHES, POWERS
from workbench.views.charts.theme import var

Limits = Mapping[str, Any]
"""``log``, ``stack``, ``ymin`` and ``ymax`` of the axis of numbers."""

HEIGHT = 260
ANOMALY = 100
"""The code of marks that stand for anomalies; codes of series are below it."""
NUMBER_LABEL = (
    "abs(datum.value) >= 10000 ? format(datum.value, '~s') : format(datum.value, datum.value % 1 ? ',.3~r' : ',~r')"
)

_EACH: Mapping[str, Any] = MappingProxyType({"groupby": ["code"], "sort": [{"field": "x"}]})
_PARTED: list[dict[str, Any]] = [
    {"filter": f"datum['code'] < {ANOMALY}"},
    {"window": [{"op": "lag", "field": "x", "as": "before"}, {"op": "lead", "field": "x", "as": "after"}], **_EACH},
    {"calculate": "datum['before'] === null || datum['x'] - datum['before'] > gap ? 1 : 0", "as": "begins"},
    {"calculate": "datum['after'] === null || datum['after'] - datum['x'] > gap ? 1 : 0", "as": "ends"},
    {"window": [{"op": "sum", "field": "begins", "as": "part"}], "frame": [None, 0], **_EACH},
]
"""Rows of a line with the number of the part between two gaps that they belong to."""


def line(axis: str, limits: Limits) -> dict[str, Any]:
    """A line a series, broken where rows are farther apart than ``gap``, with points where anomalies are.

    What stands alone between two breaks is a point.
    """
    encoding = {"x": _across(axis), "y": _up(limits, zero=False), "color": colours(), "strokeDash": _dashes()}
    parts = {"detail": {"field": "part", "type": "nominal"}}
    drawn = {"mark": mark("line", clip=True), "encoding": parts, "transform": _PARTED}
    alone = {
        "mark": mark("point", filled=True, size=16, opacity=1),
        "transform": [*_PARTED, {"filter": "datum['begins'] && datum['ends']"}],
    }
    strange = {
        "mark": mark("point", filled=True, size=50, opacity=1),
        "transform": [{"filter": f"datum['code'] >= {ANOMALY}"}],
    }
    return _whole(encoding=encoding, layer=[drawn, alone, strange], more=("gap",))


def area(axis: str, limits: Limits) -> dict[str, Any]:
    """Areas before one another."""
    encoding = {"x": _across(axis), "y": {**_up(limits), "stack": None}, "color": colours()}
    return _whole(encoding=encoding, mark=mark("area", fillOpacity=0.35, line=True, clip=True))


def stacked(axis: str, limits: Limits) -> dict[str, Any]:
    """Areas on top of one another; each as its share where ``stacked100`` is asked for."""
    order = {"field": "code", "type": "quantitative"}
    encoding = {"x": _across(axis), "y": {**_up(limits), "stack": _stack(limits)}, "color": colours(), "order": order}
    return _whole(encoding=encoding, mark=mark("area", fillOpacity=0.8, clip=True))


def points(axis: str, limits: Limits) -> dict[str, Any]:
    """A point for each row."""
    encoding = {"x": _across(axis), "y": _up(limits, zero=False), "color": colours()}
    return _whole(encoding=encoding, mark=mark("point", filled=True, size=36, opacity=0.7, clip=True))


def columns(axis: str, limits: Limits) -> dict[str, Any]:
    """Upright bars: over time as wide as one step, else one a name; side by side where they are not to be stacked."""
    order = {"field": "code", "type": "quantitative"}
    beside = limits.get("stack") == "unstacked"
    encoding: dict[str, Any] = {"y": {**_up(limits), "stack": None if beside else _stack(limits)}, "color": colours()}
    if axis == "time":
        encoding |= {"x": {**axes.time_axis(), "bin": "binned"}, "x2": {"field": "x_end"}, "order": order}
        ends = [{"calculate": "datum.x + step", "as": "x_end"}]
        bar = mark("bar", binSpacing=1, orient="vertical", fillOpacity=0.6 if beside else 1)
        return _whole(encoding=encoding, mark=bar, transform=ends, more=("step",))
    encoding |= {"x": {**_names(), "axis": {**_name_axis(), "labelAngle": -35, "labelLimit": 110}}}
    encoding |= {"xOffset": {"field": "code", "type": "nominal"}} if beside else {"order": order}
    return _whole(encoding=encoding, mark=mark("bar", cornerRadiusEnd=2))


def bars(_axis: str, limits: Limits) -> dict[str, Any]:
    """Bars from the left, one a name."""
    order = {"field": "code", "type": "quantitative"}
    beside = limits.get("stack") == "unstacked"
    across = {**_up(limits), "stack": None if beside else _stack(limits)}
    encoding: dict[str, Any] = {"y": {**_names(), "axis": {**_name_axis(), "labelLimit": NAMES}}, "x": across}
    encoding |= {
        "color": colours(),
        **({"yOffset": {"field": "code", "type": "nominal"}} if beside else {"order": order}),
    }
    return _whole(encoding=encoding, mark=mark("bar", cornerRadiusEnd=2))


def pie(_axis: str, _limits: Limits) -> dict[str, Any]:
    """A ring of slices, the greatest first; the legend names them."""
    encoding = {
        "theta": {"field": "y", "type": "quantitative", "stack": True},
        "order": {"field": "code", "type": "quantitative"},
        "color": colours(),
    }
    ring = mark("arc", innerRadius={"expr": "min(width, height) / 4.5"}, stroke=var("card"), strokeWidth=1.5)
    return {**_whole(encoding=encoding, mark=ring), "view": {"stroke": None}}


SPECS: Mapping[str, Callable[[str, Limits], dict[str, Any]]] = MappingProxyType(
    {"line": line, "area": area, "stacked": stacked, "points": points, "columns": columns, "bars": bars, "pie": pie}
)
"""Shapes by name: each makes its structure for an axis and what the query says of the other one."""


def _whole(*, more: tuple[str, ...] = (), **parts: Any) -> dict[str, Any]:
    return structure(height=HEIGHT, params=axes.parameters("from", "to", "pace", *more), **parts)


def _across(axis: str) -> dict[str, Any]:
    if axis == "time":
        return axes.time_axis()
    ends = {"domainMin": {"expr": "from"}, "domainMax": {"expr": "to"}, "zero": False, "nice": False}
    labels = {
        "title": None,
        "labelExpr": NUMBER_LABEL,
        "labelOverlap": True,
        "tickCount": {"expr": "max(2, width / 90)"},
    }
    return {"field": "x", "type": "quantitative", "scale": ends, "axis": labels}


def _up(limits: Limits, *, zero: bool = True) -> dict[str, Any]:
    scale: dict[str, Any] = {"type": "symlog", "constant": 1} if limits.get("log") else {}
    scale |= {"nice": "ymin" not in limits and "ymax" not in limits, "zero": zero and "ymin" not in limits}
    scale |= {to: limits[name] for name, to in (("ymin", "domainMin"), ("ymax", "domainMax")) if name in limits}
    axis: dict[str, Any] = {"title": None, "labelExpr": NUMBER_LABEL, "tickCount": 5}
    axis |= {"values": list(POWERS)} if limits.get("log") else {}
    return {"field": "y", "type": "quantitative", "axis": axis, "scale": scale}


def _stack(limits: Limits) -> str:
    return "normalize" if limits.get("stack") == "stacked100" else "zero"


def _names() -> dict[str, Any]:
    """Names are keyed by their label behind a sign: no text of the data, ``__proto__`` say, is a key by itself."""
    return {"field": "key", "type": "nominal", "sort": None, "scale": {"paddingInner": 0.3, "paddingOuter": 0.15}}


def _name_axis() -> dict[str, Any]:
    return {"title": None, "labelColor": var("text"), "domain": False, "ticks": False, "labelExpr": UNKEYED}


def _dashes() -> dict[str, Any]:
    scale = {"domain": list(range(len(DASHES))), "range": [list(dash) for dash in DASHES]}
    return {"field": "code", "type": "nominal", "legend": None, "scale": scale}
