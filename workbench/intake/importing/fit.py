"""Which table a row belongs to, and which of its names are that table's columns."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from workbench.events.tables import Table, tables

_UNION_SUFFIX = re.compile(r"_(?:string|dynamic|long|int|bool|datetime|real|guid)$")
_TIMES = ("Timestamp", "TimeGenerated")


@dataclass(frozen=True)
class Place:
    """The table a row goes to, or the reason why it goes to none."""

    table: Table | None
    reason: str = ""


@dataclass(frozen=True)
class Names:
    """How a row's names become columns: declared name to the names it may stand under, and the names left over."""

    renamed: Mapping[str, tuple[str, ...]]
    extra: tuple[str, ...]


def table_named(file_name: str) -> Table | None:
    """The table whose name a file carries, the longest if several: ``AdvancedHunting-EmailEvents_2026.json.gz``."""
    text = file_name.rpartition("!")[2].rpartition("/")[2].lower()
    found = [name for name in tables() if name.lower() in text]
    return tables()[max(found, key=len)] if found else None


@lru_cache(maxsize=8192)
def place(hint: str, kind: str, names: tuple[str, ...], filled: frozenset[str]) -> Place:
    """Decide where a row belongs.

    ``hint`` is the table the file names, ``kind`` what the row itself says in ``Type``; either may be empty. ``names``
    are the names the row has, ``filled`` those with a value. Without a word on the table, the one that declares most
    of the filled names takes the row, among those whose required columns are filled.
    """
    wanted = tables().get(hint) or tables().get(kind)
    fitting = [table for table in tables().values() if not _lacking(table, filled)]
    if wanted is None:
        return _best(fitting, filled)
    lacking = _lacking(wanted, frozenset(names))
    if not lacking:
        return Place(wanted)
    if len(fitting) == 1:
        return Place(None, f"is a {fitting[0].name} row by its columns, not {wanted.name}")
    return Place(None, f"lacks {', '.join(lacking)}, which {wanted.name} rows must have")


@lru_cache(maxsize=8192)
def mapping(table_name: str, names: tuple[str, ...]) -> Names:
    """How the names of a row map to a table's columns.

    A column is found under its own name, an alias, or the name a Kusto union gives it (``ReportId_long``); the time
    column under either of its two names.
    """
    table = tables()[table_name]
    found: dict[str, list[str]] = {}
    for name in sorted(names, key=lambda each: each not in table.types):
        if column := _column(table, name):
            found.setdefault(column, []).append(name)
    renamed = {column: tuple(sources) for column, sources in found.items() if sources != [column]}
    known = {source for sources in found.values() for source in sources}
    return Names(renamed, tuple(name for name in names if name not in known))


def columns_fit(names: frozenset[str]) -> bool:
    """Whether the column names of an export fit any declared table."""
    return any(not _lacking(table, names) for table in tables().values())


def _column(table: Table, name: str) -> str | None:
    if name in table.types:
        return name
    if name in table.aliases:
        return table.aliases[name]
    if name in _TIMES:
        return table.time
    plain = _UNION_SUFFIX.sub("", name)
    return plain if plain in table.types else None


def _lacking(table: Table, names: frozenset[str]) -> list[str]:
    have = {_column(table, name) for name in names}
    return sorted(table.needs - have)


def _best(fitting: list[Table], filled: frozenset[str]) -> Place:
    if not fitting:
        return Place(None, "has columns that fit no declared table")
    return Place(max(fitting, key=lambda table: sum(_column(table, name) is not None for name in filled)))
