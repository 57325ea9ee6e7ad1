"""Random numbers that depend on nothing but the seed, what they are for, and the slice of time they are for.

So any slice can be made by any process in any order, or again tomorrow, with the same result.
"""

from hashlib import blake2b

import numpy as np
import numpy.typing as npt
import polars as pl

from workbench.apps.demo.parameters import Mix, Spread

Ints = npt.NDArray[np.int64]
Reals = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

_PAIRS = np.array([f"{byte:02x}" for byte in range(256)], dtype="S2")
_GUID = ((0, 8), (8, 12), (12, 16), (16, 20), (20, 32))
MINUTE = 60_000_000
"""Microseconds."""


def stream(seed: int, purpose: str, number: int = 0) -> np.random.Generator:
    """The random numbers of one purpose in one slice."""
    digest = blake2b(f"{seed}/{purpose}/{number}".encode(), digest_size=16).digest()
    return np.random.Generator(np.random.Philox(key=np.frombuffer(digest, dtype=np.uint64)))


def picked(draw: np.random.Generator, mix: Mix, count: int) -> Ints:
    """Positions in the names of a mix."""
    return weighted(draw, np.asarray(mix.weights), count)


def weighted(draw: np.random.Generator, weights: Reals, count: int) -> Ints:
    """Positions, each as often as its weight says."""
    bounds = np.cumsum(weights)
    found: Ints = np.searchsorted(bounds, draw.random(count) * bounds[-1], side="right")
    return np.minimum(found, len(weights) - 1)


def named(draw: np.random.Generator, mix: Mix, count: int) -> pl.Series:
    """Names of a mix."""
    return pl.Series(mix.names, dtype=pl.String).gather(picked(draw, mix, count))


def counts(draw: np.random.Generator, spread: Spread, count: int) -> Ints:
    """Whole numbers of a log-normal, at least one where there is any."""
    held = np.exp(np.log(spread.median) + spread.sigma * draw.standard_normal(count)).round().clip(1, 400)
    return np.where(draw.random(count) < spread.none, 0, held).astype(np.int64)


def minutes(draw: np.random.Generator, median: float, sigma: float, count: int) -> Ints:
    """Microseconds of a log-normal given in minutes, at most 48 hours."""
    long = np.exp(np.log(median) + sigma * draw.standard_normal(count)).clip(0.02, 2879)
    found: Ints = (long * MINUTE).astype(np.int64)
    return found


def any_number(draw: np.random.Generator, count: int) -> Ints:
    """Whole numbers from 0 to 2^62, to choose anything by."""
    found: Ints = draw.integers(0, 1 << 62, count)
    return found


def zipf(count: int, exponent: float) -> Reals:
    """Weights of so many ranks."""
    return 1.0 / np.arange(1, count + 1, dtype=np.float64) ** exponent


def hexes(draw: np.random.Generator, count: int, width: int) -> pl.Series:
    """Random hexadecimal texts of an even width."""
    return _texts(_digits(draw, count, width))


def guids(draw: np.random.Generator, count: int) -> pl.Series:
    """Random identifiers in the usual form."""
    digits, out, at = _digits(draw, count, 32), np.full((count, 36), ord("-"), np.uint8), 0
    for start, end in _GUID:
        out[:, at : at + end - start] = digits[:, start:end]
        at += end - start + 1
    return _texts(out)


def guid(*parts: object) -> str:
    """The identifier that belongs to some words, always the same."""
    text = blake2b("/".join(map(str, parts)).encode(), digest_size=16).hexdigest()
    return "-".join(text[start:end] for start, end in _GUID)


def either(flag: pl.Expr | pl.Series, yes: str, no: str) -> pl.Expr:
    """One word where the flag is set, else the other."""
    return pl.when(flag).then(pl.lit(yes)).otherwise(pl.lit(no))


def times(values: Ints) -> pl.Series:
    """Microseconds since 1970 as moments, to the millisecond."""
    return pl.Series(values // 1000 * 1000, dtype=pl.Int64).cast(pl.Datetime("us", "UTC"))


def _digits(draw: np.random.Generator, count: int, width: int) -> npt.NDArray[np.uint8]:
    pairs = _PAIRS[draw.integers(0, 256, (count, width // 2), dtype=np.uint8)]
    return pairs.view(np.uint8).reshape(count, width)


def _texts(letters: npt.NDArray[np.uint8]) -> pl.Series:
    count, width = letters.shape
    if not count:
        return pl.Series(dtype=pl.String)
    return pl.Series(np.ascontiguousarray(letters).view(f"S{width}").ravel()).cast(pl.String)
