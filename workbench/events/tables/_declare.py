"""What a table declaration is made of."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType
from typing import Literal

KqlType = Literal["string", "datetime", "int", "long", "real", "bool", "guid", "dynamic", "timespan", "decimal"]
Partition = Literal["month", "day", "none"]

VIRTUAL: Mapping[str, KqlType] = MappingProxyType(
    {"Timestamp": "datetime", "TimeGenerated": "datetime", "TenantId": "string", "Type": "string"}
)
"""Columns every table answers to when they are named, though ``getschema`` and ``*`` show only declared ones."""


@dataclass(frozen=True)
class Column:
    """One column: the name and type of the public schema, and what it means."""

    name: str
    type: KqlType
    meaning: str


@dataclass(frozen=True)
class Table:
    """One table: what its rows are, and how the store keeps them.

    ``key`` names the columns that make two rows the same fact; without one, rows are only ever added, and a row with
    the same content is a duplicate. ``partition`` is the calendar unit of its folders. ``required`` columns must be
    present for a row to fit; the time column always is.
    """

    name: str
    purpose: str
    columns: tuple[Column, ...]
    key: tuple[str, ...] = ()
    required: tuple[str, ...] = ()
    time: str = "Timestamp"
    partition: Partition = "month"
    aliases: Mapping[str, str] = field(default_factory=dict)
    """Other spellings that exports use for a column, to the declared name."""

    @cached_property
    def types(self) -> Mapping[str, KqlType]:
        """Declared column names to types, in declared order."""
        return MappingProxyType({column.name: column.type for column in self.columns})

    @cached_property
    def needs(self) -> frozenset[str]:
        """The columns without which a row does not fit."""
        return frozenset((self.time, *self.required))

    def type_of(self, column: str) -> KqlType | None:
        """The type of a declared or virtual column; None where the table has no such column."""
        return self.types.get(column) or VIRTUAL.get(column)


@dataclass(frozen=True)
class Family:
    """The tables of one subject, one file each."""

    name: str
    title: str
    tables: tuple[Table, ...]
