"""How values spread: percentiles, deviation, variance, covariance."""

from collections.abc import Callable, Iterable, Sequence

import polars as pl

from workbench.base.errors import BadQuery
from workbench.events.query.backend import documents
from workbench.events.query.backend.values import ENGINE, Value, listed, plain
from workbench.events.query.functions._declare import Aggregate, Family
from workbench.events.query.functions.groups import conditional, when
from workbench.events.query.types import ORDERABLE
from workbench.events.tables import KqlType

_TICKS = 10
"""Ticks of 100 ns in a microsecond: moments and timespans are measured in ticks."""


def _number(value: Value) -> pl.Expr:
    if value.type in ("datetime", "timespan"):
        return (value.expr.cast(pl.Int64) * _TICKS).cast(pl.Float64)
    return value.expr.cast(pl.Float64)


def _spread(compute: Callable[..., pl.Expr], freedom: int) -> Callable[[Value], Value]:
    """0 for no rows; ``freedom`` is 1 for a sample and 0 for all there are."""

    def build(value: Value) -> Value:
        return plain(compute(_number(value), ddof=freedom).fill_null(0.0), "real", solid=True)

    return build


def _covariance(freedom: int) -> Callable[[Value, Value], Value]:
    """Rows count where both values are there."""

    def build(first: Value, second: Value) -> Value:
        one, other = _number(first), _number(second)
        both = one.is_not_null() & other.is_not_null()
        one, other = one.filter(both), other.filter(both)
        total = ((one - one.mean()) * (other - other.mean())).sum()
        count = one.len().cast(pl.Int64) - freedom
        return plain(pl.when(count > 0).then(total / count).otherwise(0.0), "real", solid=True)

    return build


def _covariance_if(freedom: int) -> Callable[[Value, Value, Value], Value]:
    def build(first: Value, second: Value, condition: Value) -> Value:
        return _covariance(freedom)(when(first, condition), second)

    return build


def _at_rank(ordered: pl.Expr, rank: float) -> pl.Expr:
    """The nearest rank: a value that occurs."""
    place = (ordered.len() * _share(rank)).ceil().cast(pl.Int64) - 1
    return ordered.get(place.clip(0), null_on_oob=True)


def _share(rank: float) -> float:
    return min(max(rank, 0), 100) / 100


def _percentiles(value: Value, *ranks: float) -> list[Value]:
    ordered = value.expr.drop_nulls().sort()
    return [_ranked(_at_rank(ordered, rank), value) for rank in ranks]


def _weighted(value: Value, weight: Value, *ranks: float) -> list[Value]:
    """As if each value stood there as often as its weight says; weights that are not positive count for nothing."""
    counted = value.expr.is_not_null() & (weight.expr > 0)
    held, heavy = value.expr.filter(counted), weight.expr.cast(pl.Int64).filter(counted)
    ordered, reached = held.sort(), heavy.sort_by(held).cum_sum()
    return [_ranked(ordered.filter(reached >= heavy.sum() * _share(rank)).first(), value) for rank in ranks]


def _ranked(expr: pl.Expr, value: Value) -> Value:
    kind = _rank_type((value.type,)) or "long"
    return plain(expr.fill_null("") if kind == "string" else expr.cast(ENGINE[kind]), kind)


def _rank_type(types: Sequence[KqlType]) -> KqlType | None:
    """Of an int a long, of a decimal a real."""
    kind = {"int": "long", "decimal": "real"}.get(types[0], types[0])
    return next((each for each in ORDERABLE if each == kind), None)


def _percentile_array(value: Value, *ranks: object) -> Value:
    return _gathered(_percentiles(value, *_numbers(ranks)))


def _weighted_array(value: Value, weight: Value, *ranks: object) -> Value:
    return _gathered(_weighted(value, weight, *_numbers(ranks)))


def _gathered(values: Sequence[Value]) -> Value:
    return listed(pl.concat_list([value.expr for value in values]), values[0].type)


def _numbers(ranks: Iterable[object]) -> list[float]:
    """Ranks that stand alone or in a constant array."""
    found: list[float] = []
    for rank in ranks:
        held = documents.read(rank) if isinstance(rank, str) else [rank]
        items = held if isinstance(held, list) else []
        found += [each for each in items if isinstance(each, int | float)]
    if not found:
        raise BadQuery("Percentiles are numbers from 0 to 100, or an array of such")
    return found


_ONE, _ONE_IF = "(value:summable)", "(value:summable, condition:bool)"
_TWO, _TWO_IF = "(first:summable, second:summable)", "(first:summable, second:summable, condition:bool)"
_DEVIATION = (
    ("stdev", pl.Expr.std, 1, "The standard deviation of a sample"),
    ("stdevp", pl.Expr.std, 0, "The standard deviation of all there are"),
    ("variance", pl.Expr.var, 1, "The variance of a sample"),
    ("variancep", pl.Expr.var, 0, "The variance of all there are"),
)
_COVARIANCE = (
    ("covariance", 1, "The covariance of a sample"),
    ("covariancep", 0, "The covariance of all there are"),
)


def _deviations() -> list[Aggregate]:
    found = []
    for name, compute, freedom, meaning in _DEVIATION:
        build = _spread(compute, freedom)
        found.append(Aggregate(name, _ONE, "real", f"{meaning}; 0 for no rows.", build, named=f"{name}_"))
        said = f"{meaning} where the condition holds."
        found.append(Aggregate(f"{name}if", _ONE_IF, "real", said, conditional(build), named=f"{name}if_"))
    return found


def _covariances() -> list[Aggregate]:
    found = []
    for name, freedom, meaning in _COVARIANCE:
        found.append(Aggregate(name, _TWO, "real", f"{meaning}.", _covariance(freedom), named=f"{name}_"))
        said, build = f"{meaning} where the condition holds.", _covariance_if(freedom)
        found.append(Aggregate(f"{name}if", _TWO_IF, "real", said, build, named=f"{name}if_"))
    return found


def _ranks(name: str, takes: str, build: Callable[..., object], meaning: str) -> Aggregate:
    return Aggregate(name, takes, _rank_type, meaning, build, named="percentile_", outputs="ranks")


FAMILY = Family(
    "Statistics",
    aggregates=(
        *_deviations(),
        *_covariances(),
        _ranks(
            "percentile",
            "(value:any, rank:number!)",
            _percentiles,
            "The value below which that share of the rows lies, by nearest rank.",
        ),
        _ranks(
            "percentiles",
            "(value:any, ranks:number!*)",
            _percentiles,
            "The values at several ranks, a column for each.",
        ),
        _ranks(
            "percentilew",
            "(value:any, weight:long, rank:number!)",
            _weighted,
            "The percentile where each row counts as often as its weight says.",
        ),
        _ranks(
            "percentilesw",
            "(value:any, weight:long, ranks:number!*)",
            _weighted,
            "The values at several ranks, rows weighed, a column for each.",
        ),
        Aggregate(
            "percentiles_array",
            "(value:any, ranks:number|dynamic!*)",
            "dynamic",
            "The values at several ranks as an array.",
            _percentile_array,
            named="percentiles_",
        ),
        Aggregate(
            "percentilesw_array",
            "(value:any, weight:long, ranks:number|dynamic!*)",
            "dynamic",
            "The values at several ranks, rows weighed, as an array.",
            _weighted_array,
            named="percentiles_",
        ),
    ),
)
