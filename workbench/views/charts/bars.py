"""The greatest few as horizontal bars, each named at its left and counted at its end."""

import polars as pl

from workbench.base.render import visible
from workbench.views.charts import axes
from workbench.views.charts.axes import COUNT_LABEL
from workbench.views.charts.figure import Figure, coded, colours, limited, mark, needs, structure
from workbench.views.charts.theme import var

ROW = 26
"""Pixels of height of one bar with its gap."""

UNKEYED = "slice(datum.value, 1)"

NAMES = 220
"""Pixels a name may take before it is cut."""


def bars(frame: pl.DataFrame, *, title: str, unit: str = "messages", top: int = 10) -> Figure:
    """Draw the ``top`` greatest of column ``name`` by the sum of ``count``, cut by ``series`` where there is one.

    Raises:
        LimitReached: ``top`` asks for more bars than can be told apart.
        UnknownName: a column is missing.
    """
    needs(frame, "name", "count")
    numbered, legend = coded(_greatest(frame, top))
    rows = numbered.group_by("place", "name", "code").agg(y=pl.col("count").sum()).sort("place", "code")
    limited(rows.height, title)
    names, sums = rows["name"].n_unique(), rows.group_by("place").agg(pl.col("y").sum())["y"]
    return Figure(
        kind="bars",
        title=title,
        spec=_spec(),
        x=tuple(rows["name"]),
        y=tuple(rows["y"].cast(pl.Float64)),
        code=tuple(rows["code"]),
        legend=legend,
        signals={"top": float(str(sums.max() or 1)) * 1.12},
        caption=f"{unit}, the greatest {names:,}" if names > 1 else unit,
        unit=unit,
        height=ROW * max(names, 1),
    )


def labels(names: tuple[str, ...]) -> tuple[str, ...]:
    """Names as the axis shows them, one for each: hidden characters visible, look-alikes numbered."""
    seen: dict[str, dict[str, int]] = {}
    shown = []
    for name in names:
        text = visible(name, 80) or "(empty)"
        twins = seen.setdefault(text, {})
        number = twins.setdefault(name, len(twins) + 1)
        shown.append(text if number == 1 else f"{text} ({number})")
    return tuple(shown)


def _greatest(frame: pl.DataFrame, top: int) -> pl.DataFrame:
    named = frame.with_columns(pl.col("name").cast(pl.String).fill_null(""))
    sums = named.group_by("name").agg(pl.col("count").sum())
    greatest = sums.sort("count", "name", descending=[True, False]).head(max(top, 1))
    return named.join(greatest.select("name").with_row_index("place"), on="name")


def _spec() -> dict[str, object]:
    """Bars are keyed by their label behind a sign: no text of the data, ``__proto__`` say, is a key by itself."""
    axis = {"title": None, "labelLimit": NAMES, "labelColor": var("text"), "domain": False, "labelExpr": UNKEYED}
    padding = {"paddingInner": 0.35, "paddingOuter": 0.15}
    names = {"field": "key", "type": "nominal", "sort": None, "scale": padding, "axis": axis}
    counts = {"field": "y", "type": "quantitative", "axis": None, "stack": "zero"}
    order = {"field": "code", "type": "quantitative"}
    scale = {"zero": True, "nice": False, "domainMax": {"expr": "top"}}
    bar = {
        "mark": mark("bar", cornerRadiusEnd=2),
        "encoding": {"x": {**counts, "scale": scale}, "color": colours(), "order": order},
    }
    number = {
        "transform": [
            {"aggregate": [{"op": "sum", "field": "y", "as": "sum"}], "groupby": ["key"]},
            {"calculate": COUNT_LABEL.replace("datum.value", "datum.sum"), "as": "shown"},
        ],
        "mark": mark("text", align="left", dx=6),
        "encoding": {"x": {"field": "sum", "type": "quantitative", "axis": None}, "text": {"field": "shown"}},
    }
    return structure(height=ROW, params=axes.parameters("top"), encoding={"y": names}, layer=[bar, number])
