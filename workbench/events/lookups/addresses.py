"""Columns of addresses as numbers, a million in a fraction of a second.

An address is read as logs write it: plain, with a port (``192.0.2.7:443``), in brackets (``[2001:db8::1]:443``), with
a zone (``fe80::1%eth0``), or as IPv4 inside IPv6 (``::ffff:192.0.2.7``, which is IPv4). What is none stays out.
"""

from dataclasses import dataclass
from ipaddress import ip_address
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

Numbers = NDArray[np.uint32]
"""IPv4 addresses as numbers."""

Sixteens = NDArray[np.bytes_]
"""IPv6 addresses as 16 bytes, which sort as the addresses do."""

_OCTETS = ["field_0", "field_1", "field_2", "field_3"]
_GROUPS = [f"field_{place}" for place in range(8)]
_PORT = r"^([0-9.]+|\[[^\]]*\]):[0-9]{1,5}$"
_MAPPED = b"\0" * 10 + b"\xff\xff"


@dataclass(frozen=True, eq=False)
class Addresses:
    """The addresses of a column: at which rows, and their numbers. Rows in neither hold no address."""

    rows: int
    at4: NDArray[np.int64]
    four: Numbers
    at6: NDArray[np.int64]
    six: Sixteens


def addresses(column: pl.Series) -> Addresses:
    """Read a column of text. Order and rows are kept: ``at4`` and ``at6`` are positions in it."""
    frame = pl.DataFrame({"at": np.arange(len(column)), "text": column.cast(pl.String)}).drop_nulls()
    plain, rest = _read(frame)
    odd, _ = _read(_tidied(rest))
    at6, six = np.concatenate([plain.at6, odd.at6]), np.concatenate([plain.six, odd.six])
    inside = np.char.startswith(six, _MAPPED)
    at4 = np.concatenate([plain.at4, odd.at4, at6[inside]])
    four = np.concatenate([plain.four, odd.four, _tails(six[inside])])
    return Addresses(len(column), at4, four, at6[~inside], six[~inside])


def _read(frame: pl.DataFrame) -> tuple[Addresses, pl.DataFrame]:
    """The addresses among plainly written texts, and the rows that are none."""
    four = _fours(frame)
    rest = _without(frame, four)
    six = _sixes(rest.with_columns(pl.col("text").str.to_lowercase()))
    both = np.stack([six["high"].to_numpy(), six["low"].to_numpy()], axis=1).astype(">u8")
    numbers = (four["at"].to_numpy(), four["four"].to_numpy(), six["at"].to_numpy(), sixteens(both.tobytes()))
    return Addresses(frame.height, *numbers), _without(rest, six)


def _without(frame: pl.DataFrame, found: pl.DataFrame) -> pl.DataFrame:
    return frame.clear() if found.height == frame.height else frame.join(found, on="at", how="anti")


def _fours(frame: pl.DataFrame) -> pl.DataFrame:
    """The rows that are plain IPv4: four octets that, written again, give the text."""
    octets = pl.col("text").str.split_exact(".", 3).struct.unnest()
    numbers = (
        frame.lazy()
        .select("at", "text", octets)
        .with_columns(pl.col(_OCTETS).cast(pl.UInt8, strict=False))
        .filter(pl.format("{}.{}.{}.{}", *_OCTETS) == pl.col("text"))
        .select("at", four=_joined([pl.col(name).cast(pl.UInt32) for name in _OCTETS], 8))
    )
    return numbers.collect(engine="in-memory")


def _tidied(frame: pl.DataFrame) -> pl.DataFrame:
    """Blanks, port, brackets and zone dropped, and IPv4 inside IPv6 written out in groups."""
    text = pl.col("text").str.strip_chars().str.to_lowercase().str.replace(_PORT, "$1")
    text = text.str.replace(r"^\[([^\]]*)\]$", "$1").str.replace(r"^([0-9a-f:.]*:[0-9a-f:.]*)%[^%/]+$", "$1")
    tidy = frame.with_columns(text)
    dotted = tidy["text"].filter(tidy["text"].str.contains(r"^[0-9a-f:]*:[0-9.]+\.[0-9]+$")).unique()
    written = {each: _exploded(each) for each in dotted}
    return tidy.with_columns(pl.col("text").replace(written)) if written else tidy


def _exploded(text: str) -> str:
    try:
        return ip_address(text).exploded
    except ValueError:
        return ""


def _sixes(frame: pl.DataFrame) -> pl.DataFrame:
    """The rows that are IPv6, ``::`` filled up to eight groups."""
    groups = pl.col("text").str.split_exact(":", 8).struct.unnest()
    is_group = pl.all_horizontal(pl.col(name).str.len_bytes().is_between(1, 4) for name in _GROUPS)
    read = [pl.col(name).str.to_integer(base=16, dtype=pl.UInt64, strict=False) for name in _GROUPS]
    return (
        frame.lazy()
        .filter(pl.col("text").str.contains(r"^[0-9a-f:]{2,39}$"))
        .select("at", _filled())
        .select("at", groups)
        .filter(is_group & pl.col("field_8").is_null())
        .select("at", high=_joined(read[:4], 16), low=_joined(read[4:], 16))
        .collect(engine="in-memory")
    )


def _filled() -> pl.Expr:
    """The text with ``::`` written as the zeros it stands for, at least one; without ``::`` unchanged."""
    text, split = pl.col("text"), pl.col("text").str.splitn("::", 2).struct
    head, tail = split.field("field_0"), split.field("field_1")
    edges = (head == "").cast(pl.Int32) + (tail == "").cast(pl.Int32)
    missing = 8 + edges - text.str.count_matches(":", literal=True).cast(pl.Int32)
    zeros = missing.replace_strict(
        {count: ":".join("0" * count) for count in range(1, 9)}, default=None, return_dtype=pl.String
    )
    before = pl.when(head == "").then(pl.lit("")).otherwise(head + ":")
    after = pl.when(tail == "").then(pl.lit("")).otherwise(":" + tail)
    return pl.when(tail.is_null()).then(text).otherwise(before + zeros + after).alias("text")


def _joined(parts: list[pl.Expr], bits: int) -> pl.Expr:
    whole = parts[0]
    for part in parts[1:]:
        whole = whole * 2**bits + part
    return whole


def sixteens(raw: bytes) -> Sixteens:
    """Addresses of 16 bytes each, one behind the other, as an array."""
    return np.frombuffer(raw, dtype="S16")


def raw(six: Sixteens) -> NDArray[np.uint8]:
    """The bytes of IPv6 addresses, a row of 16 each."""
    return np.ascontiguousarray(six).view(np.uint8).reshape(-1, 16)


def _tails(six: Sixteens) -> Numbers:
    last: NDArray[Any] = np.ascontiguousarray(raw(six)[:, 12:])
    return last.view(">u4").reshape(-1).astype(np.uint32)
