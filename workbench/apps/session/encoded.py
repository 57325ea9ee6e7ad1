"""Rows as bytes: CSV for spreadsheets, a JSON object a line, Parquet. Each is written a piece at a time."""

import json
import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from enum import StrEnum
from io import BytesIO
from types import MappingProxyType
from typing import Any, BinaryIO

import orjson
import polars as pl
from polars.io.plugins import register_io_source

from workbench.base.render import FORMULA, csv_cell
from workbench.base.span import length_text
from workbench.events.query.plan import Columns

_BOM = b"\xef\xbb\xbf"
_TIME = "%Y-%m-%dT%H:%M:%S%.6fZ"
Pieces = Iterable[pl.DataFrame]


class Form(StrEnum):
    """How rows are written."""

    csv = "csv"
    ndjson = "ndjson"
    parquet = "parquet"


def as_csv(file: BinaryIO, pieces: Pieces, _columns: Columns) -> None:
    """CSV: every cell quoted, none read as a formula, headings neither; times in ISO 8601, lengths as KQL has them."""
    for number, piece in enumerate(pieces):
        shown = piece.with_columns(_harmless(name, kind) for name, kind in piece.schema.items())
        if number == 0:
            file.write(_BOM)
            shown = shown.rename({name: csv_cell(name) for name in shown.columns})
        shown.write_csv(file, include_header=number == 0, quote_style="always")


def as_ndjson(file: BinaryIO, pieces: Pieces, columns: Columns) -> None:
    """A JSON object a line: instants as ISO text, lengths as KQL has them, dynamics as JSON values."""
    changed = [(name, CHANGES[kind]) for name, kind in columns if kind in CHANGES]
    for piece in pieces:
        for row in _texts(piece).iter_rows(named=True):
            for name, change in changed:
                row[name] = None if row[name] is None else change(row[name])
            file.write(orjson.dumps(row, default=str) + b"\n")


def as_parquet(file: BinaryIO, pieces: Pieces, _columns: Columns) -> None:
    """Parquet, without loss."""
    source = _Kept(pieces)
    try:
        source.frame().sink_parquet(file, compression="zstd", maintain_order=True, engine="streaming")
    except pl.exceptions.PolarsError:
        if source.error is not None:
            raise source.error from None
        raise


WRITERS: Mapping[Form, Callable[[BinaryIO, Pieces, Columns], None]] = MappingProxyType(
    {Form.csv: as_csv, Form.ndjson: as_ndjson, Form.parquet: as_parquet}
)


def encoded(frame: pl.DataFrame, columns: Columns, form: Form) -> bytes:
    """A frame as the bytes of a file."""
    held = BytesIO()
    WRITERS[form](held, [frame], columns)
    return held.getvalue()


class _Kept:
    """Pieces as a frame that is made as it is written; what making them raises is kept, which the engine words anew."""

    def __init__(self, pieces: Pieces) -> None:
        self._pieces = iter(pieces)
        self._head = next(self._pieces)
        self.error: BaseException | None = None

    def frame(self) -> pl.LazyFrame:
        return register_io_source(lambda *_: self._all(), schema=self._head.schema, validate_schema=True)

    def _all(self) -> Iterator[pl.DataFrame]:
        yield self._head
        try:
            yield from self._pieces
        except BaseException as error:
            self.error = error
            raise


def _harmless(name: str, kind: pl.DataType) -> pl.Expr:
    value = _text(name, kind)
    if kind.is_nested():
        value = value.map_elements(lambda each: str(getattr(each, "to_list", lambda: each)()), return_dtype=pl.String)
    elif kind != pl.String and kind != pl.Categorical:
        return value
    text = value.cast(pl.String)
    return pl.when(text.str.contains(FORMULA)).then(pl.lit("'") + text).otherwise(text).alias(name)


def _texts(piece: pl.DataFrame) -> pl.DataFrame:
    return piece.with_columns(_text(name, kind) for name, kind in piece.schema.items())


def _text(name: str, kind: pl.DataType) -> pl.Expr:
    """Instants and lengths as text."""
    value = pl.col(name)
    if isinstance(kind, pl.Datetime):
        return value.dt.strftime(_TIME)
    if isinstance(kind, pl.Duration):
        return value.map_elements(length_text, return_dtype=pl.String)
    return value


def number_text(value: float) -> float | str:
    """The number, or its name where JSON has none."""
    if math.isfinite(value):
        return value
    return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"


def value_of(text: str) -> object:
    """The value of a dynamic cell; text that is no JSON is itself."""
    try:
        return json.loads(text)
    except ValueError:
        return text


CHANGES: Mapping[str, Callable[[Any], object]] = MappingProxyType({"dynamic": value_of, "real": number_text})
"""What becomes of cells of some KQL types in JSON."""
