"""``make-series``: rows with numbers of slots to arrays with a value for each slot."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from math import ceil, floor, isfinite
from typing import Any

import polars as pl

from workbench.base.errors import LimitReached
from workbench.events.query.backend.expressions import evaluated
from workbench.events.query.backend.frame import Frame, Runner
from workbench.events.query.backend.values import ENGINE, Form, Value, as_json, constant
from workbench.events.query.kql.literals import FIRST
from workbench.events.query.plan import Axis, Const, Gather
from workbench.events.tables import KqlType

LONGEST = 1_048_576
"""Values that an array may have."""

MOST = 50_000_000
"""Values that all arrays of one column may have."""

_SERIES, _PLACE = "\x00series", "\x00place"
_MICROSECOND = timedelta(microseconds=1)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class _Slots:
    """The first and last slot, None where a series has its own; ``at`` and ``step`` say where slots begin."""

    first: int | None
    last: int | None
    at: Any
    step: Any
    kind: KqlType


def frame(node: Gather, runner: Runner) -> Frame:
    """One row for each combination of keys, in the order in which they first occur."""
    source = runner.frame(node.source)
    slots = _slots(node.axis, runner, source)
    kinds = dict((*node.source.columns, *node.source.inner))
    items = [(name, _value(name, kinds[name], default, source)) for name, default in node.items]
    defaults = {name: _default(default) for name, default in node.items}
    schema = {key: ENGINE[kinds[key]] for key in node.keys}
    schema |= {name: pl.List(ENGINE[kind]) for name, (_, kind) in items} | {node.axis.name: pl.List(ENGINE[slots.kind])}

    def gathered(rows: pl.DataFrame) -> pl.DataFrame:
        return _gathered(rows, node, slots, defaults).select(pl.col(name).cast(kind) for name, kind in schema.items())

    columns = [pl.col(key) for key in (*node.keys, node.axis.slot)]
    lazy = source.lazy.select(*columns, *(expr.alias(name) for name, (expr, _) in items))
    forms = {name: Form("list", kind) for name, (_, kind) in items} | {node.axis.name: Form("list", slots.kind)}
    return Frame(lazy.map_batches(gathered, schema=schema, streamable=False), forms)


def _value(name: str, kind: KqlType, default: Const, source: Frame) -> tuple[pl.Expr, KqlType]:
    """The values of a column in the type they share with their default."""
    column = Value(pl.col(name), kind, source.forms.get(name))
    return (as_json(column) if kind == "dynamic" else column.expr.cast(ENGINE[default.type])), default.type


def _default(default: Const) -> pl.Expr:
    return constant(default.value, default.type).expr.cast(ENGINE[default.type])


def _slots(axis: Axis, runner: Runner, source: Frame) -> _Slots:
    ends = (axis.origin, axis.step, axis.start, axis.stop)
    found: list[Any] = [None if end is None else evaluated(runner.value(end, source)) for end in ends]
    at, step, start, stop = found
    if at is None or not step or step < type(step)(0):
        return _Slots(0, -1, FIRST if axis.type == "datetime" else 0, 1, axis.type)
    if any(isinstance(each, float) and not isfinite(each) for each in (at, step, start, stop)):
        return _Slots(0, -1, 0, 1, axis.type)
    first = None if start is None else ceil(_steps(start, at, step))
    last = None if stop is None else _last(_steps(stop, at, step), inclusive=axis.inclusive)
    missing = (axis.start is not None and start is None) or (axis.stop is not None and stop is None)
    if first is not None and last is not None and last - first >= LONGEST:
        raise _too_long()
    return _Slots(0, -1, at, step, axis.type) if missing else _Slots(first, last, at, step, axis.type)


def _steps(value: Any, at: Any, step: Any) -> float | Any:
    """How many steps lie between; whole numbers exactly."""
    away = value - at
    if isinstance(away, timedelta):
        whole, rest = divmod(away, step)
        return whole if not rest else whole + 0.5
    return away / step


def _last(steps: float, *, inclusive: bool) -> int:
    return floor(steps) if inclusive else ceil(steps) - 1


def _too_long() -> LimitReached:
    return LimitReached(f"A series has at most {LONGEST:,} values", next_step="Take a larger step, or a shorter range.")


def _gathered(rows: pl.DataFrame, node: Gather, slots: _Slots, defaults: Mapping[str, pl.Expr]) -> pl.DataFrame:
    slot, keys = pl.col(node.axis.slot), list(node.keys)
    rows = rows.filter(slot.is_not_null(), *_bounds(slot, slots))
    if rows.is_empty() and not (node.never_empty and not keys):
        return _arranged(rows.head(0).with_columns(pl.lit(0).alias(_SERIES)), _EMPTY, node, slots, defaults)
    numbered = _numbered(rows, keys)
    return _arranged(numbered, _extents(numbered, node, slots), node, slots, defaults)


_EMPTY = pl.DataFrame(schema={_SERIES: pl.UInt32, "first": pl.Int64, "last": pl.Int64})


def _bounds(slot: pl.Expr, slots: _Slots) -> list[pl.Expr]:
    found = [] if slots.first is None else [slot >= slots.first]
    return found if slots.last is None else [*found, slot <= slots.last]


def _numbered(rows: pl.DataFrame, keys: Sequence[str]) -> pl.DataFrame:
    """Rows with the number of their series, in the order in which these first occur."""
    if not keys:
        return rows.with_columns(pl.lit(0, dtype=pl.UInt32).alias(_SERIES))
    series = rows.select(keys).unique(maintain_order=True).with_row_index(_SERIES)
    return rows.join(series, on=keys, nulls_equal=True, maintain_order="left")


def _extents(rows: pl.DataFrame, node: Gather, slots: _Slots) -> pl.DataFrame:
    """The first and last slot of each series."""
    slot = pl.col(node.axis.slot)
    first = slot.min() if slots.first is None else pl.lit(slots.first)
    last = slot.max() if slots.last is None else pl.lit(slots.last)
    found = rows.group_by(_SERIES, maintain_order=True).agg(
        first.cast(pl.Int64).alias("first"), last.cast(pl.Int64).alias("last")
    )
    if found.is_empty():
        ends = [0, -1] if slots.first is None or slots.last is None else [slots.first, slots.last]
        found = pl.DataFrame({_SERIES: [0], "first": ends[:1], "last": ends[1:]}, schema=_EMPTY.schema)
    lengths = found["last"] - found["first"] + 1
    if (lengths.max() or 0) > LONGEST:  # type: ignore[operator]  # whole numbers
        raise _too_long()
    if lengths.sum() > MOST:
        raise LimitReached(f"The series have more than {MOST:,} values", next_step="Take a larger step or fewer keys.")
    return found


def _arranged(
    rows: pl.DataFrame, extents: pl.DataFrame, node: Gather, slots: _Slots, defaults: Mapping[str, pl.Expr]
) -> pl.DataFrame:
    """All slots of all series, each with the row that is in it."""
    length = pl.col("last") - pl.col("first") + 1
    begins = length.cum_sum() - length
    extents = extents.with_columns(begins.alias("begins"))
    number = pl.int_ranges(pl.col("first"), pl.col("last") + 1)
    grid = extents.select(_SERIES, number.alias(node.axis.slot)).explode(node.axis.slot, empty_as_null=False)
    placed = rows.join(extents, on=_SERIES, maintain_order="left").select(
        pl.int_range(pl.len()).alias(_PLACE), (pl.col("begins") + pl.col(node.axis.slot) - pl.col("first")).alias("to")
    )
    chosen = _scattered(placed, grid.height)
    values = [rows[name].gather(chosen) for name, _ in node.items]
    there = chosen.is_not_null()
    table = grid.with_columns(*values, there.alias(_PLACE))
    filled = [pl.when(_PLACE).then(pl.col(name)).otherwise(defaults[name]).alias(name) for name, _ in node.items]
    table = table.with_columns(*filled, _moments(node.axis, slots))
    arrays = table.group_by(_SERIES, maintain_order=True).agg(*(name for name, _ in node.items), node.axis.name)
    found = extents.select(_SERIES).join(arrays, on=_SERIES, how="left", maintain_order="left")
    names = [name for name, _ in (*node.items, (node.axis.name, None))]
    found = found.with_columns(pl.col(name).fill_null(pl.lit([], dtype=found.schema[name])) for name in names)
    heads = rows.unique(_SERIES, keep="first", maintain_order=True).select(_SERIES, *node.keys)
    return found.join(heads, on=_SERIES, how="left", maintain_order="left")


def _scattered(placed: pl.DataFrame, height: int) -> pl.Series:
    """For each slot of the grid the place of its row, null where there is none."""
    chosen = pl.Series(_PLACE, [None], dtype=pl.Int64).new_from_index(0, height)
    return chosen.scatter(placed["to"], placed[_PLACE]) if placed.height else chosen


def _moments(axis: Axis, slots: _Slots) -> pl.Expr:
    """Where each slot begins."""
    at, step = _number(slots.at), _number(slots.step)
    begins = pl.lit(at) + pl.col(axis.slot) * step
    return begins.cast(ENGINE[axis.type]).alias(axis.name)


def _number(held: Any) -> float | int:
    """A number, or microseconds: of a moment those since 1970."""
    if isinstance(held, datetime):
        return (held - _EPOCH) // _MICROSECOND
    return held // _MICROSECOND if isinstance(held, timedelta) else held
