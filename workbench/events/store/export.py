"""Tables written out for other tools, or for another workspace: with a list of what was written and its hashes.

Every row has the declared columns. NDJSON carries undeclared input beside them under its own names, as it came in;
Parquet and CSV in a column ``_Extra`` of JSON text. CSV is what a spreadsheet opens, so its text is made harmless; a
column ``_Escaped`` names the columns of which that is so, and importing the file takes it back.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from enum import StrEnum
from hashlib import file_digest
from pathlib import Path
from typing import BinaryIO

import polars as pl

from workbench.base.errors import BadInput, StoreError
from workbench.base.render import ESCAPED, FORMULA
from workbench.base.span import Span
from workbench.events.store.check import DAMAGED
from workbench.events.store.rewrite import rows_of
from workbench.events.store.schema import EXTRA, declared, instant, time_of
from workbench.events.store.snapshot import DataFile
from workbench.events.store.store import Store
from workbench.events.store.write import MAKE_ROOM, ZSTD_LEVEL, bounds
from workbench.events.tables import table

MANIFEST = "manifest.json"

DAY = "_Day"
"""The day in the names of folders of Parquet files; no table has a column of that name, which it would replace."""

_TIME = "%Y-%m-%dT%H:%M:%S%.6fZ"


class Form(StrEnum):
    """How rows are written: Parquet files in a folder a day, or one file a table."""

    parquet = "parquet"
    ndjson = "ndjson"
    csv = "csv"


@dataclass(frozen=True)
class Part:
    """One file that was written: its place below the folder, rows, bytes and SHA-256."""

    path: str
    rows: int
    bytes: int
    sha256: str


@dataclass(frozen=True)
class Exported:
    """One table that was written; ``skipped`` names the data files that could not be read to their end."""

    table: str
    rows: int
    first: datetime | None
    newest: datetime | None
    files: tuple[Part, ...]
    skipped: tuple[str, ...]


@dataclass(frozen=True)
class _Wish:
    """What is to be written, and how."""

    form: Form
    span: Span | None
    skip_damaged: bool


@dataclass
class _Account:
    """What was written of one table so far."""

    rows: dict[Path, int] = field(default_factory=dict)
    first: datetime | None = None
    newest: datetime | None = None
    skipped: list[str] = field(default_factory=list)

    def count(self, path: Path, name: str, rows: pl.DataFrame) -> None:
        self.rows[path] = self.rows.get(path, 0) + rows.height
        first, newest = bounds(table(name), rows)
        if first and newest:
            self.first, self.newest = min(self.first or first, first), max(self.newest or newest, newest)


def export(
    store: Store,
    names: Sequence[str],
    folder: Path,
    form: Form,
    *,
    span: Span | None = None,
    skip_damaged: bool = False,
) -> list[Exported]:
    """Write tables, or a window of them, into a new or empty folder, a piece at a time, with a manifest.

    Raises:
        BadInput: there is something in the folder.
        StoreError: a data file is damaged (unless those are skipped), or the disk is full.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise BadInput(f"{folder} is not an empty folder", next_step="Name a new folder.")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        done = [_table(store, name, folder, _Wish(form, span, skip_damaged)) for name in names]
        listed = {"format": form, "span": str(span) if span else "", "tables": [asdict(each) for each in done]}
        (folder / MANIFEST).write_text(json.dumps(listed, indent=1, default=_text, ensure_ascii=False), "utf-8")
    except OSError as error:
        message = f"The export cannot be written: {error.strerror or error}"
        raise StoreError(message, where=str(folder), next_step=MAKE_ROOM) from error
    return done


def _table(store: Store, name: str, folder: Path, wish: _Wish) -> Exported:
    snapshot, account = store.snapshot(name), _Account()
    for number, file in enumerate(snapshot.within(wish.span) if snapshot else ()):
        try:
            _WRITERS[wish.form](folder, name, number, _pieces(store, name, file, wish.span), account)
        except pl.exceptions.PolarsError as error:
            if not wish.skip_damaged:
                why = str(error).partition("\n")[0]
                message = f"A data file of {name} cannot be read: {why}"
                raise StoreError(message, where=file.path, next_step=DAMAGED.format(table=name)) from error
            account.skipped.append(file.path)
    parts = tuple(_part(path, folder, rows) for path, rows in account.rows.items())
    rows = sum(account.rows.values())
    return Exported(name, rows, account.first, account.newest, parts, tuple(account.skipped))


def _pieces(store: Store, name: str, file: DataFile, span: Span | None) -> Iterator[pl.DataFrame]:
    time = time_of(table(name))
    only = (time >= instant(span.start)) & (time < instant(span.end)) if span and table(name).time else None
    frame = rows_of(store, name, [file], only).select(*declared(table(name)), EXTRA)
    yield from frame.collect_batches(maintain_order=True, engine="streaming")


def _as_parquet(folder: Path, name: str, number: int, pieces: Iterator[pl.DataFrame], account: _Account) -> None:
    rows = pl.concat([*pieces, pl.DataFrame(schema={**declared(table(name)), EXTRA: pl.String()})])
    day = time_of(table(name)).dt.strftime("%Y-%m-%d").fill_null("none").alias(DAY)
    parts = rows.with_columns(day).partition_by(DAY, as_dict=True, include_key=False, maintain_order=True)
    for (date,), part in parts.items():
        path = folder / name / f"{DAY}={date}" / f"{name}-{number:06}.parquet"
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("wb") as file:
            _without_extra(part).write_parquet(file, compression="zstd", compression_level=ZSTD_LEVEL)
        account.count(path, name, part)


def _as_ndjson(folder: Path, name: str, _: int, pieces: Iterator[pl.DataFrame], account: _Account) -> None:
    path = folder / f"{name}.ndjson"
    with path.open("ab") as file:
        for piece in pieces:
            file.write(b"".join(line.encode() + b"\n" for line in _lines(piece)))
            account.count(path, name, piece)


def _as_csv(folder: Path, name: str, _: int, pieces: Iterator[pl.DataFrame], account: _Account) -> None:
    path = folder / f"{name}.csv"
    with path.open("ab") as file:
        for piece in pieces:
            _write_csv(file, piece, header=path not in account.rows)
            account.count(path, name, piece)


_WRITERS = {Form.parquet: _as_parquet, Form.ndjson: _as_ndjson, Form.csv: _as_csv}


def _lines(rows: pl.DataFrame) -> pl.Series:
    """Each row as a JSON object; undeclared input joins it under its own names."""
    times = [pl.col(name).dt.strftime(_TIME) for name, kind in rows.schema.items() if isinstance(kind, pl.Datetime)]
    plain = rows.drop(EXTRA).with_columns(times)
    objects = plain.select(pl.struct(pl.all()).struct.json_encode().alias("object"))
    extra = rows[EXTRA].str.strip_chars()
    joined = pl.concat_str(pl.col("object").str.head(-1), pl.lit(","), pl.col("extra").str.tail(-1))
    has = pl.col("extra").str.contains(r"^\{\s*[^\s}]")
    return objects.with_columns(extra=extra).select(pl.when(has).then(joined).otherwise("object")).to_series()


def _write_csv(file: BinaryIO, rows: pl.DataFrame, *, header: bool) -> None:
    risky = {name: pl.col(name).str.contains(FORMULA) for name, kind in rows.schema.items() if kind == pl.String}
    named = [pl.when(is_so).then(pl.lit(name)) for name, is_so in risky.items()]
    safe = rows.with_columns(
        *(pl.when(is_so).then("'" + pl.col(name)).otherwise(name).alias(name) for name, is_so in risky.items()),
        pl.concat_str(named, separator=" ", ignore_nulls=True).alias(ESCAPED),
    )
    safe.write_csv(file, include_header=header, datetime_format=_TIME, quote_style="non_numeric")


def _without_extra(rows: pl.DataFrame) -> pl.DataFrame:
    return rows if (rows[EXTRA] != "").any() else rows.drop(EXTRA)


def _part(path: Path, folder: Path, rows: int) -> Part:
    with path.open("rb") as file:
        digest = file_digest(file, "sha256").hexdigest()
    return Part(str(path.relative_to(folder)), rows, path.stat().st_size, digest)


def _text(value: object) -> str:
    return value.isoformat().replace("+00:00", "Z") if isinstance(value, datetime) else str(value)
