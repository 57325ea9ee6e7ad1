"""Rows of exports as typed frames, with the rows that do not fit told apart."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from workbench.events.store.schema import EXTRA
from workbench.events.tables import VIRTUAL, Table
from workbench.intake.importing.cells import as_json, column
from workbench.intake.importing.fit import mapping


@dataclass(frozen=True)
class Typed:
    """Rows that fit, and by position the reasons why others do not; ``undeclared`` counts names kept in ``_Extra``."""

    frame: pl.DataFrame
    bad: Mapping[int, str]
    undeclared: Mapping[str, int]


def typed(table: Table, rows: list[dict[str, object]]) -> Typed:
    """Cast rows to a table's types. Names that are not declared are kept as JSON text in ``_Extra``."""
    undeclared: dict[str, int] = {}
    cells = _alike(table, rows, undeclared) if _are_alike(rows) else _mixed(table, rows, undeclared)
    series, bad = [], dict[int, str]()
    for name, kind in (*table.types.items(), (EXTRA, "string")):
        given = cells.get(name) or [None] * len(rows)
        values, misfits = column(name, kind, given)
        series.append(values)
        for at in misfits:
            bad.setdefault(at, f"{name} is not a {kind}: {_sample(given[at])}")
    frame = pl.DataFrame(series)
    for at in frame[table.time].is_null().arg_true() if table.time else ():
        bad.setdefault(at, f"{table.time} is empty")
    return Typed(_without(frame, bad), bad, undeclared)


def _are_alike(rows: list[dict[str, object]]) -> bool:
    """Whether all rows have the same names in the same order, as the rows of one export mostly do."""
    return len(set(map(tuple, rows))) == 1


def _alike(table: Table, rows: list[dict[str, object]], undeclared: dict[str, int]) -> dict[str, Sequence[object]]:
    """The cells of each column under its declared name, for rows that are alike."""
    names = tuple(rows[0])
    found = mapping(table.name, names)
    cells: dict[str, Sequence[object]] = dict(
        zip(names, zip(*(row.values() for row in rows), strict=True), strict=True)
    )
    beside = [cells.pop(name) for name in found.extra]
    renamed = {
        name: [_first(each) for each in zip(*map(cells.__getitem__, sources), strict=True)]
        for name, sources in found.renamed.items()
    }
    extra = [_extra(found.extra, each, undeclared) for each in zip(*beside, strict=True)]
    return {**cells, **renamed, EXTRA: extra}


def _mixed(table: Table, rows: list[dict[str, object]], undeclared: dict[str, int]) -> dict[str, Sequence[object]]:
    """The same for rows that are not alike."""
    shaped = []
    for row in rows:
        found = mapping(table.name, tuple(row))
        renamed = {name: _first(map(row.get, sources)) for name, sources in found.renamed.items()}
        extra = _extra(found.extra, [row[name] for name in found.extra], undeclared)
        shaped.append({**row, **renamed, EXTRA: extra})
    return {name: [row.get(name) for row in shaped] for name in (*table.types, EXTRA)}


def _extra(names: Iterable[str], values: Iterable[object], undeclared: dict[str, int]) -> str:
    """What is not declared, as JSON text; each name that is filled is counted."""
    filled = {name: value for name, value in zip(names, values, strict=True) if value not in (None, "")}
    for name in filled.keys() - VIRTUAL.keys():
        undeclared[name] = undeclared.get(name, 0) + 1
    return as_json(filled) if filled else ""


def _first(values: Iterable[object]) -> object:
    return next((value for value in values if value not in (None, "")), None)


def _without(frame: pl.DataFrame, bad: Mapping[int, str]) -> pl.DataFrame:
    return frame.with_row_index("_at").filter(~pl.col("_at").is_in(list(bad))).drop("_at") if bad else frame


def _sample(value: object) -> str:
    text = value if isinstance(value, str) else as_json(value)
    return repr(text if len(text) <= 80 else f"{text[:79]}…")
