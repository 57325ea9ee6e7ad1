"""``render``: how the result wants to be drawn. It changes no row."""

from dataclasses import dataclass
from types import MappingProxyType

from workbench.events.query.binder import Binder
from workbench.events.query.kql.lexer import Token
from workbench.events.query.kql.literals import quoted
from workbench.events.query.kql.parser import Parser
from workbench.events.query.kql.syntax import Operator
from workbench.events.query.operators._declare import OperatorKind
from workbench.events.query.plan import Node
from workbench.events.query.plan import Render as RenderMark

CHARTS = (
    "anomalychart",
    "areachart",
    "barchart",
    "card",
    "columnchart",
    "ladderchart",
    "linechart",
    "piechart",
    "pivotchart",
    "plotly",
    "scatterchart",
    "stackedareachart",
    "table",
    "timechart",
    "timepivot",
    "treemap",
)

PROPERTIES = MappingProxyType(
    {
        **dict.fromkeys(("title", "xtitle", "ytitle", "xcolumn", "ycolumns", "series", "anomalycolumns"), ()),
        **dict.fromkeys(("ymin", "ymax"), ()),
        "kind": ("default", "unstacked", "stacked", "stacked100"),
        "legend": ("visible", "hidden"),
        "xaxis": ("linear", "log"),
        "yaxis": ("linear", "log"),
        "ysplit": ("none", "axes", "panels"),
        "accumulate": ("false", "true"),
    }
)
"""What may stand after ``with``, and the words it takes: the properties of the render operator's published page."""


@dataclass(frozen=True, slots=True)
class Render(Operator):
    """``render timechart with (title="Mail per hour")``."""

    kind: str
    properties: tuple[tuple[str, str], ...] = ()


def _parse(p: Parser, word: Token) -> Render:
    kind = p.one_of("chart", CHARTS)
    if p.found("with"):
        p.expect("(")
        properties = p.within(_property, ")")
    else:
        properties = ()
        while p.next.kind == "name" and p.ahead().text == "=":
            properties = (*properties, _property(p))
        if p.found("by"):
            series = ", ".join(p.listed(lambda inner: inner.name("a column"), "|", ")", ";"))
            properties = (*properties, ("series", series))
    return Render(kind, properties, at=word.at)


def _property(p: Parser) -> tuple[str, str]:
    name = p.name("the name of a property")
    p.expect("=", "after the name of a property")
    if p.next.kind == "string":
        return name, p.string()
    parts = [p.take().text]
    while p.sees(",") and p.ahead().kind == "name" and p.ahead(2).text != "=":
        p.take()
        parts.append(p.take().text)
    return name, ", ".join(parts)


def _show(tree: Render) -> str:
    properties = ", ".join(f"{name}={quoted(value)}" for name, value in tree.properties)
    return f"render {tree.kind}{f' with ({properties})' if properties else ''}"


def _bind(tree: Render, source: Node, binder: Binder) -> Node:
    binder.render = RenderMark(tree.kind, MappingProxyType(dict(tree.properties)))
    return source


OPERATOR = OperatorKind(
    ("render",),
    Render,
    "How the result wants to be drawn.",
    _parse,
    _show,
    _bind,
    values=MappingProxyType({"": CHARTS, **PROPERTIES}),
    after=("with",),
)
