"""How declared types are kept on disk: Delta types, Polars types, and the physical columns beside the declared ones."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from types import MappingProxyType

import polars as pl
from deltalake import Field, Schema
from deltalake.schema import PrimitiveType

from workbench.events.tables import KqlType, Table

INSTANT = pl.Datetime("us", "UTC")
_EPOCH, _TICK = datetime(1970, 1, 1, tzinfo=UTC), timedelta(microseconds=1)

POLARS: Mapping[KqlType, pl.DataType] = MappingProxyType(
    {
        "string": pl.String(),
        "guid": pl.String(),
        "dynamic": pl.String(),
        "datetime": INSTANT,
        "int": pl.Int32(),
        "long": pl.Int64(),
        "real": pl.Float64(),
        "decimal": pl.Float64(),
        "bool": pl.Boolean(),
        "timespan": pl.Int64(),
    }
)
"""Dynamics are JSON text, timespans microseconds. Strings are never null on disk: a missing one is empty."""

_DELTA = {
    "datetime": "timestamp",
    "int": "integer",
    "long": "long",
    "real": "double",
    "decimal": "double",
    "bool": "boolean",
    "timespan": "long",
}

EXTRA, RAW, KEY, PART = "_Extra", "_Raw", "_Key", "_Part"
"""Physical columns: undeclared input as JSON text; SHA-256 of the raw mail a row was read from, empty for exports; the
first 64 bits of the hash of the key; the partition value, which stands in the path only."""

PHYSICAL: Mapping[str, pl.DataType] = MappingProxyType({EXTRA: pl.String(), RAW: pl.String(), KEY: pl.Int64()})


def instant(moment: datetime) -> pl.Expr:
    """A moment as a literal; ``pl.lit`` takes twenty times as long over the zone, several times in every question."""
    return pl.lit(micros(moment), dtype=INSTANT)


def micros(moment: datetime) -> int:
    """A moment as microseconds since 1970, which is how it lies in a column."""
    return (moment - _EPOCH) // _TICK


def time_of(table: Table) -> pl.Expr:
    """When a row happened; nothing in a table without times."""
    return pl.col(table.time) if table.time else pl.lit(None, dtype=INSTANT)


def declared(table: Table) -> dict[str, pl.DataType]:
    """Polars types of the declared columns, in declared order."""
    return {name: POLARS[kind] for name, kind in table.types.items()}


def physical(table: Table) -> dict[str, pl.DataType]:
    """Polars types of every column in a data file."""
    return {**declared(table), **PHYSICAL}


def delta_schema(table: Table) -> Schema:
    """The Delta schema of a table, partition column last.

    Delta tells names apart by more than letter case. Of two such columns the files hold both and the schema the first.
    """
    told_apart = {name.lower(): name for name in reversed(list(table.types))}.values()
    kinds = [(name, _DELTA.get(kind, "string")) for name, kind in table.types.items() if name in told_apart]
    ours = [(EXTRA, "string"), (RAW, "string"), (KEY, "long"), (PART, "string")]
    return Schema([Field(name, PrimitiveType(kind)) for name, kind in (*kinds, *ours)])


def texts(table: Table) -> list[str]:
    """The columns in which KQL knows no null: declared strings."""
    return [name for name, kind in table.types.items() if kind == "string"]


def text_columns(table: Table) -> list[str]:
    """Every column on disk that is never null: declared strings and our own."""
    return [*texts(table), *(name for name, kind in PHYSICAL.items() if kind == pl.String)]
