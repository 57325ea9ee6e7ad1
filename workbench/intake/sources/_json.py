"""One JSON value as a record: with the fast reader where it is exact, with care where it is not."""

import json
import re
from collections.abc import Iterator

import orjson

from workbench.intake.sources._envelope import event, is_suspect, listed
from workbench.intake.sources._record import Broken, Record, Row
from workbench.intake.sources._text import MENDED, escaped, mended_deep

DEEPEST = 250
"""Levels of nesting that are read."""

_BRACKETS = re.compile(rb'"(?:[^"\\]|\\.)*"|([\[{])|[\]}]', re.DOTALL)
_ROUNDED = float(2**63)
_COUNTING = frozenset({float, dict, list})


def record_of(where: str, raw: bytes) -> Record:
    """The record that bytes spell."""
    try:
        value = orjson.loads(raw)
    except orjson.JSONDecodeError as strict:
        return _lenient(where, raw, str(strict))
    if _is_deep(raw) or not rounded(value):
        return row_of(where, value, raw)
    return _lenient(where, raw, "it holds a number that is too long")


def rounded(value: object) -> bool:
    """Whether a number in it is so large that the fast reader may have rounded it."""
    if isinstance(value, float):
        return value >= _ROUNDED or value <= -_ROUNDED
    if isinstance(value, dict):
        value = value.values()
    elif not isinstance(value, list):
        return False
    if _COUNTING.isdisjoint(map(type, value)):
        return False
    return any(map(rounded, value))


def row_of(where: str, value: object, raw: bytes, faults: tuple[str, ...] = ()) -> Record:
    """A row, if the value is an object that is not nested too deep."""
    if not isinstance(value, dict):
        return Broken(where, raw, f"is a JSON {type(value).__name__}, not an object with named columns")
    if _is_deep(raw):
        return Broken(where, raw, f"is nested more than {DEEPEST} deep")
    return Row(where, value, raw, faults=faults)


def opened(record: Record) -> Iterator[Record]:
    """The rows inside an envelope; a record that is none stays as it is."""
    if not isinstance(record, Row) or not is_suspect(tuple(record.values)):
        yield record
        return
    inner = listed(record.values)
    if inner is None:
        yield _event(record.where, record.values, record.raw, record.faults)
        return
    for number, value in enumerate(inner, start=1):
        yield _event(f"{record.where}, record {number}", value, orjson.dumps(value, default=str), record.faults)


def _event(where: str, value: dict[str, object], raw: bytes, faults: tuple[str, ...]) -> Row:
    values, table = event(value)
    return Row(where, values, raw, table, faults=faults)


def _lenient(where: str, raw: bytes, reason: str) -> Record:
    """What strict JSON refuses and exporters write all the same: NaN, raw control characters, bytes of Windows-1252.

    Whole numbers keep all their digits here; the fast reader rounds those beyond 64 bits.
    """
    try:
        value = json.loads(escaped(raw), strict=False)
        if _is_utf8(raw):
            return row_of(where, value, raw)
        return row_of(where, mended_deep(value), raw, (MENDED,))
    except (ValueError, RecursionError):
        return Broken(where, raw, f"is not JSON: {reason}")


def _is_utf8(raw: bytes) -> bool:
    try:
        raw.decode()
    except UnicodeDecodeError:
        return False
    return True


def _is_deep(raw: bytes) -> bool:
    return raw.count(b"[") + raw.count(b"{") > DEEPEST and _depth(raw) > DEEPEST


def _depth(raw: bytes) -> int:
    depth = deepest = 0
    for mark in _BRACKETS.finditer(raw):
        if not mark[0].startswith(b'"'):
            depth += 1 if mark[1] else -1
            deepest = max(deepest, depth)
    return deepest
