"""Rows as JSON: one object a line, one array, or objects one after another, with or without a byte-order mark."""

import io
import json
import re
from collections.abc import Iterator
from typing import BinaryIO, cast

import orjson

from workbench.intake.sources._record import LONGEST_RECORD, Broken, Kind, Record, Row
from workbench.intake.sources._text import decoded

_HEAD = 65_536
_SHOWN = 1_000_000
_NAME = re.compile(r'"(\w{1,128})"\s*:')
_LONG_NUMBER = re.compile(rb"\d{19}")
_DECODER = json.JSONDecoder(strict=False)


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


def _records(stream: BinaryIO) -> Iterator[Record]:
    head = decoded(cast("io.BufferedReader", stream).peek(_HEAD)[:_HEAD])
    yield from _lines(stream) if _by_line(head) else _values(stream)


def _by_line(head: str) -> bool:
    """Whether each line is a record of its own: the first line is a whole value, or the second starts one."""
    text = head.lstrip()
    first, _, rest = text.partition("\n")
    return text.startswith("{") and ("\n" not in text or _whole(first) or rest.lstrip(" \t").startswith("{"))


def _whole(line: str) -> bool:
    try:
        orjson.loads(line)
    except orjson.JSONDecodeError:
        return False
    return True


def _lines(stream: BinaryIO) -> Iterator[Record]:
    number = 0
    while line := stream.readline(LONGEST_RECORD):
        number += 1
        raw = line.strip(b"\x00\xef\xbb\xbf \t\r\n") if number == 1 else line.strip()
        if raw:
            yield _record(f"line {number}", raw)


def _record(where: str, raw: bytes) -> Record:
    if _LONG_NUMBER.search(raw):
        return _lenient(where, raw, "numbers or text cannot be read")
    try:
        return _row(where, orjson.loads(raw), raw)
    except orjson.JSONDecodeError as strict:
        return _lenient(where, raw, str(strict))


def _lenient(where: str, raw: bytes, reason: str) -> Record:
    """What strict JSON refuses and exporters write all the same: NaN, raw control characters, broken UTF-8.

    Whole numbers keep all their digits here; the fast reader rounds those beyond 64 bits.
    """
    try:
        return _row(where, json.loads(raw.decode("utf-8", "replace"), strict=False), raw)
    except (ValueError, RecursionError):
        return Broken(where, raw, f"is not JSON: {reason}")


def _row(where: str, value: object, raw: bytes) -> Record:
    if isinstance(value, dict):
        return Row(where, value, raw)
    return Broken(where, raw, f"is a JSON {type(value).__name__}, not an object with named columns")


def _values(stream: BinaryIO) -> Iterator[Record]:
    """The elements of one array, or objects that follow each other; what stands behind a fault is one broken record."""
    text = decoded(stream.read(LONGEST_RECORD * 5 + 1))
    if len(text) > LONGEST_RECORD * 5:
        yield Broken("", text[:_SHOWN].encode(), "is a JSON document too long to read at once; write one object a line")
        return
    position, number = _skip(text, 0, "["), 0
    while position < len(text) and text[position] != "]":
        number += 1
        try:
            value, end = _DECODER.raw_decode(text, position)
        except (ValueError, RecursionError) as error:
            yield Broken(f"item {number}", text[position : position + _SHOWN].encode(), f"is not JSON: {error}")
            return
        yield _row(f"item {number}", value, text[position:end].encode())
        position = _skip(text, end, ",")


def _skip(text: str, position: int, mark: str) -> int:
    while position < len(text) and (text[position].isspace() or text[position] in mark):
        position += 1
    return position


JSON_ROWS = Kind(
    "json_rows", "rows as JSON (lines, array, objects)", 1, (".json", ".ndjson", ".jsonl"), _looks, _records
)
