"""Counts per day as lines, one a category, on a linear or logarithmic scale."""

from datetime import timedelta

import polars as pl

from workbench.base.span import Span
from workbench.views.charts import axes
from workbench.views.charts.figure import Figure, coded, colours, limited, mark, needs, structure

HEIGHT = 184
POWERS = (0, 1, 10, 100, 1_000, 10_000, 100_000, 1_000_000, 10_000_000)
DAY = timedelta(days=1)
DASHES: tuple[tuple[int, ...], ...] = (
    (1, 0), (6, 2), (2, 2), (8, 3, 2, 3), (4, 4), (10, 2), (1, 3), (6, 2, 1, 2), (3, 1),
)  # fmt: skip


def lines(
    frame: pl.DataFrame, span: Span, step: timedelta = DAY, *, title: str, unit: str = "messages", log: bool = False
) -> Figure:
    """Draw one line a category over a window; a bin of ``step`` without rows counts as 0.

    ``frame`` has ``time`` (start of a bin), ``count`` and, for several lines, ``series``. ``log`` spreads small counts
    beside great ones and still shows 0 (a symmetric logarithm, linear below 1).

    Raises:
        LimitReached: more points than can be told apart.
        UnknownName: a column is missing.
    """
    needs(frame, "time", "count")
    numbered, legend = coded(axes.inside(axes.epoch(frame), span, step))
    bins = axes.bins(numbered["x"], span, step)
    limited(bins.len() * len(legend), title)
    rows = _filled(numbered, bins)
    return Figure(
        kind="lines",
        title=title,
        spec=_spec(log=log),
        x=tuple(rows["x"]),
        y=tuple(rows["y"].cast(pl.Float64)),
        code=tuple(rows["code"]),
        legend=legend,
        signals=axes.ends(bins, step),
        caption=f"{unit} {axes.per(step)}{', logarithmic scale' if log else ''}",
        unit=unit,
        height=HEIGHT,
    )


def _filled(frame: pl.DataFrame, bins: pl.Series) -> pl.DataFrame:
    """A row for every category in every bin of the window; rows outside it are left out."""
    found = frame.group_by("x", "code").agg(y=pl.col("count").sum())
    every = pl.DataFrame({"x": bins}).join(found.select(pl.col("code").unique()), how="cross")
    counted = every.join(found, on=["x", "code"], how="left")
    return counted.with_columns(pl.col("y").fill_null(0)).sort("code", "x")


def _spec(*, log: bool) -> dict[str, object]:
    scale = {"type": "symlog", "constant": 1, "zero": True, "nice": True} if log else None
    encoding = {
        "x": axes.time_axis(),
        "y": axes.count_axis(scale, POWERS if log else None),
        "color": colours(),
        "strokeDash": {
            "field": "code",
            "type": "nominal",
            "legend": None,
            "scale": {"domain": list(range(len(DASHES))), "range": [list(dash) for dash in DASHES]},
        },
    }
    return structure(height=HEIGHT, mark=mark("line"), encoding=encoding, params=axes.parameters("from", "to", "pace"))
