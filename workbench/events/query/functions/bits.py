"""The bits of whole numbers."""

from collections.abc import Callable

import polars as pl

from workbench.events.query.backend.values import Value, plain
from workbench.events.query.functions._declare import Aggregate, Family, Function

_WIDTH = 64


def _pair(combine: Callable[[pl.Expr, pl.Expr], pl.Expr]) -> Callable[[pl.Expr, pl.Expr], pl.Expr]:
    def build(first: pl.Expr, second: pl.Expr) -> pl.Expr:
        return combine(first.cast(pl.Int64), second.cast(pl.Int64))

    return build


def _not(number: pl.Expr) -> pl.Expr:
    return -number.cast(pl.Int64) - 1


def _left(number: pl.Expr, count: pl.Expr) -> pl.Expr:
    """Shifts count modulo 64; bits that go over the end are lost."""
    factor = pl.lit(1, dtype=pl.UInt64) * pl.lit(2, dtype=pl.UInt64).pow(
        (count.cast(pl.Int64) % _WIDTH).cast(pl.UInt64)
    )
    return (number.cast(pl.Int64).reinterpret(signed=False) * factor).reinterpret(signed=True)


def _right(number: pl.Expr, count: pl.Expr) -> pl.Expr:
    """The sign stays."""
    places = (count.cast(pl.Int64) % _WIDTH).cast(pl.UInt64)
    low = number.cast(pl.Int64).floordiv(pl.lit(2, dtype=pl.Int64).pow(places.clip(0, _WIDTH - 2)))
    return pl.when(places < _WIDTH - 1).then(low).otherwise(pl.when(number < 0).then(-1).otherwise(0))


def _ones(number: pl.Expr) -> pl.Expr:
    return number.cast(pl.Int64).bitwise_count_ones().cast(pl.Int64)


def _tohex(number: Value, width: Value | None = None) -> Value:
    """Small letters; a negative number in two's complement, of an int eight digits and of a long sixteen."""
    digits = 8 if number.type == "int" else 16
    parts = [
        (number.expr.cast(pl.Int64).reinterpret(signed=False) // 16**at % 16).cast(pl.UInt8) for at in range(digits)
    ]
    text = pl.concat_str([part.replace_strict(list(range(16)), list("0123456789abcdef")) for part in reversed(parts)])
    short = text.str.strip_chars_start("0")
    whole = pl.when(short == "").then(pl.lit("0")).otherwise(short)
    if width is not None:
        whole = whole.str.zfill(width.expr.clip(0, digits))
    return plain(whole.fill_null(""), "string")


def _all(combine: Callable[[pl.Expr], pl.Expr]) -> Callable[[Value], Value]:
    def build(number: Value) -> Value:
        return plain(combine(number.expr.drop_nulls()), number.type)

    return build


def _function(name: str, takes: str, meaning: str, build: Callable[..., pl.Expr]) -> Function:
    return Function(name, takes, "long", meaning, build, named="first")


_PAIR = "(first:long, second:long)"
_SHIFT = "(number:long, count:long)"

FAMILY = Family(
    "Bits",
    (
        _function("binary_and", _PAIR, "The bits that both numbers have.", _pair(pl.Expr.and_)),
        _function("binary_or", _PAIR, "The bits that either number has.", _pair(pl.Expr.or_)),
        _function("binary_xor", _PAIR, "The bits that just one of the numbers has.", _pair(pl.Expr.xor)),
        _function("binary_not", "(number:long)", "All bits turned.", _not),
        _function("binary_shift_left", _SHIFT, "The bits moved to the left, the count modulo 64.", _left),
        _function("binary_shift_right", _SHIFT, "The bits moved to the right, the count modulo 64.", _right),
        _function("bitset_count_ones", "(number:long)", "How many bits are set.", _ones),
        Function(
            "tohex",
            "(number:long, width:long?)",
            "string",
            "A whole number in hexadecimal digits.",
            _tohex,
            raw=True,
            named="first",
        ),
    ),
    tuple(
        Aggregate(
            f"binary_all_{word}", "(number:long)", "same", f"The bits of {of} of a group.", _all(combine), named="first"
        )
        for word, of, combine in (
            ("and", "all numbers", pl.Expr.bitwise_and),
            ("or", "any number", pl.Expr.bitwise_or),
            ("xor", "an odd count of numbers", pl.Expr.bitwise_xor),
        )
    ),
)
