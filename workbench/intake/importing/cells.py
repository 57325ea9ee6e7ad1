"""Values of exports as typed columns: text, numbers, instants and JSON in the spellings that exporters use."""

import json
import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import Final

import orjson
import polars as pl

from workbench.base.text.slashed import DayFirst, EitherWay, Order, order_of
from workbench.events.store.schema import POLARS
from workbench.events.tables import KqlType
from workbench.intake.mail.charset import sound


class Bad:
    """Marks a value that is not of its column's type."""


BAD: Final = Bad()
_EMPTY = frozenset({"", "null", "NULL", "None", "NaN", "nan"})
_TRUE, _FALSE = frozenset({"true", "1", "yes"}), frozenset({"false", "0", "no"})
_US = re.compile(
    r"(\d{1,2})/(\d{1,2})/(\d{4}),?\s+(\d{1,2}):(\d{2})(?::(\d{2})(?:\.(\d{1,7}))?)?\s*([AaPp][Mm])?",
)
_DOTNET = re.compile(r"/?Date\((-?\d{1,15})(?:[+-]\d{4})?\)/?")
_FRACTION = re.compile(r"(\.\d{6})\d+")
_GERMAN = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4}),?\s+(\d{1,2}):(\d{2})(?::(\d{2}))?")
_LEAP = re.compile(r"(:59:)60(?!\d)")
_ISO = r"^(\d{4}-\d\d-\d\d[T ][0-2]\d:[0-5]\d:[0-5]\d(?:\.\d{1,9})?)(?:Z|\+00:00)?$"
_ALTERED = re.compile(r":59:60|(?::\d\d|T\d{2,6}|[.,]\d+)[+-](?:0[1-9]|1\d|00:?[1-9])")
_LOOSE = re.compile(r"^\s*[\[{](?:.*?(?:\s|\\[u/]))", re.DOTALL)
"""JSON with blanks or escapes in it, which others may write without."""

_JSON_NUMBER = re.compile(r"-?(?:0|[1-9]\d{0,19})(?:\.\d{1,20})?", re.ASCII)
_TRUTHS = MappingProxyType({"true": True, "false": False})

_PLAIN = frozenset[KqlType](("string", "int", "long", "bool"))
_TEXTS = frozenset[KqlType](("string", "guid", "dynamic"))
_SHALLOW = 100
"""Levels of nesting in a cell that no limit forbids."""

_COUNTING = frozenset({float, dict, list})
_TOLD = frozenset({DayFirst, EitherWay})
_READ_AS = (
    "could have day or month first, and nothing in the file tells; read with the month first",
    "is read with the day first, as other dates of the column have it",
)
_SHOWN = 80
_ROUNDED = float(2**63)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_BEGINNING = 1
_INTS: Mapping[KqlType, tuple[int, int]] = MappingProxyType(
    {"int": (-(2**31), 2**31 - 1), "long": (-(2**63), 2**63 - 1)}
)


@dataclass(frozen=True)
class Column:
    """A typed column, and the positions of values that do not fit, which are left null.

    ``doubtful`` are the positions of values that a fast reader of JSON may have rounded, or that nest deep.
    """

    series: pl.Series
    bad: list[int] = field(default_factory=list)
    doubtful: list[int] = field(default_factory=list)


def column(name: str, kind: KqlType, values: Sequence[object]) -> Column:
    """The values as a typed column: at once where all are plain, else one by one."""
    plain = _plain(name, kind, values)
    if plain is not None:
        return Column(plain)
    if kind == "datetime" and not _are_told(values) and (texts := _texts(values)) is not None:
        return _instants(name, texts)
    return each(name, kind, values)


def each(name: str, kind: KqlType, values: Sequence[object]) -> Column:
    """The values as a typed column, read one by one: slow, and what the faster ways are measured against."""
    read = _READERS[kind]
    cells = [read(value) for value in values]
    bad = [at for at, cell in enumerate(cells) if cell is BAD]
    for at in bad:
        cells[at] = None
    return Column(_series(name, kind, cells), bad, _doubtful(kind, values))


def altered(values: Sequence[object]) -> list[int]:
    """Positions of instants that are kept as another text than they were given as.

    These are local times with their distance from UTC, and leap seconds.
    """
    texts = _texts(values)
    if texts is None:
        return [at for at, value in enumerate(values) if isinstance(value, str) and _ALTERED.search(value)]
    return texts.str.contains(_ALTERED.pattern).fill_null(value=False).arg_true().to_list()


def _are_told(values: Sequence[object]) -> bool:
    """Whether one of the texts says how dates with slashes are written in its column."""
    return not _TOLD.isdisjoint(map(type, values))


def told(values: Sequence[object]) -> dict[str, list[int]]:
    """What is to be said of dates that could be two days: positions by how they are read."""
    found: dict[str, list[int]] = {}
    for at, value in enumerate(values if _are_told(values) else ()):
        if order_of(value) is Order.either:
            found.setdefault(_READ_AS[type(value) is DayFirst], []).append(at)
    return found


def misfit(name: str, kind: KqlType, value: object) -> str:
    """Why a value does not fit its column."""
    text_ = value if isinstance(value, str) else as_json(value)
    shown = repr(str(text_ if len(text_) <= _SHOWN else f"{text_[: _SHOWN - 1]}…"))
    first = "day" if isinstance(value, DayFirst) else "month"
    if kind == "datetime" and order_of(value) in {Order.day, Order.month} - {first}:
        return f"{name} is read with the {first} first, as the file begins, and this has the other order: {shown}"
    return f"{name} is not a {kind}: {shown}"


def are_doubtful(values: Collection[object], left: int = _SHALLOW) -> bool:
    """Whether one of the values holds a number that may have been rounded when it was read, or nests deep."""
    if _COUNTING.isdisjoint(map(type, values)):
        return False
    return any(_is_doubtful(value, left) for value in values)


def _is_doubtful(value: object, left: int) -> bool:
    if isinstance(value, float):
        return value >= _ROUNDED or value <= -_ROUNDED
    if isinstance(value, dict):
        return left == 0 or are_doubtful(value.values(), left - 1)
    return isinstance(value, list) and (left == 0 or are_doubtful(value, left - 1))


def _doubtful(kind: KqlType, values: Sequence[object]) -> list[int]:
    return doubtful_among(values) if kind in _TEXTS else []


def doubtful_among(values: Sequence[object]) -> list[int]:
    """The positions of values that hold a number which may have been rounded when it was read, or that nest deep."""
    return [at for at, value in enumerate(values) if _is_doubtful(value, _SHALLOW)] if are_doubtful(values) else []


def _texts(values: Sequence[object]) -> pl.Series | None:
    """The values as a column of texts, if all of them are texts or missing."""
    try:
        return pl.Series(values, dtype=pl.String, strict=True)
    except (TypeError, UnicodeError):
        return None


def _instants(name: str, texts: pl.Series) -> Column:
    """Instants: those in ISO 8601 and UTC at once, the others one by one."""
    plain = texts.str.extract(_ISO).str.replace(" ", "T", literal=True)
    moments = plain.str.to_datetime("%Y-%m-%dT%H:%M:%S%.f", time_unit="us", time_zone="UTC", strict=False)
    moments = moments.set(moments.dt.year() <= _BEGINNING, None)
    rest = (moments.is_null() & texts.is_not_null() & (texts != "")).arg_true()
    if rest.is_empty():
        return Column(moments.alias(name))
    found = [instant(text) for text in texts.gather(rest)]
    cells = pl.Series([None if cell is BAD else cell for cell in found], dtype=moments.dtype)
    bad = [at for at, cell in zip(rest, found, strict=True) if cell is BAD]
    return Column(moments.scatter(rest, cells).alias(name), bad)


def _plain(name: str, kind: KqlType, values: Sequence[object]) -> pl.Series | None:
    """The values as they are, where all of them have the column's own type already; the common case, and fast."""
    if kind not in _PLAIN:
        return None
    try:
        return pl.Series(name, values, dtype=POLARS[kind], strict=True)
    except (TypeError, UnicodeError, OverflowError):
        return None


def _series(name: str, kind: KqlType, cells: list[object]) -> pl.Series:
    """A column; lone surrogates, which JSON can spell and no file can hold, become replacement characters."""
    try:
        return pl.Series(name, cells, dtype=POLARS[kind], strict=False)
    except UnicodeError:
        sounded = [sound(cell) if isinstance(cell, str) else cell for cell in cells]
        return pl.Series(name, sounded, dtype=POLARS[kind], strict=False)


def text(value: object) -> str | None:
    """Text as it is; numbers and truth values as JSON writes them; lists and bags as compact JSON."""
    if value is None or isinstance(value, str):
        return value
    return as_json(value)


def as_json(value: object) -> str:
    """Compact JSON; whole numbers beyond 64 bits are kept."""
    try:
        return orjson.dumps(value, option=orjson.OPT_NON_STR_KEYS).decode()
    except TypeError:
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=str)


def leaf(value: object) -> object:
    """A value out of a flattened bag: text that is a number or truth value as JSON writes it, as that; else as it is.

    CSV gives all of them as text. What JSON would write otherwise (``007``, ``+5``, ``1e3``) is no number but a name.
    """
    if not isinstance(value, str) or not _JSON_NUMBER.fullmatch(value):
        return _TRUTHS.get(value, value) if isinstance(value, str) else value
    number: object = orjson.loads(value)
    return number if as_json(number) == value else value


def instant(value: object) -> datetime | Bad | None:
    """An instant in UTC from ISO 8601 with up to seven digits of a second, US 12-hour text, ``/Date(ms)/``.

    Text without a zone is UTC. Year 1 stands for "none". Days before months are read where dots part them, and where
    slashes do in a ``DayFirst`` text only. A leap second is the second that follows.
    """
    if value is None or (isinstance(value, str) and value.strip() in _EMPTY):
        return None
    if not isinstance(value, str):
        return BAD
    text = value.strip()
    moment = (
        _iso(text) or _us(text, day_first=isinstance(value, DayFirst)) or _dotnet(text) or _german(text) or _leap(text)
    )
    if moment is None:
        return BAD
    return None if moment.year == _BEGINNING else moment


def _leap(value: str) -> datetime | None:
    """A leap second as the second that follows, which is what clocks of computers show."""
    text, count = _LEAP.subn(r"\g<1>59", value)
    moment = (_iso(text) or _us(text)) if count == 1 else None
    try:
        return moment + timedelta(seconds=1) if moment else None
    except OverflowError:
        return None


def _german(value: str) -> datetime | None:
    """Day, month, year with dots, which is written in no other order."""
    hit = _GERMAN.fullmatch(value)
    if hit is None:
        return None
    day, month, year, hour, minute, second = (int(part or 0) for part in hit.groups())
    try:
        return datetime(year, month, day, hour, minute, second, tzinfo=UTC)
    except ValueError:
        return None


def _iso(value: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(_FRACTION.sub(r"\1", value))
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _us(value: str, *, day_first: bool = False) -> datetime | None:
    hit = _US.fullmatch(value)
    if hit is None:
        return None
    month, day, year, hour, minute, second = (int(part or 0) for part in hit.groups()[:6])
    month, day = (day, month) if day_first else (month, day)
    if hit[8]:
        hour = hour % 12 + (12 if hit[8].lower() == "pm" else 0)
    try:
        return datetime(year, month, day, hour, minute, second, int((hit[7] or "").ljust(6, "0")[:6]), tzinfo=UTC)
    except ValueError:
        return None


def _dotnet(value: str) -> datetime | None:
    hit = _DOTNET.fullmatch(value)
    try:
        return _EPOCH + timedelta(milliseconds=int(hit[1])) if hit else None
    except OverflowError:
        return None


def _whole(kind: KqlType) -> Callable[[object], int | Bad | None]:
    low, high = _INTS[kind]

    def read(value: object) -> int | Bad | None:
        number = _number(value)
        if number is None or isinstance(number, Bad):
            return number
        return int(number) if number == int(number) and low <= number <= high else BAD

    return read


def _number(value: object) -> int | float | Bad | None:
    if value is None or isinstance(value, int):
        return value
    if isinstance(value, float):
        return value if value - value == 0 else None
    if not isinstance(value, str):
        return BAD
    plain = value.strip()
    return None if plain in _EMPTY else _parsed(plain)


def _parsed(plain: str) -> int | float | Bad:
    try:
        return int(plain)
    except ValueError:
        pass
    try:
        number = float(plain)
    except ValueError:
        return BAD
    return number if number - number == 0 else BAD


def _real(value: object) -> float | Bad | None:
    number = _number(value)
    try:
        return float(number) if isinstance(number, int) else number
    except OverflowError:
        return BAD


def _truth(value: object) -> bool | Bad | None:
    if value is None or isinstance(value, bool):
        return value
    plain = str(value).strip().lower()
    if plain in _TRUE or plain in _FALSE:
        return plain in _TRUE
    return None if plain in {"", "null", "none"} else BAD


def _dynamic(value: object) -> str | None:
    """JSON, however it was spelled, in one way; other text as it is; empty text as no value."""
    if isinstance(value, str) and _LOOSE.search(value):
        return _compact(value)
    return text(value) or None


def _compact(value: str) -> str:
    """A document as another form of the same export gives it; one that reading may change stays as it is."""
    try:
        document = orjson.loads(value)
    except orjson.JSONDecodeError:
        return value
    return value if are_doubtful((document,)) else as_json(document)


def _guid(value: object) -> str | None:
    return text(value) or None


_READERS: Mapping[KqlType, Callable[[object], object]] = MappingProxyType(
    {
        "string": text,
        "guid": _guid,
        "dynamic": _dynamic,
        "datetime": instant,
        "int": _whole("int"),
        "long": _whole("long"),
        "real": _real,
        "decimal": _real,
        "bool": _truth,
        "timespan": _whole("long"),
    }
)
