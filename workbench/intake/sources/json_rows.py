"""Rows as JSON: one object a line, one array, or objects one after another, with or without a byte-order mark."""

import io
import json
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import BinaryIO, cast

import orjson

from workbench.intake.sources._bulk import Named, sheet_of, sheets_of
from workbench.intake.sources._dates import dated
from workbench.intake.sources._envelope import event, is_suspect, listed
from workbench.intake.sources._json import opened, record_of
from workbench.intake.sources._record import BLOCK_BYTES, LONGEST_RECORD, Block, Broken, Kind, Lot, Record, Sheet
from workbench.intake.sources._text import decoded, escaped, plain, utf8
from workbench.intake.sources._values import VALUES, follows, value_blocks, values_in

_HEAD = 65_536
_SHOWN = 1_000_000
_PIECE = 2**20
_NAME = re.compile(r'"(\w{1,128})"\s*:')
_DECODER = json.JSONDecoder(strict=False)
_MARK = b"\xef\xbb\xbf"
_STRAY = b"\x00\x1e" + _MARK + b" \t\r\n"


def _looks(head: bytes) -> bool:
    return decoded(head[:64]).lstrip()[:1] in ("{", "[")


def _names(head: bytes) -> frozenset[str]:
    """Names at the outermost level of the first object, as far as the head shows it."""
    text = decoded(head).lstrip().lstrip("[").lstrip()
    try:
        first, _ = _DECODER.raw_decode(text)
    except (ValueError, RecursionError):
        return frozenset(_NAME.findall(text))
    return frozenset(first) if isinstance(first, dict) else frozenset()


def _split(stream: BinaryIO) -> Iterator[Block | Record]:
    text = utf8(stream)
    head = decoded(cast("io.BufferedReader", text).peek(_HEAD)[:_HEAD])
    return _line_blocks(text) if _by_line(head) else value_blocks(text)


def _by_line(head: str) -> bool:
    """Whether each line is a record of its own: the first line is a whole value, or the second starts one."""
    text = head.lstrip()
    first, more, rest = text.partition("\n")
    if not text.startswith("{"):
        return False
    return _whole(first) or rest.lstrip(" \t\x1e").startswith("{") or (not more and not follows(first))


def _whole(line: str) -> bool:
    try:
        orjson.loads(line)
    except orjson.JSONDecodeError:
        return False
    return True


def _line_blocks(stream: BinaryIO) -> Iterator[Block | Record]:
    """Blocks of whole lines; of a line that is too long, the beginning."""
    number = 1
    file = plain(stream)
    while raw := stream.read(BLOCK_BYTES):
        begun = len(raw) - raw.rfind(b"\n") - 1
        rest = b"" if not begun else stream.readline(max(LONGEST_RECORD - begun, 1))
        raw += rest
        lines = raw.count(b"\n")
        if begun + len(rest) < LONGEST_RECORD or rest.endswith(b"\n"):
            yield Block(raw, number, stretch=file.before(stream.tell(), len(raw)) if file else None)
            number += lines
            continue
        end = raw.rfind(b"\n") + 1
        if end:
            yield Block(raw[:end], number)
        yield _too_long(number + lines, raw[end:])
        number += lines + 1
        _pass_over(stream)


def _too_long(number: int, raw: bytes) -> Broken:
    return Broken(f"line {number}", raw[:_SHOWN], f"is longer than {LONGEST_RECORD:,} bytes")


def _pass_over(stream: BinaryIO) -> None:
    """Read on to the end of the line."""
    while (piece := stream.readline(_PIECE)) and not piece.endswith(b"\n"):
        pass


def _read(block: Block) -> Iterable[Record]:
    if block.context == VALUES:
        return values_in(block)
    return (record for number, raw in _lines(block) for record in _line(number, raw))


def _lines(block: Block) -> Iterator[tuple[int, bytes]]:
    """The lines that are not empty, with their numbers in the file."""
    for number, line in enumerate(block.raw.split(b"\n"), start=block.first):
        raw = line.strip(_STRAY) if number == 1 else _bare(line)
        if raw:
            yield number, raw


def _bare(line: bytes) -> bytes:
    """A line without the mark of JSON text sequences (RFC 7464), and that of a file that was laid behind another."""
    bare = line.strip()
    return bare.lstrip(b"\x1e").removeprefix(_MARK).strip() if bare[:1] in (b"\x1e", _MARK[:1]) else bare


def _line(number: int, raw: bytes) -> Iterator[Record]:
    """The records of a line: mostly one, but some write objects one after another without line ends."""
    if len(raw) >= LONGEST_RECORD:
        return iter([_too_long(number, raw)])
    record = record_of(f"line {number}", raw)
    if isinstance(record, Broken) and follows(escaped(raw)):
        return (_within(number, each) for each in values_in(Block(raw, context=VALUES)))
    return opened(record)


def _within(number: int, record: Record) -> Record:
    return replace(record, where=f"line {number}, {record.where}")


def _parts(block: Block) -> list[Block]:
    if block.context == VALUES:
        return [block]
    return [Block(raw, number) for number, raw in _lines(block)]


def _lines_up(raw: bytes, context: bytes) -> bool:
    """Whether the bytes are those of one line, with nothing at their ends that only the first line may have."""
    one = raw.startswith(b"{") and raw == raw.strip(_STRAY) == raw.strip()
    return one and not context and b"\n" not in raw and b"\r" not in raw and b"\0" not in raw


def _lot(block: Block) -> Lot:
    if block.context == VALUES:
        return _lot_of_values(block)
    plain_lines = block.raw.removesuffix(b"\n").split(b"\n")
    try:
        values = list(map(orjson.loads, plain_lines))
    except orjson.JSONDecodeError:
        return _lot_with_care(block)
    return _sorted(values, lambda at: _line(block.first + at, plain_lines[at].strip()))


def _lot_with_care(block: Block) -> Lot:
    """A block with lines that are empty or no values, or with a byte-order mark."""
    lines = list(_lines(block))
    return _sorted([_value(raw) for _, raw in lines], lambda at: _line(*lines[at]))


def _value(line: bytes) -> object:
    try:
        return orjson.loads(line)
    except orjson.JSONDecodeError:
        return None


def _lot_of_values(block: Block) -> Lot:
    """An array's elements, read again one by one, all of them, should one of them be in doubt or there be none."""
    values = _elements(block.raw.strip(_STRAY))
    if not values:
        return Lot([], [0], lambda _: values_in(block))
    again: dict[int, list[Record]] = {}

    def read_again(at: int) -> Iterable[Record]:
        if not again:
            again.update(_by_element(block))
        return again.get(at, ())

    return _sorted(values, read_again)


def _elements(raw: bytes) -> list[object] | None:
    """The objects of an array, with or without its brackets; None where it is anything else."""
    values = _value(raw) if raw.startswith(b"[") else _value(b"[" + raw + b"]")
    whole = isinstance(values, list) and all(isinstance(each, dict) for each in values)
    return cast("list[object]", values) if whole else None


def _by_element(block: Block) -> dict[int, list[Record]]:
    found: dict[int, list[Record]] = {}
    for record in values_in(block):
        number = int(record.where.split(",")[0].removeprefix("item "))
        found.setdefault(number - block.first, []).append(record)
    return found


def _sorted(values: Sequence[object], again: Callable[[int], Iterable[Record]]) -> Lot:
    """Plain rows as sheets; what is no object apart."""
    whole = sheet_of(values, list(range(len(values))))
    if whole is not None and not is_suspect(whole.names):
        return Lot([whole], [], again)
    odd = [at for at, value in enumerate(values) if not isinstance(value, dict)]
    return Lot(_sheets(values), odd, again)


def _sheets(values: Sequence[object]) -> list[Sheet]:
    return sheets_of([row for at, value in enumerate(values) if isinstance(value, dict) for row in _rows(at, value)])


def _rows(at: int, value: dict[str, object]) -> list[Named]:
    if not is_suspect(tuple(value)):
        return [(value, at, "")]
    inner = listed(value)
    pairs = [event(value)] if inner is None else map(event, inner)
    return [(values, at, table) for values, table in pairs]


JSON_ROWS = dated(
    Kind(
        "json_rows",
        "rows as JSON (lines, array, objects)",
        1,
        (".json", ".ndjson", ".jsonl"),
        _looks,
        _split,
        _names,
        read=_read,
        lot=_lot,
        parts=_parts,
        lines_up=_lines_up,
    )
)
