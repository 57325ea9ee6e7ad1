"""A typed Polars expression: what functions are given and give back.

Plain types are Polars columns of the type in ``ENGINE``; text is never null. A dynamic has one of three forms: JSON
text, a plain value of a known type, or a list of values of a known type. Lists that the engine made stay lists until
somebody needs their JSON.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Literal

import polars as pl

from workbench.events.query.backend import documents
from workbench.events.query.kql.literals import FIRST, LAST, duration_text, instant_text
from workbench.events.query.kql.syntax import Plain
from workbench.events.store.schema import POLARS, instant
from workbench.events.tables import KqlType

ENGINE: Mapping[KqlType, pl.DataType] = MappingProxyType({**POLARS, "timespan": pl.Duration("us")})
"""How each type lies in memory while a query runs."""


@dataclass(frozen=True)
class Form:
    """How a dynamic lies in memory: ``json`` text, a ``plain`` value, or a ``list`` of values of the type ``of``.

    The results of a function that has several are ``parts``, each with its type and, of a dynamic, its form.
    """

    kind: Literal["json", "plain", "list", "parts"]
    of: KqlType = "dynamic"
    parts: "tuple[tuple[KqlType, Form | None], ...]" = ()

    @property
    def dtype(self) -> pl.DataType:
        """The Polars type."""
        if self.kind == "parts":
            kinds = [form.dtype if form else ENGINE[kind] for kind, form in self.parts]
            return pl.Struct({str(place): kind for place, kind in enumerate(kinds)})
        return pl.List(ENGINE[self.of]) if self.kind == "list" else ENGINE[self.of]


JSON = Form("json")


@dataclass(frozen=True, eq=False)
class Value:
    """A Polars expression with its KQL type.

    ``const`` holds the value where it is known before any row is read (``known`` says so). ``solid`` promises that no
    row is null. For dynamics, ``text`` is a cheaper way to the text of the value, null where there is none, and
    ``source`` JSON text that may be invalid but has the same members. ``inside`` are members that are had without the
    whole.
    """

    expr: pl.Expr
    type: KqlType
    form: Form | None = None
    const: Plain = None
    known: bool = False
    solid: bool = False
    text: pl.Expr | None = None
    source: pl.Expr | None = None
    inside: "Mapping[str, Value]" = field(default_factory=dict)


def constant(value: Plain, kind: KqlType) -> Value:
    """A literal."""
    value = "" if value is None and kind == "string" else value
    form = JSON if kind == "dynamic" else None
    return Value(_literal(value, kind), kind, form, value, known=True, solid=value is not None)


def plain(expr: pl.Expr, kind: KqlType, *, solid: bool = False) -> Value:
    """An expression of a plain type; text is solid by nature."""
    return Value(expr, kind, solid=solid or kind == "string")


def json(expr: pl.Expr) -> Value:
    """JSON text as a dynamic."""
    return Value(expr, "dynamic", JSON)


def listed(expr: pl.Expr, of: KqlType) -> Value:
    """A list as a dynamic array."""
    return Value(expr, "dynamic", Form("list", of))


def part(value: Value, place: int) -> Value:
    """One of several results."""
    kind, form = value.form.parts[place] if value.form else (value.type, None)
    return Value(value.expr.struct.field(str(place)), kind, form, solid=kind == "string")


def wrapped(value: Value) -> Value:
    """A plain value as a dynamic."""
    return value if value.form else replace(value, type="dynamic", form=Form("plain", value.type))


def unwrapped(value: Value) -> Value:
    """What a dynamic of plain form holds, as a value of that type; others as they are.

    Text may be null here: an element that is missing.
    """
    if value.form is None or value.form.kind != "plain":
        return value
    return Value(value.expr, value.form.of)


def as_text(value: Value) -> pl.Expr:
    """``tostring``: never null, the empty text where there is no value."""
    if value.type == "string":
        return value.expr
    return nullable_text(value).fill_null("")


def nullable_text(value: Value) -> pl.Expr:
    """The text of a value, null where there is none."""
    if value.known:
        return pl.lit(_constant_text(value), dtype=pl.String) if value.type != "dynamic" else _json_as_text(value.expr)
    if value.form is None:
        return _plain_text(value.expr, value.type)
    if value.text is not None:
        return value.text
    if value.form.kind == "json":
        return _json_as_text(value.expr)
    return _plain_text(value.expr, value.form.of) if value.form.kind == "plain" else as_json(value)


def as_json(value: Value) -> pl.Expr:
    """Any value as JSON text, null where there is none."""
    if value.form is None:
        return _plain_json(value.expr, value.type)
    if value.form.kind == "json":
        return value.expr
    if value.form.kind == "plain":
        return value.expr if value.form.of == "dynamic" else _plain_json(value.expr, value.form.of)
    if value.form.of == "dynamic":
        return pl.concat_str(
            pl.lit("["), value.expr.list.eval(pl.element().fill_null("null")).list.join(","), pl.lit("]")
        )
    return _encoded(_list_for_json(value.expr, value.form.of), value.expr)


def as_sound_json(value: Value) -> pl.Expr:
    """The same, fit to stand inside other JSON: dynamics of a table may be any text."""
    return documents.soundly(value.expr) if value.form == JSON else as_json(value)


def either(values: "list[Value]") -> Form:
    """The form in which several dynamics can stand in one column: their common one, else JSON."""
    forms = {wrapped(value).form for value in values if not (value.known and value.const is None)}
    only = forms.pop() if len(forms) == 1 else None
    return only or JSON


def in_form(value: Value, form: Form) -> pl.Expr:
    """A value as the dynamic of that form; the form must be its own or JSON."""
    if value.known and value.const is None:
        return pl.lit(None, dtype=form.dtype)
    return as_json(value) if form == JSON else value.expr


def in_calendar(moment: pl.Expr) -> pl.Expr:
    """Moments of the years 1 to 9999; a moment past either end is null."""
    return pl.when(moment.is_between(_literal(FIRST, "datetime"), _literal(LAST, "datetime"))).then(moment)


def instant_form(expr: pl.Expr) -> pl.Expr:
    """Moments as ``tostring`` writes them."""
    return expr.dt.strftime("%Y-%m-%dT%H:%M:%S%.6f0Z")


def duration_form(expr: pl.Expr) -> pl.Expr:
    """Timespans as ``tostring`` writes them: ``-1.02:03:04.5000000``."""
    micros = expr.dt.total_microseconds()
    size = micros.abs()
    days, clock = size // 86_400_000_000, size % 86_400_000_000
    fraction = (clock % 1_000_000) * 10
    return pl.concat_str(
        pl.when(micros < 0).then(pl.lit("-")).otherwise(pl.lit("")),
        pl.when(days > 0).then(pl.concat_str(days.cast(pl.String), pl.lit("."))).otherwise(pl.lit("")),
        _two(clock // 3_600_000_000),
        pl.lit(":"),
        _two(clock // 60_000_000 % 60),
        pl.lit(":"),
        _two(clock // 1_000_000 % 60),
        pl.when(fraction > 0)
        .then(pl.concat_str(pl.lit("."), fraction.cast(pl.String).str.zfill(7)))
        .otherwise(pl.lit("")),
    )


def _two(expr: pl.Expr) -> pl.Expr:
    return expr.cast(pl.String).str.zfill(2)


def _literal(value: Plain, kind: KqlType) -> pl.Expr:
    if isinstance(value, datetime):
        return instant(value)
    return pl.lit(value) if isinstance(value, str) else pl.lit(value, dtype=ENGINE[kind])


def _constant_text(value: Value) -> str | None:
    held = value.const
    if held is None or isinstance(held, str):
        return held
    if isinstance(held, datetime):
        return instant_text(held)
    if isinstance(held, timedelta):
        return duration_text(held)
    return _number_text(held)


def _number_text(held: float) -> str:
    if isinstance(held, float):
        return str(pl.Series([held]).cast(pl.String).item()).removesuffix(".0")
    return str(held)


def _plain_text(expr: pl.Expr, kind: KqlType) -> pl.Expr:
    if kind in ("string", "guid"):
        return expr
    if kind == "dynamic":
        return _json_as_text(expr)
    if kind == "bool":
        return expr.cast(pl.String).replace_strict({"true": "True", "false": "False"}, return_dtype=pl.String)
    if kind == "datetime":
        return instant_form(expr)
    if kind == "timespan":
        return duration_form(expr)
    text = expr.cast(pl.String)
    return text if kind in ("int", "long") else text.str.strip_suffix(".0")


def _json_as_text(expr: pl.Expr) -> pl.Expr:
    return documents.text_of(expr)


def _plain_json(expr: pl.Expr, kind: KqlType) -> pl.Expr:
    if kind in ("int", "long", "bool"):
        return expr.cast(pl.String)
    if kind in ("datetime", "timespan", "guid"):
        return pl.concat_str(pl.lit('"'), _plain_text(expr, kind), pl.lit('"'))
    return _encoded(expr, expr)


def _list_for_json(expr: pl.Expr, of: KqlType) -> pl.Expr:
    if of in ("datetime", "timespan"):
        return expr.list.eval(_plain_text(pl.element(), of))
    return expr


def _encoded(expr: pl.Expr, present: pl.Expr) -> pl.Expr:
    """JSON by way of a struct of one field, whose frame is cut off again."""
    whole = pl.struct(expr.alias("v")).struct.json_encode()
    return pl.when(present.is_not_null()).then(whole.str.slice(5).str.head(-1))
