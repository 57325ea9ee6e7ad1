"""Counts over time as stacked bars: the shape of an answer, and the place to cut a window out of it."""

from datetime import timedelta

import polars as pl

from workbench.base.span import Span
from workbench.views.charts import axes
from workbench.views.charts.figure import Figure, coded, colours, limited, mark, needs, structure

HEIGHT = 184


def histogram(frame: pl.DataFrame, span: Span, step: timedelta, *, title: str, unit: str = "messages") -> Figure:
    """Draw bins over a window; the reader may brush a part of it.

    ``frame`` has ``time`` (start of a bin), ``count`` and, to stack, ``series``. Bins without rows need no row;
    those outside the window are left out.

    Raises:
        LimitReached: more bins times categories than can be told apart.
        UnknownName: a column is missing.
    """
    needs(frame, "time", "count")
    numbered, legend = coded(axes.inside(axes.epoch(frame), span, step))
    rows = numbered.group_by("x", "code").agg(y=pl.col("count").sum()).sort("x", "code")
    limited(rows.height, title)
    return Figure(
        kind="histogram",
        title=title,
        spec=_spec(),
        x=tuple(rows["x"]),
        y=tuple(rows["y"].cast(pl.Float64)),
        code=tuple(rows["code"]),
        legend=legend,
        signals=axes.window(span, step) | {"step": step.total_seconds() * 1000},
        caption=f"{unit} {axes.per(step)}",
        unit=unit,
        height=HEIGHT,
    )


def _spec() -> dict[str, object]:
    encoding = {
        "x": {**axes.time_axis(), "bin": "binned"},
        "x2": {"field": "x_end"},
        "y": {**axes.count_axis(), "stack": "zero"},
        "color": colours(),
        "order": {"field": "code", "type": "quantitative"},
    }
    return structure(
        height=HEIGHT,
        mark=mark("bar", binSpacing=1, orient="vertical"),
        encoding=encoding,
        params=axes.parameters("from", "to", "pace", "step"),
        transform=[{"calculate": "datum.x + step", "as": "x_end"}],
    )
