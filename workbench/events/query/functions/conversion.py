"""From one type to another. What cannot be converted is null, and as text empty."""

from collections.abc import Callable
from datetime import datetime, timedelta

import polars as pl

from workbench.events.query.backend import documents
from workbench.events.query.backend.values import (
    ENGINE,
    JSON,
    Value,
    as_json,
    as_text,
    in_calendar,
    nullable_text,
    plain,
    unwrapped,
)
from workbench.events.query.functions._declare import Family, Function
from workbench.events.query.kql.literals import NotALiteral, instant, timespan
from workbench.events.tables import KqlType

_TICKS_TO_1970 = 621_355_968_000_000_000
"""Ticks of 100 ns between 0001-01-01 and 1970-01-01."""


def to_string(value: Value) -> Value:
    """Text of anything; of nothing the empty text."""
    return plain(as_text(value), "string")


def to_dynamic(value: Value) -> Value:
    """What the text says as JSON; text that is no JSON is itself a dynamic text."""
    if value.type == "dynamic":
        return value
    whole = documents.mapped(value.expr, documents.sound, pl.String())
    return Value(whole, "dynamic", JSON, text=documents.text_of(value.expr), source=value.expr)


def converter(kind: KqlType) -> Callable[[Value], Value]:
    """The conversion of any value to that type."""

    def convert(value: Value) -> Value:
        held = unwrapped(value)
        if held.type == kind:
            return plain(held.expr, kind, solid=held.solid)
        if held.type in ("string", "dynamic", "guid"):
            read = _from_text(nullable_text(held), kind, exact=held.type != "dynamic")
            return plain(read, kind)
        return plain(_from_plain(held.expr, held.type, kind), kind)

    return convert


def _from_text(text: pl.Expr, kind: KqlType, *, exact: bool) -> pl.Expr:
    if kind in ("int", "long"):
        return _integer(text, exact=exact).cast(ENGINE[kind], strict=False)
    if kind in ("real", "decimal"):
        return text.str.strip_chars().cast(pl.Float64, strict=False)
    if kind == "bool":
        return _boolean(text)
    if kind == "datetime":
        return _moment(text)
    if kind == "timespan":
        return documents.mapped(text, _length, ENGINE["timespan"])
    return text.str.to_lowercase().str.extract(r"^\{?([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\}?$", 1)


def _integer(text: pl.Expr, *, exact: bool) -> pl.Expr:
    bare = text.str.strip_chars()
    whole = bare.cast(pl.Int64, strict=False)
    hexadecimal = bare.str.extract("^0[xX]([0-9A-Fa-f]{1,16})$", 1).str.to_integer(base=16, strict=False)
    rest = [] if exact else [bare.cast(pl.Float64, strict=False).cast(pl.Int64, strict=False)]
    return pl.coalesce(whole, hexadecimal, *rest)


def _boolean(text: pl.Expr) -> pl.Expr:
    word = text.str.to_lowercase().str.strip_chars()
    named = pl.when(word == "true").then(pl.lit(value=True)).when(word == "false").then(pl.lit(value=False))
    return named.otherwise(word.cast(pl.Int64, strict=False) != 0)


def _moment(text: pl.Expr) -> pl.Expr:
    """ISO 8601 with a zone at the engine's speed; every other spelling once for each distinct text."""
    iso = text.str.to_datetime("%+", strict=False, time_unit="us", time_zone="UTC")
    other = documents.mapped(pl.when(iso.is_null() & (text != "")).then(text), _instant, ENGINE["datetime"])
    return pl.coalesce(iso, other)


def _from_plain(expr: pl.Expr, kind: KqlType, wanted: KqlType) -> pl.Expr:
    if kind == "datetime":
        return _between(expr.to_physical() * 10 + _TICKS_TO_1970, wanted)
    if kind == "timespan":
        return _between(expr.to_physical() * 10, wanted)
    if wanted == "bool":
        return expr != 0
    if wanted == "datetime":
        return in_calendar(((expr.cast(pl.Int64, strict=False) - _TICKS_TO_1970) // 10).cast(ENGINE["datetime"]))
    if wanted == "timespan":
        return (expr.cast(pl.Int64, strict=False) // 10).cast(ENGINE["timespan"])
    if wanted == "guid":
        return pl.lit(None, dtype=pl.String)
    return expr.cast(ENGINE[wanted], strict=False)


def _between(ticks: pl.Expr, wanted: KqlType) -> pl.Expr:
    if wanted in ("datetime", "timespan", "guid", "bool"):
        return pl.lit(None, dtype=ENGINE[wanted])
    return ticks.cast(ENGINE[wanted], strict=False)


def _length(text: str) -> timedelta | None:
    sign, bare = (-1, text.strip()[1:]) if text.strip().startswith("-") else (1, text)
    try:
        return sign * timespan(bare)
    except NotALiteral:
        return None


def _instant(text: str) -> datetime | None:
    try:
        return instant(text)
    except NotALiteral:
        return None


def _type_name(value: Value) -> Value:
    if value.form is None:
        return plain(pl.lit(value.type), "string")
    if value.form.kind == "list":
        return plain(pl.when(value.expr.is_null()).then(pl.lit("null")).otherwise(pl.lit("array")), "string")
    if value.form.kind == "plain":
        return plain(pl.when(value.expr.is_null()).then(pl.lit("null")).otherwise(pl.lit(value.form.of)), "string")
    named = documents.mapped(as_json(value), _named, pl.String())
    return plain(named.fill_null("null"), "string")


def _named(text: str) -> str | None:
    held = documents.document(text)
    if isinstance(held, int) and not isinstance(held, bool):
        return "int" if -(2**31) <= held < 2**31 else "long"
    names = {dict: "dictionary", list: "array", str: "string", bool: "bool", float: "real"}
    return names.get(type(held))


def _conversion(name: str, kind: KqlType, *aliases: str) -> Function:
    meaning = f"The value as {'an' if kind == 'int' else 'a'} {kind}; null where it is none."
    return Function(name, "(value:any)", kind, meaning, converter(kind), raw=True, named="first", aliases=aliases)


FAMILY = Family(
    "Conversion",
    (
        Function(
            "tostring",
            "(value:any)",
            "string",
            "The value as text; empty for null.",
            to_string,
            raw=True,
            named="first",
        ),
        _conversion("toint", "int"),
        _conversion("tolong", "long", "tobigint"),
        _conversion("toreal", "real", "todouble"),
        _conversion("todecimal", "decimal"),
        _conversion("tobool", "bool", "toboolean"),
        _conversion("todatetime", "datetime"),
        _conversion("totimespan", "timespan", "totime"),
        _conversion("toguid", "guid"),
        Function(
            "parse_json",
            "(text:string|dynamic)",
            "dynamic",
            "The value that JSON text says; text that is no JSON stays a text.",
            to_dynamic,
            raw=True,
            named="first",
            aliases=("todynamic", "toobject", "parsejson"),
        ),
        Function(
            "gettype",
            "(value:any)",
            "string",
            "The name of the value's type; for a dynamic, of what it holds.",
            _type_name,
            raw=True,
            named="type_",
        ),
    ),
)
