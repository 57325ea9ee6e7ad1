"""How exporters spell the names of columns: with a zone, a type at the end, dots into a bag, other letter case."""

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from types import MappingProxyType

from workbench.events.tables import Table

_ZONE = re.compile(r"\s*\[UTC\]$")
_UNION = re.compile(r"_(?:string|dynamic|long|int|bool|datetime|real|guid)$")
_CUSTOM = re.compile(r"_[sdtgb]$")
_RESOURCE = "properties."
"""What stands before the columns of a resource that a management interface gives."""

TIMES = ("Timestamp", "TimeGenerated")
_UTC = re.compile(r"(?i:time)Utc$")


@lru_cache(maxsize=8192)
def spellings(name: str) -> tuple[str, ...]:
    """The names a column may be declared under, the likeliest first: as it is, then without what exporters add."""
    return tuple(dict.fromkeys(_spellings(name)))


def _spellings(name: str) -> Iterator[str]:
    yield name
    plain = _ZONE.sub("", name.strip()).removeprefix(_RESOURCE)
    yield plain
    yield _UNION.sub("", plain)
    yield _CUSTOM.sub("", plain)
    if plain != name:
        yield _UTC.sub("Time", plain)


def column_of(table: Table, name: str) -> str | None:
    """The declared column a name stands for; None where it is none.

    It is found under its own name, an alias, a spelling of exporters, in any letter case; the time column under either
    of its two names.
    """
    if name in table.types:
        return name
    for spelling in spellings(name):
        if found := _known(table, spelling):
            return found
    lower = _lower(table.name, tuple(table.types))
    return next((lower[each] for spelling in spellings(name) if (each := spelling.lower()) in lower), None)


def inside(table: Table, name: str) -> tuple[str, tuple[str, ...]] | None:
    """The dynamic column and the way into it that a name with dots tells: ``AdditionalData.alertsCount``."""
    plain = spellings(name)[-1].removeprefix(_RESOURCE)
    first, *steps = plain.split(".")
    column = column_of(table, first) if steps and all(steps) else None
    return (column, tuple(steps)) if column and table.types[column] == "dynamic" else None


def _known(table: Table, name: str) -> str | None:
    if name in table.types:
        return name
    if name in table.aliases:
        return table.aliases[name]
    return (table.time or None) if name in TIMES else None


@lru_cache(maxsize=512)
def _lower(_: str, names: tuple[str, ...]) -> Mapping[str, str]:
    return MappingProxyType({name.lower(): name for name in names})
