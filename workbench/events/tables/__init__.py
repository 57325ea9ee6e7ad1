"""What data is: every table's columns, types, meanings, key and partition. Reads and writes nothing."""

import re
from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

from workbench.base.discover import discover
from workbench.base.errors import UnknownName
from workbench.events.tables._declare import (
    VIRTUAL,
    Accelerators,
    Column,
    Family,
    HotPath,
    KqlType,
    Rollup,
    Table,
    Twin,
    View,
)

__all__ = [
    "VIRTUAL",
    "Accelerators",
    "Column",
    "Family",
    "HotPath",
    "KqlType",
    "Rollup",
    "Table",
    "Twin",
    "View",
    "families",
    "is_common_word",
    "successor",
    "table",
    "tables",
    "views",
]

_WORD = re.compile(r"[A-Z][a-z]+")


def families() -> Mapping[str, Family]:
    """All families by file name."""
    return discover(__name__, Family)


@cache
def tables() -> Mapping[str, Table]:
    """All tables by name, in name order."""
    every = {each.name: each for family in families().values() for each in family.tables}
    return MappingProxyType(dict(sorted(every.items())))


@cache
def views() -> Mapping[str, View]:
    """The retired tables by name, in name order."""
    every = {each.name: each for family in families().values() for each in family.views}
    return MappingProxyType(dict(sorted(every.items())))


def successor(name: str) -> Table | None:
    """The table that keeps rows of that name: itself, or the successor of a retired one; None for an unknown name."""
    return tables().get(views()[name].successor if name in views() else name)


def is_common_word(name: str) -> bool:
    """Whether a table's name is a word such as Event or Usage, which stands in many file names and tells nothing."""
    return _WORD.fullmatch(name) is not None


def table(name: str) -> Table:
    """The declaration of one table.

    Raises:
        UnknownName: no table has that name; the error carries the nearest ones.
    """
    try:
        return tables()[name]
    except KeyError:
        raise UnknownName("table", name, tables()) from None
