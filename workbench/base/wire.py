"""Reading what a browser sent: every value is wrong until shown otherwise, and none raises.

A page is in the hands of its reader, and so is every message that comes from it: keys are missing, of another type,
endless or out of range. Each reader takes the message and a key and gives back a value of its own type, or the default.
"""

import json
from collections.abc import Collection, Mapping, Sequence
from typing import Any

LONGEST = 4_096
"""Characters of one text that are taken; the rest is dropped."""

GREATEST = 1e15
"""Numbers from here on are not taken: a page has no use for them."""

MOST = 1_000
"""Elements of one list that are taken; the rest is dropped."""


def mapping(value: object) -> Mapping[str, Any]:
    """A message with text keys; anything else is an empty one."""
    return value if isinstance(value, dict) and all(isinstance(key, str) for key in value) else {}


def integer(message: Mapping[str, Any], key: str, low: int, high: int, default: int) -> int:
    """A whole number forced into ``low`` to ``high``; the default for anything that is not a number."""
    value = number(message, key)
    return default if value is None else max(low, min(high, int(value)))


def number(message: Mapping[str, Any], key: str) -> float | None:
    """A finite number; None for anything else."""
    value: object = message.get(key)
    if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) < GREATEST:
        return None
    return float(value)


def text(message: Mapping[str, Any], key: str, longest: int = LONGEST) -> str:
    """A text of at most ``longest`` characters; an empty one for anything that is not text."""
    value = message.get(key)
    return _clean(value[:longest]) if isinstance(value, str) else ""


def flag(message: Mapping[str, Any], key: str) -> bool:
    """Whether the value is exactly true."""
    return message.get(key) is True


def choice(message: Mapping[str, Any], key: str, known: Collection[str]) -> str:
    """A text that is one of the known ones; an empty one otherwise."""
    value = message.get(key)
    return value if isinstance(value, str) and value in known else ""


def texts(message: Mapping[str, Any], key: str, most: int = MOST, longest: int = LONGEST) -> tuple[str, ...]:
    """The texts of a list, at most ``most``; what is not text is passed over."""
    value = message.get(key)
    found = value if isinstance(value, list) else []
    return tuple(_clean(each[:longest]) for each in found[:most] if isinstance(each, str))


def integers(message: Mapping[str, Any], key: str, most: int = MOST) -> tuple[int, ...]:
    """The whole numbers of a list, at most ``most``; what is not a whole number is passed over."""
    value = message.get(key)
    found: Sequence[object] = value[:most] if isinstance(value, list) else []
    return tuple(each for each in found if isinstance(each, int) and not isinstance(each, bool))


def depth(value: object, limit: int) -> int:
    """How deeply lists and mappings are nested, counted no further than ``limit``."""
    level, current = 0, [value]
    while current and level < limit:
        inner = [each for item in current for each in _inside(item)]
        current = inner
        level += bool(inner)
    return level


def size(value: object) -> int:
    """Characters a value takes as JSON; 0 for what has no JSON form."""
    try:
        return len(json.dumps(value))
    except (TypeError, ValueError, RecursionError):
        return 0


def _inside(item: object) -> list[object]:
    if isinstance(item, dict):
        return list(item.values())
    return item if isinstance(item, list) else []


def _clean(value: str) -> str:
    """Text that can be written as UTF-8: half of a surrogate pair becomes the replacement character."""
    return value.encode("utf-8", "replace").decode("utf-8")
