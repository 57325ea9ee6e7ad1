"""Functions of a row's place among the others: they need rows in an order."""

from collections.abc import Callable, Sequence

import polars as pl

from workbench.events.query.backend.values import ENGINE, Value, nullable_text, plain
from workbench.events.query.functions._declare import Family, Function
from workbench.events.query.functions.conditional import together
from workbench.events.query.limits import MOST_ROWS
from workbench.events.query.types import NUMBERS
from workbench.events.tables import KqlType


def _row_number(start: Value | None = None, restart: Value | None = None) -> Value:
    place = pl.int_range(pl.len(), dtype=pl.Int64)
    if restart is not None:
        begun = pl.when(restart.expr.fill_null(value=False)).then(place).forward_fill().fill_null(0)
        place = place - begun
    first = pl.lit(1, dtype=pl.Int64) if start is None else start.expr
    return plain(place + first, "long", solid=True)


def _begun(value: pl.Expr, restart: Value | None) -> pl.Expr:
    """A value as it was where counting last began anew; null before."""
    if restart is None:
        return pl.when(pl.int_range(pl.len()) < 0).then(value)
    return pl.when(restart.expr.fill_null(value=False)).then(value).forward_fill()


def _cumsum(term: Value, restart: Value | None = None) -> Value:
    """A null counts as 0."""
    number = term.expr.fill_null(0)
    whole = number.cum_sum()
    return plain((whole - _begun(whole - number, restart).fill_null(0)).cast(ENGINE[term.type]), term.type, solid=True)


def _changed(term: Value, restart: Value | None) -> pl.Expr:
    """Whether a row has another value than the one before, or counting begins anew."""
    held = nullable_text(term) if term.type == "dynamic" else term.expr
    first = pl.int_range(pl.len()) == 0
    anew = pl.lit(value=False) if restart is None else restart.expr.fill_null(value=False)
    return first | held.ne_missing(held.shift(1)) | anew


def _rank_dense(term: Value, restart: Value | None = None) -> Value:
    rank = _changed(term, restart).cast(pl.Int64).cum_sum()
    return plain(rank - _begun(rank - 1, restart).fill_null(0), "long", solid=True)


def _rank_min(term: Value, restart: Value | None = None) -> Value:
    number = _row_number(restart=restart).expr
    return plain(pl.when(_changed(term, restart)).then(number).forward_fill(), "long", solid=True)


def _session(moment: Value, longest: Value, gap: Value, restart: Value | None = None) -> Value:
    """Where a session begins depends on where the one before did, so rows are gone through one by one.

    A length or gap that is null ends no session.
    """
    anew = pl.lit(value=False) if restart is None else restart.expr.fill_null(value=False)
    parts = [moment.expr.cast(pl.Int64), longest.expr.cast(pl.Int64), gap.expr.cast(pl.Int64), anew]
    row = pl.struct(each.alias(str(place)) for place, each in enumerate(parts))
    starts = row.map_batches(_sessions, return_dtype=pl.Int64())
    return plain(starts.cast(ENGINE["datetime"]), "datetime")


def _sessions(rows: pl.Series) -> pl.Series:
    columns = (column.to_list() for column in rows.struct.unnest().get_columns())
    begun: int | None = None
    before: int | None = None
    found: list[int | None] = []
    for moment, longest, gap, anew in zip(*columns, strict=True):
        if moment is None:
            begun = None
        elif anew or begun is None or before is None or _past(moment, begun, longest) or _past(moment, before, gap):
            begun = moment
        before = moment
        found.append(begun)
    return pl.Series(rows.name, found, dtype=pl.Int64)


def _past(moment: int, start: int, length: int | None) -> bool:
    return length is not None and moment >= start + length


def _summed(types: Sequence[KqlType]) -> KqlType | None:
    return types[0] if types[0] in NUMBERS else None


def _row() -> Value:
    return plain(pl.int_range(pl.len(), dtype=pl.Int64), "long", solid=True)


def _shifted(direction: int) -> Callable[..., Value]:
    def build(value: Value, offset: Value | None = None, default: Value | None = None) -> Value:
        count = offset.const if offset is not None and isinstance(offset.const, int) else 1
        count = max(-MOST_ROWS, min(count, MOST_ROWS))
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
            "row_cumsum",
            "(term:number, restart:bool?)",
            _summed,
            "The sum of the rows so far, counted anew where restart is true.",
            _cumsum,
            raw=True,
            ordered=True,
        ),
        Function(
            "row_rank_dense",
            "(term:any, restart:bool?)",
            "long",
            "The number of different values so far, each run of equal values counted once.",
            _rank_dense,
            raw=True,
            ordered=True,
        ),
        Function(
            "row_rank_min",
            "(term:any, restart:bool?)",
            "long",
            "The number of the first row of a run of equal values.",
            _rank_min,
            raw=True,
            ordered=True,
        ),
        Function(
            "row_window_session",
            "(moment:datetime, longest:timespan, gap:timespan, restart:bool?)",
            "datetime",
            "Where the session of the row began: a new one begins after a gap, when it is too long, or on restart.",
            _session,
            raw=True,
            ordered=True,
        ),
        Function("[row]", "()", "long", "The number of the row among all rows, counted from 0.", _row, raw=True),
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
