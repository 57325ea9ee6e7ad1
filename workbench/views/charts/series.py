"""What ``render`` draws, as rows of x, y and series: which columns are the axis, the numbers, the names of series."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import polars as pl

from workbench.events.tables import KqlType

Axis = Literal["time", "number", "name"]

NUMBERS: frozenset[KqlType] = frozenset(("int", "long", "real", "decimal", "timespan"))
_TIMED = ("timechart", "anomalychart")
_LONGEST = 200


@dataclass(frozen=True)
class Series:
    """Rows to draw: ``x`` (epoch milliseconds, a number or a name by ``axis``), ``y``, and ``series``, empty if one.

    ``across`` and ``up`` are the names of what is on the axes; ``notes`` say what was left out.
    """

    rows: pl.DataFrame
    axis: Axis
    across: str
    up: str
    notes: tuple[str, ...] = ()


def series(frame: pl.DataFrame, kinds: Mapping[str, KqlType], kind: str, given: Mapping[str, str]) -> Series | None:
    """The rows that a chart draws, by the rules of the render operator's published page; None without any number.

    The axis is ``xcolumn``, else the first column (of a timechart the first of times); numbers are ``ycolumns``, else
    all numeric columns; other text splits the series. Arrays, as make-series gives them, are spread first.
    """
    frame, kinds = spread(frame, kinds)
    across = _across(kinds, kind, given.get("xcolumn", ""))
    numbers = [name for name in _listed(given, "ycolumns") if kinds.get(name) in NUMBERS]
    numbers = numbers or [name for name, each in kinds.items() if each in NUMBERS and name != across]
    if not numbers and across and kinds[across] in NUMBERS and kind not in _TIMED:
        across, numbers = "", [across]
    if not numbers or (kind in _TIMED and not across):
        return None
    flags = set(_listed(given, "anomalycolumns"))
    split = [name for name in _listed(given, "series") if name in kinds and name != across]
    split = split or [name for name, each in kinds.items() if name != across and each in ("string", "bool", "guid")]
    shown = [name for name in numbers if name not in flags] or numbers
    axis = _axis(kinds.get(across, "string"))
    rows = _long(frame, across, axis, (shown, split))
    kept = rows.filter(pl.col("y").is_finite(), pl.col("x").is_not_null())
    lost = rows.height - kept.height
    notes = (f"{lost:,} points without a number are left out of the chart.",) if lost else ()
    unit = shown[0] if len(shown) == 1 else ""
    return Series(kept, axis, across, unit, notes)


def spread(frame: pl.DataFrame, kinds: Mapping[str, KqlType]) -> tuple[pl.DataFrame, dict[str, KqlType]]:
    """A row for each element where dynamic columns hold arrays of one length; other dynamics are left out."""
    read = {name: _arrays(frame[name]) for name, each in kinds.items() if each == "dynamic"}
    arrays = {name: lists for name, lists in read.items() if lists}
    plain: dict[str, KqlType] = {name: each for name, each in kinds.items() if each != "dynamic"}
    if not arrays:
        return frame.select(list(plain)), plain
    lengths = [max(len(lists[at]) for lists in arrays.values()) for at in range(frame.height)]
    row_of = [row for row, length in enumerate(lengths) for _ in range(length)]
    columns: dict[str, pl.Series] = {name: frame[name][row_of] for name in plain}
    found = plain
    for name, lists in arrays.items():
        flat = [
            row[at] if at < len(row) else None
            for row, length in zip(lists, lengths, strict=True)
            for at in range(length)
        ]
        columns[name], kind = _typed(name, flat)
        found = {**found, name: kind}
    order = [name for name in kinds if name in found]
    return pl.DataFrame([columns[name] for name in order]), {name: found[name] for name in order}


def _arrays(column: pl.Series) -> list[list[object]]:
    """The arrays of a column; nothing where a value is none."""
    read = [json.loads(text) if text else [] for text in column]
    return read if read and all(isinstance(each, list) for each in read) and any(read) else []


def _typed(name: str, values: Sequence[object]) -> tuple[pl.Series, KqlType]:
    """Elements as numbers, as times where all that are there read so, else as text."""
    if all(each is None or isinstance(each, int | float) for each in values):
        return pl.Series(name, values, dtype=pl.Float64, strict=False), "real"
    text = pl.Series(name, [None if each is None else str(each) for each in values], dtype=pl.String)
    moments = text.str.to_datetime("%Y-%m-%dT%H:%M:%S%.fZ", strict=False, time_zone="UTC", time_unit="us")
    return (moments, "datetime") if moments.null_count() == text.null_count() else (text.fill_null(""), "string")


def _across(kinds: Mapping[str, KqlType], kind: str, asked: str) -> str:
    if asked in kinds:
        return asked
    if kind in _TIMED:
        return next((name for name, each in kinds.items() if each == "datetime"), "")
    return next(iter(kinds), "")


def _axis(kind: KqlType) -> Axis:
    return "time" if kind == "datetime" else "number" if kind in NUMBERS else "name"


def _long(frame: pl.DataFrame, across: str, axis: Axis, columns: tuple[list[str], list[str]]) -> pl.DataFrame:
    """One row a point."""
    numbers, split = columns
    place = _place(across, axis)
    name = (
        pl.concat_str([pl.col(each).cast(pl.String).fill_null("") for each in split], separator=", ")
        if split
        else pl.lit("")
    )
    parts = [
        frame.select(x=place if across else pl.lit(number), y=_number(frame, number), split=name, column=pl.lit(number))
        for number in numbers
    ]
    rows = pl.concat(parts)
    both = pl.when(pl.col("split") == "").then("column").otherwise(pl.format("{} {}", "split", "column"))
    label = pl.col("split") if len(numbers) == 1 else both if across else pl.lit("")
    return rows.select("x", "y", series=label.str.slice(0, _LONGEST))


def _place(across: str, axis: Axis) -> pl.Expr:
    column = pl.col(across)
    if axis == "time":
        return column.dt.epoch("ms")
    return column.cast(pl.Float64) if axis == "number" else column.cast(pl.String).fill_null("")


def _number(frame: pl.DataFrame, name: str) -> pl.Expr:
    """Numbers as they are, lengths of time in seconds."""
    if isinstance(frame.schema[name], pl.Duration):
        return pl.col(name).dt.total_microseconds().cast(pl.Float64) / 1e6
    return pl.col(name).cast(pl.Float64)


def _listed(given: Mapping[str, str], name: str) -> list[str]:
    return [each.strip() for each in given.get(name, "").split(",") if each.strip()]
