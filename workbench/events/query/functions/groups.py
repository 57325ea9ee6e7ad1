"""Functions over the rows of a group. Nulls are left out; what no rows give is said with each."""

from collections.abc import Callable, Sequence

import polars as pl

from workbench.events.query.backend import documents
from workbench.events.query.backend.values import ENGINE, Value, as_sound_json, listed, nullable_text, plain, unwrapped
from workbench.events.query.functions._declare import Aggregate, Family
from workbench.events.query.types import NUMBERS, ORDERABLE
from workbench.events.tables import KqlType

ROW = "\x00row"
"""The column with the places of rows, for aggregates that choose one."""

MOST_ELEMENTS = 1_048_576
"""Elements that ``make_set`` and ``make_list`` keep."""

_LEGACY_ELEMENTS = 128
_LEAST = -(2**63)
_PLACES = 2**40


def when(value: Value, condition: Value) -> Value:
    """The value where the condition holds; else null, which aggregates leave out."""
    return Value(pl.when(condition.expr).then(value.expr), value.type, value.form)


def _count(condition: Value | None = None) -> Value:
    return plain(pl.len(), "long", solid=True) if condition is None else _countif(condition)


def _countif(condition: Value) -> Value:
    return plain(condition.expr.fill_null(value=False).sum(), "long", solid=True)


def _dcount(value: Value, _accuracy: object = None) -> Value:
    """Exact, whatever accuracy is asked for."""
    if value.solid:
        return plain(value.expr.n_unique(), "long", solid=True)
    expr = nullable_text(value) if value.type == "dynamic" else value.expr
    return plain(expr.n_unique().cast(pl.Int64) - expr.is_null().any().cast(pl.Int64), "long", solid=True)


def _dcountif(value: Value, condition: Value, _accuracy: object = None) -> Value:
    return _dcount(when(value, condition))


def _sum(value: Value) -> Value:
    kind = _sum_type((value.type,)) or "long"
    number = value.expr.cast(pl.Int64) if kind in ("long", "timespan") else value.expr
    return plain(number.sum().cast(ENGINE[kind]), kind, solid=True)


def _sum_type(types: Sequence[KqlType]) -> KqlType | None:
    kind = types[0]
    if kind == "int":
        return "long"
    return kind if kind in NUMBERS or kind == "timespan" else None


def _avg(value: Value) -> Value:
    kind = _avg_type((value.type,)) or "real"
    if kind in ("datetime", "timespan"):
        return plain(value.expr.cast(pl.Int64).mean().cast(pl.Int64).cast(ENGINE[kind]), kind)
    return plain(value.expr.mean().fill_null(float("nan")), kind, solid=True)


def _avg_type(types: Sequence[KqlType]) -> KqlType | None:
    kind = types[0]
    if kind in ("int", "long", "real"):
        return "real"
    return kind if kind in ("decimal", "datetime", "timespan") else None


def _orderable(types: Sequence[KqlType]) -> KqlType | None:
    return types[0] if types[0] in ORDERABLE else None


def _extreme(pick: Callable[[pl.Expr], pl.Expr]) -> Callable[[Value], Value]:
    def build(value: Value) -> Value:
        found = pick(value.expr)
        return plain(found.fill_null("") if value.type == "string" else found, value.type)

    return build


def conditional(build: Callable[[Value], Value]) -> Callable[[Value, Value], Value]:
    """The aggregate over the rows for which a condition holds."""

    def on_rows(value: Value, condition: Value) -> Value:
        return build(when(value, condition))

    return on_rows


def _set(value: Value, size: int | None = None) -> Value:
    """Different values in the order they first occur; arrays give their elements."""
    elements, of = _elements(value)
    return _array(elements.drop_nulls().unique(maintain_order=True), of, size)


def _list(value: Value, size: int | None = None) -> Value:
    held = unwrapped(value)
    if held.type == "dynamic":
        return _array(as_sound_json(held).drop_nulls(), "dynamic", size)
    return _array(held.expr.drop_nulls(), held.type, size)


def _list_with_nulls(value: Value) -> Value:
    held = unwrapped(value)
    if held.type == "dynamic":
        return _array(as_sound_json(held), "dynamic", None)
    return _array(held.expr, held.type, None)


def _array(elements: pl.Expr, of: KqlType, size: int | None) -> Value:
    return listed(elements.implode().list.head(MOST_ELEMENTS if size is None else size), of)


def _elements(value: Value) -> tuple[pl.Expr, KqlType]:
    held = unwrapped(value)
    if held.form is None:
        return held.expr, held.type
    if held.form.kind == "list":
        return held.expr.explode(empty_as_null=False), held.form.of
    return documents.mapped(held.expr, documents.elements, pl.List(pl.String)).explode(empty_as_null=False), "dynamic"


def _if_set(value: Value, condition: Value, size: int | None = None) -> Value:
    return _set(when(value, condition), size)


def _if_list(value: Value, condition: Value, size: int | None = None) -> Value:
    return _list(when(value, condition), size)


def _legacy(build: Callable[[Value, int | None], Value]) -> Callable[..., Value]:
    """The old spelling, which stops at 128 elements."""

    def limited(value: Value, size: int | None = None) -> Value:
        return build(value, _LEGACY_ELEMENTS if size is None else size)

    return limited


def _any(*values: Value) -> list[Value]:
    """One row's values; of a single column, a value that is there if any is."""
    if len(values) > 1:
        return [_one(value.expr.first(), value) for value in values]
    value = values[0]
    if value.type == "string":
        return [plain(value.expr.filter(value.expr != "").first().fill_null(""), "string")]
    return [Value(value.expr.drop_nulls().first(), value.type, value.form)]


def _any_if(value: Value, condition: Value) -> Value:
    if value.type == "string":
        return plain(value.expr.filter(condition.expr & (value.expr != "")).first().fill_null(""), "string")
    return _any(when(value, condition))[0]


def _distinct_type(types: Sequence[KqlType]) -> KqlType | None:
    return None if types[0] == "dynamic" else "long"


def _arg(*, greatest: bool) -> Callable[..., list[Value]]:
    """The row with the largest, or smallest, value, the first of several; of a group of nulls, its first row."""

    def build(value: Value, *others: Value) -> list[Value]:
        return [_one(_chosen(each.expr, value, greatest=greatest), each) for each in (value, *others)]

    return build


def _one(expr: pl.Expr, value: Value) -> Value:
    """The value of one row; of no row null, or as text empty."""
    return Value(expr.fill_null("") if value.type == "string" else expr, value.type, value.form)


def _chosen(expr: pl.Expr, by: Value, *, greatest: bool) -> pl.Expr:
    """One column of the chosen row. A value and the place of its row, packed in one number, decide ties."""
    if by.type in ("string", "real", "decimal"):
        key = by.expr if by.type == "string" else by.expr.fill_nan(None)
        return expr.sort_by([key, ROW], descending=[greatest, False], nulls_last=True).first()
    worst = _LEAST if greatest else -_LEAST - 1
    packed = by.expr.cast(pl.Int64).fill_null(worst).cast(pl.Int128) * _PLACES
    place = pl.col(ROW).cast(pl.Int128)
    return expr.max_by(packed - place) if greatest else expr.min_by(packed + place)


_CONDITION = "(value:any, condition:bool)"

FAMILY = Family(
    "Aggregates",
    aggregates=(
        Aggregate("count", "(condition:bool?)", "long", "Rows; 0 for none.", _count, named="count_"),
        Aggregate(
            "countif", "(condition:bool)", "long", "Rows for which the condition holds.", _countif, named="countif_"
        ),
        Aggregate(
            "dcount",
            "(value:any, accuracy:any?)",
            "long",
            "Different values, counted exactly.",
            _dcount,
            named="dcount_",
        ),
        Aggregate(
            "dcountif",
            "(value:any, condition:bool, accuracy:any?)",
            "long",
            "Different values where the condition holds, counted exactly.",
            _dcountif,
            named="dcountif_",
        ),
        Aggregate("sum", "(value:any)", _sum_type, "The sum; 0 for no rows.", _sum, named="sum_"),
        Aggregate(
            "sumif", _CONDITION, _sum_type, "The sum where the condition holds.", conditional(_sum), named="sumif_"
        ),
        Aggregate("avg", "(value:any)", _avg_type, "The mean; NaN for no numbers.", _avg, named="avg_"),
        Aggregate(
            "avgif", _CONDITION, _avg_type, "The mean where the condition holds.", conditional(_avg), named="avgif_"
        ),
        Aggregate("min", "(value:any)", _orderable, "The least value.", _extreme(pl.Expr.min), named="min_"),
        Aggregate("max", "(value:any)", _orderable, "The greatest value.", _extreme(pl.Expr.max), named="max_"),
        Aggregate(
            "minif",
            _CONDITION,
            _orderable,
            "The least value where the condition holds.",
            conditional(_extreme(pl.Expr.min)),
            named="minif_",
        ),
        Aggregate(
            "maxif",
            _CONDITION,
            _orderable,
            "The greatest value where the condition holds.",
            conditional(_extreme(pl.Expr.max)),
            named="maxif_",
        ),
        Aggregate(
            "make_set",
            "(value:any, size:long?!)",
            "dynamic",
            "The different values as an array, at most 1,048,576; arrays give their elements.",
            _set,
            named="set_",
            ordered=True,
        ),
        Aggregate(
            "make_set_if",
            "(value:any, condition:bool, size:long?!)",
            "dynamic",
            "The different values where the condition holds.",
            _if_set,
            named="set_",
            ordered=True,
        ),
        Aggregate(
            "make_list",
            "(value:any, size:long?!)",
            "dynamic",
            "The values as an array, at most 1,048,576.",
            _list,
            named="list_",
            ordered=True,
        ),
        Aggregate(
            "make_list_if",
            "(value:any, condition:bool, size:long?!)",
            "dynamic",
            "The values where the condition holds, as an array.",
            _if_list,
            named="list_",
            ordered=True,
        ),
        Aggregate(
            "makeset",
            "(value:any, size:long?!)",
            "dynamic",
            "make_set, up to 128 values.",
            _legacy(_set),
            named="set_",
            ordered=True,
        ),
        Aggregate(
            "makelist",
            "(value:any, size:long?!)",
            "dynamic",
            "make_list, up to 128 values.",
            _legacy(_list),
            named="list_",
            ordered=True,
        ),
        Aggregate(
            "make_list_with_nulls",
            "(value:any)",
            "dynamic",
            "The values as an array, nulls too.",
            _list_with_nulls,
            named="list_",
            ordered=True,
        ),
        Aggregate("take_any", "(values:any*)", "same", "The values of any one row.", _any, ordered=True, outputs="row"),
        Aggregate(
            "any", "(values:any*)", "same", "The old form of take_any.", _any, named="any_", ordered=True, outputs="row"
        ),
        Aggregate(
            "take_anyif",
            _CONDITION,
            "same",
            "A value of any row for which the condition holds.",
            _any_if,
            named="first",
            ordered=True,
        ),
        Aggregate(
            "anyif",
            _CONDITION,
            "same",
            "The old form of take_anyif.",
            _any_if,
            named="anyif_",
            ordered=True,
        ),
        Aggregate(
            "arg_max",
            "(value:any, columns:any?*)",
            _orderable,
            "The row with the greatest value: that value and the columns asked for.",
            _arg(greatest=True),
            named="max_",
            ordered=True,
            outputs="arg",
        ),
        Aggregate(
            "arg_min",
            "(value:any, columns:any?*)",
            _orderable,
            "The row with the least value: that value and the columns asked for.",
            _arg(greatest=False),
            named="min_",
            ordered=True,
            outputs="arg",
        ),
        Aggregate(
            "argmax",
            "(value:any, columns:any?*)",
            _orderable,
            "The old form of arg_max, with other names for its results.",
            _arg(greatest=True),
            named="max_",
            ordered=True,
            outputs="argument",
        ),
        Aggregate(
            "argmin",
            "(value:any, columns:any?*)",
            _orderable,
            "The old form of arg_min, with other names for its results.",
            _arg(greatest=False),
            named="min_",
            ordered=True,
            outputs="argument",
        ),
        Aggregate(
            "count_distinct",
            "(value:any)",
            _distinct_type,
            "Different values, counted exactly.",
            _dcount,
            named="count_distinct_",
        ),
        Aggregate(
            "count_distinctif",
            _CONDITION,
            _distinct_type,
            "Different values where the condition holds, counted exactly.",
            _dcountif,
            named="count_distinctif_",
        ),
    ),
)
