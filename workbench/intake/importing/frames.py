"""Rows of exports as typed frames, with the rows that do not fit told apart."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from operator import itemgetter
from types import MappingProxyType

import orjson
import polars as pl

from workbench.events.store.schema import EXTRA, INSTANT, POLARS, RAW, declared, micros
from workbench.events.tables import VIRTUAL, Table
from workbench.intake.importing.cells import altered, are_doubtful, as_json, column, doubtful_among, leaf, misfit, told
from workbench.intake.importing.fit import Names, mapping
from workbench.intake.importing.normal import addresses_given, normalised

Cells = dict[str, tuple[object, ...] | list[object]]
Beside = dict[int, dict[str, object]]
"""By position the values of rows that are not declared, for rows that have any; kept as JSON text in ``_Extra``."""

Note = tuple[str, str]
"""Where and what: a thing said about rows that are kept."""

_NOTHING: Mapping[str, Sequence[object]] = MappingProxyType({})

AS_GIVEN = "was given in local time or with a leap second; its text is kept with the row"


@dataclass(frozen=True)
class Cast:
    """Rows cast to a table's types, all of them.

    ``bad`` gives by position the reason why a row does not fit; ``doubtful`` are positions of rows that a fast reader
    may have misread. ``notes`` are the positions of rows of which something is to be said.
    """

    frame: pl.DataFrame
    bad: Mapping[int, str]
    doubtful: Collection[int]
    notes: Mapping[Note, Collection[int]]

    def without(self, gone: Collection[int]) -> tuple[pl.DataFrame, Counter[Note]]:
        """The rows but those at some positions, and how many of them each note is about."""
        counts = Counter({note: _left(rows, gone) for note, rows in self.notes.items()})
        frame = self.frame
        if gone:
            frame = frame.with_row_index("_at").filter(~pl.col("_at").is_in(list(gone))).drop("_at")
        return frame, +counts


def _left(rows: Collection[int], gone: Collection[int]) -> int:
    return sum(at not in gone for at in rows) if gone else len(rows)


def rows_cast(table: Table, rows: list[dict[str, object]]) -> Cast:
    """Cast rows that may have different names."""
    names = set(map(tuple, rows))
    if len(names) == 1:
        return sheet_cast(table, names.pop(), [tuple(row.values()) for row in rows])
    wanted = {name: [row.get(name) for row in rows] for name in table.types}
    beside: Beside = {}
    for at, row in enumerate(rows):
        found = mapping(table.name, tuple(row))
        for name in (*found.renamed, *found.inner):
            wanted[name][at] = _value(found, name, row.get)
        if extra := {name: row[name] for name in found.extra if _is_filled(row[name])}:
            beside[at] = extra
    return _cast(table, len(rows), dict(wanted), _unfolded(beside))


def sheet_cast(table: Table, names: tuple[str, ...], rows: list[tuple[object, ...]]) -> Cast:
    """Cast rows that have the same names."""
    found = mapping(table.name, names)
    cells: Cells = dict(zip(names, zip(*rows, strict=True), strict=True))
    made: Cells = {name: _column(found, name, cells) for name in (*found.renamed, *found.inner)}
    left = {name: cells.pop(name) for name in found.extra}
    filled = {name: values for name, values in left.items() if values.count("") + values.count(None) < len(values)}
    if EXTRA in filled:
        return _cast(table, len(rows), {**cells, **made}, _unfolded(_beside(filled)))
    return _cast(table, len(rows), {**cells, **made}, {}, filled)


def _beside(left: Mapping[str, Sequence[object]]) -> Beside:
    """The values of columns that are not declared, beside their rows."""
    names = tuple(left)
    return {
        at: values
        for at, row in enumerate(zip(*left.values(), strict=True))
        if (values := {name: value for name, value in zip(names, row, strict=True) if _is_filled(value)})
    }


def _column(found: Names, name: str, cells: Cells) -> tuple[object, ...] | list[object]:
    """A column that stands under other names, or in pieces."""
    sources = found.renamed.get(name)
    if sources and len(sources) == 1:
        return cells[sources[0]]
    given = sources or [source for source, _ in found.inner[name]]
    rows = zip(*(cells[source] for source in given), strict=True)
    return [_value(found, name, dict(zip(given, row, strict=True)).get) for row in rows]


def _value(found: Names, name: str, get: Callable[[str], object]) -> object:
    """One cell of such a column: the first source that is filled, or a bag made of its pieces."""
    if name in found.renamed:
        return next((value for source in found.renamed[name] if _is_filled(value := get(source))), None)
    bag: dict[str, object] = {}
    for source, steps in found.inner[name]:
        if _is_filled(value := get(source)):
            _put(bag, steps, leaf(value))
    return bag or None


def _put(bag: dict[str, object], steps: tuple[str, ...], value: object) -> None:
    """Lay a value into nested bags; where a plain value stands in the way, under the rest of the way with its dots."""
    for number, step in enumerate(steps[:-1]):
        inner = bag.setdefault(step, {})
        if not isinstance(inner, dict):
            bag[".".join(steps[number:])] = value
            return
        bag = inner
    bag[steps[-1]] = value


def _cast(
    table: Table, height: int, cells: Cells, beside: Beside, left: Mapping[str, Sequence[object]] = _NOTHING
) -> Cast:
    """Cast columns; what is not declared stands either by rows in ``beside`` or by columns in ``left``."""
    series, bad, doubtful = [], dict[int, str](), set[int]()
    for name, kind in table.types.items():
        given = cells.get(name)
        if given is None:
            series.append(_nothing(name, POLARS[kind], height))
            continue
        found = column(name, kind, given)
        bad |= {at: misfit(name, kind, given[at]) for at in found.bad if at not in bad}
        series.append(found.series)
        doubtful.update(found.doubtful)
    doubtful.update(at for at, values in beside.items() if are_doubtful(values.values()))
    doubtful.update(at for values in left.values() for at in doubtful_among(values))
    notes = _undeclared(table, beside, left) | _as_given(table, cells, beside) | _told(table, cells)
    frame = spelled(table, pl.DataFrame(series), beside, left)
    for at in frame[table.time].is_null().arg_true() if table.time else ():
        bad.setdefault(at, f"{table.time} is empty")
    return Cast(frame, bad, doubtful, notes)


def spelled(
    table: Table, frame: pl.DataFrame, beside: Beside, left: Mapping[str, Sequence[object]] = _NOTHING
) -> pl.DataFrame:
    """Typed rows in the one spelling that a table has for them, whatever carrier they came with, with their ``_Extra``.

    What an address was given with joins what is not declared, in ``beside``.
    """
    for name, at, text in addresses_given(frame):
        if (given_as := f"{name} (as given)") not in _row(left, at):
            beside.setdefault(at, {}).setdefault(given_as, text)
    return normalised(table, frame.with_columns(_extra(frame.height, beside, left)))


def _nothing(name: str, kind: pl.DataType, height: int) -> pl.Series:
    return pl.Series(name, [None], kind).new_from_index(0, height)


def _unfolded(beside: Beside) -> Beside:
    """Undeclared input that our own exports keep in one column, as JSON text, under its own names again."""
    for values in beside.values():
        if isinstance(text := values.get(EXTRA), str):
            with suppress(orjson.JSONDecodeError):
                held = orjson.loads(text)
                if isinstance(held, dict):
                    del values[EXTRA]
                    values |= {name: value for name, value in held.items() if name not in values}
    return beside


def _as_given(table: Table, cells: Cells, beside: Beside) -> dict[Note, list[int]]:
    """Keep the text of instants that say more than UTC can, beside the row."""
    notes = dict[Note, list[int]]()
    for name, kind in table.types.items():
        if kind != "datetime" or name not in cells:
            continue
        for at in altered(cells[name]):
            beside.setdefault(at, {})[f"{name} (as given)"] = cells[name][at]
            notes.setdefault((f"column {name}", AS_GIVEN), []).append(at)
    return notes


def _told(table: Table, cells: Cells) -> dict[Note, list[int]]:
    """How dates were read that could be two days."""
    times = [name for name, kind in table.types.items() if kind == "datetime" and name in cells]
    return {(f"column {name}", how): rows for name in times for how, rows in told(cells[name]).items()}


def _undeclared(table: Table, beside: Beside, left: Mapping[str, Sequence[object]]) -> dict[Note, Collection[int]]:
    reason = f"is not declared for {table.name}; kept with the row"
    found: dict[str, list[int]] = {}
    for at, values in beside.items():
        for name in values:
            found.setdefault(name, []).append(at)
    places: dict[str, Collection[int]] = {name: _filled(values) for name, values in left.items()} | found
    return {(f"column {name}", reason): rows for name, rows in places.items() if name not in VIRTUAL}


def _filled(values: Sequence[object]) -> Collection[int]:
    """The positions of values that are filled."""
    if "" not in values and None not in values:
        return range(len(values))
    return [at for at, value in enumerate(values) if _is_filled(value)]


def _extra(height: int, beside: Beside, left: Mapping[str, Sequence[object]]) -> pl.Series:
    """What is not declared as JSON text, of each row in the order in which it stands there."""
    texts = _texts(left) if left else [""] * height if beside else []
    if not texts:
        return _nothing(EXTRA, pl.String(), height).fill_null("")
    for at, values in beside.items():
        texts[at] = as_json({**_row(left, at), **values})
    return column(EXTRA, "string", texts).series


def _texts(left: Mapping[str, Sequence[object]]) -> list[str]:
    """The rows of columns that are not declared, as JSON text; many times faster where all of them are filled."""
    names = tuple(left)
    if all(isinstance(_filled(values), range) for values in left.values()):
        return [as_json(dict(zip(names, row, strict=True))) for row in zip(*left.values(), strict=True)]
    beside = _beside(left)
    return [as_json(beside[at]) if at in beside else "" for at in range(len(left[names[0]]))]


def _row(left: Mapping[str, Sequence[object]], at: int) -> dict[str, object]:
    return {name: values[at] for name, values in left.items() if _is_filled(values[at])}


def _is_filled(value: object) -> bool:
    return value is not None and value != ""


def frame_of(destination: Table, rows: Iterable[dict[str, object]]) -> pl.DataFrame:
    """Rows whose values are what the table takes, as a typed frame of the columns that any of them has."""
    listed = list(rows)
    schema = {**declared(destination), RAW: pl.String()}
    held = {name for row in listed for name in row}
    if not held:
        return pl.DataFrame(schema=schema)
    columns = _columns(listed, held)
    return pl.DataFrame([_series(name, columns[name], kind) for name, kind in schema.items() if name in held])


def _columns(rows: list[dict[str, object]], held: Collection[str]) -> Mapping[str, Sequence[object]]:
    """The values by name; much faster where all rows have the same names."""
    if len(held) > 1 and all(len(row) == len(held) for row in rows):
        return dict(zip(held, zip(*map(itemgetter(*held), rows), strict=True), strict=True))
    return {name: [row.get(name) for row in rows] for name in held}


def _series(name: str, values: Sequence[object], kind: pl.DataType) -> pl.Series:
    """A column; the strict way is twice as fast, the other one leaves null what does not fit."""
    try:
        if kind == INSTANT:
            return pl.Series(name, [_ticks(each) for each in values], pl.Int64, strict=True).cast(kind)
        return pl.Series(name, values, kind, strict=True)
    except (TypeError, OverflowError):
        return pl.Series(name, values, kind, strict=False)


def _ticks(value: object) -> int | None:
    if value is None:
        return None
    if not isinstance(value, datetime):
        raise TypeError
    return micros(value)
