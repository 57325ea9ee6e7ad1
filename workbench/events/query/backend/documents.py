"""Work on JSON documents that Polars cannot do by itself: in Python, once for each distinct document of a batch."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import orjson
import polars as pl

from workbench.base.text.document import BROKEN, DEEPEST, OPENING, read
from workbench.events.query.kql.literals import json_text
from workbench.events.store.paths import walked

__all__ = [
    "BROKEN",
    "at_path",
    "combined",
    "document",
    "elements",
    "mapped",
    "member",
    "members",
    "read",
    "sound",
    "soundly",
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


def at_path(text: pl.Expr, path: str) -> pl.Expr:
    """The text of what stands at a path in JSON text, also where the engine's own reader refuses the document."""

    def on_series(series: pl.Series) -> pl.Series:
        found = series.str.json_path_match(path)
        gaps = series.filter(found.is_null())
        odd = gaps.filter(_may_be_odd(gaps)).unique()
        odd = odd.filter(odd.str.json_path_match("$").is_null())
        return _mended(series, found, odd, [_plainer(each) for each in odd], path)

    return text.map_batches(on_series, return_dtype=pl.String(), is_elementwise=True)


def text_of(text: pl.Expr) -> pl.Expr:
    """What JSON text stands for: strings lose their quotes, the rest becomes compact, what is no JSON stays."""

    def on_series(series: pl.Series) -> pl.Series:
        found = series.str.json_path_match("$")
        gaps = series.filter(found.is_null()).drop_nulls().unique()
        odd = gaps.filter(~gaps.is_in(["null", ""]))
        return _mended(series, found, odd, [sound(each) for each in odd], "$")

    return text.map_batches(on_series, return_dtype=pl.String(), is_elementwise=True)


def soundly(text: pl.Expr) -> pl.Expr:
    """``sound`` for each text; without looking for equal ones, which takes longer than to read them."""

    def on_series(series: pl.Series) -> pl.Series:
        held = [each if each is None or _is_strict(each) else sound(each) for each in series.to_list()]
        return pl.Series(series.name, held, pl.String())

    return text.map_batches(on_series, return_dtype=pl.String(), is_elementwise=True)


def _may_be_odd(series: pl.Series) -> pl.Series:
    """Documents that strict readers may refuse and ``read`` may not: told at the engine's speed, without reading."""
    many = (series.str.len_bytes() > DEEPEST) & (series.str.count_matches(r"[\[{]") > DEEPEST)
    return series.str.contains(OPENING) & (series.str.contains(_ODD) | many)


_ODD = r"[\x00-\x1f]|\\u[dD][89a-fA-F]|[eE]\+?[0-9]{3}|[0-9]{200}|NaN|Infinity"


def _mended(series: pl.Series, found: pl.Series, odd: pl.Series, plain: list[str | None], path: str) -> pl.Series:
    """What was found, and what stands at the path in the documents that took another reader."""
    if odd.is_empty():
        return found
    results = pl.Series(plain, dtype=pl.String()).str.json_path_match(path)
    return found.zip_with(found.is_not_null(), _spread(pl.DataFrame({"": series}), pl.DataFrame({"": odd}), results))


def _plainer(text: str) -> str | None:
    return write(read(text))


def _is_strict(text: str) -> bool:
    try:
        orjson.loads(text)
    except orjson.JSONDecodeError:
        return False
    return True


def mapped(expr: pl.Expr, function: Callable[[Any], object], dtype: pl.DataType) -> pl.Expr:
    """Apply a function to each distinct text, or number; nulls stay null."""

    def on_series(series: pl.Series) -> pl.Series:
        distinct = series.unique().drop_nulls()
        if distinct.is_empty():
            return pl.repeat(None, series.len(), dtype=dtype, eager=True)
        results = pl.Series([function(text) for text in distinct], dtype=dtype)
        return _spread(pl.DataFrame({"": series}), pl.DataFrame({"": distinct}), results)

    return expr.map_batches(on_series, return_dtype=dtype, is_elementwise=True)


def members(text: pl.Expr, ways: Mapping[str, Sequence[str | int]]) -> pl.Expr:
    """The members at some ways, by name, as fields: each distinct document is read once, for all of them."""
    kind = pl.Struct(dict.fromkeys(ways, pl.String()))

    def on_series(series: pl.Series) -> pl.Series:
        distinct, steps = series.unique(), tuple(ways.values())
        found = [member for document in distinct for member in walked(document, steps)]
        columns = {name: found[place :: len(steps)] for place, name in enumerate(ways)}
        results = pl.DataFrame(columns, schema=kind.to_schema()).to_struct()
        return _spread(pl.DataFrame({"": series}), pl.DataFrame({"": distinct}), results)

    return text.map_batches(on_series, return_dtype=kind, is_elementwise=True)


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
