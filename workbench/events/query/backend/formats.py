"""``format_datetime`` and ``format_timespan``: the letters of a format to the parts of a time."""

import re
from collections.abc import Callable, Mapping
from types import MappingProxyType

import polars as pl

from workbench.base.errors import BadQuery

_LETTERS = re.compile(r"y+|M+|d+|H+|h+|m+|s+|f+|F+|t+|[^yMdHhmsfFt]+")
_TWO, _SEVEN = (1, 2), (1, 2, 3, 4, 5, 6, 7)
_WIDTHS: Mapping[str, tuple[int, ...]] = MappingProxyType(
    {"d": _TWO, "f": _SEVEN, "F": _SEVEN, **dict.fromkeys("hHmMs", _TWO), "y": (1, 2, 4), "t": (2,)}
)
"""How often each letter may stand in a format of moments."""
_HALF_DAY = 12
_YEAR = 100


def check_moment_format(form: str) -> None:
    """Refuse runs of letters that the page format_datetime() does not list.

    Raises:
        BadQuery: there is one.
    """
    for piece in _LETTERS.findall(form):
        if piece[0] in _WIDTHS and len(piece) not in _WIDTHS[piece[0]]:
            known = " ".join(letter * width for letter, widths in _WIDTHS.items() for width in widths)
            raise BadQuery(f"format_datetime has no {piece!r}", next_step=f"It has {known}.")


def moment_format(moment: pl.Expr, form: str) -> pl.Expr:
    """A moment in a format of .NET's letters; letters that mean nothing stand for themselves."""
    check_moment_format(form)
    clock = moment.dt
    parts: Mapping[str, Callable[[], pl.Expr]] = {
        "y": clock.year,
        "M": clock.month,
        "d": clock.day,
        "H": clock.hour,
        "h": lambda: (clock.hour() + _HALF_DAY - 1) % _HALF_DAY + 1,
        "m": clock.minute,
        "s": clock.second,
        "f": clock.microsecond,
        "F": clock.microsecond,
        "t": clock.hour,
    }
    return pl.concat_str([_part(piece, parts) for piece in _LETTERS.findall(form)] or [pl.lit("")]).fill_null("")


def timespan_format(length: pl.Expr, form: str) -> pl.Expr:
    """The size of a timespan in a format of .NET's letters."""
    micros = length.dt.total_microseconds().abs()
    hours = micros // 3_600_000_000 % 24
    parts: Mapping[str, Callable[[], pl.Expr]] = {
        "d": lambda: micros // 86_400_000_000,
        "H": lambda: hours,
        "h": lambda: hours,
        "m": lambda: micros // 60_000_000 % 60,
        "s": lambda: micros // 1_000_000 % 60,
        "f": lambda: micros % 1_000_000,
        "F": lambda: micros % 1_000_000,
    }
    return pl.concat_str([_part(piece, parts) for piece in _LETTERS.findall(form)] or [pl.lit("")]).fill_null("")


def _part(piece: str, parts: Mapping[str, Callable[[], pl.Expr]]) -> pl.Expr:
    letter, width = piece[0], len(piece)
    if letter not in parts:
        return pl.lit(piece)
    number = parts[letter]()
    if letter in "fF":
        digits = number.cast(pl.String).str.zfill(6).str.pad_end(width, "0").str.head(width)
        return digits.str.strip_chars_end("0") if letter == "F" else digits
    if letter == "t":
        half = pl.when(number < _HALF_DAY).then(pl.lit("AM")).otherwise(pl.lit("PM"))
        return half.str.head(width)
    if letter == "y" and width < len("yyyy"):
        number = number % _YEAR
    return number.cast(pl.String).str.zfill(width)
