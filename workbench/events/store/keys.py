"""When two rows are the same fact: keys, content, and what a batch changes in what is stored.

A row is keyed by its table's key columns and by the raw mail it was read from, so that two different mails that share
an id are both kept. A row without a key is keyed by its whole content. The 64 bits that are stored only find the
candidates; whether they are the same row is decided on the values themselves.
"""

from dataclasses import dataclass
from hashlib import blake2b

import polars as pl

from workbench.events.store.schema import EXTRA, KEY, RAW, declared
from workbench.events.tables import Table

_SEPARATOR = "\x1f"
_MISSING = "\x00"


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
    """Add the stored key to rows that have every physical column but that one."""
    texts = frame.select(_told_apart_by(table, frame)).to_series()
    return frame.with_columns(pl.Series(KEY, [_hash(text) for text in texts], dtype=pl.Int64))


def sort_out(table: Table, batch: pl.DataFrame, stored: pl.DataFrame) -> Changes:
    """Tell new rows from duplicates and updates.

    ``stored`` holds the candidates: rows of the store whose key occurs in the batch, with their ``file`` and ``row``.
    Of several rows of the batch with one identity the last wins; each but an exact repeat counts as kept.
    """
    if stored.is_empty() and batch.select(_told_apart_by(table, batch)).is_unique().all():
        return Changes(batch, stored.select("file", "row"), duplicates=0, kept=batch.height)
    named = _with_identity(table, batch.with_row_index("_at"))
    known = _with_identity(table, stored)
    marked = named.join(
        known.select("_id", _same=pl.col("_content")).unique("_id"), on="_id", how="left", nulls_equal=True
    )
    chained = marked.with_columns(
        _before=pl.col("_content").shift(1).over("_id", order_by="_at").fill_null(pl.col("_same"))
    )
    fresh = chained.filter(pl.col("_content").ne_missing(pl.col("_before")))
    rows = fresh.sort("_at").unique("_id", keep="last", maintain_order=True)
    replaced = known.join(rows.select("_id"), on="_id", how="semi", nulls_equal=True).select("file", "row")
    return Changes(rows.select(batch.columns), replaced, batch.height - fresh.height, fresh.height)


def _with_identity(table: Table, frame: pl.DataFrame) -> pl.DataFrame:
    return frame.with_columns(_id=_told_apart_by(table, frame), _content=_joined(content(table)))


def _told_apart_by(table: Table, frame: pl.DataFrame) -> pl.Expr:
    """The identity as text; rows whose key columns are all empty are identified by their content."""
    key, whole = _joined(identity(table)), _joined(content(table))
    if frame.select(_named(table).all()).item():
        return key
    return pl.when(_named(table)).then(key).otherwise(whole)


def _named(table: Table) -> pl.Expr:
    keys = [pl.col(name).cast(pl.String).fill_null("") != "" for name in table.key]
    return pl.any_horizontal(keys) if keys else pl.lit(value=False)


def _joined(columns: list[str]) -> pl.Expr:
    return pl.concat_str([pl.col(name).cast(pl.String).fill_null(_MISSING) for name in columns], separator=_SEPARATOR)


def _hash(value: str) -> int:
    return int.from_bytes(blake2b(value.encode(), digest_size=8).digest(), "big", signed=True)
