"""Fields of audit records as the tables take them. Nothing here raises, whatever the value is."""

import json
import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from functools import lru_cache, wraps

import orjson

from workbench.base.text.slashed import DayFirst

LONGEST_NESTED = 8 * 2**20
"""Characters of JSON inside a string that are opened; longer text stays text."""

_DASHES = dict.fromkeys(map(ord, "\u2010\u2011\u2012\u2013\u2014\u2015\u2212"), "-")
_INVISIBLE = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff\u00ad"))
_SURROGATES = re.compile("[\ud800-\udfff]")
_GUID = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_GUID_LENGTH = 36
_FRACTION = re.compile(r"(\.\d{6})\d+")
_PARTS = re.compile(
    r"(\d{1,2})([/.-])(\d{1,2})\2(\d{4}),?\s+(\d{1,2})[:.](\d{2})(?:[:.](\d{2})(?:[.,]\d+)?)?\s*([AaPp])?\.?(?:[Mm]\.?)?"
)
_WHOLE = re.compile(r"-?[0-9]{1,19}")
_DOTNET = re.compile(r"/?Date\((-?\d{1,15})(?:[+-]\d{4})?\)/?")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_BEGINNING, _MONTHS = 1, 12
_REMEMBERED, _SHORT = 65_536, 256


def remembered(read: Callable[[str], str]) -> Callable[[str], str]:
    """The function with an answer kept for each short text that it was asked for; long texts are never kept."""
    cached = lru_cache(maxsize=_REMEMBERED)(read)

    @wraps(read)
    def answer(written: str) -> str:
        return cached(written) if len(written) <= _SHORT else read(written)

    return answer


def text(value: object) -> str:
    """Text as it is, truth values as the service writes them, lists and bags as JSON; missing values are empty."""
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    if isinstance(value, bool):
        return "True" if value else "False"
    return json_text(value)


def json_text(value: object) -> str:
    """Compact JSON, names in the order they came; numbers keep all digits, lone surrogates are replaced."""
    try:
        return orjson.dumps(value, option=orjson.OPT_NON_STR_KEYS).decode()
    except TypeError:
        return json.dumps(sound(value), ensure_ascii=False, separators=(",", ":"), default=str)


def with_text(document: dict[str, object]) -> tuple[dict[str, object], str]:
    """A document and its JSON text; where it holds what a file cannot hold, a sound copy and the text of that."""
    try:
        return document, orjson.dumps(document, option=orjson.OPT_NON_STR_KEYS).decode()
    except TypeError:
        copy = {_SURROGATES.sub("\ufffd", str(name)): sound(value) for name, value in document.items()}
        return copy, json_text(copy)


def sound(value: object) -> object:
    """A JSON value without lone surrogates, which no file can hold."""
    if isinstance(value, str):
        return _SURROGATES.sub("\ufffd", value)
    if isinstance(value, dict):
        return {_SURROGATES.sub("\ufffd", str(name)): sound(each) for name, each in value.items()}
    return [sound(each) for each in value] if isinstance(value, list) else value


def nested(value: object) -> object:
    """A value that may be JSON inside a string: opened where it is, else as it came."""
    if not isinstance(value, str) or value.lstrip()[:1] not in ("{", "[") or len(value) > LONGEST_NESTED:
        return value
    try:
        return orjson.loads(value)
    except (orjson.JSONDecodeError, UnicodeError):
        return value


def bag(value: object) -> dict[str, object]:
    """A bag, written as one or as JSON text; empty for anything else."""
    found = nested(value)
    return found if isinstance(found, dict) else {}


def items(value: object) -> list[object]:
    """A list, written as one or as JSON text; a single value is a list of one."""
    found = nested(value)
    if found is None or found == "":
        return []
    return found if isinstance(found, list) else [found]


def pairs(value: object) -> dict[str, object]:
    """A list of Name and Value as a bag; a bag as it is; empty for what is neither, such as a command line."""
    found = nested(value)
    if isinstance(found, dict):
        return found
    if not isinstance(found, list):
        return {}
    return {
        name: each.get("Value")
        for each in found
        if isinstance(each, dict) and isinstance(name := each["Name"] if "Name" in each else each.get("Key"), str)
    }


def whole(value: object, bits: int = 31) -> int | None:
    """A whole number, also written as text; None where it is none or does not fit in so many bits and a sign."""
    if isinstance(value, str):
        plain = value.strip()
        value = int(plain) if _WHOLE.fullmatch(plain) else None
    if isinstance(value, float) and value == value and abs(value) < 2.0**62 and value == int(value):
        value = int(value)
    if not isinstance(value, int) or isinstance(value, bool):
        return None
    return value if -(2**bits) <= value < 2**bits else None


def truth(value: object) -> bool | None:
    """A truth value, also written as text or number; None where it is none."""
    if isinstance(value, bool):
        return value
    plain = text(value).strip().lower()
    return True if plain in {"true", "yes", "1"} else False if plain in {"false", "no", "0"} else None


def moment(value: object) -> datetime | None:
    """An instant in UTC; None for what is none, for year 1 and for dates whose day and month could be either.

    ISO 8601 with or without zone (none means UTC) and with up to seven digits of a second, ``/Date(ms)/`` and the bag
    that PowerShell makes of it, day, month and year in local spellings. A number above 12 is the day; where both could
    be, the month stands first with AM or PM (the audit log's own spelling) and the day with dots, and where the text
    comes from a column that has the day first.
    """
    if isinstance(value, dict):
        value = value.get("value") or value.get("DateTime")
    if not isinstance(value, str):
        return None
    plain = value.strip()
    found = _iso(plain) or _local(plain, day_first=isinstance(value, DayFirst)) or _dotnet(plain)
    return None if found is None or found.year == _BEGINNING else found


def _iso(plain: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(plain if len(plain) < 27 else _FRACTION.sub(r"\1", plain))
        return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _local(plain: str, *, day_first: bool) -> datetime | None:
    hit = _PARTS.fullmatch(plain)
    if hit is None:
        return None
    first, second, year, hour, minute, seconds = (int(hit[at] or 0) for at in (1, 3, 4, 5, 6, 7))
    half = bool(hit[8]) and not day_first
    month, day = _month_and_day(first, second, day_first=day_first or hit[2] == ".", half=half)
    if hit[8]:
        hour = hour % 12 + (12 if hit[8].lower() == "p" else 0)
    try:
        return datetime(year, month, day, hour, minute, seconds, tzinfo=UTC)
    except ValueError:
        return None


def _month_and_day(first: int, second: int, *, day_first: bool, half: bool) -> tuple[int, int]:
    """Which is which; a month of 0, which no date has, where nothing tells."""
    if first == second or second > _MONTHS or (half and first <= _MONTHS):
        return first, second
    return (second, first) if first > _MONTHS or day_first else (0, 0)


def _dotnet(plain: str) -> datetime | None:
    hit = _DOTNET.fullmatch(plain)
    try:
        return _EPOCH + timedelta(milliseconds=int(hit[1])) if hit else None
    except OverflowError:
        return None


@remembered
def operation(name: str) -> str:
    """An operation's name without blanks around it, with plain dashes and no invisible characters."""
    return clean(name).translate(_DASHES)


@remembered
def clean(name: str) -> str:
    """A name without invisible characters and blanks around it; a real alert name ends in a zero-width space."""
    return name.translate(_INVISIBLE).strip()


@remembered
def account(name: str) -> str:
    """An account as the account columns have it: addresses in lower case, names of services and systems as they are."""
    plain = name.strip()
    return plain.lower() if "@" in plain and " " not in plain else plain


def guid(value: object) -> str:
    """A GUID in lower case; empty for anything else."""
    is_guid = isinstance(value, str) and len(value) == _GUID_LENGTH and _GUID.fullmatch(value)
    return str(value).lower() if is_guid else ""


def first(document: Mapping[str, object], *names: str) -> str:
    """The first of the fields that is filled, as text."""
    get = document.get
    for name in names:
        value = get(name)
        if value:
            return value if type(value) is str else text(value)
        if value is not None and value != "":
            return text(value)
    return ""
