"""Operators that look into text: for a part of it, for whole terms, for a pattern."""

from collections.abc import Callable
from typing import Protocol

import polars as pl

from workbench.events.query.backend import patterns
from workbench.events.query.backend.values import Value, nullable_text, plain
from workbench.events.query.functions._declare import Family, Function

_TEXTS = "(text:string|dynamic, part:string|dynamic)"


class _Fixed(Protocol):
    def __call__(self, text: pl.Expr, needle: str, *, exact: bool) -> pl.Expr: ...


class _Moving(Protocol):
    def __call__(self, text: pl.Expr, needle: pl.Expr, *, exact: bool) -> pl.Expr: ...


def _part(compare: Callable[[pl.Expr, pl.Expr], pl.Expr]) -> _Moving:
    """Look for another column's text."""

    def moving(text: pl.Expr, needle: pl.Expr, *, exact: bool) -> pl.Expr:
        return compare(text, needle) if exact else compare(text.str.to_lowercase(), needle.str.to_lowercase())

    return moving


def _term(*, lead: bool = True, trail: bool = True) -> tuple[_Fixed, _Moving]:
    def fixed(text: pl.Expr, needle: str, *, exact: bool) -> pl.Expr:
        return patterns.term(text, needle, exact=exact, lead=lead, trail=trail)

    def moving(text: pl.Expr, needle: pl.Expr, *, exact: bool) -> pl.Expr:
        return patterns.row_term(text, needle, exact=exact, lead=lead, trail=trail)

    return fixed, moving


def _four(name: str, meaning: str, fixed: _Fixed, moving: _Moving) -> tuple[Function, ...]:
    """The operator, its negation, and both with case counting."""
    found = []
    for wanted in (True, False):
        for exact in (False, True):
            word = f"{'' if wanted else '!'}{name}{'_cs' if exact else ''}"
            said = f"{'' if wanted else 'Not so: '}{meaning}; case {'counts' if exact else 'aside'}."
            build = _operator(fixed, moving, exact=exact, wanted=wanted)
            aliases = _LEGACY.get(word, ())
            found.append(Function(word, _TEXTS, "bool", said, build, raw=True, infix="text", aliases=aliases))
    return tuple(found)


_LEGACY = {"!contains": ("notcontains",), "contains_cs": ("containscs",), "!contains_cs": ("notcontainscs",)}


def _operator(fixed: _Fixed, moving: _Moving, *, exact: bool, wanted: bool) -> Callable[[Value, Value], Value]:
    def build(text: Value, part: Value) -> Value:
        held = nullable_text(text)
        found = _searched(held, part, fixed, moving, exact=exact)
        if text.type != "string" or part.type != "string":
            found = found.fill_null(value=False)
        return plain(found if wanted else ~found, "bool", solid=True)

    return build


def _searched(text: pl.Expr, part: Value, fixed: _Fixed, moving: _Moving, *, exact: bool) -> pl.Expr:
    if part.known and part.type == "string":
        return fixed(text, str(part.const), exact=exact)
    return moving(text, nullable_text(part), exact=exact)


def _matches(text: Value, pattern: Value) -> Value:
    held = nullable_text(text)
    known = pattern.known and pattern.type == "string"
    found = held.str.contains(patterns.compiled(str(pattern.const)) if known else nullable_text(pattern))
    return plain(found if text.type == pattern.type == "string" else found.fill_null(value=False), "bool", solid=True)


def _literal_contains(text: pl.Expr, needle: pl.Expr) -> pl.Expr:
    return text.str.contains(needle, literal=True)


FAMILY = Family(
    "Text operators",
    (
        *_four("contains", "The part stands anywhere in the text", patterns.anywhere, _part(_literal_contains)),
        *_four(
            "startswith", "The text starts with the part", patterns.at_start, _part(lambda t, n: t.str.starts_with(n))
        ),
        *_four("endswith", "The text ends with the part", patterns.at_end, _part(lambda t, n: t.str.ends_with(n))),
        *_four("has", "The part stands in the text as whole terms", *_term()),
        *_four("hasprefix", "A term of the text starts with the part", *_term(trail=False)),
        *_four("hassuffix", "A term of the text ends with the part", *_term(lead=False)),
        Function(
            "matches regex",
            "(text:string|dynamic, pattern:regex)",
            "bool",
            "The pattern is found in the text; case counts.",
            _matches,
            raw=True,
            infix="text",
        ),
    ),
)
