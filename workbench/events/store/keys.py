"""When two rows are the same fact: keys, content, and what a batch changes in what is stored.

A row is keyed by its table's key columns and by the raw mail it was read from, so that two different mails that share
an id are both kept. A row without a key is keyed by its whole content. The 64 bits that are stored only find the
candidates; whether they are the same row is decided on the values themselves.

Of several states of one fact the latest stays, whatever the order in which they came and however they were batched:
the later by the table's version columns, in their order (nothing is earliest); then the one that made more progress;
then the one with the stricter verdict (the table's grades); then the one with more columns filled; then the one whose
content is greater as text. States are never mixed: a column that is empty in the latest stays empty.
"""

from dataclasses import dataclass
from hashlib import blake2b

import numpy as np
import polars as pl

from workbench.events.store.schema import EXTRA, KEY, RAW, declared
from workbench.events.tables import Table

_HASH_BYTES = 8
_SEPARATOR = "\x1f"
_MISSING = "\x00"
_ESCAPES = {"\x1e": "\x1e0", _SEPARATOR: "\x1e1", _MISSING: "\x1e2"}
"""How text that holds our own marks is written before it is joined, so that no two rows read the same."""


@dataclass(frozen=True)
class Changes:
    """A batch sorted out against the store: rows to write, stored rows they replace (by file and position), counts."""

    rows: pl.DataFrame
    replaced: pl.DataFrame
    duplicates: int
    kept: int


def identity(table: Table) -> list[str]:
    """The columns that make two rows the same fact."""
    return [*table.key, RAW] if table.key else content(table)


def content(table: Table) -> list[str]:
    """All that a row says: two rows with equal identity and equal content are duplicates."""
    return [*declared(table), EXTRA, RAW]


def with_key(table: Table, frame: pl.DataFrame) -> pl.DataFrame:
    """Add the stored key to rows that have every physical column but that one; rows that have it keep it."""
    if KEY in frame.columns and not frame[KEY].has_nulls():
        return frame
    return frame.with_columns(of(table, frame))


def of(table: Table, frame: pl.DataFrame) -> pl.Series:
    """The stored key of rows that have their identity, and all they say unless all of them are named by it."""
    texts = identities(table, frame).cast(pl.Binary).to_list()
    digests = b"".join([blake2b(text, digest_size=_HASH_BYTES).digest() for text in texts])
    return pl.Series(KEY, np.frombuffer(digests, ">i8").astype(np.int64), dtype=pl.Int64)


def are_named(table: Table, frame: pl.DataFrame) -> bool:
    """Whether of every row a key column is filled."""
    return bool(table.key) and bool(frame.select(_named(table).all()).item())


def sort_out(table: Table, batch: pl.DataFrame, stored: pl.DataFrame) -> Changes:
    """Tell new rows from duplicates and updates.

    ``stored`` holds the candidates: rows of the store whose key occurs in the batch, with their ``file`` and ``row``.
    Of several states of one fact the latest stays; each of the batch that is not written counts as a duplicate. Rows
    whose key is nobody else's are new, and are not looked at.
    """
    alike = batch[KEY].is_in(stored[KEY].implode()) | batch[KEY].is_duplicated()
    if not alike.any():
        return Changes(batch, stored.select("file", "row"), duplicates=0, kept=batch.height)
    placed = batch.with_row_index("_at")
    both = [_states(table, placed.filter(alike)), _states(table, stored)]
    ranked = pl.concat([frame.with_columns(_new=pl.lit(new)) for new, frame in enumerate(both)], how="diagonal")
    latest = _latest(table, ranked)
    written = latest.filter(pl.col("_new") == 0)
    known = ranked.filter(pl.col("_new") == 1)
    replaced = known.join(written.select("_id"), on="_id", how="semi", nulls_equal=True).select("file", "row")
    rows = batch[pl.concat([placed["_at"].filter(~alike), written["_at"]]).sort()]
    return Changes(rows, replaced, duplicates=batch.height - rows.height, kept=rows.height)


def _states(table: Table, frame: pl.DataFrame) -> pl.DataFrame:
    """What decides between rows: who they are, how late their state is, what they say, where they lie."""
    plain = _escaped(frame)
    places = [name for name in ("_at", "file", "row") if name in frame.columns]
    return plain.select(
        *places,
        *(pl.col(name).alias(f"_version_{at}") for at, name in enumerate(table.version)),
        _id=_identified(table, plain),
        _progress=pl.sum_horizontal(pl.lit(0), *(_moved(now, first) for now, first in table.progress)),
        **{f"_grade_{at}": _grade(*grade) for at, grade in enumerate(table.grades)},
        _filled=pl.sum_horizontal(_has_value(name) for name in content(table)),
        _content=_joined(content(table)),
    )


def _latest(table: Table, states: pl.DataFrame) -> pl.DataFrame:
    """The latest state of each fact; of equal ones that of the store, which then need not be written."""
    versions = (f"_version_{at}" for at in range(len(table.version)))
    grades = (f"_grade_{at}" for at in range(len(table.grades)))
    order = [*versions, "_progress", *grades, "_filled", "_content", "_new"]
    several = pl.col("_id").is_duplicated()
    ranked = states.filter(several).sort(order, descending=True, nulls_last=True, maintain_order=True)
    return pl.concat([states.filter(~several), ranked.unique("_id", keep="first", maintain_order=True)])


def _moved(now: str, first: str) -> pl.Expr:
    return _has_value(now) & pl.col(now).ne_missing(pl.col(first))


def _grade(name: str, words: tuple[str, ...]) -> pl.Expr:
    """The place of the highest word that a column holds; 0 where it holds none."""
    holds = (pl.col(name).str.contains(word, literal=True).fill_null(value=False) for word in words)
    return pl.max_horizontal(pl.when(found).then(place).otherwise(0) for place, found in enumerate(holds, start=1))


def _has_value(name: str) -> pl.Expr:
    return pl.col(name).cast(pl.String).fill_null("") != ""


def _escaped(frame: pl.DataFrame) -> pl.DataFrame:
    """Text as it may be joined; hardly any row has a mark in it, so looking first is five times faster."""
    texts = pl.col(pl.String)
    if pl.String not in frame.dtypes or not frame.select(_marked(texts)).item():
        return frame
    return frame.with_columns(texts.str.replace_many(_ESCAPES))


def _marked(texts: pl.Expr) -> pl.Expr:
    return pl.any_horizontal(texts.str.contains_any(list(_ESCAPES)).any())


def identities(table: Table, frame: pl.DataFrame) -> pl.Series:
    """Of each row a text that two rows share only if they are the same fact."""
    names = identity(table) if are_named(table, frame) else content(table)
    plain = _escaped(frame.select(names))
    return plain.select(_identified(table, plain)).to_series()


def _identified(table: Table, frame: pl.DataFrame) -> pl.Expr:
    """The identity as text; rows whose key columns are all empty are identified by their content."""
    key, whole = _joined(identity(table)), _joined(content(table))
    if frame.select(_named(table).all()).item():
        return key
    return pl.when(_named(table)).then(key).otherwise(whole)


def _named(table: Table) -> pl.Expr:
    keys = [_has_value(name) for name in table.key]
    return pl.any_horizontal(keys) if keys else pl.lit(value=False)


def _joined(columns: list[str]) -> pl.Expr:
    return pl.concat_str([pl.col(name).cast(pl.String).fill_null(_MISSING) for name in columns], separator=_SEPARATOR)
