"""Moments and timespans."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from types import MappingProxyType

import polars as pl

from workbench.events.query.backend.formats import check_moment_format, moment_format, timespan_format
from workbench.events.query.backend.values import ENGINE, Value, in_calendar, plain
from workbench.events.query.functions._declare import Family, Function
from workbench.events.query.functions.arithmetic import BIN_ORIGIN, beside
from workbench.events.query.functions.conversion import converter
from workbench.events.query.plan import Bound, Const, apply
from workbench.events.query.types import NUMBERS, widened
from workbench.events.tables import KqlType

_DAY = 86_400_000_000
_MOST_DAYS = 10_675_199
"""Days of the longest timespan."""
_TICK = 1
"""The finest step of a moment, in microseconds: an end of day is this much before the next."""

_OFFSETS: Mapping[str, str] = MappingProxyType(
    {
        "year": "y",
        "quarter": "q",
        "month": "mo",
        "week": "w",
        "day": "d",
        "hour": "h",
        "minute": "m",
        "second": "s",
        "millisecond": "ms",
        "microsecond": "us",
    }
)
_LENGTHS: Mapping[str, int] = MappingProxyType(
    {
        **{"year": 365 * _DAY, "quarter": 90 * _DAY, "month": 28 * _DAY, "week": 7 * _DAY, "day": _DAY},
        **{"hour": 3_600_000_000, "minute": 60_000_000, "second": 1_000_000, "millisecond": 1_000, "microsecond": 1},
    }
)
"""Microseconds, the fewest."""
_CALENDAR = 10_000 * 366 * _DAY
"""More than the calendar has: what is further away is no moment, and the engine would fail on it."""


def _now(args: Sequence[Bound], now: datetime) -> Bound:
    moment = Const(now, type="datetime")
    return apply("+", (moment, args[0]), "datetime") if args else moment


def _ago(args: Sequence[Bound], now: datetime) -> Bound:
    return apply("-", (Const(now, type="datetime"), args[0]), "datetime")


def _bin(value: Value, size: Value) -> Value:
    """The multiple of the size at or below the value; a size that is not positive gives null."""
    kind = _bin_type((value.type, size.type)) or "long"
    if kind in ("real", "decimal"):
        step = beside(value.expr, pl.when(size.expr > 0).then(size.expr))
        return plain((value.expr / step).floor() * step, kind)
    origin = BIN_ORIGIN if kind == "datetime" else 0
    number, width = value.expr.cast(pl.Int64), size.expr.cast(pl.Int64)
    if not (size.known and isinstance(size.const, int) and size.const > 0):
        width = pl.when(width > 0).then(width)
    floored = number - (number + origin) % width
    return plain(floored.cast(ENGINE[kind]), kind, solid=value.solid and size.known)


def _slot(value: Value, origin: Value, step: Value) -> Value:
    """How many whole steps lie between the origin and the value."""
    kinds = {value.type, origin.type, step.type}
    if kinds & {"real", "decimal"}:
        width = beside(value.expr, pl.when(step.expr > 0).then(step.expr))
        return plain(((value.expr - origin.expr) / width).floor().cast(pl.Int64, strict=False), "long")
    number, begin, width = (each.expr.cast(pl.Int64) for each in (value, origin, step))
    return plain((number - begin) // pl.when(width > 0).then(width), "long")


def _bin_type(types: Sequence[KqlType]) -> KqlType | None:
    value, size = types
    if value in NUMBERS and size in NUMBERS:
        return widened(value, size)
    return value if size == "timespan" and value in ("timespan", "datetime") else None


def _start(part: str) -> Callable[..., pl.Expr]:
    def build(moment: pl.Expr, offset: pl.Expr | None = None) -> pl.Expr:
        return in_calendar(_shifted(_floored(moment, part), part, offset))

    return build


def _end(part: str) -> Callable[..., pl.Expr]:
    def build(moment: pl.Expr, offset: pl.Expr | None = None) -> pl.Expr:
        following = (pl.lit(0, dtype=pl.Int64) if offset is None else offset) + 1
        return in_calendar(_shifted(_floored(moment, part), part, following) - pl.duration(microseconds=_TICK))

    return build


def _floored(moment: pl.Expr, part: str) -> pl.Expr:
    if part == "week":
        number = moment.cast(pl.Int64)
        return (number - (number + BIN_ORIGIN + _DAY) % (7 * _DAY)).cast(ENGINE["datetime"])
    return moment.dt.truncate(f"1{_OFFSETS[part]}")


def _shifted(moment: pl.Expr, part: str, count: pl.Expr | None) -> pl.Expr:
    if count is None:
        return moment
    near = pl.when((count.cast(pl.Float64) * _LENGTHS[part]).abs() <= _CALENDAR).then(count)
    return moment.dt.offset_by(pl.concat_str(near.cast(pl.String), pl.lit(_OFFSETS[part])))


def _dayofweek(moment: pl.Expr) -> pl.Expr:
    days = (moment.cast(pl.Int64) + BIN_ORIGIN + _DAY) % (7 * _DAY) // _DAY
    return (days * _DAY).cast(ENGINE["timespan"])


def _field(name: str) -> Callable[[pl.Expr], pl.Expr]:
    def build(moment: pl.Expr) -> pl.Expr:
        found: pl.Expr = getattr(moment.dt, name)()
        return found.cast(pl.Int32)

    return build


_FIELDS = {
    "year": "year",
    "quarter": "quarter",
    "month": "month",
    "week_of_year": "week",
    "day": "day",
    "dayofyear": "ordinal_day",
    "hour": "hour",
    "minute": "minute",
    "second": "second",
    "millisecond": "millisecond",
    "microsecond": "microsecond",
    "nanosecond": "nanosecond",
}


def _datetime_part(part: str, moment: pl.Expr) -> pl.Expr:
    name = _FIELDS.get(part.lower())
    return _field(name)(moment) if name else pl.lit(None, dtype=pl.Int32)


def _datetime_add(part: str, count: pl.Expr, moment: pl.Expr) -> pl.Expr:
    name = part.lower()
    if name == "nanosecond":
        return in_calendar(moment + pl.duration(microseconds=count // 1000))
    if name not in _OFFSETS:
        return pl.lit(None, dtype=ENGINE["datetime"])
    return in_calendar(_shifted(moment, name, count))


def _datetime_diff(part: str, later: pl.Expr, earlier: pl.Expr) -> pl.Expr:
    """Boundaries crossed from the earlier to the later."""
    name = part.lower()
    months = {"year": 12, "quarter": 3, "month": 1}.get(name)
    if months:
        return _month(later) // months - _month(earlier) // months
    if name == "week":
        return (_floored(later, "week").cast(pl.Int64) - _floored(earlier, "week").cast(pl.Int64)) // (7 * _DAY)
    if name == "nanosecond":
        return (later.cast(pl.Int64) - earlier.cast(pl.Int64)) * 1000
    length = _LENGTHS.get(name)
    if length is None:
        return pl.lit(None, dtype=pl.Int64)
    return later.cast(pl.Int64) // length - earlier.cast(pl.Int64) // length


def _month(moment: pl.Expr) -> pl.Expr:
    return moment.dt.year().cast(pl.Int64) * 12 + moment.dt.month().cast(pl.Int64) - 1


def _made_type(types: Sequence[KqlType]) -> KqlType | None:
    parts = len(types) > 2 and NUMBERS.issuperset(types)
    return "datetime" if parts or len(types) == 1 else None


def _make_datetime(*values: Value) -> Value:
    """From year, month, day, hour, minute and second; a date that does not exist is null."""
    if len(values) == 1:
        return converter("datetime")(values[0])
    return plain(_from_parts([value.expr for value in values]), "datetime")


def _from_parts(parts: Sequence[pl.Expr]) -> pl.Expr:
    whole = [part.cast(pl.Int64, strict=False) for part in parts[:5]] + [pl.lit(0, dtype=pl.Int64)] * (
        5 - len(parts[:5])
    )
    text = pl.concat_str(
        whole[0].cast(pl.String).str.zfill(4),
        *(each.cast(pl.String).str.zfill(2) for each in whole[1:]),
        separator=" ",
    )
    moment = text.str.to_datetime("%Y %m %d %H %M", strict=False, time_unit="us", time_zone="UTC")
    if len(parts) < 6:
        return moment
    micros = (parts[5].cast(pl.Float64) * 1_000_000).round().cast(pl.Int64, strict=False)
    return pl.when(parts[5].is_between(0, 60, closed="left")).then(moment + pl.duration(microseconds=micros))


def _since_1970(per_second: int) -> Callable[[pl.Expr], pl.Expr]:
    def build(number: pl.Expr) -> pl.Expr:
        micros = (number.cast(pl.Float64) * (1_000_000 / per_second)).round().cast(pl.Int64, strict=False)
        return in_calendar(micros.cast(ENGINE["datetime"]))

    return build


def _bin_at(value: Value, size: Value, fixed: Value) -> Value:
    """The bin at or below the value, of those that meet the fixed point; a size that is not positive gives null."""
    kind = _bin_at_type((value.type, size.type, fixed.type)) or "long"
    if kind in ("real", "decimal"):
        step = beside(value.expr, pl.when(size.expr > 0).then(size.expr))
        return plain(((value.expr - fixed.expr) / step).floor() * step + fixed.expr, kind)
    number, origin, width = (each.expr.cast(pl.Int64) for each in (value, fixed, size))
    if kind in ("datetime", "timespan") and size.type != "timespan":
        width = (size.expr.cast(pl.Float64) * _DAY).round().cast(pl.Int64)
    floored = number - (number - origin) % pl.when(width > 0).then(width)
    return plain(floored.cast(ENGINE[kind]), kind)


def _bin_at_type(types: Sequence[KqlType]) -> KqlType | None:
    value, size, fixed = types
    if NUMBERS.issuperset(types):
        return widened(widened(value, size), fixed)
    fits = value == fixed and value in ("datetime", "timespan") and (size == "timespan" or size in NUMBERS)
    return value if fits else None


def _made_length_type(types: Sequence[KqlType]) -> KqlType | None:
    return "timespan" if len(types) == 1 or NUMBERS.issuperset(types) else None


def _make_timespan(*values: Value) -> Value:
    """From hours, minutes and seconds, before them days; parts out of range give null."""
    if len(values) == 1:
        return converter("timespan")(values[0])
    days = values[0].expr.cast(pl.Int64, strict=False) if len(values) == 4 else pl.lit(0, dtype=pl.Int64)
    parts = [value.expr.cast(pl.Float64) for value in (values[1:] if len(values) == 4 else values)]
    lengths = (3_600_000_000, 60_000_000, 1_000_000)
    clock = sum((part * length for part, length in zip(parts, lengths, strict=False)), pl.lit(0.0))
    micros = days * _DAY + clock.round().cast(pl.Int64, strict=False)
    valid = pl.all_horizontal(
        part.is_between(0, most, closed="left") for part, most in zip(parts, (24, 60, 60), strict=False)
    )
    return plain(pl.when(valid & days.is_between(0, _MOST_DAYS)).then(micros).cast(ENGINE["timespan"]), "timespan")


def _periods() -> list[Function]:
    found = []
    for part in ("day", "week", "month", "year"):
        for word, build in (("start", _start(part)), ("end", _end(part))):
            name = f"{word}of{part}"
            named = "first" if name == "startofday" else ""
            meaning = f"The {word} of the {part}, some {part}s on where an offset is given" + (
                "; weeks start on Sunday." if part == "week" else "."
            )
            found.append(Function(name, "(moment:datetime, offset:long?)", "datetime", meaning, build, named=named))
    return found


def _fields() -> list[Function]:
    names = {
        "getyear": ("year", "The year."),
        "getmonth": ("month", "The month, from 1 to 12."),
        "monthofyear": ("month", "The month, from 1 to 12."),
        "dayofmonth": ("day", "The day of the month."),
        "dayofyear": ("ordinal_day", "The day of the year."),
        "hourofday": ("hour", "The hour, from 0 to 23."),
        "week_of_year": ("week", "The week of the year by ISO 8601."),
    }
    others = {"week_of_year": ("weekofyear",)}
    return [
        Function(name, "(moment:datetime)", "int", meaning, _field(field), aliases=others.get(name, ()))
        for name, (field, meaning) in names.items()
    ]


def _never(*_args: object) -> pl.Expr:
    raise TypeError("the binder says this with other functions")


_UNITS = {"seconds": 1, "milliseconds": 1_000, "microseconds": 1_000_000, "nanoseconds": 1_000_000_000}

_BIN = "(value:any, size:any)"

FAMILY = Family(
    "Moments and timespans",
    (
        Function("now", "(offset:timespan?)", "datetime", "The moment of the question.", _never, rewrite=_now),
        Function("ago", "(timespan:timespan)", "datetime", "That long before the question.", _never, rewrite=_ago),
        Function(
            "[slot]",
            "(value:summable, origin:summable, step:summable)",
            "long",
            "The number of the slot on an axis.",
            _slot,
            raw=True,
        ),
        Function(
            "bin",
            _BIN,
            _bin_type,
            "The multiple of the size at or below the value; of moments, counted from Monday 0001-01-01.",
            _bin,
            raw=True,
            named="first",
            aliases=("floor",),
        ),
        Function(
            "bin_at",
            "(value:any, size:any, fixed:any)",
            _bin_at_type,
            "The start of the bin in which the value lies, of the bins that begin or end at a fixed point.",
            _bin_at,
            raw=True,
            named="first",
        ),
        *_periods(),
        Function("dayofweek", "(moment:datetime)", "timespan", "Days since Sunday, as a timespan.", _dayofweek),
        *_fields(),
        Function(
            "datetime_part",
            "(part:part!, moment:datetime)",
            "int",
            "A part of a moment.",
            _datetime_part,
            aliases=("datepart",),
        ),
        Function(
            "datetime_add",
            "(part:period!, count:long, moment:datetime)",
            "datetime",
            "The moment moved by a number of years, quarters, months, weeks, days, hours ...",
            _datetime_add,
        ),
        Function(
            "datetime_diff",
            "(part:period!, later:datetime, earlier:datetime)",
            "long",
            "Boundaries of years, months, days ... crossed from the earlier moment to the later.",
            _datetime_diff,
        ),
        Function(
            "make_datetime",
            "(year:any, month:number?, day:number?, hour:number?, minute:number?, second:number?)",
            _made_type,
            "A moment from its parts, or from one text; null where it does not exist.",
            _make_datetime,
            raw=True,
            named="only",
        ),
        Function(
            "format_datetime",
            "(moment:datetime, format:string!)",
            "string",
            "A moment as text, such as 'yyyy-MM-dd HH:mm:ss'.",
            moment_format,
            named="first",
            check=check_moment_format,
        ),
        Function(
            "format_timespan",
            "(timespan:timespan, format:string!)",
            "string",
            "A timespan as text, such as 'd.hh:mm:ss'.",
            timespan_format,
            named="first",
        ),
        Function(
            "make_timespan",
            "(first:any, second:number?, third:number?, fourth:number?)",
            _made_length_type,
            "A timespan of hours, minutes and seconds, before them days; or from one text.",
            _make_timespan,
            raw=True,
            named="only",
        ),
        *(
            Function(
                f"unixtime_{unit}_todatetime",
                f"({unit}:number)",
                "datetime",
                f"The moment so many {unit} after 1970.",
                _since_1970(count),
            )
            for unit, count in _UNITS.items()
        ),
    ),
)
