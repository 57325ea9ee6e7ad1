"""The chart that a question asks for with ``render``, out of its rows; what cannot be drawn says why."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any

import polars as pl

from workbench.base.render import visible
from workbench.events.tables import KqlType
from workbench.views.charts import shapes
from workbench.views.charts.figure import MARKS, Entry, Figure, coded
from workbench.views.charts.series import Series, series, spread
from workbench.views.charts.theme import SERIES, var

KINDS: Mapping[str, str] = MappingProxyType(
    {
        "timechart": "line", "linechart": "line", "anomalychart": "line", "areachart": "area",
        "stackedareachart": "stacked", "columnchart": "columns", "barchart": "bars", "piechart": "pie",
        "scatterchart": "points",
    }
)  # fmt: skip
"""Charts of the language to the shapes that draw them."""

NAMED = 50
"""Bars or columns with a name of their own that are drawn."""
ROW = 26
"""Pixels of height of one bar with its gap."""
UNBROKEN = 1e300
"""A distance that no two points have."""


@dataclass(frozen=True)
class Drawing:
    """A figure, or None where the rows are to be shown as a table; ``notes`` say why, and what was left out."""

    figure: Figure | None
    notes: tuple[str, ...] = ()


def rendered(
    frame: pl.DataFrame, kinds: Mapping[str, KqlType], kind: str, given: Mapping[str, str] = MappingProxyType({})
) -> Drawing:
    """Draw an answer as ``render kind with (given)`` asks.

    ``kinds`` are the columns with their KQL types. More than 5,000 points are thinned, series beyond the eighth and
    names beyond the fiftieth left out; the notes say so.
    """
    shape = KINDS.get(kind)
    if shape is None:
        return Drawing(None, (f"A {visible(kind)} is not drawn here; the rows are shown as a table.",))
    found = series(frame, kinds, kind, given) if frame.height else None
    if found is None:
        why = f"A {kind} needs a column of {'times and one of ' if kind == 'timechart' else ''}numbers"
        return Drawing(None, (f"{why}; the rows are shown as a table.",) if frame.height else ())
    shape, found = _fitting(shape, found, given)
    found = _few(found) if shape != "pie" else found
    gap, points = _gap(found, given), found.rows.height
    found = _thinned(_accumulated(found, given), shape)
    figure = _figure(shape, found, kind, given, gap if found.rows.height == points else UNBROKEN)
    if kind == "anomalychart":
        figure = _with_anomalies(figure, found, spread(frame, kinds)[0], given)
    ignored = ("Panels are not drawn: all series share one axis.",) if given.get("ysplit", "none") != "none" else ()
    return Drawing(figure, (*found.notes, *ignored))


def _fitting(shape: str, found: Series, given: Mapping[str, str]) -> tuple[str, Series]:
    """The shape that the axis allows, and stacking where it is asked for."""
    if shape == "area" and given.get("kind", "default") in ("stacked", "stacked100", "default"):
        shape = "stacked"
    if shape in ("line", "area", "stacked", "points") and found.axis == "name":
        return "columns", replace(found, notes=(*found.notes, "Names have no order, so columns are drawn."))
    if shape in ("bars", "pie") or (shape == "columns" and found.axis == "number"):
        return shape, replace(found, axis="name", rows=found.rows.with_columns(_as_name(found)))
    return shape, found


def _as_name(found: Series) -> pl.Expr:
    if found.axis == "time":
        return pl.from_epoch(pl.col("x"), "ms").dt.strftime("%Y-%m-%d %H:%M").str.strip_suffix(" 00:00").alias("x")
    if found.axis == "number":
        return pl.col("x").cast(pl.String).str.strip_suffix(".0").alias("x")
    return pl.col("x")


def _few(found: Series) -> Series:
    """The eight greatest series: more colours cannot be told apart, and sums of averages mean nothing."""
    sums = found.rows.group_by("series").agg(pl.col("y").sum()).sort("y", "series", descending=[True, False])
    if sums.height <= SERIES:
        return found
    kept = found.rows.join(sums.head(SERIES).select("series"), on="series", how="semi", maintain_order="left")
    note = f"{SERIES} of {sums.height:,} series are drawn, those with the greatest sums."
    return replace(found, rows=kept, notes=(*found.notes, note))


def _accumulated(found: Series, given: Mapping[str, str]) -> Series:
    if given.get("accumulate") != "true" or found.axis == "name":
        return found
    rows = found.rows.sort("series", "x").with_columns(pl.col("y").cum_sum().over("series"))
    return replace(found, rows=rows)


def _thinned(found: Series, shape: str) -> Series:
    """As many marks as can be told apart: of neighbouring points the highest, of names the first."""
    if found.axis == "name":
        names = found.rows["x"].unique(maintain_order=True)
        if shape == "pie" or len(names) <= NAMED:
            return found
        rows = found.rows.filter(pl.col("x").is_in(names.head(NAMED).implode()))
        return replace(found, rows=rows, notes=(*found.notes, f"The first {NAMED} of {len(names):,} names are drawn."))
    rows = found.rows.sort("series", "x")
    if rows.height <= MARKS:
        return replace(found, rows=rows)
    width = -(-rows.height // (MARKS - SERIES))
    group = pl.int_range(pl.len()).over("series") // width
    kept = rows.filter(pl.col("y").rank("ordinal", descending=True).over("series", group) == 1)
    note = f"Of {rows.height:,} points {kept.height:,} are drawn: the highest of every {width} neighbours."
    return replace(found, rows=kept, notes=(*found.notes, note))


def _figure(shape: str, found: Series, kind: str, given: Mapping[str, str], gap: float) -> Figure:
    rows, legend = _coded(shape, found)
    whole = shapes.SPECS[shape](found.axis, _limits(given))
    across, up = given.get("xtitle", found.across), given.get("ytitle", found.up)
    said = f"{up} by {across}" if across and up else up or across
    names = rows["x"].n_unique() if found.axis == "name" else 0
    return Figure(
        kind=_kind(shape, found),
        title=visible(given.get("title", "") or said or kind, 160),
        spec=whole,
        x=tuple(rows["x"]),
        y=tuple(rows["y"].cast(pl.Float64)),
        code=tuple(rows["code"]),
        legend=() if given.get("legend") == "hidden" and shape != "pie" else legend,
        signals=_signals(shape, found, gap),
        caption=visible(said, 160) if given.get("title") else "",
        unit=visible(up, 80) if len({entry.code for entry in legend}) == 1 or shape == "pie" else "",
        height=ROW * max(names, 1) if shape == "bars" else shapes.HEIGHT,
        axis=found.axis,
    )


def _coded(shape: str, found: Series) -> tuple[pl.DataFrame, tuple[Entry, ...]]:
    """The rows with codes of their series; slices of a pie are their names. Only of a pie the sums say something."""
    rows = found.rows.rename({"y": "count"})
    if shape == "pie":
        whole = rows.group_by(series="x").agg(pl.col("count").sum()).filter(pl.col("count") > 0)
        numbered, legend = coded(whole)
        summed = numbered.group_by("code").agg(y=pl.col("count").sum()).sort("code")
        labels = {entry.code: entry.label for entry in legend}
        return summed.with_columns(x=pl.col("code").replace_strict(labels, return_dtype=pl.String)), legend
    plain = rows.drop("series") if rows["series"].n_unique() < 2 and not rows["series"].max() else rows
    numbered, legend = coded(plain)
    legend = tuple(replace(entry, total=None) for entry in legend)
    if found.axis == "name":
        numbered = numbered.group_by("x", "code", maintain_order=True).agg(pl.col("count").sum())
    return numbered.select("x", "code", y="count"), legend


def _kind(shape: str, found: Series) -> str:
    if shape == "columns":
        return "histogram" if found.axis == "time" else "columns"
    return {"line": "lines", "area": "areas", "stacked": "areas"}.get(shape, shape)


def _signals(shape: str, found: Series, gap: float) -> dict[str, float]:
    """Ends and pace of the axis, in its own units; of a line its widest gap, of columns the width of one."""
    if found.axis == "name":
        return {}
    places = found.rows["x"].unique().sort()
    first, last = (float(places[0]), float(places[-1])) if len(places) else (0.0, 1.0)
    gaps = places.diff().drop_nulls()
    pace = float(str(gaps.min())) if len(gaps) else 86_400_000.0 if found.axis == "time" else 1.0
    if shape == "columns":
        return {"from": first, "to": last + pace, "pace": pace, "step": pace}
    widest = {"gap": gap} if shape == "line" else {}
    return {"from": first, "to": last if last > first else first + pace, "pace": pace, **widest}


def _gap(found: Series, given: Mapping[str, str]) -> float:
    """From which distance on a line is broken: more than one step where most places are a step apart, as by ``bin``.

    Without steps no distance says that something is missing, and sums go on.
    """
    if found.axis == "name" or given.get("accumulate") == "true":
        return UNBROKEN
    gaps = [float(each) for each in found.rows["x"].unique().sort().diff().drop_nulls()]
    pace = min(gaps, default=UNBROKEN)
    stepped = all(abs(each / pace - round(each / pace)) < 1e-6 for each in gaps)
    return 1.5 * pace if stepped and sum(each < 1.5 * pace for each in gaps) * 2 >= len(gaps) > 0 else UNBROKEN


def _limits(given: Mapping[str, str]) -> dict[str, Any]:
    """What the query says of the axis of numbers: its ends, its scale and how series stack."""
    found: dict[str, Any] = {"log": given.get("yaxis") == "log", "stack": given.get("kind", "")}
    for name in ("ymin", "ymax"):
        try:
            found[name] = float(given[name])
        except (KeyError, ValueError):
            continue
    return found


def _with_anomalies(figure: Figure, found: Series, frame: pl.DataFrame, given: Mapping[str, str]) -> Figure:
    """Points over the line where a column of flags is not zero: ``anomalycolumns``, else one named after anomalies."""
    wanted = [each.strip() for each in given.get("anomalycolumns", "").split(",") if each.strip() in frame.columns]
    flags = wanted or [name for name in frame.columns if "anomal" in name.casefold() or "ad_flag" in name.casefold()]
    if not flags or found.axis != "time" or not frame.schema[flags[0]].is_numeric():
        return figure
    strange = frame.filter(pl.col(flags[0]) != 0)[found.across].dt.epoch("ms").to_list()
    at = [place for place, x in enumerate(figure.x) if x in set(strange) and figure.code[place] == 0]
    entry = Entry(shapes.ANOMALY, "", f"Anomaly ({len(at):,})", var("malicious"), "circle", None)
    return replace(
        figure,
        x=(*figure.x, *(figure.x[each] for each in at)),
        y=(*figure.y, *(figure.y[each] for each in at)),
        code=(*figure.code, *(shapes.ANOMALY for _ in at)),
        legend=(*figure.legend, entry),
    )
