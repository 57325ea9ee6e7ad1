"""Regular expressions for text operators: case is ignored by simple Unicode folding; letters and digits make terms."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache

import polars as pl

from workbench.base.errors import BadQuery

_LEAD, _TRAIL = r"(?:^|[^\p{L}\p{N}])", r"(?:$|[^\p{L}\p{N}])"
_ANY = "(?i)"
_PIECES = re.compile(r"(?s)\\[pPx]\{[^}]*\}|\\0[0-7]{0,2}|\\.|\[:\^?\w+:\]|\[\^?\]?|\{\d+(?:,\d*)?\}|.")
"""What a pattern is read in: escapes, named classes, the start of a class, repetitions, single characters."""
_SHOWN = 80
"""Characters of a faulty pattern that a message shows."""
_BATCH = 20_000
"""Characters of needles in one expression; more are looked for batch by batch."""


def compiled(pattern: str) -> str:
    """The pattern in the engine's spelling.

    Older patterns leave brackets bare inside classes and braces that repeat nothing; where the engine refuses a
    pattern, these are taken for themselves.

    Raises:
        BadQuery: it is no pattern, or one that takes more room than the engine gives to any.
    """
    fault = _fault(pattern)
    if not fault:
        return pattern
    plain = _plainer(pattern)
    if plain != pattern and not _fault(plain):
        return plain
    raise BadQuery(f"{pattern[:_SHOWN]!r} is no regular expression: {fault}")


@lru_cache(maxsize=1024)
def _fault(pattern: str) -> str:
    try:
        pl.Series([""]).str.contains(pattern)
    except pl.exceptions.ComputeError as error:
        lines = [line.strip() for line in str(error).splitlines()]
        return next((line.removeprefix("error: ") for line in lines if line.startswith("error: ")), lines[0])
    return ""


def _plainer(pattern: str) -> str:
    r"""The pattern with ``[`` inside a class, and ``{`` that starts no repetition, taken for themselves.

    So are ``\<`` and ``\>`` inside a class; ``\0`` is the character of that octal number.
    """
    found, inside = "", False
    for held in _PIECES.findall(pattern):
        piece = str(held)
        opens = not inside and piece[0] == "["
        closes = inside and piece[-1] == "]" and not piece.startswith(("[:", "\\"))
        bare = piece == "{" or (inside and piece[0] == "[" and not piece.startswith("[:"))
        if piece.startswith("\\0"):
            piece = rf"\x{int(piece[1:], 8):02x}"
        elif inside and piece in (r"\<", r"\>"):
            piece = piece[1]
        found += "\\" + piece if bare else piece
        inside = opens or (inside and not closes)
    return found


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
    return [text.str.contains(pattern) for pattern in alternatives(needles, bounds, exact=False)]


def alternatives(needles: Iterable[str], ends: Callable[[str], tuple[str, str]], *, exact: bool) -> Iterator[str]:
    """Patterns of which one is found where one of the needles is, between the ``ends`` that it asks for.

    Needles with the same ends share them: to compile a boundary for each takes a hundred times as long.
    """
    shared: dict[tuple[str, str], list[str]] = {}
    for needle in sorted(set(needles)):
        shared.setdefault(ends(needle), []).append(pl.escape_regex(needle))
    for (start, end), escaped in shared.items():
        for batch in _batches(escaped):
            yield f"{'' if exact else _ANY}{start}(?:{'|'.join(batch)}){end}"


def _batches(escaped: Sequence[str]) -> Iterator[list[str]]:
    batch: list[str] = []
    size = 0
    for each in escaped:
        if batch and size + len(each) > _BATCH:
            yield batch
            batch, size = [], 0
        batch.append(each)
        size += len(each)
    if batch:
        yield batch


def row_term(text: pl.Expr, needle: pl.Expr, *, exact: bool, lead: bool = True, trail: bool = True) -> pl.Expr:
    """``has`` and its kin where the needle is another column."""
    start = pl.when(needle.str.contains(r"^[\p{L}\p{N}]")).then(pl.lit(_LEAD if lead else "")).otherwise(pl.lit(""))
    end = pl.when(needle.str.contains(r"[\p{L}\p{N}]$")).then(pl.lit(_TRAIL if trail else "")).otherwise(pl.lit(""))
    flag = pl.lit("" if exact else _ANY)
    return text.str.contains(pl.concat_str(flag, start, needle.str.escape_regex(), end))


def _term(needle: str, *, lead: bool = True, trail: bool = True) -> str:
    """A boundary stands only beside a letter or digit: ``has "@a.b"`` looks for the sign wherever it is."""
    start, end = bounds(needle)
    return f"{start if lead else ''}{pl.escape_regex(needle)}{end if trail else ''}"


def bounds(needle: str) -> tuple[str, str]:
    """What must stand before and after a term: nothing that goes on with its first or last letter or digit."""
    return _LEAD if _alphanumeric(needle[:1]) else "", _TRAIL if _alphanumeric(needle[-1:]) else ""


def _alphanumeric(char: str) -> bool:
    return char.isalpha() or char.isnumeric()


def holds_term(text: str, needle: str) -> bool:
    """``has`` for one text, in Python."""
    held, wanted = text.lower(), needle.lower()
    at = held.find(wanted)
    while at >= 0:
        end = at + len(wanted)
        lead = _alphanumeric(wanted[:1]) and _alphanumeric(held[at - 1 : at] if at else "")
        if not lead and not (_alphanumeric(wanted[-1:]) and _alphanumeric(held[end : end + 1])):
            return True
        at = held.find(wanted, at + 1)
    return False
