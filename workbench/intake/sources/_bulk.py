"""Rows of one block as sheets: those with the same names together."""

from collections.abc import Sequence
from operator import itemgetter
from typing import cast

from workbench.intake.sources._record import Sheet

_LEAST_NAMES = 2
Named = tuple[dict[str, object], int, str]
"""The values of a row, the piece of the block it stands in, and the table an envelope names for it."""


def sheet_of(values: Sequence[object], units: list[int]) -> Sheet | None:
    """All values as one sheet; None unless they are objects that have the very same names."""
    first = values[0] if values else None
    if not isinstance(first, dict) or len(first) < _LEAST_NAMES:
        return None
    names, given = tuple(first), cast("Sequence[dict[str, object]]", values)
    try:
        rows = list(map(itemgetter(*names), given))
    except (KeyError, TypeError):
        return None
    return Sheet(names, rows, units, objects=list(given)) if set(map(len, given)) == {len(names)} else None


def sheets_of(rows: Sequence[Named]) -> list[Sheet]:
    """Rows gathered by the table and the names they have, in the order in which these first occur."""
    found: dict[tuple[str, tuple[str, ...]], Sheet] = {}
    for values, unit, table in rows:
        names = tuple(values)
        sheet = found.get((table, names))
        if sheet is None:
            sheet = found[table, names] = Sheet(names, [], [], table)
        sheet.rows.append(tuple(values.values()))
        sheet.objects.append(values)
        sheet.units.append(unit)
    return list(found.values())
