"""What data is: every table's columns, types, meanings, key and partition. Reads and writes nothing."""

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
    SortedCopy,
    Table,
    View,
)
from workbench.events.tables._undeclared import UNDECLARED, is_common_word, undeclared_in

__all__ = [
    "UNDECLARED",
    "VIRTUAL",
    "Accelerators",
    "Column",
    "Family",
    "HotPath",
    "KqlType",
    "Rollup",
    "SortedCopy",
    "Table",
    "View",
    "families",
    "is_common_word",
    "table",
    "tables",
    "undeclared_in",
]


def families() -> Mapping[str, Family]:
    """All families by file name."""
    return discover(__name__, Family)


@cache
def tables() -> Mapping[str, Table]:
    """All tables by name, in name order."""
    every = {each.name: each for family in families().values() for each in family.tables}
    return MappingProxyType(dict(sorted(every.items())))


def table(name: str) -> Table:
    """The declaration of one table.

    Raises:
        UnknownName: no table has that name; the error carries the nearest ones.
    """
    try:
        return tables()[name]
    except KeyError:
        raise UnknownName("table", name, tables()) from None
