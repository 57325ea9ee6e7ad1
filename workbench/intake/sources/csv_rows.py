"""Rows as CSV: a header line, then text cells, with JSON or line ends inside quotes; parted by , ; | or tabs."""

import csv
import io
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import BinaryIO

from workbench.base.render import ESCAPED, is_csv_escaped
from workbench.intake.sources._dates import PREFACE, dated
from workbench.intake.sources._record import (
    BLOCK_BYTES,
    LONGEST_RECORD,
    Block,
    Broken,
    Kind,
    Lot,
    Record,
    Row,
    Sheet,
)
from workbench.intake.sources._text import MENDED, encoding_of, escaped, joined, mended, utf8, with_newlines

_HEADER_NAMES = 2
_LONGEST_NAME = 128
_LONGEST_LINE = LONGEST_RECORD // 4
_MOST_RETRIES = 1_000
_LOOKED_AT = 1_000
_DELIMITERS = ",;\t|"
_MARK = b"\xef\xbb\xbf"
_BLANK = _MARK + b" \r\n,;|\t"
_MOST_ABOVE = 20
"""Lines among which the header is looked for."""

ABOVE = "stands above the header and is no row"
_PREFACES = (b"sep=", b"#TYPE ", PREFACE)
"""How lines begin that spreadsheets, PowerShell and our own quarantine write above the header."""


@dataclass(frozen=True)
class _Header:
    """The header line as it lies in the file, the names in it, what parts them, and the number of the line."""

    raw: bytes
    names: tuple[str, ...]
    delimiter: str
    line: int = 1


def _looks(head: bytes) -> bool:
    """The first line is a list of names."""
    names = _header(_first_line(head)).names
    return len(names) >= _HEADER_NAMES and all(name.strip() and len(name) <= _LONGEST_NAME for name in names)


def _names(head: bytes) -> frozenset[str]:
    lines = _lines_in(head)
    found = (line for at, line in enumerate(lines[:_MOST_ABOVE]) if _is_header(line, first=at == 0))
    return frozenset(_header(next(found, lines[0] if lines else b"")).names) - {ESCAPED}


def _first_line(head: bytes) -> bytes:
    return next((line for line in _lines_in(head) if not _is_preface(line)), b"")


def _lines_in(head: bytes) -> list[bytes]:
    return head.decode(encoding_of(head), "replace").encode("utf-8", "replace").splitlines()


def _is_header(line: bytes, *, first: bool) -> bool:
    """Whether a line has several names; below others all of them must be filled."""
    names = () if _is_preface(line) else _header(line).names
    return len(names) >= _HEADER_NAMES and (first or all(0 < len(name) <= _LONGEST_NAME for name in names))


def _is_preface(line: bytes) -> bool:
    """Whether a line above the header is none: one of those, or blank, as spreadsheets and editors leave them."""
    text = line.removeprefix(_MARK)
    return text.startswith(_PREFACES) or not text.strip(_BLANK)


def _header(raw: bytes) -> _Header:
    """A header line, parted where it has most names."""
    line = mended(escaped(raw.removeprefix(_MARK))).strip("\ufeff\r\n")
    found = {each: _cells(line, each) for each in _DELIMITERS}
    best = max(_DELIMITERS, key=lambda each: len(found[each]))
    return _Header(raw, _distinct([name.strip() for name in found[best]]), best)


def _cells(line: str, delimiter: str) -> list[str]:
    try:
        return next(csv.reader([line], delimiter=delimiter), [])
    except csv.Error:
        return []


def _distinct(names: list[str]) -> tuple[str, ...]:
    """A name that stands twice gets a number, so that no cell is lost."""
    counted: dict[str, int] = {}
    distinct = []
    for name in names:
        counted[name] = counted.get(name, 0) + 1
        distinct.append(f"{name} ({counted[name]})" if counted[name] > 1 else name)
    return tuple(distinct)


def _split(stream: BinaryIO) -> Iterator[Block | Record]:
    """Blocks of whole rows. Where quotes are out of place, rows are read one by one to the end of what was read."""
    csv.field_size_limit(LONGEST_RECORD)
    above, header, text = _begun(with_newlines(utf8(stream)))
    yield from above
    number, line, held = 2, header.line + 1, b""
    while more := text.read(BLOCK_BYTES):
        held += more + text.readline(LONGEST_RECORD)
        good, rows, lines = _good(held, header)
        if good:
            yield Block(held[:good], number, line, header.raw)
            number, line, held = number + rows, line + lines, held[good:]
        if held and (len(held) > BLOCK_BYTES or not good):
            reader = _Lines(joined(held, text), number, line)
            yield from _slowly(reader, header, len(held))
            number, line, held = reader.row, reader.number + 1, b""
    if held:
        yield from _slowly(_Lines(joined(held, text), number, line), header, len(held))


def _begun(text: BinaryIO) -> tuple[list[Broken], _Header, BinaryIO]:
    """The header, what stands above it and is none, and the text behind it.

    The header is the first line of several names; should there be none at the beginning, the first line that has any.
    """
    lines, told = list[bytes](), list[int]()
    while len(lines) < _MOST_ABOVE and (raw := text.readline(_LONGEST_LINE)):
        lines.append(raw)
        if _is_header(raw, first=not told):
            above = [Broken(f"line {at + 1}", lines[at].strip(_BLANK), ABOVE) for at in told]
            return above, replace(_header(raw), line=len(lines)), text
        if raw.strip(_BLANK) and not _is_preface(raw):
            told.append(len(lines) - 1)
    at = told[0] if told else len(lines) - 1
    behind = joined(b"".join(lines[at + 1 :]), text) if lines else text
    return [], replace(_header(lines[at] if lines else b""), line=at + 1), behind


def _good(raw: bytes, header: _Header) -> tuple[int, int, int]:
    """Bytes, rows and lines at the beginning that are whole rows, with every quote in its place."""
    if b'"' not in raw:
        return len(raw), _rows_in(raw), raw.count(b"\n")
    lines = raw.splitlines(keepends=True) if b"\r" not in raw else _lines_of(raw)
    reader = csv.reader(map(escaped, lines), delimiter=header.delimiter, strict=True)
    rows = taken = 0
    try:
        for cells in reader:
            if reader.line_num - taken > 1 and len(cells) != len(header.names):
                break
            rows, taken = rows + bool(cells), reader.line_num
    except csv.Error:
        pass
    return sum(map(len, lines[:taken])), rows, taken


def _lines_of(raw: bytes) -> list[bytes]:
    return io.BytesIO(raw).readlines()


def _rows_in(raw: bytes) -> int:
    return sum(1 for line in raw.split(b"\n") if line.strip(b"\r"))


def _slowly(lines: "_Lines", header: _Header, least: int) -> Iterator[Record]:
    """Row by row, until at least so many bytes are read and a row ends."""
    while lines.passed < least or lines.waiting:
        lines.begin()
        where = f"row {lines.row} (line {lines.number + 1})"
        try:
            cells = next(csv.reader(lines, delimiter=header.delimiter))
        except StopIteration:
            return
        except csv.Error as error:
            lines.row += 1
            yield Broken(where, lines.raw, _said(error), header.raw)
            continue
        if cells or lines.ended:
            lines.row += 1
            yield _row(where, header, cells, lines)


def _said(error: csv.Error) -> str:
    """What stops the reader, in words that help."""
    if "new-line" in str(error):
        return "is not CSV: a carriage return stands in a cell without quotes; put quotes around that cell"
    return f"is not CSV: a cell is longer than {LONGEST_RECORD:,} bytes, mostly for a quote that is not closed"


def _row(where: str, header: _Header, cells: list[str], lines: "_Lines") -> Record:
    """A row; where a quote that nobody closed swallowed others, only the line it stands in is broken."""
    fits = len(cells) == len(header.names) and not lines.ended
    if not (fits and lines.is_clean(header.delimiter)) and lines.swallowed(len(header.names), header.delimiter):
        return Broken(where, lines.first(), "has a quote that is not closed", header.raw)
    if fits:
        return _mended_row(where, header, cells, lines.raw)
    if lines.ended:
        return Broken(where, lines.raw, "has a quote that is not closed before the file ends", header.raw)
    reason = f"has {len(cells)} cells under {len(header.names)} column names"
    return Broken(where, lines.raw, reason, header.raw)


def _mended_row(where: str, header: _Header, cells: list[str], raw: bytes) -> Row:
    """A row in which each cell that is not UTF-8 is read as Windows-1252."""
    whole = [mended(cell) for cell in cells]
    faults = (MENDED,) if whole != cells else ()
    values: dict[str, object] = dict(zip(header.names, whole, strict=True))
    return Row(where, _as_written(values), raw, context=header.raw, faults=faults)


def _as_written(values: dict[str, object]) -> dict[str, object]:
    """A row of our own export without what protects a spreadsheet; any other row as it is, apostrophes and all."""
    names = tuple(values)
    cells = _unescaped(names, tuple(values.values())) if ESCAPED in values else None
    return values if cells is None else dict(zip(_without(names), cells, strict=True))


def _unescaped(names: tuple[str, ...], cells: tuple[object, ...]) -> tuple[object, ...] | None:
    """The cells of such a row before they were changed; None where not all that it names were."""
    place = names.index(ESCAPED)
    changed = set(str(cells[place]).split())
    at = [number for number, name in enumerate(names) if name in changed]
    if len(at) < len(changed) or not all(is_csv_escaped(cells[each]) for each in at):
        return None
    plain = list(cells)
    for each in at:
        plain[each] = str(cells[each])[1:]
    return (*plain[:place], *plain[place + 1 :])


def _without(names: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(name for name in names if name != ESCAPED)


class _Lines:
    """The lines of a file for the CSV reader, which may ask for those of the row at hand again."""

    def __init__(self, stream: BinaryIO, row: int, line: int) -> None:
        self._stream = stream
        self._again: deque[bytes] = deque()
        self._row: list[bytes] = []
        self._kept = 0
        self._retries = _MOST_RETRIES
        self.row = row
        self.number = line - 1
        self.passed = 0
        self.ended = False

    def __iter__(self) -> "_Lines":
        return self

    def __next__(self) -> str:
        line = self._again.popleft() if self._again else self._stream.readline(_LONGEST_LINE)
        if not line:
            self.ended = True
            raise StopIteration
        self.number += line.endswith(b"\n")
        self.passed += len(line)
        self._kept += len(line)
        if self._kept <= LONGEST_RECORD:
            self._row.append(line)
        return escaped(line)

    @property
    def raw(self) -> bytes:
        """The bytes of the row at hand."""
        return b"".join(self._row).rstrip(b"\r\n")

    @property
    def waiting(self) -> bool:
        """Whether lines wait to be read again."""
        return bool(self._again)

    def begin(self) -> None:
        """Forget the lines of the last row."""
        self._row, self._kept, self.ended = [], 0, False

    def first(self) -> bytes:
        """The first line of the row at hand; the others will be read again as rows of their own."""
        first, rest = self._row[0], self._row[1:]
        self._again.extendleft(reversed(rest))
        self.number -= sum(line.endswith(b"\n") for line in rest)
        self.passed -= sum(map(len, rest))
        self._retries -= 1
        return first.rstrip(b"\r\n")

    def is_clean(self, delimiter: str) -> bool:
        """Whether the row at hand stands in one line, or obeys the rules of quotes to the letter."""
        return len(self._row) == 1 or _width(delimiter, *self._row) > 0

    def swallowed(self, width: int, delimiter: str) -> bool:
        """Whether one of the further lines of the row at hand is by itself a row of so many cells."""
        if len(self._row) == 1 or self._kept > LONGEST_RECORD or self._retries == 0:
            return False
        return any(_width(delimiter, line) == width for line in self._row[1:_LOOKED_AT])


def _width(delimiter: str, *lines: bytes) -> int:
    """How many cells the lines have as one row; 0 where a quote is out of place."""
    try:
        return len(next(csv.reader(map(escaped, lines), delimiter=delimiter, strict=True), []))
    except csv.Error:
        return 0


def _read(block: Block) -> Iterator[Record]:
    csv.field_size_limit(LONGEST_RECORD)
    header = _header(block.context)
    return _slowly(_Lines(joined(block.raw, io.BytesIO()), block.first, block.line), header, len(block.raw))


def _lot(block: Block) -> Lot:
    """The rows of a block, which the cut has shown to be in order."""
    csv.field_size_limit(LONGEST_RECORD)
    header, again = _header(block.context), dict[int, list[Record]]()

    def read_again(at: int) -> Iterable[Record]:
        if not again:
            again.update({number: [record] for number, record in enumerate(_read(block))})
        return again.get(at, ())

    rows = _rows(block.raw, header)
    if rows is None:
        return Lot([], [0], lambda _: _read(block))
    width = len(header.names)
    odd = [at for at, cells in enumerate(rows) if len(cells) != width]
    units = [at for at, cells in enumerate(rows) if len(cells) == width] if odd else list(range(len(rows)))
    sheet = Sheet(header.names, [tuple(rows[at]) for at in units], units)
    return _lot_as_written(Lot([sheet], odd, read_again)) if ESCAPED in header.names else Lot([sheet], odd, read_again)


def _lot_as_written(lot: Lot) -> Lot:
    """Rows of our own export as ``_as_written`` gives them; those of somebody else's are left to be read with care."""
    sheet = lot.sheets[0]
    rows = [_unescaped(sheet.names, row) for row in sheet.rows]
    ours = [(row, unit) for row, unit in zip(rows, sheet.units, strict=True) if row is not None]
    theirs = [unit for row, unit in zip(rows, sheet.units, strict=True) if row is None]
    plain = Sheet(_without(sheet.names), [row for row, _ in ours], [unit for _, unit in ours])
    return Lot([plain], [*lot.odd, *theirs], lot.again)


def _rows(raw: bytes, header: _Header) -> list[list[str]] | None:
    """The cells of each row; None where they are not UTF-8 or not CSV to the letter."""
    try:
        text = raw.decode()
        return [
            cells
            for cells in csv.reader(io.StringIO(text, newline="\n"), delimiter=header.delimiter, strict=True)
            if cells
        ]
    except (UnicodeDecodeError, csv.Error):
        return None


def _parts(block: Block) -> list[Block]:
    return [Block(each.raw, int(each.where.split()[1]), context=block.context) for each in _read(block)]


def _lines_up(raw: bytes, context: bytes) -> bool:
    """Whether the bytes are those of one line whose quotes, if it has any, end in it."""
    header = _header(context)
    if len(header.names) < _HEADER_NAMES or not raw.strip() or b"\n" in raw or b"\r" in raw:
        return False
    return b'"' not in raw or _width(header.delimiter, raw) > 0


CSV_ROWS = dated(
    Kind(
        "csv_rows",
        "rows as CSV",
        4,
        (".csv", ".tsv"),
        _looks,
        _split,
        _names,
        read=_read,
        lot=_lot,
        parts=_parts,
        lines_up=_lines_up,
        counted_from=2,
    )
)
