"""Work on JSON documents that Polars cannot do by itself: in Python, once for each distinct document of a batch."""

from collections.abc import Callable, Sequence
from typing import Any

import polars as pl

from workbench.base.text.document import BROKEN, OPENING, read
from workbench.events.query.kql.literals import json_text

__all__ = [
    "BROKEN",
    "at_path",
    "combined",
    "document",
    "elements",
    "mapped",
    "member",
    "plainer",
    "read",
    "sound",
    "text_of",
    "write",
]


def write(value: object) -> str | None:
    """Compact JSON text; a null is no text."""
    return None if value is None or value is BROKEN else json_text(value)


def document(text: str) -> object:
    """The value of text as ``parse_json`` sees it: what is no JSON is a text."""
    value = read(text)
    return text if value is BROKEN else value


def elements(text: str) -> list[str | None]:
    """The JSON of the elements of an array; of what is none, its own."""
    held = document(text)
    return [write(each) for each in held] if isinstance(held, list) else [write(held) or text]


def sound(text: str) -> str | None:
    """JSON that can stand inside other JSON: text that is none, as a JSON text; nothing for none at all."""
    return write(document(text)) if text else None


def plainer(text: str) -> str | None:
    """A document as every reader takes it; nothing for what is no JSON."""
    return write(read(text))


def at_path(text: pl.Expr, path: str) -> pl.Expr:
    """The text of what stands at a path in JSON text, also where the engine's own reader refuses the document."""
    found = text.str.json_path_match(path)
    missing = pl.when(found.is_null() & text.str.contains(OPENING)).then(text)
    odd = pl.when(missing.str.json_path_match("$").is_null()).then(missing)
    return pl.coalesce(found, mapped(odd, plainer, pl.String()).str.json_path_match(path))


def text_of(text: pl.Expr) -> pl.Expr:
    """What JSON text stands for: strings lose their quotes, the rest becomes compact, what is no JSON stays."""
    found = text.str.json_path_match("$")
    odd = pl.when(found.is_null() & ~text.is_in(["null", ""])).then(text)
    return pl.coalesce(found, mapped(odd, _text, pl.String()))


def _text(text: str) -> str | None:
    held = document(text)
    return held if isinstance(held, str) else write(held)


def mapped(expr: pl.Expr, function: Callable[[Any], object], dtype: pl.DataType) -> pl.Expr:
    """Apply a function to each distinct text, or number; nulls stay null."""

    def on_series(series: pl.Series) -> pl.Series:
        distinct = series.unique().drop_nulls()
        if distinct.is_empty():
            return pl.repeat(None, series.len(), dtype=dtype, eager=True)
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
