"""Numbers and digests that stand for a value."""

import hashlib
from collections.abc import Callable

import polars as pl

from workbench.events.query.backend import documents
from workbench.events.query.backend.values import Value, as_text, plain
from workbench.events.query.functions._declare import Family, Function
from workbench.events.query.types import INTEGERS

_MASK = 2**64 - 1
_P1, _P2, _P3 = 0x9E3779B185EBCA87, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9
_P4, _P5 = 0x85EBCA77C2B2AE63, 0x27D4EB2F165667C5
_STRIPE = 32
_TICKS_TO_1970 = 621_355_968_000_000_000


def _turned(number: int, bits: int) -> int:
    return ((number << bits) | (number >> (64 - bits))) & _MASK


def _round(total: int, lane: int) -> int:
    return _turned((total + lane * _P2) & _MASK, 31) * _P1 & _MASK


def _word(data: bytes, at: int, size: int) -> int:
    return int.from_bytes(data[at : at + size], "little")


def xxhash64(data: bytes) -> int:
    """The 64-bit hash of that name with seed 0, as a signed number."""
    at, found = _stripes(data)
    found = (found + len(data)) & _MASK
    while at + 8 <= len(data):
        found = (_turned(found ^ _round(0, _word(data, at, 8)), 27) * _P1 + _P4) & _MASK
        at += 8
    if at + 4 <= len(data):
        found = (_turned(found ^ (_word(data, at, 4) * _P1 & _MASK), 23) * _P2 + _P3) & _MASK
        at += 4
    for byte in data[at:]:
        found = _turned(found ^ (byte * _P5 & _MASK), 11) * _P1 & _MASK
    for bits, factor in ((33, _P2), (29, _P3), (32, 1)):
        found = (found ^ (found >> bits)) * factor & _MASK
    return found - 2**64 if found >> 63 else found


def _stripes(data: bytes) -> tuple[int, int]:
    """How far whole stripes of 32 bytes reach, and what they come to."""
    if len(data) < _STRIPE:
        return 0, _P5
    lanes = [(_P1 + _P2) & _MASK, _P2, 0, -_P1 & _MASK]
    end = len(data) - len(data) % _STRIPE
    for at in range(0, end, _STRIPE):
        lanes = [_round(lane, _word(data, at + 8 * number, 8)) for number, lane in enumerate(lanes)]
    found = sum(_turned(lane, bits) for lane, bits in zip(lanes, (1, 7, 12, 18), strict=True)) & _MASK
    for lane in lanes:
        found = ((found ^ _round(0, lane)) * _P1 + _P4) & _MASK
    return end, found


def _hash(value: Value, modulus: Value | None = None) -> Value:
    found = _number(value)
    if modulus is not None:
        size = pl.when(modulus.expr > 0).then(modulus.expr.cast(pl.Int64))
        found = (found % size + size) % size
    return plain(found, "long")


def _number(value: Value) -> pl.Expr:
    """Text by its bytes; whole numbers, moments and timespans by the eight bytes of their number (ticks)."""
    if value.type in INTEGERS or value.type in ("datetime", "timespan"):
        ticks = value.expr.cast(pl.Int64)
        if value.type in ("datetime", "timespan"):
            ticks = ticks * 10 + (_TICKS_TO_1970 if value.type == "datetime" else 0)
        return documents.mapped(ticks, _of_number, pl.Int64())
    return documents.mapped(as_text(value), lambda text: xxhash64(text.encode()), pl.Int64())


def _of_number(number: int) -> int:
    return xxhash64(number.to_bytes(8, "little", signed=True))


def _digest(name: str) -> Callable[[Value], Value]:
    def build(value: Value) -> Value:
        def hashed(text: str) -> str:
            return hashlib.new(name, text.encode(), usedforsecurity=False).hexdigest()

        return plain(documents.mapped(as_text(value), hashed, pl.String()), "string")

    return build


def _named(name: str, word: str) -> Function:
    return Function(f"hash_{name}", "(value:any)", "string", f"{word} of the text of a value.", _digest(name), raw=True)


FAMILY = Family(
    "Hashes",
    (
        Function(
            "hash",
            "(value:any, modulus:long?)",
            "long",
            "A number that stands for the value (xxHash64), or what is left of it by the modulus.",
            _hash,
            raw=True,
            aliases=("hash_xxhash64",),
        ),
        _named("sha256", "SHA-256"),
        _named("sha1", "SHA-1"),
        _named("md5", "MD5"),
    ),
)
