"""Rows as JSON: one object a line, one array, or objects one after another, with or without a byte-order mark."""

import io
import json
import re
from collections.abc import Iterator
from typing import BinaryIO, cast

import orjson

from workbench.intake.sources._record import LONGEST_RECORD, Broken, Kind, Record, Row
from workbench.intake.sources._text import decoded, text_of, utf8

_HEAD = 65_536
_SHOWN = 1_000_000
_PIECE = 2**20
_LAST_WORD = 32
_DEEPEST = 250
_MOST_OTHERS = 1_000
"""Values of a document that may be no objects: a file of a million digits is no export."""

_TIMES = frozenset({"Timestamp", "TimeGenerated"})
_LISTS = ("records", "results", "Results", "value")
_ENVELOPES = frozenset({*_LISTS, "properties"})
_CATEGORY = "AdvancedHunting-"
_NAME = re.compile(r'"(\w{1,128})"\s*:')
_BRACKETS = re.compile(rb'"(?:[^"\\]|\\.)*"|([\[{])|[\]}]', re.DOTALL)
_BEFORE, _BETWEEN, _BEHIND = (re.compile(marks) for marks in (r"[\s,\[]*", r"[\s,]*", r"[\s\]\x00]*"))
_DECODER = json.JSONDecoder(strict=False)
_ROUNDED = float(2**63)
_COUNTING = frozenset({float, dict, list})


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
    text = utf8(stream)
    head = decoded(cast("io.BufferedReader", text).peek(_HEAD)[:_HEAD])
    yield from _lines(text) if _by_line(head) else _values(text)


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
        if len(line) == LONGEST_RECORD and not line.endswith(b"\n"):
            _pass_over(stream)
            yield Broken(f"line {number}", raw[:_SHOWN], f"is longer than {LONGEST_RECORD:,} bytes")
        elif raw:
            yield from _opened(_record(f"line {number}", raw))


def _pass_over(stream: BinaryIO) -> None:
    """Read on to the end of the line."""
    while (piece := stream.readline(_PIECE)) and not piece.endswith(b"\n"):
        pass


def _record(where: str, raw: bytes) -> Record:
    try:
        value = orjson.loads(raw)
    except orjson.JSONDecodeError as strict:
        return _lenient(where, raw, str(strict))
    if _is_deep(raw) or not _rounded(value):
        return _row(where, value, raw)
    return _lenient(where, raw, "it holds a number that is too long")


def _rounded(value: object) -> bool:
    """Whether a number in it is so large that the fast reader may have rounded it."""
    if isinstance(value, float):
        return value >= _ROUNDED or value <= -_ROUNDED
    if isinstance(value, dict):
        value = value.values()
    elif not isinstance(value, list):
        return False
    if _COUNTING.isdisjoint(map(type, value)):
        return False
    return any(map(_rounded, value))


def _lenient(where: str, raw: bytes, reason: str) -> Record:
    """What strict JSON refuses and exporters write all the same: NaN, raw control characters, broken UTF-8.

    Whole numbers keep all their digits here; the fast reader rounds those beyond 64 bits.
    """
    try:
        return _row(where, json.loads(raw.decode("utf-8", "replace"), strict=False), raw)
    except (ValueError, RecursionError):
        return Broken(where, raw, f"is not JSON: {reason}")


def _row(where: str, value: object, raw: bytes) -> Record:
    if not isinstance(value, dict):
        return Broken(where, raw, f"is a JSON {type(value).__name__}, not an object with named columns")
    if _is_deep(raw):
        return Broken(where, raw, f"is nested more than {_DEEPEST} deep")
    return Row(where, value, raw)


def _opened(record: Record) -> Iterator[Record]:
    """The rows inside an envelope; a record that is none stays as it is.

    Envelopes are those of event hubs (``records``, each with ``category`` and ``properties``) and of the query
    interfaces of hunting (``results``, ``value``).
    """
    if not isinstance(record, Row) or not record.values.keys() & _ENVELOPES:
        yield record
        return
    inner = _listed(record.values)
    if inner is None:
        yield _without_envelope(record)
        return
    for number, value in enumerate(inner, start=1):
        where, raw = f"{record.where}, record {number}", orjson.dumps(value, default=str)
        yield _without_envelope(Row(where, value, raw))


def _listed(values: dict[str, object]) -> list[dict[str, object]] | None:
    """The rows of an envelope, if it is one and all that it lists are rows."""
    if values.keys() & _TIMES:
        return None
    for name in _LISTS:
        inner = values.get(name)
        if isinstance(inner, list) and inner and all(isinstance(each, dict) for each in inner):
            return inner
    return None


def _without_envelope(row: Row) -> Row:
    """What an event hub wraps: the category tells the table, the properties are the row."""
    category, properties = row.values.get("category"), row.values.get("properties")
    if not isinstance(properties, dict) or not isinstance(category, str):
        return row
    return Row(row.where, properties, row.raw, category.removeprefix(_CATEGORY))


def _is_deep(raw: bytes) -> bool:
    return raw.count(b"[") + raw.count(b"{") > _DEEPEST and _depth(raw) > _DEEPEST


def _depth(raw: bytes) -> int:
    depth = deepest = 0
    for mark in _BRACKETS.finditer(raw):
        if not mark[0].startswith(b'"'):
            depth += 1 if mark[1] else -1
            deepest = max(deepest, depth)
    return deepest


def _values(stream: BinaryIO) -> Iterator[Record]:
    """The elements of one array, or objects that follow each other; what stands behind a fault is one broken record."""
    text = _Text(stream)
    text.skip(_BEFORE)
    number = others = 0
    while (mark := text.here()) not in ("", "]"):
        number += 1
        where = f"item {number}"
        found = text.value()
        if isinstance(found, str):
            yield Broken(where, text.shown(), f"is not JSON: {found}; what follows is not read")
            return
        others += not isinstance(found[0], dict)
        if others > _MOST_OTHERS:
            yield Broken(
                where, text.shown(), f"more than {_MOST_OTHERS:,} values are no objects; from here on not read"
            )
            return
        yield from _opened(_row(where, *found))
        text.skip(_BETWEEN)
    if mark == "]":
        text.skip(_BEHIND)
        if text.here():
            yield Broken("behind the array", text.shown(), "stands behind the end of the JSON array and is not read")


class _Text:
    """The text of a document, of which no more is held than the value at hand needs."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = text_of(stream)
        self._held, self._at, self._whole = "", 0, False

    def here(self) -> str:
        """The character at hand; empty at the end."""
        if self._at == len(self._held):
            self._more(_PIECE)
        return self._held[self._at : self._at + 1]

    def skip(self, marks: re.Pattern[str]) -> None:
        """Pass over what matches, however long."""
        while self.here():
            passed = marks.match(self._held, self._at)
            self._at = passed.end() if passed else self._at
            if self._at < len(self._held):
                return

    def value(self) -> tuple[object, bytes] | str:
        """The value at hand with its bytes, or why it is none; more is read as long as that may complete it."""
        size = _PIECE
        while True:
            found = self._try()
            if found is not None:
                return found
            self._more(size)
            size *= 2

    def shown(self) -> bytes:
        """The beginning of what comes."""
        return self._held[self._at : self._at + _SHOWN].encode("utf-8", "replace")

    def _try(self) -> tuple[object, bytes] | str | None:
        try:
            value, end = _DECODER.raw_decode(self._held, self._at)
        except RecursionError:
            return f"it is nested more than {_DEEPEST} deep"
        except json.JSONDecodeError as error:
            return None if self._may_go_on(error) else error.msg
        except ValueError:
            return "it holds a number that is too long"
        if end == len(self._held) and not self._whole:
            return None
        raw = self._held[self._at : end].encode("utf-8", "replace")
        self._at = end
        return value, raw

    def _may_go_on(self, error: json.JSONDecodeError) -> bool:
        if self._whole or len(self._held) - self._at > LONGEST_RECORD:
            return False
        return error.msg.startswith("Unterminated") or len(self._held) - error.pos < _LAST_WORD

    def _more(self, size: int) -> None:
        piece = "" if self._whole else self._stream.read(size)
        self._whole = not piece
        self._held, self._at = self._held[self._at :] + piece, 0


JSON_ROWS = Kind(
    "json_rows", "rows as JSON (lines, array, objects)", 1, (".json", ".ndjson", ".jsonl"), _looks, _records, _names
)
