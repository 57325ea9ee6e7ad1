"""IPv4 addresses, with or without a prefix length."""

import re
from collections.abc import Callable, Iterator, Sequence
from functools import partial, reduce
from ipaddress import IPv4Address, IPv4Network, summarize_address_range

import numpy as np
import polars as pl

from workbench.events.query.backend import documents
from workbench.events.query.backend.expressions import balanced
from workbench.events.query.backend.values import Value, as_json, as_text, plain
from workbench.events.query.functions._declare import Family, Function
from workbench.events.query.functions._distinct import distinct
from workbench.events.query.kql.literals import json_text
from workbench.events.query.types import NUMBERS

_ADDRESS = r"^\s*(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})(?:/(\d{1,2}))?\s*$"
_PRIVATE = ((10 << 24, 8), (172 << 24 | 16 << 16, 12), (192 << 24 | 168 << 16, 16))
_BITS = 32


def _number(text: pl.Expr) -> pl.Expr:
    """The address as a number; null where it is none. One pass of the pattern finds all parts."""
    return text.str.extract_groups(_ADDRESS).map_batches(_whole, return_dtype=pl.Int64(), is_elementwise=True)


def _whole(parts: pl.Series) -> pl.Series:
    *parts_of, prefix = (pl.col(name).cast(pl.Int64) for name in parts.struct.fields)
    valid = pl.all_horizontal(part < _BYTES for part in parts_of) & (prefix.fill_null(_BITS) <= _BITS)
    whole = reduce(lambda high, low: high * _BYTES + low, parts_of)
    return parts.struct.unnest().select(pl.when(valid).then(whole)).to_series()


def _prefix(text: pl.Expr) -> pl.Expr:
    return text.str.extract(_ADDRESS, 5).cast(pl.Int64).fill_null(_BITS)


def _network(number: pl.Expr, prefix: pl.Expr) -> pl.Expr:
    return number.floordiv(_size(prefix))


def _size(prefix: pl.Expr) -> pl.Expr:
    """Addresses of a network; null where no network has such a prefix."""
    free = pl.lit(_BITS, dtype=pl.Int64) - prefix
    return pl.lit(2, dtype=pl.Int64).pow(pl.when(free.is_between(0, _BITS)).then(free))


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


def _parsed(text: pl.Expr) -> pl.Expr:
    """The number of the address, or of its network where a prefix stands after it."""
    return _masked(text, _prefix(text))


def _masked(text: pl.Expr, prefix: pl.Expr) -> pl.Expr:
    number, bits = _number(text), pl.min_horizontal(_prefix(text), prefix.cast(pl.Int64))
    size = _size(bits)
    return number.floordiv(size) * size


def _compare(first: pl.Expr, second: pl.Expr, prefix: pl.Expr | None = None) -> pl.Expr:
    """Order in as many bits as the shortest of the prefixes: -1, 0 or 1."""
    bits = pl.min_horizontal(_prefix(first), _prefix(second), *([] if prefix is None else [prefix]))
    left, right = _network(_number(first), bits), _network(_number(second), bits)
    return (left > right).cast(pl.Int64) - (left < right).cast(pl.Int64)


def _suffix(text: pl.Expr) -> pl.Expr:
    return pl.when(_number(text).is_not_null()).then(_prefix(text))


def _in_any(address: Value, *ranges: Value) -> Value:
    """Null where it is no address; ranges that are none count as not met."""
    number = _number(as_text(address))
    if all(each.known for each in ranges):
        return plain(_in_blocks(number, [block for each in ranges for block in _blocks(each)]), "bool")
    texts = [as_json(each) for each in ranges]
    return plain(documents.combined([number, *texts], _in_some, pl.Boolean()), "bool")


def _in_blocks(number: pl.Expr, blocks: list[tuple[int, int]]) -> pl.Expr:
    """By one search in the ranges, sorted and joined where they meet."""
    merged: list[tuple[int, int]] = []
    for low, high in sorted(blocks):
        if merged and low <= merged[-1][1] + 1:
            merged[-1] = merged[-1][0], max(merged[-1][1], high)
        else:
            merged.append((low, high))
    starts, ends = (np.array([-1, *(block[side] for block in merged)], dtype=np.int64) for side in (0, 1))

    def on_series(series: pl.Series) -> pl.Series:
        numbers = series.fill_null(-2).to_numpy()
        place = np.searchsorted(starts, numbers, side="right") - 1
        inside = pl.Series((place > 0) & (numbers <= ends[place]))
        return pl.select(pl.when(series.is_not_null()).then(inside)).to_series()

    return number.map_batches(on_series, return_dtype=pl.Boolean(), is_elementwise=True)


def _blocks(ranges: Value) -> list[tuple[int, int]]:
    held = ranges.const if ranges.type == "dynamic" else documents.write(ranges.const)
    return _read_blocks(str(held))


def _read_blocks(text: str | None) -> list[tuple[int, int]]:
    """First and last number of each range in an array, or of one range."""
    found = []
    for each in documents.elements(text or "null"):
        try:
            network = IPv4Network(str(documents.read(each or "null")).strip(), strict=False)
        except ValueError:
            continue
        found.append((int(network.network_address), int(network.broadcast_address)))
    return found


def _in_some(number: int | None, *texts: str | None) -> bool | None:
    if number is None:
        return None
    return any(low <= number <= high for text in texts for low, high in _read_blocks(text))


def _formatted(*, masked: bool) -> Callable[..., Value]:
    def build(address: Value, prefix: Value | None = None) -> Value:
        """From text or a number; a prefix that is none gives nothing."""
        whole = address.expr if address.type in NUMBERS else _number(as_text(address))
        own = pl.lit(_BITS, dtype=pl.Int64) if address.type in NUMBERS else _prefix(as_text(address))
        given = pl.lit(_BITS, dtype=pl.Int64) if prefix is None else prefix.expr.cast(pl.Int64)
        bits = pl.min_horizontal(own, given)
        size = _size(bits)
        number = whole.cast(pl.Int64, strict=False).floordiv(size) * size
        text = pl.concat_str([(number // 256**at % 256).cast(pl.String) for at in (3, 2, 1, 0)], separator=".")
        if masked:
            text = pl.concat_str(text, pl.lit("/"), bits.cast(pl.String))
        valid = given.is_between(0, _BITS) & whole.is_between(0, 2**_BITS - 1)
        return plain(pl.when(valid).then(text).otherwise(pl.lit("")).fill_null(""), "string")

    return build


def _cidr_list(first: str, last: str) -> str | None:
    """The fewest ranges that cover both ends and all between."""
    try:
        low, high = IPv4Address(first.strip()), IPv4Address(last.strip())
        return json_text([str(each) for each in summarize_address_range(low, high)])
    except (ValueError, TypeError):
        return None


def _has(*, whole: bool) -> Callable[..., Value]:
    """Whether an address, or one that starts so, stands in a text with no letter or digit at its ends."""

    def build(text: Value, *wanted: Value) -> Value:
        held = as_text(text)
        if all(each.known for each in wanted):
            words = [word for each in wanted for word in _words(each)]
            tests = [held.str.contains(pattern) for pattern in _patterns(words, whole=whole)]
            return plain(balanced(tests, pl.Expr.or_) if tests else held.is_null(), "bool", solid=True)
        found = documents.combined([held, *map(as_json, wanted)], partial(_stands_in, whole=whole), pl.Boolean())
        return plain(found.fill_null(value=False), "bool", solid=True)

    return build


def _words(wanted: Value) -> list[str]:
    return _elements(str(wanted.const) if wanted.type == "dynamic" else documents.write(wanted.const))


def _elements(text: str | None) -> list[str]:
    return [str(documents.read(each)) for each in documents.elements(text or "null") if each is not None]


def _patterns(words: Sequence[str], *, whole: bool) -> Iterator[str]:
    """What finds one of the addresses; words that are none are left out."""
    parts = [part for word in dict.fromkeys(words) if (part := _address_pattern(word, whole=whole))]
    for at in range(0, len(parts), _BATCH):
        yield f"(?:^|[^0-9A-Za-z])(?:{'|'.join(parts[at : at + _BATCH])})(?:$|[^0-9A-Za-z])"


def _address_pattern(word: str, *, whole: bool) -> str:
    parts = word.rstrip(".").split(".") if not whole else word.split(".")
    valid = all(part.isascii() and part.isdigit() and int(part[:4]) < _BYTES for part in parts)
    fits = len(parts) == _PARTS if whole or not word.endswith(".") else 0 < len(parts) < _PARTS
    if not valid or not fits:
        return ""
    return r"\.".join([*parts, *[_BYTE] * (_PARTS - len(parts))])


_PARTS, _BYTES = 4, 256
_BATCH = 500
_BYTE = "(?:25[0-5]|2[0-4][0-9]|1?[0-9]?[0-9])"


def _stands_in(text: str | None, *arrays: str | None, whole: bool) -> bool | None:
    if text is None:
        return None
    words = [word for array in arrays for word in _elements(array)]
    return any(re.search(pattern, text) for pattern in _patterns(words, whole=whole))


_HAS = "(text:string|dynamic, address:string)"
_HAS_ANY = "(text:string|dynamic, addresses:string|dynamic*)"

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
        Function(
            "ipv4_is_in_any_range",
            "(address:string|dynamic, ranges:string|dynamic*)",
            "bool",
            "The address lies in one of the ranges.",
            _in_any,
            raw=True,
        ),
        Function(
            "ipv4_compare",
            "(first:string, second:string, prefix:long?)",
            "long",
            "-1, 0 or 1: the first address comes before, with, or after the second.",
            _compare,
        ),
        Function("ipv4_netmask_suffix", "(address:string)", "long", "The length of the prefix; 32 for none.", _suffix),
        Function("parse_ipv4", "(address:string)", "long", "The address, or its network, as a number.", _parsed),
        Function(
            "parse_ipv4_mask",
            "(address:string, prefix:long)",
            "long",
            "The network of that prefix in which the address lies, as a number.",
            _masked,
        ),
        Function(
            "format_ipv4",
            "(address:any, prefix:long?)",
            "string",
            "The address, or its network of that prefix, as text.",
            _formatted(masked=False),
            raw=True,
        ),
        Function(
            "format_ipv4_mask",
            "(address:any, prefix:long?)",
            "string",
            "The network of that prefix in which the address lies, with the prefix.",
            _formatted(masked=True),
            raw=True,
        ),
        Function(
            "ipv4_range_to_cidr_list",
            "(first:string, last:string)",
            "dynamic",
            "The fewest ranges that hold all addresses from the first to the last.",
            distinct("dynamic", _cidr_list),
        ),
        Function("has_ipv4", _HAS, "bool", "The address stands in the text as a whole.", _has(whole=True), raw=True),
        Function(
            "has_any_ipv4",
            _HAS_ANY,
            "bool",
            "One of the addresses stands in the text as a whole.",
            _has(whole=True),
            raw=True,
        ),
        Function(
            "has_ipv4_prefix",
            _HAS,
            "bool",
            "An address that starts so, as '10.1.', stands in the text.",
            _has(whole=False),
            raw=True,
        ),
        Function(
            "has_any_ipv4_prefix",
            _HAS_ANY,
            "bool",
            "An address that starts with one of these stands in the text.",
            _has(whole=False),
            raw=True,
        ),
    ),
)
