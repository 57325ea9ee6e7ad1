"""Rows as CSV: a header line, then text cells, with JSON or line ends inside quotes."""

import csv
import io
from collections.abc import Iterator
from typing import BinaryIO

from workbench.intake.sources._record import LONGEST_RECORD, Broken, Kind, Record, Row
from workbench.intake.sources._text import encoding_of, text_of

_HEADER_NAMES = 2
_LONGEST_NAME = 128


def _looks(head: bytes) -> bool:
    """The first line is a list of names."""
    names = _first_line(head)
    return len(names) >= _HEADER_NAMES and all(name.strip() and len(name) <= _LONGEST_NAME for name in names)


def _names(head: bytes) -> frozenset[str]:
    return frozenset(name.strip().lstrip("\ufeff") for name in _first_line(head))


def _first_line(head: bytes) -> list[str]:
    line = head.decode(encoding_of(head), "replace").lstrip("\ufeff").partition("\n")[0].strip()
    try:
        return next(csv.reader([line]), [])
    except csv.Error:
        return []


def _records(stream: BinaryIO) -> Iterator[Record]:
    csv.field_size_limit(LONGEST_RECORD)
    reader = csv.reader(text_of(stream))
    names = [name.strip().lstrip("\ufeff") for name in next(reader, [])]
    number = 1
    while True:
        number += 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield Broken(f"row {number}", b"", f"is not CSV: {error}")
            continue
        if cells:
            yield _row(f"row {number} (line {reader.line_num})", names, cells)


def _row(where: str, names: list[str], cells: list[str]) -> Record:
    raw = _line(cells)
    if len(cells) != len(names):
        return Broken(where, raw, f"has {len(cells)} cells under {len(names)} column names")
    return Row(where, dict(zip(names, cells, strict=True)), raw)


def _line(cells: list[str]) -> bytes:
    text = io.StringIO()
    csv.writer(text, lineterminator="").writerow(cells)
    return text.getvalue().encode("utf-8", "surrogatepass")


CSV_ROWS = Kind("csv_rows", "rows as CSV", 4, (".csv",), _looks, _records, _names)
