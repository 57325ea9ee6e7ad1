"""Rows as CSV: a header line, then text cells, with JSON or line ends inside quotes."""

import csv
import io
from collections import deque
from collections.abc import Iterator
from typing import BinaryIO

from workbench.intake.sources._record import LONGEST_RECORD, Broken, Kind, Record, Row
from workbench.intake.sources._text import encoding_of, text_of

_HEADER_NAMES = 2
_LONGEST_NAME = 128
_LONGEST_LINE = LONGEST_RECORD // 4
_MOST_RETRIES = 1_000
_LOOKED_AT = 1_000


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


class _Lines:
    """The lines of a file for the CSV reader, which may ask for those of the row at hand again."""

    def __init__(self, text: io.TextIOWrapper) -> None:
        self._text = text
        self._again: deque[str] = deque()
        self._row: list[str] = []
        self._kept = 0
        self._retries = _MOST_RETRIES
        self.number = 0
        self.ended = False

    def __iter__(self) -> "_Lines":
        return self

    def __next__(self) -> str:
        line = self._again.popleft() if self._again else self._text.readline(_LONGEST_LINE)
        if not line:
            self.ended = True
            raise StopIteration
        self.number += line.endswith("\n")
        self._kept += len(line)
        if self._kept <= LONGEST_RECORD:
            self._row.append(line)
        return line

    def begin(self) -> None:
        """Forget the lines of the last row."""
        self._row, self._kept, self.ended = [], 0, False

    def first(self) -> str:
        """The first line of the row at hand; the others will be read again as rows of their own."""
        first, rest = self._row[0], self._row[1:]
        self._again.extendleft(reversed(rest))
        self.number -= sum(line.endswith("\n") for line in rest)
        self._retries -= 1
        return first

    @property
    def clean(self) -> bool:
        """Whether the row at hand stands in one line, or obeys the rules of quotes to the letter."""
        return len(self._row) == 1 or _width(*self._row) > 0

    def swallowed(self, width: int) -> bool:
        """Whether one of the further lines of the row at hand is by itself a row of so many cells."""
        if len(self._row) == 1 or self._kept > LONGEST_RECORD or self._retries == 0:
            return False
        return any(_width(line) == width for line in self._row[1:_LOOKED_AT])


def _width(*lines: str) -> int:
    """How many cells the lines have as one row; 0 where a quote is out of place."""
    try:
        return len(next(csv.reader(lines, strict=True), []))
    except csv.Error:
        return 0


def _records(stream: BinaryIO) -> Iterator[Record]:
    csv.field_size_limit(LONGEST_RECORD)
    lines = _Lines(text_of(stream))
    names = _distinct(_header(lines))
    number = 1
    while True:
        number += 1
        lines.begin()
        where = f"row {number} (line {lines.number + 1})"
        reader = csv.reader(lines)
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield Broken(where, b"", f"is not CSV: {error}")
            continue
        if cells or lines.ended:
            yield _row(where, names, cells, lines)


def _header(lines: _Lines) -> list[str]:
    try:
        return [name.strip().lstrip("\ufeff") for name in next(csv.reader(lines), [])]
    except csv.Error:
        return []


def _distinct(names: list[str]) -> list[str]:
    """A name that stands twice gets a number, so that no cell is lost."""
    seen: dict[str, int] = {}
    for name in names:
        seen[name] = seen.get(name, 0) + 1
    counted: dict[str, int] = {}
    distinct = []
    for name in names:
        counted[name] = counted.get(name, 0) + 1
        distinct.append(f"{name} ({counted[name]})" if counted[name] > 1 else name)
    return distinct


def _row(where: str, names: list[str], cells: list[str], lines: _Lines) -> Record:
    """A row; where a quote that nobody closed swallowed others, only the line it stands in is broken."""
    fits = len(cells) == len(names) and not lines.ended
    if not (fits and lines.clean) and lines.swallowed(len(names)):
        return Broken(where, _bytes(lines.first()), "has a quote that is not closed")
    if fits:
        return Row(where, dict(zip(names, cells, strict=True)), _line(cells))
    if lines.ended:
        return Broken(where, _line(cells), "has a quote that is not closed before the file ends")
    return Broken(where, _line(cells), f"has {len(cells)} cells under {len(names)} column names")


def _line(cells: list[str]) -> bytes:
    text = io.StringIO()
    csv.writer(text, lineterminator="").writerow(cells)
    return _bytes(text.getvalue())


def _bytes(text: str) -> bytes:
    return text.rstrip("\r\n").encode("utf-8", "surrogatepass")


CSV_ROWS = Kind("csv_rows", "rows as CSV", 4, (".csv",), _looks, _records, _names)
