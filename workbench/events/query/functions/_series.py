"""How functions of series get at numbers: arrays as NumPy's, worked on once for each distinct series of a batch."""

from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

import numpy as np
import polars as pl

from workbench.events.query.backend import documents
from workbench.events.query.backend.expressions import evaluated
from workbench.events.query.backend.values import Form, Value, as_json
from workbench.events.query.functions._fits import Floats
from workbench.events.query.types import INTEGERS, NUMBERS
from workbench.events.tables import KqlType

Outputs: TypeAlias = tuple[tuple[KqlType, Form | None], ...]

REALS = Form("list", "real")
WHOLES = Form("list", "long")
BOOLS = Form("list", "bool")


def given(value: Value | None, otherwise: Any) -> Any:
    """What an argument is that depends on no row."""
    found = None if value is None else evaluated(value)
    return otherwise if found is None else found


def numbers(value: Value) -> pl.Expr:
    """An array as a list of reals: null for what is no number, and no list for what is no array."""
    if value.type in NUMBERS:
        return pl.concat_list(value.expr.cast(pl.Float64))
    if value.form and value.form.kind == "list":
        if value.form.of in NUMBERS:
            return value.expr.cast(pl.List(pl.Float64))
        return value.expr.list.eval(pl.element().cast(pl.String).cast(pl.Float64, strict=False))
    return documents.mapped(as_json(value), _read, pl.List(pl.Float64))


def _read(text: str) -> list[float | None] | None:
    held = documents.read(text)
    return [_number(each) for each in held] if isinstance(held, list) else None


def _number(held: object) -> float | None:
    return float(held) if isinstance(held, int | float) and not isinstance(held, bool) else None


def whole(value: Value) -> bool:
    """Whether an array is known to hold whole numbers only."""
    if value.form and value.form.kind == "list":
        return value.form.of in INTEGERS
    if value.type in INTEGERS:
        return True
    held = documents.read(value.const) if value.known and isinstance(value.const, str) else None
    return isinstance(held, list) and all(isinstance(each, int) or each is None for each in held)


def computed(series: Sequence[Value], work: Callable[..., Sequence[object] | None], outputs: Outputs) -> Value:
    """The results of a function of series; None from it, or a series that is no array, gives nothing.

    ``work`` gets arrays with NaN for null, and gives a value for each output. A NaN in an array that it gives is null.
    """
    form = Form("parts", parts=outputs)
    dtype = form.dtype

    def on_batch(batch: pl.Series) -> pl.Series:
        columns = [_arrays(column) for column in batch.struct.unnest().get_columns()]
        done: dict[tuple[bytes, ...], Sequence[object] | None] = {}
        rows = [_once(done, row, work) for row in zip(*columns, strict=True)]
        filled = [row if row is not None else (None,) * len(outputs) for row in rows]
        kinds: list[Any] = [each.dtype for each in dtype.fields] if isinstance(dtype, pl.Struct) else []
        found = [_column(filled, place, kind) for place, kind in enumerate(kinds)]
        return pl.DataFrame(found).to_struct("")

    row = pl.struct(numbers(each).alias(str(place)) for place, each in enumerate(series))
    return Value(row.map_batches(on_batch, return_dtype=dtype, is_elementwise=True), "dynamic", form)


def _arrays(column: pl.Series) -> list[Floats | None]:
    """Each list as an array over one piece of memory."""
    flat = column.drop_nulls().explode(empty_as_null=False).cast(pl.Float64).fill_null(float("nan")).to_numpy()
    found: list[Floats | None] = []
    start = 0
    for length in column.list.len():
        found.append(None if length is None else flat[start : start + length])
        start += length or 0
    return found


def _once(
    done: dict[tuple[bytes, ...], Sequence[object] | None],
    row: tuple[Floats | None, ...],
    work: Callable[..., Sequence[object] | None],
) -> Sequence[object] | None:
    if any(each is None for each in row):
        return None
    key = tuple(each.tobytes() for each in row if each is not None)
    if key not in done:
        with np.errstate(all="ignore"):
            done[key] = work(*row)
    return done[key]


def _column(rows: Sequence[Sequence[object]], place: int, kind: pl.DataType) -> pl.Series:
    values: list[Any] = [row[place] for row in rows]
    if isinstance(kind, pl.List):
        cells = [None if each is None else pl.Series(each, strict=False) for each in values]
        inner = kind.inner
        nan = pl.element().fill_nan(None) if inner == pl.Float64 else pl.element()
        return pl.Series(str(place), [_fitted(each, inner) for each in cells], dtype=kind).list.eval(nan)
    return pl.Series(str(place), values, dtype=kind)


def _fitted(cell: pl.Series | None, kind: Any) -> pl.Series | None:
    if cell is None or cell.dtype == kind:
        return cell
    return cell.fill_nan(None).cast(kind) if cell.dtype == pl.Float64 else cell.cast(kind)


def single(
    series: Sequence[Value], work: Callable[..., object | None], kind: KqlType, form: Form | None = None
) -> Value:
    """The one result of a function of series."""

    def one(*arrays: Floats) -> Sequence[object] | None:
        found = work(*arrays)
        return None if found is None else (found,)

    found = computed(series, one, ((kind, form),))
    return Value(found.expr.struct.field("0"), kind, form)


def listed(series: Sequence[Value], work: Callable[..., object | None], of: KqlType = "real") -> Value:
    """The array that a function of series gives."""
    return single(series, work, "dynamic", Form("list", of))
