"""JSON documents as hunts read them: one odd value hides nothing of the rest."""

import json
import math
import re
from collections.abc import Iterable

import orjson

DEEPEST = 127
"""Levels of nesting that are read, as many as the engine's own paths go into; what lies deeper is a text."""

BROKEN = object()
"""What ``read`` gives for text that is no JSON."""

OPENING = r'^\s*[\[{"]'
"""How a document begins that may hold odd values. A bare number that is too large is a text like any other."""

_BEGUN = re.compile(OPENING)
_MARKS = re.compile(r'"(?:[^"\\]|\\.?)*+"?|[\[\]{}]', re.DOTALL)
_WORD = range(-(2**63), 2**64)
_LONGEST_WORD = 20


def read(text: str) -> object:
    """The value of JSON text.

    What strict readers refuse and exporters write all the same is read too: raw control characters stand for
    themselves, lone halves of surrogate pairs become U+FFFD, and numbers that no double can hold, NaN and infinities
    become null. Below ``DEEPEST`` levels a bag or array is the text it was written as.
    """
    try:
        held: object = orjson.loads(text)
    except orjson.JSONDecodeError:
        return _lenient(text)
    return orjson.loads(_cut(text)) if _is_deep(text, held) else held


def may_be_deep(text: str) -> bool:
    """Whether there are enough brackets to pass ``DEEPEST``."""
    return text.count("[") + text.count("{") > DEEPEST


def _lenient(text: str) -> object:
    if not _BEGUN.match(text):
        return BROKEN
    try:
        held = _READER.decode(_cut(text) if may_be_deep(text) else text)
        return orjson.loads(_whole(json.dumps(held, ensure_ascii=False)))
    except (ValueError, RecursionError):
        return BROKEN


def _whole(text: str) -> str:
    """Lone halves of surrogate pairs replaced: what can be stored as UTF-8."""
    return text if text.isascii() else text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _integer(digits: str) -> int | float | None:
    held = int(digits) if len(digits) <= _LONGEST_WORD else None
    return held if held is not None and held in _WORD else _real(digits)


def _real(digits: str) -> float | None:
    held = float(digits)
    return held if math.isfinite(held) else None


_READER = json.JSONDecoder(strict=False, parse_int=_integer, parse_float=_real, parse_constant=lambda _: None)


def _is_deep(text: str, held: object) -> bool:
    if not may_be_deep(text):
        return False
    level = [held]
    for _ in range(DEEPEST):
        level = [each for outer in level for each in _inner(outer) if type(each) in (dict, list)]
        if not level:
            return False
    return True


def _inner(held: object) -> Iterable[object]:
    if isinstance(held, dict):
        return held.values()
    return held if isinstance(held, list) else ()


def _cut(text: str) -> str:
    """The document with what lies too deep as texts; unchanged where its brackets do not close."""
    pieces, depth, start, done = list[str](), 0, 0, 0
    for mark in _MARKS.finditer(text):
        if mark[0] in "[{":
            depth += 1
            start = mark.start() if depth == DEEPEST + 1 else start
        elif mark[0] in "]}":
            if depth == DEEPEST + 1:
                pieces += text[done:start], orjson.dumps(text[start : mark.end()]).decode()
                done = mark.end()
            depth -= 1
    return "".join([*pieces, text[done:]])
