"""Work on JSON documents that Polars cannot do by itself: in Python, once for each distinct document of a batch."""

from collections.abc import Callable, Sequence
from typing import Any

import orjson
import polars as pl

from workbench.events.query.kql.literals import json_text

BROKEN = object()
"""What ``read`` gives for text that is no JSON."""


def read(text: str) -> object:
    """The value of JSON text."""
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        return BROKEN


def write(value: object) -> str | None:
    """Compact JSON text; a null is no text."""
    return None if value is None or value is BROKEN else json_text(value)


def document(text: str) -> object:
    """The value of text as ``parse_json`` sees it: what is no JSON is a text."""
    value = read(text)
    return text if value is BROKEN else value


def elements(text: str) -> list[str | None]:
    """The JSON of the elements of an array; of what is none, its own."""
    held = read(text)
    return [write(each) for each in held] if isinstance(held, list) else [text]


def mapped(expr: pl.Expr, function: Callable[[Any], object], dtype: pl.DataType) -> pl.Expr:
    """Apply a function to each distinct text, or number; nulls stay null."""

    def on_series(series: pl.Series) -> pl.Series:
        distinct = series.unique().drop_nulls()
        results = pl.Series([function(text) for text in distinct], dtype=dtype)
        return _spread(pl.DataFrame({"": series}), pl.DataFrame({"": distinct}), results)

    return expr.map_batches(on_series, return_dtype=dtype, is_elementwise=True)


def combined(exprs: Sequence[pl.Expr], function: Callable[..., object], dtype: pl.DataType) -> pl.Expr:
    """Apply a function of several arguments to each distinct combination; nulls are passed as None.

    Any argument may be None, text too: inside a choice, the engine passes nothing for rows of the other branch.
    """
    row = pl.struct(expr.alias(str(number)) for number, expr in enumerate(exprs))

    def on_series(series: pl.Series) -> pl.Series:
        frame = series.struct.unnest()
        distinct = frame.unique()
        results = pl.Series([function(*values) for values in distinct.iter_rows()], dtype=dtype)
        return _spread(frame, distinct, results)

    return row.map_batches(on_series, return_dtype=dtype, is_elementwise=True)


def _spread(frame: pl.DataFrame, distinct: pl.DataFrame, results: pl.Series) -> pl.Series:
    known = distinct.with_columns(results.alias("result"))
    return frame.join(known, on=frame.columns, how="left", nulls_equal=True, maintain_order="left")["result"]


def member(held: object, step: str | int) -> object:
    """One step into a value: a key of a bag, a position of an array, counted from the end where negative."""
    if isinstance(held, dict):
        return held.get(step) if isinstance(step, str) else None
    if isinstance(held, list) and isinstance(step, int) and -len(held) <= step < len(held):
        return held[step]
    return None
