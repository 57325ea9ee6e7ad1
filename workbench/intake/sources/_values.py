"""JSON values that follow each other: the elements of an array, or objects one after another."""

import json
import re
from collections.abc import Iterator
from io import BytesIO
from typing import BinaryIO

import orjson

from workbench.intake.sources._json import DEEPEST, opened, row_of
from workbench.intake.sources._record import BLOCK_BYTES, LONGEST_RECORD, Block, Broken, Record
from workbench.intake.sources._text import MENDED, joined, mended_deep, text_of

VALUES = b"values"
"""The context of a block that holds values which follow each other, not lines."""

_SHOWN = 1_000_000
_PIECE = 2**20
_LAST_WORD = 32
_MOST_OTHERS = 1_000
"""Values of a document that may be no objects: a file of a million digits is no export."""

_MOST_FAULTS = 1_000
"""Faults of one document behind which reading goes on."""

_BEFORE, _BETWEEN, _BEHIND = (re.compile(marks) for marks in (r"[\s,\[]*", r"[\s,\ufeff]*", r"[\s\]\x00]*"))
_NEXT = re.compile(r"[}\],]\s*(?=\{\s*\")")
_SEPARATED = re.compile(rb"\s*,\s*\{\s*\"(?:[^\"\\]|\\.){1,128}\"")
_DECODER = json.JSONDecoder(strict=False)


def value_blocks(stream: BinaryIO) -> Iterator[Block | Record]:
    """Blocks of whole elements of a long array, else record by record; a short document is one block."""
    begun = stream.read(BLOCK_BYTES)
    if len(begun) < BLOCK_BYTES:
        yield Block(begun, context=VALUES)
        return
    mark, number, raw = _mark(begun), 1, begun.lstrip(b"\xef\xbb\xbf \t\r\n").removeprefix(b"[")
    while mark and len(raw) >= BLOCK_BYTES:
        end, count = _end(raw, mark)
        if not end:
            break
        yield Block(raw[:end], number, context=VALUES)
        number += count
        raw = raw[end:].lstrip(b" \t\r\n,")
        raw += stream.read(BLOCK_BYTES)
    text = begun if number == 1 else raw
    yield from _values(_Text(joined(text, stream), _name(mark)), number)


def values_in(block: Block) -> Iterator[Record]:
    """The records of a block of values, one by one."""
    return _values(_Text(joined(block.raw, BytesIO()), ""), block.first)


def follows(text: str) -> bool:
    """Whether an object stands at the beginning of a text and another one behind it."""
    try:
        _, end = _DECODER.raw_decode(text)
    except (ValueError, RecursionError):
        return False
    return _BETWEEN.sub("", text[end:], count=1).startswith("{")


def _mark(begun: bytes) -> bytes:
    """What stands between the first two elements of an array, and the first name of the second."""
    text = begun.lstrip(b"\xef\xbb\xbf \t\r\n")
    if not text.startswith(b"["):
        return b""
    shown = text[1:_PIECE].decode("utf-8", "replace").lstrip()
    try:
        _, end = _DECODER.raw_decode(shown)
    except (ValueError, RecursionError):
        return b""
    found = _SEPARATED.match(shown[end:].encode())
    return found[0] if found else b""


def _name(mark: bytes) -> str:
    return mark[mark.find(b"{") :].decode("utf-8", "replace")


def _end(raw: bytes, mark: bytes) -> tuple[int, int]:
    """Where the last element begins that starts like the second one, and how many stand before it.

    The rules of JSON are read from left to right: what stands before and is a list of values as it is ends where an
    element ends. Nothing is found where it is not.
    """
    end = raw.rfind(mark)
    try:
        values = orjson.loads(b"[" + raw[:end] + b"]") if end > 0 else []
    except orjson.JSONDecodeError:
        return 0, 0
    return (end, len(values)) if all(isinstance(each, dict) for each in values) else (0, 0)


def _values(text: "_Text", number: int) -> Iterator[Record]:
    """The values of a text, each one record; behind a fault reading goes on where the next object begins."""
    text.skip(_BEFORE)
    number -= 1
    others = faults = 0
    while (mark := text.here()) not in ("", "]"):
        number += 1
        where = f"item {number}"
        found = text.value()
        if isinstance(found, str):
            faults += 1
            raw = text.pass_over() if faults <= _MOST_FAULTS else b""
            yield Broken(
                where, raw or text.shown(), f"is not JSON: {found}{'' if raw else '; what follows is not read'}"
            )
            if not raw:
                return
            continue
        others += not isinstance(found[0], dict)
        if others > _MOST_OTHERS:
            reason = f"more than {_MOST_OTHERS:,} values are no objects; from here on not read"
            yield Broken(where, text.shown(), reason)
            return
        yield from opened(_row(where, *found))
        text.skip(_BETWEEN)
    if mark == "]":
        text.skip(_BEHIND)
        if text.here():
            yield Broken("behind the array", text.shown(), "stands behind the end of the JSON array and is not read")


def _row(where: str, value: object, raw: bytes) -> Record:
    try:
        raw.decode()
    except UnicodeDecodeError:
        return row_of(where, mended_deep(value), raw, (MENDED,))
    return row_of(where, value, raw)


class _Text:
    """The text of a document, of which no more is held than the value at hand needs.

    ``like`` is how an element begins, where that is known: reading goes on at such a place behind a fault.
    """

    def __init__(self, stream: BinaryIO, like: str) -> None:
        self._stream = text_of(stream)
        self._like = re.compile(rf"[}}\],]\s*(?={re.escape(like)})") if like else _NEXT
        self._held, self._at, self._whole = "", 0, False
        self._again = 0

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

    def pass_over(self) -> bytes:
        """Go on to the next place where an object begins behind another; what was passed, empty if there is none."""
        size = _PIECE
        while (found := self._like.search(self._held, self._at + 1)) is None:
            if self._whole or len(self._held) - self._at > LONGEST_RECORD:
                return b""
            self._more(size)
            size *= 2
        passed, self._at = self._held[self._at : found.end()], found.end()
        self._again += len(passed)
        return _bytes(passed.rstrip().rstrip(",").rstrip()) if self._again <= LONGEST_RECORD else b""

    def shown(self) -> bytes:
        """The beginning of what comes."""
        return _bytes(self._held[self._at : self._at + _SHOWN])

    def _try(self) -> tuple[object, bytes] | str | None:
        try:
            value, end = _DECODER.raw_decode(self._held, self._at)
        except RecursionError:
            return f"it is nested more than {DEEPEST} deep"
        except json.JSONDecodeError as error:
            return None if self._may_go_on(error) else error.msg
        except ValueError:
            return "it holds a number that is too long"
        if end == len(self._held) and not self._whole:
            return None
        raw = _bytes(self._held[self._at : end])
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


def _bytes(text: str) -> bytes:
    """The bytes a text was read from."""
    return text.encode("utf-8", "surrogateescape")
