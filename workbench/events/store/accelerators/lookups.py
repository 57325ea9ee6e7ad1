"""Where in a data file a text stands: sorted pairs of its hash and its row, six bytes each, in blocks.

Case is folded, so one index serves ``==`` and ``=~``. It finds candidates only: hashes are short, texts that are not
ASCII share one key, and the condition is checked on the rows themselves. Empty texts are not kept.
"""

import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import polars as pl
from numpy.typing import NDArray

from workbench.events.store.accelerators.container import Sidecar

MOST_TEXTS = 5_000
"""Texts that are looked up at once; more are found faster by reading the column."""

_BLOCK = 4_096
_WIDTH = 6
_BYTES = _BLOCK * _WIDTH
_APART = 8
"""Blocks between two that are read along with them."""
_LOW = 16
"""Bits of a row number that lie beside the hash in the low half of a pair."""
_WORD = 48
_OTHER = "\x00"
"""Stands for every text that is not ASCII: folding case means too many things there."""

Rows: TypeAlias = NDArray[np.int64]
Numbers: TypeAlias = NDArray[np.uint64]
_Pairs: TypeAlias = tuple[NDArray[np.uint32], NDArray[np.uint16]]


@dataclass(frozen=True, eq=False)
class Keys:
    """Any of several texts in a column, by their hashes."""

    column: str
    hashes: Numbers


@dataclass(frozen=True, eq=False)
class Every:
    """All of these hold."""

    parts: "tuple[Wanted, ...]"


@dataclass(frozen=True, eq=False)
class Either:
    """At least one of these holds."""

    parts: "tuple[Wanted, ...]"


Wanted: TypeAlias = Keys | Every | Either


def keys(column: str, texts: pl.Series, *, folded: bool) -> Keys | None:
    """What to look up for any of these texts, case aside where ``folded``; None where the index cannot say."""
    if texts.len() > MOST_TEXTS or (texts == "").any():
        return None
    ascii_only = texts.str.len_bytes() == texts.str.len_chars()
    if folded and not ascii_only.all():
        return None
    wanted = pl.concat([texts, pl.Series([_OTHER] if folded else [], dtype=pl.String)])
    return Keys(column, wanted.to_frame("").select(_key("")).to_series().unique().sort().to_numpy())


def columns(wanted: Wanted) -> tuple[str, ...]:
    """The columns a condition is about."""
    if isinstance(wanted, Keys):
        return (wanted.column,)
    return tuple(dict.fromkeys(name for part in wanted.parts for name in columns(part)))


def made(lazy: pl.LazyFrame, column: str, rows: int) -> dict[str, bytes]:
    """The parts that index a column of a data file."""
    kept = lazy.select(column).with_row_index("row").filter(pl.col(column) != "")
    found = kept.select(_key(column).alias("key"), "row").collect(engine="streaming")
    words = _word(found["key"].to_numpy(), rows) | found["row"].to_numpy().astype(np.uint64)
    words.sort()
    high, low = (words >> np.uint64(_LOW)).astype(np.uint32), words.astype(np.uint16)
    blocks = [_packed(high[at : at + _BLOCK], low[at : at + _BLOCK]) for at in range(0, words.size, _BLOCK)]
    checks = np.array([zlib.crc32(block) for block in blocks], dtype=np.uint32)
    return {_blocks(column): b"".join(blocks), _directory(column): high[::_BLOCK].tobytes() + checks.tobytes()}


def parts(column: str) -> tuple[str, str]:
    """The names of the parts of a column's index."""
    return _blocks(column), _directory(column)


def find(wanted: Keys, sidecar: Sidecar) -> Rows | None:
    """The rows of a data file, in order, that may hold one of the texts; None where its index cannot be had."""
    directory = sidecar.part(_directory(wanted.column))
    if directory is None:
        return None
    firsts, checks = np.frombuffer(directory, np.uint32).reshape(2, -1)
    inner = np.uint32((1 << (_bits(sidecar.rows) - _LOW)) - 1)
    start = (_word(wanted.hashes, sidecar.rows) >> np.uint64(_LOW)).astype(np.uint32)
    read = _blocks_of(sidecar, wanted.column, _touched(firsts, start, start | inner), checks)
    if read is None:
        return None
    high, low = read
    hits = _between(np.searchsorted(high, start, "left"), np.searchsorted(high, start | inner, "right"))
    return np.unique(((high[hits] & inner).astype(np.int64) << _LOW) | low[hits])


def combined(wanted: Wanted, find: "Callable[[Keys], Rows | None]") -> Rows | None:
    """The rows, in order, in which alone the condition may hold; None where they are not known."""
    if isinstance(wanted, Keys):
        return find(wanted)
    found = [combined(part, find) for part in wanted.parts]
    known = [rows for rows in found if rows is not None]
    if isinstance(wanted, Every):
        return _folded(known, lambda one, other: np.intersect1d(one, other, assume_unique=True))
    return _folded(known, np.union1d) if len(known) == len(found) else None


def _folded(found: Sequence[Rows], join: Callable[[Rows, Rows], Rows]) -> Rows | None:
    if not found:
        return None
    whole = found[0]
    for rows in found[1:]:
        whole = join(whole, rows)
    return whole


def _key(column: str) -> pl.Expr:
    text = pl.col(column)
    folded = pl.when(text.str.len_bytes() == text.str.len_chars()).then(text.str.to_lowercase())
    return folded.otherwise(pl.lit(_OTHER)).hash()


def _bits(rows: int) -> int:
    """Bits of a word that hold the number of a row."""
    return max(_LOW, (rows - 1).bit_length())


def _word(hashes: Numbers, rows: int) -> Numbers:
    """The hash cut to the bits that a row number leaves of a word, and moved above it."""
    bits = _bits(rows)
    return (hashes >> np.uint64(64 - _WORD + bits)) << np.uint64(bits)


def _packed(high: NDArray[np.uint32], low: NDArray[np.uint16]) -> bytes:
    return high.tobytes() + low.tobytes()


def _touched(firsts: NDArray[np.uint32], start: NDArray[np.uint32], end: NDArray[np.uint32]) -> Rows:
    """The blocks that may hold these ranges; equal pairs may begin in the block before."""
    low = np.maximum(np.searchsorted(firsts, start, "left") - 1, 0)
    return np.unique(_between(low, np.searchsorted(firsts, end, "right")))


def _between(starts: Rows, ends: Rows) -> Rows:
    """All whole numbers of several ranges, one after the other."""
    lengths = np.maximum(ends - starts, 0)
    before = np.cumsum(lengths) - lengths
    return np.repeat(starts - before, lengths) + np.arange(lengths.sum())


def _blocks_of(sidecar: Sidecar, column: str, touched: Rows, checks: NDArray[np.uint32]) -> _Pairs | None:
    """The pairs of some blocks, in order; None where one of them is damaged."""
    runs = np.split(touched, np.flatnonzero(np.diff(touched) > _APART) + 1) if touched.size else []
    high, low = [np.empty(0, np.uint32)], [np.empty(0, np.uint16)]
    for run in runs:
        content = sidecar.cut(_blocks(column), int(run[0]) * _BYTES, _length(sidecar, column, run))
        for at in run:
            pairs = _pairs(content or b"", int(at - run[0]), int(checks[at]))
            if pairs is None:
                return None
            high.append(pairs[0])
            low.append(pairs[1])
    return np.concatenate(high), np.concatenate(low)


def _length(sidecar: Sidecar, column: str, run: Rows) -> int:
    return min(int(run[-1] + 1) * _BYTES, sidecar.pieces[_blocks(column)].length) - int(run[0]) * _BYTES


def _pairs(content: bytes, at: int, check: int) -> _Pairs | None:
    block = memoryview(content)[at * _BYTES : (at + 1) * _BYTES]
    if zlib.crc32(block) != check:
        return None
    count = len(block) // _WIDTH
    return np.frombuffer(block, np.uint32, count), np.frombuffer(block, np.uint16, count, count * 4)


def _blocks(column: str) -> str:
    return f"lookup {column}"


def _directory(column: str) -> str:
    return f"lookup directory {column}"
