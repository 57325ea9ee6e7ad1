"""Rows as Parquet, read in slices by the file's path: columns of fixed types, nested values as JSON."""

from base64 import b64encode
from collections.abc import Iterable, Iterator
from io import FileIO
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import BinaryIO

import orjson
import polars as pl

from workbench.intake.sources._record import Block, Broken, Kind, Lot, Record, Row, Sheet

SLICE = 20_000
"""Rows that are read at once."""

_Slice = tuple[tuple[str, ...], list[tuple[object, ...]], Block | None]
_MAGIC = b"PAR1"
_PIECE = 2**20


def _looks(head: bytes) -> bool:
    return head.startswith(_MAGIC)


def _split(stream: BinaryIO) -> Iterator[Block | Record]:
    """One block, the first slice; each slice read tells the next. A file inside another one is copied out first."""
    raw = getattr(stream, "raw", None)
    if isinstance(raw, FileIO) and isinstance(raw.name, str):
        yield Block(b"", path=Path(raw.name))
        return
    with NamedTemporaryFile(suffix=".parquet") as copy:
        while piece := stream.read(_PIECE):
            copy.write(piece)
        copy.flush()
        yield Block(b"", path=Path(copy.name))


def _read(block: Block) -> Iterator[Record]:
    """The rows from the block's first one to the end of the file."""
    at: Block | None = block
    while at is not None:
        found = _slice(at)
        if isinstance(found, Broken):
            yield found
            return
        names, rows, more = found
        for number, row in enumerate(rows, start=at.first):
            yield _row(number, names, row)
        at = more


def _lot(block: Block) -> Lot:
    found = _slice(block)
    broken = [found] if isinstance(found, Broken) else []
    names, rows, more = ((), [], None) if isinstance(found, Broken) else found

    def again(at: int) -> Iterable[Record]:
        return broken or [_row(block.first + at, names, rows[at])]

    sheets = [Sheet(names, rows, list(range(len(rows))))] if names and rows else []
    return Lot(sheets, [0] if broken else [], again, more)


def _row(number: int, names: tuple[str, ...], row: tuple[object, ...]) -> Row:
    values = dict(zip(names, row, strict=True))
    return Row(f"row {number}", values, orjson.dumps(values, option=orjson.OPT_NON_STR_KEYS, default=str))


def _slice(block: Block) -> _Slice | Broken:
    """Names and rows of one slice, and the next slice, if there is one; of a damaged file, why it cannot be read on."""
    try:
        whole = pl.scan_parquet(block.path or "", glob=False, hive_partitioning=False)
        frame = _plain(whole.slice(block.first - 1, SLICE + 1).collect(engine="streaming"))
    except (pl.exceptions.PolarsError, OSError) as error:
        why = str(error).strip().partition("\n")[0]
        return Broken(f"from row {block.first} on", b"", f"is not sound Parquet: {why}")
    more = Block(b"", block.first + SLICE, path=block.path) if frame.height > SLICE else None
    return tuple(frame.columns), frame.head(SLICE).rows(), more


def _plain(frame: pl.DataFrame) -> pl.DataFrame:
    """The columns in the types that JSON has, times as text in UTC, bytes as text."""
    return frame.select(_text_of(name, kind) for name, kind in frame.schema.items())


def _text_of(name: str, kind: pl.DataType) -> pl.Expr:
    value = pl.col(name)
    if isinstance(kind, pl.Datetime):
        return _instant(value, kind)
    if isinstance(kind, pl.Duration):
        return value.dt.total_microseconds()
    if isinstance(kind, (pl.Date, pl.Time, pl.Categorical, pl.Enum)):
        return value.cast(pl.String)
    if isinstance(kind, pl.Decimal):
        return value.cast(pl.Float64)
    return value.map_elements(_decoded, return_dtype=pl.String) if isinstance(kind, pl.Binary) else value


def _instant(value: pl.Expr, kind: pl.Datetime) -> pl.Expr:
    """ISO 8601 in UTC, to the microsecond; a time without a zone is in UTC."""
    moved = value.dt.convert_time_zone("UTC") if kind.time_zone else value
    return moved.dt.cast_time_unit("us").dt.strftime("%Y-%m-%dT%H:%M:%S%.6fZ")


def _decoded(raw: bytes) -> str:
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return b64encode(raw).decode()


PARQUET_ROWS = Kind(
    "parquet_rows",
    "rows as Parquet",
    0,
    (".parquet",),
    _looks,
    _split,
    sure=True,
    read=_read,
    lot=_lot,
    kept_as="json_rows",
)
