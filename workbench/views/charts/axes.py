"""What charts over time share: the width of a bin, the axis of UTC time, and epoch milliseconds."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import polars as pl

from workbench.base.span import Span
from workbench.views.charts.figure import limited

STEPS = tuple(
    timedelta(minutes=minutes)
    for minutes in (1, 2, 5, 10, 15, 30, 60, 120, 180, 240, 360, 720, 1440, 2880, 10_080, 20_160, 40_320)
)
"""Widths a bin may have: what a clock and a calendar divide into."""

BINS = 90
"""Bins of one window at most, so that a bar stays wide enough to be hit."""

TIME_LABEL = (
    "utchours(datum.value) + utcminutes(datum.value) > 0"
    " ? (pace >= 86400000 ? '' : utcFormat(datum.value, '%H:%M'))"
    " : utcdate(datum.value) == 1 && utcmonth(datum.value) == 0 ? utcFormat(datum.value, '%Y')"
    " : utcFormat(datum.value, '%d %b')"
)
COUNT_LABEL = (
    "datum.value % 1 ? '' : abs(datum.value) >= 10000 ? format(datum.value, '~s') : format(datum.value, ',~r')"
)
"""Counts are whole: what an axis marks between two of them stays without a label."""


def step(span: Span, bins: int = BINS) -> timedelta:
    """The narrowest usual bin that cuts a window into at most ``bins``; four weeks where none is wide enough."""
    return next((width for width in STEPS if span.length / width <= bins), STEPS[-1])


def per(width: timedelta) -> str:
    """A width in words: "per hour", "per 4 hours", "per day"."""
    minutes = int(width.total_seconds()) // 60
    for unit, size in (("week", 10_080), ("day", 1440), ("hour", 60), ("minute", 1)):
        if minutes >= size and minutes % size == 0:
            count = minutes // size
            return f"per {unit}" if count == 1 else f"per {count} {unit}s"
    return f"per {int(width.total_seconds())} seconds"


def millis(moment: datetime) -> float:
    """Milliseconds since 1970 of an aware instant."""
    return moment.timestamp() * 1000


def epoch(frame: pl.DataFrame) -> pl.DataFrame:
    """The frame with column ``time`` as ``x`` in epoch milliseconds, rows without a time left out."""
    return frame.drop_nulls("time").with_columns(x=pl.col("time").dt.epoch("ms"))


def inside(frame: pl.DataFrame, span: Span, step: timedelta) -> pl.DataFrame:
    """The rows whose bin, from ``x`` on, touches the window."""
    width = int(step.total_seconds() * 1000)
    return frame.filter(pl.col("x") > millis(span.start) - width, pl.col("x") < millis(span.end))


def window(span: Span, step: timedelta) -> dict[str, float]:
    """The signals of a time axis over a whole window, in bins of ``step``."""
    return {"from": millis(span.start), "to": millis(span.end), "pace": step.total_seconds() * 1000}


def parameters(*names: str) -> list[dict[str, Any]]:
    """Signals that a page sets without rebuilding the chart: ends and pace of the axis, width of a bar."""
    return [{"name": name, "value": 0} for name in names]


def time_axis() -> dict[str, Any]:
    """The x channel over UTC time between signals ``from`` and ``to``."""
    return {
        "field": "x",
        "type": "temporal",
        "scale": {"type": "utc", "domainMin": {"expr": "from"}, "domainMax": {"expr": "to"}},
        "axis": {
            "title": None,
            "labelExpr": TIME_LABEL,
            "labelOverlap": True,
            "labelFlush": True,
            "labelPadding": 9,
            "tickCount": {"expr": "max(2, width / 90)"},
        },
    }


def count_axis(scale: dict[str, Any] | None = None, ticks: Sequence[int] | None = None) -> dict[str, Any]:
    """The y channel of counts: few grid lines, thousands shortened; ``ticks`` names the only ones there may be."""
    axis: dict[str, Any] = {"title": None, "labelExpr": COUNT_LABEL, "tickCount": 4, "tickMinStep": 1}
    if ticks:
        axis |= {"values": list(ticks)}
    return {"field": "y", "type": "quantitative", "axis": axis, "scale": scale or {"nice": True, "zero": True}}


def bins(moments: pl.Series, span: Span, step: timedelta) -> pl.Series:
    """The starts of all bins that touch a window, in epoch milliseconds, in step with the given ones.

    Raises:
        LimitReached: the window holds more bins than can be told apart.
    """
    limited(int(span.length / step), f"{per(step)} from {span}")
    pace = int(step.total_seconds() * 1000)
    origin = int(moments[0]) % pace if moments.len() else 0
    first = (int(millis(span.start)) - origin) // pace * pace + origin
    return pl.int_range(first, int(millis(span.end)), pace, dtype=pl.Int64, eager=True).alias("x")


def ends(moments: pl.Series, step: timedelta) -> dict[str, float]:
    """The signals of a time axis from the first to the last of the given moments."""
    first, last = (float(moments[0]), float(moments[-1])) if moments.len() else (0.0, 1.0)
    return {"from": first, "to": max(last, first + 1), "pace": step.total_seconds() * 1000}
