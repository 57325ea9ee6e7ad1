"""Which table a row belongs to, and which of its names are that table's columns."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from workbench.events.tables import UNDECLARED, Table, is_common_word, tables, undeclared_in

_UNION_SUFFIX = re.compile(r"_(?:string|dynamic|long|int|bool|datetime|real|guid)$")
_SHOWN_NAMES, _SHOWN_NAME = 6, 40
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


def table_named(file_name: str) -> str:
    """The table whose name a file carries, the longest if several: ``AdvancedHunting-EmailEvents_2026.json.gz``.

    It may be a public one that is not declared; empty where the name tells no table.
    """
    text = file_name.rpartition("!")[2].rpartition("/")[2]
    found = [name for name in tables() if name.lower() in text.lower() and not is_common_word(name)]
    return max((*found, *undeclared_in(text)), key=len, default="")


@lru_cache(maxsize=8192)
def settled(hint: str, kind: str, names: tuple[str, ...]) -> Place | None:
    """Where rows with these names belong, if that does not depend on which of them are filled; see ``place``."""
    wanted = tables().get(hint) or tables().get(kind)
    fitting = [table for table in tables().values() if not _lacking(table, names)]
    if wanted is None:
        return _unread(hint, kind) or (None if fitting else Place(None, f"fits no declared table: {_listed(names)}"))
    return Place(wanted) if wanted in fitting else None


@lru_cache(maxsize=8192)
def place(hint: str, kind: str, names: tuple[str, ...], filled: frozenset[str]) -> Place:
    """Decide where a row belongs.

    ``hint`` is the table the file names, ``kind`` what the row itself says in ``Type``; either may be empty. ``names``
    are the names the row has, ``filled`` those with a value. Without a word on the table, the one that declares most
    of the filled names takes the row, among those whose required columns are filled. A public table that is not
    declared here takes nothing: its rows are not half-read as those of a relative.
    """
    if found := settled(hint, kind, names):
        return found
    wanted = tables().get(hint) or tables().get(kind)
    fitting = [table for table in tables().values() if not _lacking(table, tuple(filled))]
    if wanted is None:
        return _best(fitting, names, filled)
    if len(fitting) == 1:
        return Place(None, f"is a {fitting[0].name} row by its columns, not {wanted.name}")
    return Place(None, f"lacks {', '.join(_lacking(wanted, names))}, which {wanted.name} rows must have")


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
    return any(not _lacking(table, tuple(sorted(names))) for table in tables().values())


def _column(table: Table, name: str) -> str | None:
    if name in table.types:
        return name
    if name in table.aliases:
        return table.aliases[name]
    if name in _TIMES:
        return table.time
    plain = _UNION_SUFFIX.sub("", name)
    return plain if plain in table.types else None


def _unread(hint: str, kind: str) -> Place | None:
    unread = next((name for name in (hint, kind) if name in UNDECLARED), "")
    return Place(None, f"is a row of {unread}, a table that is not read yet") if unread else None


@lru_cache(maxsize=8192)
def _columns(table_name: str, names: tuple[str, ...]) -> frozenset[str | None]:
    return frozenset(_column(tables()[table_name], name) for name in names)


def _lacking(table: Table, names: tuple[str, ...]) -> list[str]:
    return sorted(table.needs - _columns(table.name, names))


def _best(fitting: list[Table], names: tuple[str, ...], filled: frozenset[str]) -> Place:
    if not fitting:
        return Place(None, f"fits no declared table: {_listed(names)}")
    return Place(max(fitting, key=lambda table: sum(_column(table, name) is not None for name in filled)))


def _listed(names: tuple[str, ...]) -> str:
    named = [name[:_SHOWN_NAME] for name in names if name.strip()]
    shown, more = ", ".join(named[:_SHOWN_NAMES]), len(named) - _SHOWN_NAMES
    return f"its columns are {shown} and {more} more" if more > 0 else f"its columns are {shown or 'none'}"
