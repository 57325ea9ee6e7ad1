"""The course of one number, small enough to stand beside it."""

from datetime import timedelta

import polars as pl

from workbench.base.span import Span
from workbench.views.charts import axes
from workbench.views.charts.figure import Figure, coded, limited, mark, needs, structure
from workbench.views.charts.theme import var

HEIGHT = 36
DAY = timedelta(days=1)


def sparkline(frame: pl.DataFrame, span: Span, step: timedelta = DAY, *, title: str, unit: str = "messages") -> Figure:
    """Draw columns ``time`` and ``count`` as a line over a quiet area, without axes; bins without rows count as 0.

    Raises:
        LimitReached: more points than can be told apart.
        UnknownName: a column is missing.
    """
    needs(frame, "time", "count")
    inside = axes.inside(axes.epoch(frame), span, step)
    numbered, legend = coded(inside.select("x", "count"))
    moments = numbered.group_by("x").agg(y=pl.col("count").sum())
    bins = axes.bins(moments["x"], span, step)
    limited(bins.len(), title)
    rows = pl.DataFrame({"x": bins}).join(moments, on="x", how="left", maintain_order="left")
    return Figure(
        kind="sparkline",
        title=title,
        spec=_spec(),
        x=tuple(rows["x"]) if moments.height else (),
        y=tuple(rows["y"].fill_null(0).cast(pl.Float64)) if moments.height else (),
        code=(0,) * rows.height if moments.height else (),
        legend=legend,
        signals=axes.ends(bins, step),
        unit=unit,
        height=HEIGHT,
    )


def _spec() -> dict[str, object]:
    ends = {"type": "utc", "domainMin": {"expr": "from"}, "domainMax": {"expr": "to"}, "padding": 4}
    encoding = {
        "x": {"field": "x", "type": "temporal", "axis": None, "scale": ends},
        "y": {"field": "y", "type": "quantitative", "axis": None, "scale": {"zero": True, "padding": 3}},
    }
    line = {"color": var("single"), "strokeWidth": 1.5}
    area = mark("area", fillOpacity=0.12, color=var("single"), line=line)
    return structure(height=HEIGHT, mark=area, encoding=encoding, params=axes.parameters("from", "to", "pace"))
