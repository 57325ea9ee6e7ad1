"""Random numbers: the same question over the same rows gives the same ones."""

from uuid import UUID

import polars as pl

from workbench.events.query.backend import documents
from workbench.events.query.backend.values import Value, plain
from workbench.events.query.functions._declare import Family, Function

_FRACTION = 2**53


def _drawn(seed: Value, salt: int) -> pl.Expr:
    """A number of 64 bits for each row, by its place and by where the function stands in the question."""
    place = pl.int_range(pl.len(), dtype=pl.Int64)
    number = seed.const if isinstance(seed.const, int) else 0
    return place.hash(seed=number * 4 + salt)


def _rand(seed: Value, size: Value | None = None) -> Value:
    share = (_drawn(seed, 1) // 2**11).cast(pl.Float64) / _FRACTION
    if size is None:
        return plain(share, "real")
    count = pl.when(size.expr > 0).then(size.expr.cast(pl.Float64))
    return plain((share * count).floor(), "real")


def _new_guid(seed: Value) -> Value:
    parts = [_drawn(seed, salt) for salt in (2, 3)]
    return plain(documents.combined(parts, _guid, pl.String()), "guid")


def _guid(high: int, low: int) -> str:
    return str(UUID(int=high << 64 | low, version=4))


FAMILY = Family(
    "Chance",
    (
        Function(
            "random number",
            "(seed:long!, size:long?)",
            "real",
            "A random number from 0 to below 1, or a whole one below the size.",
            _rand,
            raw=True,
            ordered=True,
        ),
        Function(
            "random guid",
            "(seed:long!)",
            "guid",
            "A random guid.",
            _new_guid,
            raw=True,
            ordered=True,
        ),
    ),
)
