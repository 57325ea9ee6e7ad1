"""Fingerprints of what a reader sees: equal for one text, alike for alike texts, the same in every version.

A change of a rule or constant here makes old and new mail incomparable; the tests hold known values.
"""

import re
import struct
from collections.abc import Sequence
from functools import cache
from hashlib import blake2b, sha256
from itertools import accumulate
from typing import NamedTuple
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from workbench.intake.mail.limits import FEWEST_WORDS, MOST_WORDS

PERMUTATIONS, BANDS, ROWS, SHINGLE = 128, 32, 4, 3

_URL = re.compile(r"(?:https?|ftps?)://\S+|www\.\S+")
_ADDRESS = re.compile(r"[^\s@<>]{1,128}@[^\s@<>]+")
_DIGITS = re.compile(r"\d+")
_WORD = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]|[^\W_]+")
_CHUNK = 4_096


class Fingerprint(NamedTuple):
    """``digest`` of the normalised text, its ``words``, and MinHash ``bands`` and ``signature`` from 30 words up."""

    digest: str
    words: int
    bands: tuple[str, ...]
    signature: str


def fingerprint(bare: str) -> Fingerprint:
    """The fingerprints of a visible text, given as ``skeleton`` makes it; all empty where it has no words."""
    words = normal_words(bare)
    if not words:
        return Fingerprint("", 0, (), "")
    digest = sha256(" ".join(words).encode()).hexdigest()
    if len(words) < FEWEST_WORDS:
        return Fingerprint(digest, len(words), (), "")
    signature = minhash(words[:MOST_WORDS])
    return Fingerprint(digest, len(words), bands(signature), signature.hex())


def normal_words(bare: str) -> list[str]:
    """The words of a skeleton, URLs, addresses and numbers masked."""
    masked = _URL.sub(" url ", bare) if "://" in bare or "www." in bare else bare
    if "@" in masked:
        masked = " ".join(_ADDRESS.sub(" addr ", piece) if "@" in piece else piece for piece in masked.split())
    return _WORD.findall(_DIGITS.sub("0", masked))


def minhash(words: Sequence[str]) -> bytes:
    """128 values of four bytes, big endian: minima over the CRC-32 ``x`` of all runs of three words.

    Each is the upper half of the least ``a * x + b mod 2**64``, with its own ``a`` and ``b``.
    """
    runs = _runs(words)
    values = np.fromiter(map(crc32, runs), dtype=np.uint64, count=len(runs))
    least = np.full(PERMUTATIONS, np.iinfo(np.uint64).max, dtype=np.uint64)
    factors, offsets = _permutations()
    for start in range(0, len(values), _CHUNK):
        hashed = factors * values[start : start + _CHUNK] + offsets
        least = np.minimum(least, hashed.min(axis=1))
    return (least >> np.uint64(32)).astype(">u4").tobytes()


def _runs(words: Sequence[str]) -> set[bytes]:
    """All runs of three words, each once, cut out of the whole text; of fewer words the text itself."""
    text = " ".join(words)
    coded = text.encode()
    sizes = map(len, words if len(coded) == len(text) else map(str.encode, words))
    ends = list(accumulate(sizes, lambda end, size: end + 1 + size))
    starts = [0, *(end + 1 for end in ends)]
    return {coded[start:end] for start, end in zip(starts, ends[SHINGLE - 1 :], strict=False)} or {coded}


def bands(signature: bytes) -> tuple[str, ...]:
    """32 keys of 16 hexadecimal digits: BLAKE2b of the number of the band and its four values."""
    width = 4 * ROWS
    return tuple(
        blake2b(bytes((band,)) + signature[band * width : (band + 1) * width], digest_size=8).hexdigest()
        for band in range(BANDS)
    )


def similarity(left: str, right: str) -> float:
    """The share of equal values of two signatures: an estimate of how many word runs two texts have in common."""
    pairs = [(left[at : at + 8], right[at : at + 8]) for at in range(0, min(len(left), len(right)), 8)]
    return sum(mine == other for mine, other in pairs) / len(pairs) if pairs else 0.0


@cache
def _permutations() -> tuple[NDArray[np.uint64], NDArray[np.uint64]]:
    """Factors (odd) and offsets: the first 16 bytes, big endian, of SHA-256 of ``minhash 0`` to ``minhash 127``."""
    digests = [sha256(f"minhash {number}".encode()).digest() for number in range(PERMUTATIONS)]
    pairs = [struct.unpack(">QQ", digest[:16]) for digest in digests]
    factors = np.array([[first | 1] for first, _ in pairs], dtype=np.uint64)
    return factors, np.array([[second] for _, second in pairs], dtype=np.uint64)
