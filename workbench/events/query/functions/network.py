"""IPv4 addresses, with or without a prefix length."""

from functools import reduce

import polars as pl

from workbench.events.query.functions._declare import Family, Function

_ADDRESS = r"^\s*(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})(?:/(\d{1,2}))?\s*$"
_PRIVATE = ((10 << 24, 8), (172 << 24 | 16 << 16, 12), (192 << 24 | 168 << 16, 16))
_BITS = 32


def _number(text: pl.Expr) -> pl.Expr:
    """The address as a number; null where it is none."""
    parts = [text.str.extract(_ADDRESS, group).cast(pl.Int64) for group in range(1, 5)]
    valid = pl.all_horizontal(part <= 255 for part in parts)
    whole = reduce(lambda high, low: high * 256 + low, parts)
    return pl.when(valid & (_prefix(text) <= _BITS)).then(whole)


def _prefix(text: pl.Expr) -> pl.Expr:
    return text.str.extract(_ADDRESS, 5).cast(pl.Int64).fill_null(_BITS)


def _network(number: pl.Expr, prefix: pl.Expr) -> pl.Expr:
    return number.floordiv(pl.lit(2, dtype=pl.Int64).pow(pl.lit(_BITS, dtype=pl.Int64) - prefix))


def _is_private(text: pl.Expr) -> pl.Expr:
    number = _number(text)
    return pl.any_horizontal(number // 2 ** (_BITS - size) == base >> (_BITS - size) for base, size in _PRIVATE)


def _is_match(first: pl.Expr, second: pl.Expr, prefix: pl.Expr | None = None) -> pl.Expr:
    """Compared in as many bits as the shortest of the prefixes."""
    given = [] if prefix is None else [prefix]
    bits = pl.min_horizontal(_prefix(first), _prefix(second), *given)
    return _network(_number(first), bits) == _network(_number(second), bits)


def _is_in_range(address: pl.Expr, block: pl.Expr) -> pl.Expr:
    bits = _prefix(block)
    return _network(_number(address), bits) == _network(_number(block), bits)


FAMILY = Family(
    "Addresses",
    (
        Function(
            "ipv4_is_private",
            "(address:string)",
            "bool",
            "The address lies in a private network; null where it is no address.",
            _is_private,
        ),
        Function(
            "ipv4_is_match",
            "(first:string, second:string, prefix:long?)",
            "bool",
            "Both addresses agree in as many bits as the shortest prefix says.",
            _is_match,
        ),
        Function(
            "ipv4_is_in_range",
            "(address:string, range:string)",
            "bool",
            "The address lies in the range, such as 10.0.0.0/8.",
            _is_in_range,
        ),
    ),
)
