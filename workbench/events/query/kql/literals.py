"""Literals, both ways: the value of a written literal, and the canonical text of a value."""

import math
import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import Any

import orjson

from workbench.base.span import clock_text
from workbench.events.query.kql.syntax import Literal, Plain
from workbench.events.query.types import SPELLINGS
from workbench.events.tables import KqlType

_MICROS = (
    (re.compile(r"d(ays?)?"), 86_400e6),
    (re.compile(r"h(ours?|rs?)?"), 3_600e6),
    (re.compile(r"m(in|inutes?)?"), 60e6),
    (re.compile(r"s(ec|econds?)?"), 1e6),
    (re.compile(r"ms|milli.*"), 1e3),
    (re.compile(r"micro.*"), 1.0),
    (re.compile(r"ticks?"), 0.1),
    (re.compile(r"nano.*"), 0.001),
)
_SHORT = (
    ("d", timedelta(days=1)),
    ("h", timedelta(hours=1)),
    ("m", timedelta(minutes=1)),
    ("s", timedelta(seconds=1)),
    ("ms", timedelta(milliseconds=1)),
)
FIRST = datetime(1, 1, 1, tzinfo=UTC)
LAST = datetime(9999, 12, 31, 23, 59, 59, 999_999, UTC)
TRUTHS: Mapping[str, bool] = MappingProxyType(
    {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
)
"""The words for true and false; case counts otherwise."""
_LONGEST_COUNT = 1000
_LEAST = -(2**63)
_UNIT_TEXT = re.compile(r"\s*([0-9]+(?:\.[0-9]+)?)\s*([a-z]+)\s*")
_CLOCK = re.compile(r"\s*(-)?(?:(\d+)\.)?(\d+):(\d{1,2})(?::(\d{1,2})(?:\.(\d{1,7}))?)?\s*")
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "a": "\a", "b": "\b", "f": "\f", "v": "\v"}
_ESCAPE = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|x([0-9A-Fa-f]{2})|([0-7]{1,3})|(.))", re.DOTALL)
_OTHER_DATES = (
    "%m/%d/%Y",
    "%m/%d/%Y %H:%M",
    "%m/%d/%Y %H:%M:%S",
    "%m/%d/%Y %I:%M %p",
    "%m/%d/%Y %I:%M:%S %p",
)
_DATE = re.compile(
    r"(\d{4})-(\d{1,2})(?:-(\d{1,2}))?(?:[T\s]+(\d{1,2}):(\d{1,2})(?::(\d{1,2})(?:\.(\d{1,9}))?)?)?\s*(Z|GMT|UTC|[+-]\d{2}:?\d{2})?"
)
_LETTERED = re.compile(
    r"(?:(?:(?:Mon|Tues?|Wed(?:nes)?|Thu(?:rs)?|Fri|Sat(?:ur)?|Sun)(?:day)?),\s*)?"
    r"(\d{1,2})([ -])([A-Z]{3})\2(\d{4}|\d{2})\s+"
    r"(\d{1,2}:\d{2})(:\d{2}(?:\.\d{1,9})?)?\s*(Z|GMT|UTC|[+-]\d{2}:?\d{2})?",
    re.IGNORECASE,
)
"""``Sat, 8 Nov 14 15:05:02 GMT`` (RFC 822) and ``Saturday, 08-Nov-14 15:05:02 GMT`` (RFC 850), on the page datetime."""
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_CENTURY_TURNS = 69
"""Two digits from here on are of the last century."""


class NotALiteral(ValueError):
    """The text is not a literal of that type."""


def string_value(text: str) -> str:
    """The value of a string literal in any of its forms: quoted, verbatim, obfuscated, or fenced over several lines."""
    body = text[1:] if text[0] in "hH" else text
    if body.startswith(("```", "~~~")):
        return body[3:-3]
    if body.startswith("@"):
        return body[2:-1].replace(body[1] * 2, body[1])
    inner = body[1:-1]
    return whole(_ESCAPE.sub(_unescape, inner)) if "\\" in inner else inner


def whole(text: str) -> str:
    """The text with surrogate pairs joined and lone surrogates replaced: what can be stored as UTF-8."""
    return text if text.isascii() else text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def number(text: str) -> Literal:
    """``5`` is a long, ``0x1F`` too; with a point or an exponent it is a real."""
    if text[:2] in ("0x", "0X"):
        return Literal(_long(int(text, 16)), "long")
    if text.isdigit():
        return Literal(_long(int(text)), "long")
    return Literal(_finite(float(text)), "real")


def timespan(text: str) -> timedelta:
    """The length of ``7d``, ``1.5h``, ``1.02:03:04.5`` or ``10:30``; ticks finer than a microsecond are cut.

    Raises:
        NotALiteral: it is none of these, or longer than a timespan can be.
    """
    if match := _UNIT_TEXT.fullmatch(text):
        return _length(float(match[1]) * _unit(match[2]))
    if not (clock := _CLOCK.fullmatch(text)):
        raise NotALiteral(text)
    sign, days, hours, minutes, seconds, fraction = clock.groups(default="")
    micros = int((fraction + "000000")[:6])
    try:
        length = timedelta(int(days or 0), int(seconds or 0), micros, 0, int(minutes), int(hours))
    except OverflowError:
        raise NotALiteral(text) from None
    return -length if sign else length


def instant(text: str) -> datetime:
    """A moment in UTC: ``2026``, ``2026-01``, ``2026-01-08``, with a time and a zone or without; ticks are cut.

    Raises:
        NotALiteral: it is no date that exists.
    """
    bare = text.strip()
    if re.fullmatch(r"\d{4}", bare):
        bare = f"{bare}-01-01"
    if not (match := _DATE.fullmatch(bare)):
        return _other_date(bare)
    year, month, day, hour, minute, second, fraction, zone = match.groups()
    micros = int(((fraction or "") + "000000")[:6])
    try:
        moment = datetime(
            int(year), int(month), int(day or 1), int(hour or 0), int(minute or 0), int(second or 0), micros, UTC
        )
        return moment - _offset(zone)
    except (ValueError, OverflowError):
        raise NotALiteral(text) from None


def _other_date(text: str) -> datetime:
    if hit := _LETTERED.fullmatch(text):
        return _lettered(*hit.group(1, 3, 4, 5, 6, 7))
    for form in _OTHER_DATES:
        try:
            return datetime.strptime(text, form).replace(tzinfo=UTC)
        except ValueError:
            continue
    raise NotALiteral(text)


def _lettered(day: str, month: str, year: str, clock: str, seconds: str | None, zone: str | None) -> datetime:
    """The month by its English name; a year of two digits lies between 1969 and 2068."""
    if month.lower() not in _MONTHS:
        raise NotALiteral(month)
    whole_year = int(year) + (0 if len(year) > 2 else 1900 if int(year) >= _CENTURY_TURNS else 2000)
    number = _MONTHS.index(month.lower()) + 1
    return instant(f"{whole_year:04}-{number:02}-{day} {clock}{seconds or ''}{(zone or '').upper()}")


def typed(word: str, text: str) -> Literal:
    """``long(5)``, ``datetime(2026-01-08)``, ``real(null)``: ``word`` names the type, ``text`` is what stood inside.

    Raises:
        NotALiteral: the text is no value of that type.
    """
    kind, inner = SPELLINGS[word], text.strip()
    if inner[:1] in ("'", '"'):
        inner = string_value(inner).strip()
    if inner in ("", "null", "NULL"):
        return Literal(None, kind)
    return Literal(_READ[kind](inner), kind)


def literal_text(literal: Literal) -> str:
    """The canonical text of a literal: reading it gives the same literal."""
    if literal.type == "dynamic":
        return f"dynamic({'null' if literal.value is None else literal.value})"
    if literal.type == "string":
        return quoted(str(literal.value))
    if literal.value is None:
        return f"{literal.type}(null)"
    return _WRITE[literal.type](literal.value)


def quoted(text: str) -> str:
    """A string literal; control characters, quotes and backslashes are escaped."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    if escaped.isprintable():
        return f'"{escaped}"'
    return f'"{"".join(_visible(char) for char in escaped)}"'


def timespan_text(value: timedelta) -> str:
    """``7d``, ``36h``, ``90m``, ``250ms`` where one unit says it, else ``time(1.02:03:04.5)``."""
    if value < timedelta(0):
        return f"time(-{clock_text(-value)})"
    for unit, size in _SHORT:
        if not value % size and (unit == "d" or value // size < _LONGEST_COUNT):
            return f"{value // size}{unit}"
    return f"time({clock_text(value)})"


def duration_text(value: timedelta) -> str:
    """A timespan as ``tostring`` writes it: ``-1.02:03:04.5000000``, the fraction in ticks where there is one."""
    text = clock_text(abs(value))
    return f"{'-' if value < timedelta(0) else ''}{text}{'0' if '.' in text.rpartition(':')[2] else ''}"


def instant_text(value: datetime) -> str:
    """A moment as ``tostring`` writes it: ``2026-01-08T09:30:00.0000000Z``."""
    return f"{value.astimezone(UTC).replace(tzinfo=None).isoformat(timespec='microseconds')}0Z"


def json_text(value: object) -> str:
    """Compact JSON, the form in which dynamics are kept."""
    return orjson.dumps(value, option=orjson.OPT_NON_STR_KEYS).decode()


def _unescape(match: re.Match[str]) -> str:
    code = match[1] or match[2] or match[3]
    if code:
        return chr(int(code, 16)) if int(code, 16) <= 0x10FFFF else "\ufffd"
    if match[4]:
        return chr(int(match[4], 8))
    return _ESCAPES.get(match[5], match[5])


def _visible(char: str) -> str:
    if char.isprintable():
        return char
    return f"\\u{ord(char):04x}" if ord(char) <= 0xFFFF else f"\\U{ord(char):08x}"


def _unit(word: str) -> float:
    for form, micros in _MICROS:
        if form.fullmatch(word):
            return micros
    raise NotALiteral(word)


def _length(micros: float) -> timedelta:
    try:
        return timedelta(microseconds=int(micros) if abs(micros) < 1 else micros)
    except OverflowError:
        raise NotALiteral(str(micros)) from None


def _offset(zone: str | None) -> timedelta:
    if zone in (None, "Z", "GMT", "UTC"):
        return timedelta(0)
    sign = -1 if zone[0] == "-" else 1
    return sign * timedelta(hours=int(zone[1:3]), minutes=int(zone[-2:]))


def _long(value: int) -> int:
    if not _LEAST <= value < -_LEAST:
        raise NotALiteral(str(value))
    return value


def _int(text: str) -> int:
    value = _whole(text)
    if not -(2**31) <= value < 2**31:
        raise NotALiteral(text)
    return value


def _whole(text: str) -> int:
    bare = text.lstrip("+-").lower()
    if not re.fullmatch(r"0x[0-9a-f]+|[0-9]+", bare):
        raise NotALiteral(text)
    value = int(bare, 16) if bare.startswith("0x") else int(bare)
    return _long(-value if text.startswith("-") else value)


def _real(text: str) -> float:
    bare = text.lower()
    if bare == "nan":
        return math.nan
    if re.fullmatch(r"[-+]?inf", bare):
        return -math.inf if bare.startswith("-") else math.inf
    if not re.fullmatch(r"[-+]?([0-9]+\.?[0-9]*|\.[0-9]+)(e[-+]?[0-9]+)?", bare):
        raise NotALiteral(text)
    return _finite(float(bare))


def _finite(value: float) -> float:
    if math.isinf(value):
        raise NotALiteral(str(value))
    return value


def _bool(text: str) -> bool:
    if text.lower() in ("true", "false"):
        return text.lower() == "true"
    return bool(_whole(text))


def _guid(text: str) -> str:
    bare = text.strip("{}").lower()
    if not re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]{32}", bare):
        raise NotALiteral(text)
    digits = bare.replace("-", "")
    return "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))


def _moment(text: str) -> datetime:
    return {"min": FIRST, "max": LAST}.get(text) or instant(text)


def _span(text: str) -> timedelta:
    if re.fullmatch(r"-?[0-9]+", text):
        return _length(float(text) * 86_400e6)
    return -timespan(text[1:]) if text.startswith("-") else timespan(text)


_READ: Mapping[KqlType, Callable[[str], Plain]] = MappingProxyType(
    {
        "bool": _bool,
        "datetime": _moment,
        "decimal": _real,
        "guid": _guid,
        "int": _int,
        "long": _whole,
        "real": _real,
        "timespan": _span,
    }
)


def _write_real(value: float) -> str:
    text = repr(value)
    return text if math.isfinite(value) and "e" not in text else f"real({text})"


def _write_moment(value: datetime) -> str:
    bare = value.astimezone(UTC).replace(tzinfo=None)
    if bare.time() == datetime.min.time():
        return f"datetime({bare.date().isoformat()})"
    return f"datetime({bare.isoformat(' ')})"


_WRITE: Mapping[KqlType, Callable[[Any], str]] = MappingProxyType(
    {
        "bool": lambda value: "true" if value else "false",
        "datetime": _write_moment,
        "decimal": lambda value: f"decimal({value!r})",
        "guid": lambda value: f"guid({value})",
        "int": lambda value: f"int({value})",
        "long": lambda value: str(value) if value > _LEAST else f"long({value})",
        "real": _write_real,
        "timespan": timespan_text,
    }
)
