"""Ranges of addresses and what each stands for, found by sorted search.

Ranges may overlap when they come: of two, the one that begins later counts, else the narrower, as with routes.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

import numpy as np
import polars as pl
from numpy.typing import NDArray

from workbench.events.lookups.addresses import Addresses, Numbers, Sixteens, addresses, raw, sixteens

Starts = TypeVar("Starts", Numbers, Sixteens)

Range = tuple[int, int, int]
"""First and last address as numbers, both included, and the place of its value."""

NONE = -1
_BITS = 128


@dataclass(frozen=True, eq=False)
class Bounds(Generic[Starts]):
    """First and last address of ranges of one version, and the row each stands at."""

    at: NDArray[np.int64]
    first: Starts
    last: Starts

    def find(self, numbers: Starts) -> NDArray[np.int64]:
        """The row of the range each number lies in, else ``NONE``. The ranges are sorted and apart."""
        if not len(self.first) or not len(numbers):
            return np.full(len(numbers), NONE, np.int64)
        place = np.searchsorted(self.first, numbers, side="right") - 1
        inside = (place >= 0) & (numbers <= self.last[place])
        return np.where(inside, self.at[place], NONE)


@dataclass(frozen=True, eq=False)
class Ranges:
    """Ranges of both versions and their values; an address has one value at most."""

    four: Bounds[Numbers]
    six: Bounds[Sixteens]
    values: pl.Series

    def find(self, column: pl.Series | Addresses) -> pl.Series:
        """The value of each address; null for what is no address and for addresses in no range."""
        asked = column if isinstance(column, Addresses) else addresses(column)
        places = np.full(asked.rows, NONE, np.int64)
        places[asked.at4] = self.four.find(asked.four)
        places[asked.at6] = self.six.find(asked.six)
        found = pl.Series(places).to_frame("place").select(pl.col("place").replace(NONE, None)).to_series()
        return self.values.gather(found)


def ranges_of(four: Bounds[Numbers], six: Bounds[Sixteens], values: pl.Series) -> Ranges:
    """A table of ranges in any order, each with the value at its row."""
    codes = (values.rank("dense") - 1).cast(pl.Int64).to_numpy()
    names = values.unique().sort()
    return Ranges(_apart4(_coded(four, codes)), _apart6(_coded(six, codes)), names)


def between(first: pl.Series, last: pl.Series) -> tuple[Bounds[Numbers], Bounds[Sixteens]]:
    """Bounds given as two columns. Rows with other than two addresses of one version, in order, are left out."""
    low, high = addresses(first), addresses(last)
    _, here, there = np.intersect1d(low.at4, high.at4, assume_unique=True, return_indices=True)
    four = Bounds(low.at4[here], low.four[here], high.four[there])
    _, here, there = np.intersect1d(low.at6, high.at6, assume_unique=True, return_indices=True)
    six = Bounds(low.at6[here], low.six[here], high.six[there])
    return _chosen(four, four.first <= four.last), _chosen(six, six.first <= six.last)


def networks(column: pl.Series) -> tuple[Bounds[Numbers], Bounds[Sixteens]]:
    """Bounds of ``address/prefix``, or of single addresses; rows that are neither are left out.

    A prefix of IPv4 inside IPv6 counts from the first bit of the 128, so from 96 on.
    """
    parts = column.str.strip_chars().str.splitn("/", 2).struct.unnest()
    given = parts["field_1"].is_not_null()
    prefix = parts["field_1"].cast(pl.UInt8, strict=False).cast(pl.Int64).fill_null(_BITS + 1)
    lengths = prefix.to_numpy()
    base = addresses(parts["field_0"])
    alone = ~given.to_numpy()
    inside = 96 * parts["field_0"].str.contains(":", literal=True).fill_null(value=False).to_numpy()
    bits4 = np.where(alone[base.at4], 32, lengths[base.at4] - inside[base.at4])
    bits6 = np.where(alone[base.at6], _BITS, lengths[base.at6])
    return _masked4(base, bits4), _masked6(base, bits6)


def _masked4(base: Addresses, bits: NDArray[np.int64]) -> Bounds[Numbers]:
    fits = (bits >= 0) & (bits <= 32)
    host = (1 << (32 - bits[fits])) - 1
    first = base.four[fits] & ~host
    return Bounds(base.at4[fits], first.astype(np.uint32), (first | host).astype(np.uint32))


def _masked6(base: Addresses, bits: NDArray[np.int64]) -> Bounds[Sixteens]:
    fits = bits <= _BITS
    hosts = [(1 << (_BITS - int(length))) - 1 for length in bits[fits]]
    firsts = [number & ~host for number, host in zip(_whole(base.six[fits]), hosts, strict=True)]
    lasts = (first | host for first, host in zip(firsts, hosts, strict=True))
    return Bounds(base.at6[fits], _bytes(firsts), _bytes(lasts))


def _chosen(bounds: Bounds[Starts], keep: NDArray[np.bool_] | NDArray[np.int64]) -> Bounds[Starts]:
    return Bounds(bounds.at[keep], bounds.first[keep], bounds.last[keep])


def _coded(bounds: Bounds[Starts], codes: NDArray[np.int64]) -> Bounds[Starts]:
    """The bounds in order, the place of each value instead of its row."""
    placed = Bounds(codes[bounds.at], bounds.first, bounds.last)
    return _chosen(placed, np.argsort(placed.first, kind="stable"))


def _are_apart(bounds: Bounds[Starts]) -> bool:
    return bool((bounds.first[1:] > bounds.last[:-1]).all())


def _apart4(bounds: Bounds[Numbers]) -> Bounds[Numbers]:
    if _are_apart(bounds):
        return bounds
    rows = flat(zip(bounds.first.tolist(), bounds.last.tolist(), bounds.at.tolist(), strict=True))
    first, last = (np.array([row[side] for row in rows], np.uint32) for side in (0, 1))
    return Bounds(_places(rows), first, last)


def _apart6(bounds: Bounds[Sixteens]) -> Bounds[Sixteens]:
    if _are_apart(bounds):
        return bounds
    rows = flat(zip(_whole(bounds.first), _whole(bounds.last), bounds.at.tolist(), strict=True))
    return Bounds(_places(rows), _bytes(row[0] for row in rows), _bytes(row[1] for row in rows))


def _places(rows: Sequence[Range]) -> NDArray[np.int64]:
    return np.array([row[2] for row in rows], np.int64)


def _whole(six: Sixteens) -> list[int]:
    return [int.from_bytes(row.tobytes(), "big") for row in raw(six)]


def _bytes(numbers: Iterable[int]) -> Sixteens:
    return sixteens(b"".join(number.to_bytes(16, "big") for number in numbers))


def flat(ranges: Iterable[Range]) -> list[Range]:
    """The same ranges sorted and apart: of two that overlap the one that begins later, else the narrower, counts."""
    apart: list[Range] = []
    open_: list[tuple[int, int]] = []
    at = 0
    for first, last, value in sorted(ranges, key=lambda each: (each[0], -each[1])):
        at = _close(open_, apart, at, first)
        if open_ and at < first:
            apart.append((at, first - 1, open_[-1][1]))
        at = first
        open_.append((last, value))
    _close(open_, apart, at, 1 << _BITS)
    return apart


def _close(open_: list[tuple[int, int]], apart: list[Range], at: int, until: int) -> int:
    """End the innermost ranges that are over before ``until``; answers how far what is written reaches."""
    while open_ and open_[-1][0] < until:
        last, value = open_.pop()
        if at <= last:
            apart.append((at, last, value))
            at = last + 1
    return at
