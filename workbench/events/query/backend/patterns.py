"""Regular expressions for text operators: case is ignored by simple Unicode folding; letters and digits make terms."""

from collections.abc import Sequence

import polars as pl

_LEAD, _TRAIL = r"(?:^|[^\p{L}\p{N}])", r"(?:$|[^\p{L}\p{N}])"
_ANY = "(?i)"
_BATCH = 200
"""Needles in one expression; more are looked for batch by batch."""


def anywhere(text: pl.Expr, needle: str, *, exact: bool) -> pl.Expr:
    """``contains``."""
    return text.str.contains(needle, literal=True) if exact else text.str.contains(_ANY + pl.escape_regex(needle))


def at_start(text: pl.Expr, needle: str, *, exact: bool) -> pl.Expr:
    """``startswith``."""
    return text.str.starts_with(needle) if exact else text.str.contains(rf"{_ANY}\A{pl.escape_regex(needle)}")


def at_end(text: pl.Expr, needle: str, *, exact: bool) -> pl.Expr:
    """``endswith``."""
    return text.str.ends_with(needle) if exact else text.str.contains(rf"{_ANY}{pl.escape_regex(needle)}\z")


def whole(text: pl.Expr, needle: str) -> pl.Expr:
    """``=~``."""
    return text.str.contains(rf"{_ANY}\A{pl.escape_regex(needle)}\z")


def term(text: pl.Expr, needle: str, *, exact: bool, lead: bool = True, trail: bool = True) -> pl.Expr:
    """``has``, ``hasprefix`` (no ``trail``) and ``hassuffix`` (no ``lead``)."""
    return text.str.contains(("" if exact else _ANY) + _term(needle, lead=lead, trail=trail))


def terms(text: pl.Expr, needles: Sequence[str]) -> list[pl.Expr]:
    """``has_any``: conditions of which one must hold."""
    distinct = sorted(set(needles))
    batches = [distinct[start : start + _BATCH] for start in range(0, len(distinct), _BATCH)]
    return [text.str.contains(_ANY + "|".join(_term(each) for each in batch)) for batch in batches]


def row_term(text: pl.Expr, needle: pl.Expr, *, exact: bool, lead: bool = True, trail: bool = True) -> pl.Expr:
    """``has`` and its kin where the needle is another column."""
    start = pl.when(needle.str.contains(r"^[\p{L}\p{N}]")).then(pl.lit(_LEAD if lead else "")).otherwise(pl.lit(""))
    end = pl.when(needle.str.contains(r"[\p{L}\p{N}]$")).then(pl.lit(_TRAIL if trail else "")).otherwise(pl.lit(""))
    flag = pl.lit("" if exact else _ANY)
    return text.str.contains(pl.concat_str(flag, start, needle.str.escape_regex(), end))


def _term(needle: str, *, lead: bool = True, trail: bool = True) -> str:
    """A boundary stands only beside a letter or digit: ``has "@a.b"`` looks for the sign wherever it is."""
    start = _LEAD if lead and _alphanumeric(needle[:1]) else ""
    end = _TRAIL if trail and _alphanumeric(needle[-1:]) else ""
    return f"{start}{pl.escape_regex(needle)}{end}"


def _alphanumeric(char: str) -> bool:
    return char.isalpha() or char.isnumeric()
