"""Functions of a row's place among the others: they need rows in an order."""

from collections.abc import Callable, Sequence

import polars as pl

from workbench.events.query.backend.values import Value, plain
from workbench.events.query.functions._declare import Family, Function
from workbench.events.query.functions.conditional import together
from workbench.events.tables import KqlType


def _row_number(start: Value | None = None, restart: Value | None = None) -> Value:
    place = pl.int_range(pl.len(), dtype=pl.Int64)
    if restart is not None:
        begun = pl.when(restart.expr.fill_null(value=False)).then(place).forward_fill().fill_null(0)
        place = place - begun
    first = pl.lit(1, dtype=pl.Int64) if start is None else start.expr
    return plain(place + first, "long", solid=True)


def _shifted(direction: int) -> Callable[..., Value]:
    def build(value: Value, offset: Value | None = None, default: Value | None = None) -> Value:
        count = offset.const if offset is not None and isinstance(offset.const, int) else 1
        if default is None:
            moved = value.expr.shift(direction * count)
            return Value(moved.fill_null("") if value.type == "string" else moved, value.type, value.form)
        (expr, other), back = together((value, default), value.type)
        place, last = pl.int_range(pl.len(), dtype=pl.Int64), pl.len().cast(pl.Int64)
        outside = place < count if direction > 0 else place >= last - count
        return back(pl.when(outside).then(other).otherwise(expr.shift(direction * count)))

    return build


def _first(types: Sequence[KqlType]) -> KqlType:
    return types[0]


FAMILY = Family(
    "Places of rows",
    (
        Function(
            "row_number",
            "(start:long?, restart:bool?)",
            "long",
            "The number of the row, counted anew where restart is true.",
            _row_number,
            raw=True,
            ordered=True,
        ),
        Function(
            "prev",
            "(column:any, offset:long?!, default:any?)",
            _first,
            "The value some rows before.",
            _shifted(1),
            raw=True,
            ordered=True,
        ),
        Function(
            "next",
            "(column:any, offset:long?!, default:any?)",
            _first,
            "The value some rows after.",
            _shifted(-1),
            raw=True,
            ordered=True,
        ),
    ),
)
