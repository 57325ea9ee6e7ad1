"""Which table a row belongs to, and which of its names are that table's columns."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache, lru_cache
from itertools import chain

from workbench.events.tables import Table, is_common_word, successor, tables, views
from workbench.intake.importing.spellings import TIMES, column_of, inside, spellings

_TELLING = 4
_SHOWN_NAMES, _SHOWN_NAME, _SHOWN_TABLES = 6, 40, 3


_OF_ALL = ("TenantId", "Type")
"""Names that some forms of an export have and others lack, and that say what workspace and table are."""


@dataclass(frozen=True)
class Place:
    """The table a row goes to, or the reason why it goes to none."""

    table: Table | None
    reason: str = ""


@dataclass(frozen=True)
class Names:
    """How a row's names become columns.

    ``renamed`` gives for a declared name the names it may stand under, ``inner`` for a dynamic one the names of values
    inside it with the way to each; ``extra`` are the names left over.
    """

    renamed: Mapping[str, tuple[str, ...]]
    extra: tuple[str, ...]
    inner: Mapping[str, tuple[tuple[str, tuple[str, ...]], ...]] = field(default_factory=dict)


def table_named(file_name: str) -> str:
    """The table whose name a file carries, the longest if several: ``AdvancedHunting-EmailEvents_2026.json.gz``.

    It may be a retired one; empty where the name tells no table.
    """
    text = file_name.rpartition("!")[2].rpartition("/")[2].lower()
    return next((name for lowered, name in _in_files() if lowered in text), "")


@cache
def _in_files() -> tuple[tuple[str, str], ...]:
    """The tables that a file's name can tell, in lower case and as they are, the longest first."""
    names = (name for name in (*tables(), *views()) if not is_common_word(name))
    return tuple((name.lower(), name) for name in sorted(names, key=len, reverse=True))


@lru_cache(maxsize=8192)
def settled(hint: str, kind: str, names: tuple[str, ...]) -> Place | None:
    """Where rows with these names belong, if that does not depend on which of them are filled; see ``place``."""
    wanted = successor(hint) or successor(kind)
    if wanted is not None:
        return None if _missing(wanted, names) else Place(wanted)
    return None if _fitting(names) or _only_one_with_all(names) else Place(None, _fits_nothing(names))


@lru_cache(maxsize=8192)
def place(hint: str, kind: str, names: tuple[str, ...], filled: frozenset[str]) -> Place:
    """Decide where a row belongs.

    ``hint`` is the table the file names, ``kind`` what the row itself says in ``Type``; either may be empty, or a
    retired name, which stands for its successor. ``names`` are the names the row has, ``filled`` those with a value.
    Without a word on the table, the one that declares most of the filled names takes the row, among those whose
    required columns are filled. Where several declare equally many, it is the one all of whose columns are named;
    where none is, the row is refused: no table takes rows by chance. A row that was cut down to some columns, without
    the required ones, is taken where a single table declares every one of its names, the time among them.
    """
    if found := settled(hint, kind, names):
        return found
    likely = _likeliest(_fitting(tuple(filled)), names, filled)
    alike = " or ".join(table.name for table in likely[:_SHOWN_TABLES])
    wanted = successor(hint) or successor(kind)
    if wanted is not None and likely:
        return Place(None, f"is a {alike} row by its columns, not {wanted.name}")
    if wanted is not None:
        return Place(None, f"lacks {', '.join(_missing(wanted, names))}, which {wanted.name} rows must have")
    if not likely and (whole := _only_one_with_all(names)):
        return Place(whole)
    if len(likely) > 1:
        return Place(None, f"may be a row of {alike} by its columns; give the file the name of its table")
    return Place(likely[0]) if likely else Place(None, _fits_nothing(names))


@lru_cache(maxsize=8192)
def mapping(table_name: str, names: tuple[str, ...]) -> Names:
    """How the names of a row map to a table's columns; see ``spellings``. A column's own name goes before others."""
    table = tables()[table_name]
    found: dict[str, list[str]] = {}
    for name in sorted(names, key=lambda each: each not in table.types):
        if column := column_of(table, name):
            found.setdefault(column, []).append(name)
    inner: dict[str, list[tuple[str, tuple[str, ...]]]] = {}
    for name in names:
        if (way := inside(table, name)) and way[0] not in found:
            inner.setdefault(way[0], []).append((name, way[1]))
    renamed = {column: tuple(sources) for column, sources in found.items() if sources != [column]}
    known = {*chain(*found.values()), *(name for ways in inner.values() for name, _ in ways)}
    extra = tuple(name for name in names if name not in known and name not in _OF_ALL)
    return Names(renamed, extra, {column: tuple(ways) for column, ways in inner.items()})


def columns_fit(names: frozenset[str]) -> bool:
    """Whether the column names of an export fit any declared table."""
    return bool(_fitting(ordered := tuple(sorted(names))) or _only_one_with_all(ordered))


@lru_cache(maxsize=8192)
def _fitting(names: tuple[str, ...]) -> list[Table]:
    """The tables whose required columns are all among the names."""
    known = _known(names)
    likely = (table for table in tables().values() if table.aliases or known.issuperset(table.required))
    return [table for table in likely if not _lacking(table, names)]


@lru_cache(maxsize=8192)
def _only_one_with_all(names: tuple[str, ...]) -> Table | None:
    """The only table that declares all of at least four names, its time among them."""
    fitting = [table for table in tables().values() if table.time and _declares(table, names)]
    return fitting[0] if len(fitting) == 1 and len(names) >= _TELLING else None


def _declares(table: Table, names: tuple[str, ...]) -> bool:
    columns = {column_of(table, name) for name in names}
    return None not in columns and table.time in columns


def _lacking(table: Table, names: tuple[str, ...]) -> list[str]:
    known = _known(names)
    renamed = {column for other, column in table.aliases.items() if other in known}
    return sorted(table.needs - known - renamed - ({table.time} if known.intersection(TIMES) else set()))


def _missing(table: Table, names: tuple[str, ...]) -> list[str]:
    """The required columns of a table that was named which no name stands for, in whatever letter case."""
    return [] if not _lacking(table, names) else sorted(table.needs - {column_of(table, name) for name in names})


@lru_cache(maxsize=8192)
def _known(names: tuple[str, ...]) -> frozenset[str]:
    """The names, and what they may be declared under."""
    return frozenset(each for name in names for each in spellings(name))


def _likeliest(fitting: list[Table], names: tuple[str, ...], filled: frozenset[str]) -> list[Table]:
    """Those that declare most of the filled names; of several the largest one whose columns are all named."""
    held = {table.name: sum(column_of(table, name) is not None for name in filled) for table in fitting}
    most = [table for table in fitting if held[table.name] == max(held.values())]
    whole = [table for table in most if _is_whole(table, names)]
    return [max(whole, key=lambda table: len(table.columns))] if whole else most


def _is_whole(table: Table, names: tuple[str, ...]) -> bool:
    return table.types.keys() <= {column_of(table, name) for name in names}


def _fits_nothing(names: tuple[str, ...]) -> str:
    return f"fits no declared table: {_listed(names)}"


def _listed(names: tuple[str, ...]) -> str:
    named = [name[:_SHOWN_NAME] for name in names if name.strip()]
    shown, more = ", ".join(named[:_SHOWN_NAMES]), len(named) - _SHOWN_NAMES
    return f"its columns are {shown} and {more} more" if more > 0 else f"its columns are {shown or 'none'}"
