"""What a table declaration is made of."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from types import MappingProxyType
from typing import Literal, cast

KqlType = Literal["string", "datetime", "int", "long", "real", "bool", "guid", "dynamic", "timespan", "decimal"]
Partition = Literal["month", "day", "none"]

VIRTUAL: Mapping[str, KqlType] = MappingProxyType(
    {"Timestamp": "datetime", "TimeGenerated": "datetime", "TenantId": "string", "Type": "string"}
)
"""Columns every table answers to when they are named, though ``getschema`` and ``*`` show only declared ones.

The two times are those of the table's time column; a table without one does not have them.
"""

STANDARD = (
    *("SourceSystem: string", "_ItemId: string", "_ResourceId: string", "_SubscriptionId: string"),
    *("_IsBillable: string", "_BilledSize: real", "_TimeReceived: datetime"),
)
"""Columns that a log workspace adds to every table; page "Standard columns in Azure Monitor Logs"."""


@dataclass(frozen=True)
class Twin:
    """A column of a table's other published form: answered to when it is named, though ``*`` does not show it.

    ``source`` names the declared column that holds the same fact; where nothing here does, it is empty, and so is the
    twin in every row.
    """

    name: str
    type: KqlType
    source: str = ""


@dataclass(frozen=True)
class Column:
    """One column: the name and type of the public schema, and what it means."""

    name: str
    type: KqlType
    meaning: str


@dataclass(frozen=True)
class HotPath:
    """A way into a dynamic column that many questions take: kept beside the column, in a physical one of its own.

    It is invisible to ``getschema``, ``*`` and results; the planner reads it where a question takes exactly this way.
    """

    column: str
    steps: tuple[str | int, ...]
    """Keys of bags and positions in arrays, outermost first."""


@dataclass(frozen=True)
class Rollup:
    """Rows counted by hour and by the values of some columns with few different ones."""

    by: tuple[str, ...]


@dataclass(frozen=True)
class Accelerators:
    """What the store keeps beside the rows so that common questions are answered at once; see ``events.store``."""

    lookups: tuple[str, ...] = ()
    """Columns with many values, by which single rows are looked up."""
    rollups: tuple[Rollup, ...] = ()


@dataclass(frozen=True)
class Table:
    """One table: what its rows are, and how the store keeps them.

    ``key`` names the columns that make two rows the same fact; without one, rows are only ever added, and a row with
    the same content is a duplicate. ``partition`` is the calendar unit of its folders. ``required`` columns must be
    present for a row to fit; the time column always is. ``time`` is empty where the rows say how things stand and not
    when: windows leave such a table whole.
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
    version: tuple[str, ...] = ()
    """Columns that tell which of two states of one fact is the later: compared in this order, the greater wins."""
    progress: tuple[tuple[str, str], ...] = ()
    """Pairs (now, at first): a state in which the first differs from the second is later than one in which not."""
    grades: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """Columns with words in rising order: a state with a higher word is later; verdicts are mostly made stricter."""
    paths: tuple[HotPath, ...] = ()
    accelerators: Accelerators = field(default_factory=Accelerators)
    own: bool = False
    """Whether the product writes it about itself: such rows do not tell up to when events are held."""
    also: tuple[str, ...] = ()
    """Columns that the table has in a log workspace and not here: ``AccountUPN = AccountUpn``, or ``To: dynamic``."""

    @cached_property
    def types(self) -> Mapping[str, KqlType]:
        """Declared column names to types, in declared order."""
        return MappingProxyType({column.name: column.type for column in self.columns})

    @cached_property
    def needs(self) -> frozenset[str]:
        """The columns without which a row does not fit."""
        return frozenset((*filter(None, [self.time]), *self.required))

    @cached_property
    def twins(self) -> Mapping[str, Twin]:
        """The columns of its form in a log workspace by name, without those it declares."""
        return MappingProxyType(_twins((*self.also, *STANDARD), self.types))

    def type_of(self, column: str) -> KqlType | None:
        """The type of a declared, virtual or twin column; None where the table has no such column."""
        if column in self.twins:
            return self.twins[column].type
        if column in self.types or self.time or VIRTUAL.get(column) != "datetime":
            return self.types.get(column) or VIRTUAL.get(column)
        return None


@dataclass(frozen=True)
class View:
    """A retired table that published queries still name: another table's rows under the old column names.

    ``columns`` are those of the retired table; ``renamed`` gives, where they differ, the successor's name for one.
    """

    name: str
    purpose: str
    successor: str
    columns: tuple[Column, ...]
    renamed: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def types(self) -> Mapping[str, KqlType]:
        """Column names to types, in the retired table's order."""
        return MappingProxyType({column.name: column.type for column in self.columns})

    @cached_property
    def sources(self) -> Mapping[str, str]:
        """Column names to the successor's names for them."""
        return MappingProxyType({name: self.renamed.get(name, name) for name in self.types})


def retired(name: str, successor: Table, names: tuple[str, ...], renamed: Mapping[str, str] | None = None) -> View:
    """A retired table whose columns have the types and meanings that they have in its successor."""
    held, old = {column.name: column for column in successor.columns}, renamed or {}
    columns = tuple(replace(held[old.get(each, each)], name=each) for each in names)
    return View(name, f"Retired: the rows of {successor.name} under the old names.", successor.name, columns, old)


def _twins(written: tuple[str, ...], types: Mapping[str, KqlType]) -> dict[str, Twin]:
    found = {}
    for each in written:
        name, sign, rest = re.split(r"\s*([=:])\s*", each)
        if name not in types:
            twin = Twin(name, types[rest], rest) if sign == "=" else Twin(name, cast("KqlType", rest))
            found[name] = twin
    return found


@dataclass(frozen=True)
class Family:
    """The tables of one subject, one file each, and the retired names of some of them."""

    name: str
    title: str
    tables: tuple[Table, ...]
    views: tuple[View, ...] = ()
