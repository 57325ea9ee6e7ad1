"""Rows of exports as typed frames, with the rows that do not fit told apart."""

from collections.abc import Iterable, Mapping
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
    shaped = [_shaped(table, row, undeclared) for row in rows]
    series, bad = [], dict[int, str]()
    for name, kind in (*table.types.items(), (EXTRA, "string")):
        values, misfits = column(name, kind, [row.get(name) for row in shaped])
        series.append(values)
        for at in misfits:
            bad.setdefault(at, f"{name} is not a {kind}: {_sample(shaped[at][name])}")
    frame = pl.DataFrame(series)
    for at in frame[table.time].is_null().arg_true():
        bad.setdefault(at, f"{table.time} is empty")
    return Typed(_without(frame, bad), bad, undeclared)


def _shaped(table: Table, row: dict[str, object], undeclared: dict[str, int]) -> dict[str, object]:
    """The row under declared names."""
    names = mapping(table.name, tuple(row))
    if not names.renamed and not names.extra:
        return row
    shaped = {**row, **{name: _first(row, sources) for name, sources in names.renamed.items()}}
    extra = {name: row[name] for name in names.extra if row[name] not in (None, "")}
    for name in extra.keys() - VIRTUAL.keys():
        undeclared[name] = undeclared.get(name, 0) + 1
    shaped[EXTRA] = as_json(extra) if extra else ""
    return shaped


def _first(row: dict[str, object], sources: Iterable[str]) -> object:
    return next((row[name] for name in sources if row[name] not in (None, "")), None)


def _without(frame: pl.DataFrame, bad: Mapping[int, str]) -> pl.DataFrame:
    return frame.with_row_index("_at").filter(~pl.col("_at").is_in(list(bad))).drop("_at") if bad else frame


def _sample(value: object) -> str:
    text = value if isinstance(value, str) else as_json(value)
    return repr(text if len(text) <= 80 else f"{text[:79]}…")
