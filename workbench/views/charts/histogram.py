"""Counts over time as stacked bars: the shape of an answer, and the place to cut a window out of it."""

from datetime import timedelta

import polars as pl

from workbench.base.span import Span
from workbench.views.charts import axes
from workbench.views.charts.figure import Entry, Figure, coded, colours, limited, mark, needs, structure
from workbench.views.charts.theme import var

HEIGHT = 184


BEFORE = 100
"""The code of marks of the time before; codes of categories are below it."""


def histogram(frame: pl.DataFrame, span: Span, step: timedelta, *, title: str, unit: str = "messages") -> Figure:
    """Draw bins over a window; the reader may brush a part of it.

    ``frame`` has ``time`` (start of a bin), ``count`` and, to stack, ``series``. Bins without rows need no row;
    those outside the window are left out. Rows that are ``before``, where there is such a column, are those of an equal
    window before, moved into this one: they are an outline over the bars and no part of the whole.

    Raises:
        LimitReached: more bins times categories than can be told apart.
        UnknownName: a column is missing.
    """
    needs(frame, "time", "count")
    inside = axes.inside(axes.epoch(frame), span, step)
    compared = "before" in frame.columns
    numbered, legend = coded(inside.filter(~pl.col("before")) if compared else inside)
    rows = numbered.group_by("x", "code").agg(y=pl.col("count").sum()).sort("x", "code")
    if compared:
        past = _outline(inside, axes.bins(inside["x"].sort(), span, step))
        rows, legend = pl.concat([rows, past.select(rows.columns)], how="vertical_relaxed"), (*legend, _entry(past))
    limited(rows.height, title)
    return Figure(
        kind="histogram",
        title=title,
        spec=_spec(compared=compared),
        x=tuple(rows["x"]),
        y=tuple(rows["y"].cast(pl.Float64)),
        code=tuple(rows["code"]),
        legend=legend,
        signals=axes.window(span, step) | {"step": step.total_seconds() * 1000},
        caption=f"{unit} {axes.per(step)}",
        unit=unit,
        height=HEIGHT,
    )


def _outline(frame: pl.DataFrame, bins: pl.Series) -> pl.DataFrame:
    """The time before: a row for every bin, since the outline goes on at 0 where there was nothing."""
    counted = frame.filter("before").group_by("x").agg(y=pl.col("count").sum())
    if counted.is_empty():
        return counted.with_columns(code=pl.lit(BEFORE, pl.Int64))
    every = pl.DataFrame({"x": bins}).join(counted, on="x", how="full", coalesce=True)
    return every.with_columns(pl.col("y").fill_null(0), code=pl.lit(BEFORE, pl.Int64)).sort("x")


def _entry(past: pl.DataFrame) -> Entry:
    total = float(past["y"].sum() or 0)
    return Entry(BEFORE, "", "Time before", var("muted"), "dash", total, rest=True, aside=True)


def _spec(*, compared: bool) -> dict[str, object]:
    encoding = {
        "x": {**axes.time_axis(), "bin": "binned"},
        "x2": {"field": "x_end"},
        "y": {**axes.count_axis(), "stack": "zero"},
        "color": colours(),
        "order": {"field": "code", "type": "quantitative"},
    }
    bar = {
        "mark": mark("bar", binSpacing=1, orient="vertical"),
        "encoding": encoding,
        "transform": [{"calculate": "datum.x + step", "as": "x_end"}],
    }
    params = axes.parameters("from", "to", "pace", "step")
    if not compared:
        return structure(height=HEIGHT, params=params, **bar)
    bar["transform"] = [{"filter": f"datum.code < {BEFORE}"}, *bar["transform"]]
    return structure(height=HEIGHT, params=params, layer=[_before("area"), bar, _before("line")])


def _before(kind: str) -> dict[str, object]:
    """The time before, in steps as wide as a bar: a quiet area behind the bars, and its edge in front of them."""
    looks = {"area": {"fillOpacity": 0.12, "color": var("muted")}, "line": {"strokeWidth": 1.5, "color": var("muted")}}
    encoding = {
        "x": {**axes.time_axis(), "field": "edge"},
        "y": {**axes.count_axis(), "stack": None},
    }
    steps = [
        {"filter": f"datum.code == {BEFORE}"},
        {"calculate": "[datum.x, datum.x + step - 1]", "as": "edge"},
        {"flatten": ["edge"]},
    ]
    return {"mark": mark(kind, clip=True, **looks[kind]), "encoding": encoding, "transform": steps}
