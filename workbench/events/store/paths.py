"""Ways into documents, kept beside them: one column of a data file for each way that a declaration names.

Such a column holds the text of the member, null where there is none. What is no text in the document stands there as
JSON behind a mark, so that the number 5 and the text "5" stay apart. Whether a file holds the columns that are declared
now stands in its name: files that were written before a way was declared are read by their documents.
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from hashlib import blake2b
from types import MappingProxyType
from typing import TypeAlias

import orjson
import polars as pl

from workbench.base.text.document import BROKEN, may_be_deep, read
from workbench.events.store.snapshot import DataFile
from workbench.events.tables import HotPath, Table

Way: TypeAlias = tuple[str, tuple[str | int, ...]]
"""A column and the steps into its documents."""

MARKED = "\x01"
"""What stands before a value that is no text, and before a text that begins like that."""

_FORM = "2"
"""Changes when the columns are written in another way."""


def ways(table: Table, files: Iterable[DataFile]) -> Mapping[Way, str]:
    """The ways that all files hold in columns of their own, to the names of these columns."""
    mark = _ending(table)
    if not mark or not all(file.path.endswith(mark) for file in files):
        return MappingProxyType({})
    return columns(table)


def columns(table: Table) -> Mapping[Way, str]:
    """The declared ways to the names of their columns."""
    return _columns(table.paths)


def ending(table: Table) -> str:
    """How the names of files end that hold the columns of all declared ways."""
    return _ending(table) or ".parquet"


def with_paths(table: Table, rows: pl.DataFrame) -> pl.DataFrame:
    """Add the columns of all declared ways that the rows lack; each different document is read once."""
    lacking = {way: name for way, name in columns(table).items() if name not in rows.columns}
    for column in dict.fromkeys(column for column, _ in lacking):
        named = {name: steps for (of, steps), name in lacking.items() if of == column}
        rows = rows.hstack(_members(rows[column], named))
    return rows


def with_members(
    table: Table, rows: pl.DataFrame, column: str, documents: Sequence[dict[str, object] | None]
) -> pl.DataFrame:
    """Add the columns of the ways into one column, whose documents were read already, as far as they are given."""
    named = {name: steps for (of, steps), name in columns(table).items() if of == column}
    if not named or rows.is_empty():
        return rows
    ways = tuple(named.values())
    found = [
        walked(text, ways) if document is None or (text and may_be_deep(text)) else _kept(document, ways)
        for document, text in zip(documents, rows[column], strict=True)
    ]
    return rows.hstack(_series(named, found))


def without_paths(table: Table, rows: pl.DataFrame) -> pl.DataFrame:
    """Rows without such columns, to be laid among rows that have none yet."""
    return rows.drop(columns(table).values(), strict=False)


def walked(text: str | None, ways: Sequence[Sequence[str | int]]) -> Sequence[str | None]:
    """The members at some ways of a document, each as its column holds it; none of what is no document."""
    if not text:
        return (None,) * len(ways)
    document = read(text)
    return (None,) * len(ways) if document is BROKEN else _kept(document, ways)


def text_of(column: pl.Expr) -> pl.Expr:
    """The text of the members, as ``tostring`` gives it; null where there is none."""
    marked = column.str.starts_with(MARKED)
    return pl.when(marked).then(pl.when(marked).then(column).str.slice(1).str.json_path_match("$")).otherwise(column)


def json_of(kept: str) -> str:
    """A member as JSON text, from what its column holds."""
    return kept[1:] if kept.startswith(MARKED) else orjson.dumps(kept).decode()


@cache
def _columns(paths: tuple[HotPath, ...]) -> Mapping[Way, str]:
    return MappingProxyType({(path.column, path.steps): _name(path) for path in paths})


def _name(path: HotPath) -> str:
    return "_" + ".".join((path.column, *map(str, path.steps)))


def _ending(table: Table) -> str:
    """Nothing for a table without such ways."""
    if not table.paths:
        return ""
    said = repr((_FORM, sorted((path.column, path.steps) for path in table.paths)))
    return f"-{blake2b(said.encode(), digest_size=4).hexdigest()}.parquet"


def _members(documents: pl.Series, named: Mapping[str, Sequence[str | int]]) -> list[pl.Series]:
    ways, known = tuple(named.values()), dict[str | None, Sequence[str | None]]()
    texts = documents.to_list()
    for text in texts:
        if text not in known:
            known[text] = walked(text, ways)
    return _series(named, [known[text] for text in texts])


def _series(named: Mapping[str, Sequence[str | int]], found: Sequence[Sequence[str | None]]) -> list[pl.Series]:
    columns = zip(*found, strict=True) if found else ((),) * len(named)
    return [pl.Series(name, each, pl.String) for name, each in zip(named, columns, strict=True)]


def _kept(document: object, ways: Sequence[Sequence[str | int]]) -> Sequence[str | None]:
    values = [_member(document, steps) for steps in ways]
    return [value if type(value) is str and value[:1] != MARKED else _marked(value) for value in values]


def _member(held: object, steps: Sequence[str | int]) -> object:
    if len(steps) == 1 and type(held) is dict:
        return held.get(steps[0])
    for step in steps:
        if type(held) is dict:
            held = held.get(step)
        elif type(held) is list and type(step) is int and -len(held) <= step < len(held):
            held = held[step]
        else:
            return None
    return held


def _marked(value: object) -> str | None:
    """A member that is no text; numbers that JSON cannot spell are none."""
    written = "null" if value is None else orjson.dumps(value).decode()
    return None if written == "null" else f"{MARKED}{written}"
