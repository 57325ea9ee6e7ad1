"""Text by its characters: compared, repeated, exchanged, numbered."""

import codecs

import polars as pl

from workbench.events.query.backend import documents, patterns
from workbench.events.query.backend.values import Value, as_json, as_text, listed, plain
from workbench.events.query.functions._declare import Family, Function
from workbench.events.query.functions._distinct import distinct

_MOST_REPEATS = 1024
_LONGEST = 1_048_576
"""Characters of a text that is made of repetitions."""
_ACE = "xn--"


def _strcmp(first: Value, second: Value) -> Value:
    left, right = as_text(first), as_text(second)
    return plain((left > right).cast(pl.Int64) - (left < right).cast(pl.Int64), "long", solid=True)


def _strrep(value: Value, count: Value, delimiter: Value | None = None) -> Value:
    between = pl.lit("") if delimiter is None else as_text(delimiter)
    return plain(distinct("string", _repeated)(as_text(value), count.expr, between), "string")


def _repeated(text: str, count: int, between: str) -> str:
    """At most 1,024 times, and never longer than a text may be."""
    unit = max(len(text) + len(between), 1)
    return between.join([text] * max(0, min(count, _MOST_REPEATS, _LONGEST // unit)))


def _string_size(text: pl.Expr) -> pl.Expr:
    return text.str.len_bytes().cast(pl.Int64)


def _translated(wanted: str, given: str, text: str) -> str:
    """Characters without a counterpart take the last one; where there is none, they go."""
    pairs: dict[int, str | None] = {}
    for number, char in enumerate(wanted):
        pairs.setdefault(ord(char), given[min(number, len(given) - 1)] if given else None)
    return text.translate(pairs)


def _all_replaced(text: str, lookups: str, rewrites: str) -> str | None:
    """Where matches overlap, those of the text named first count; what is put in is not looked at again."""
    wanted, given = documents.read(lookups), documents.read(rewrites)
    if not isinstance(wanted, list) or not isinstance(given, list):
        return None
    parts: list[tuple[str, bool]] = [(text, False)]
    for old, new in zip(wanted, given, strict=False):
        if isinstance(old, str) and old and isinstance(new, str):
            parts = [piece for part in parts for piece in _replaced_in(part, old, new)]
    return "".join(part for part, _ in parts)


def _replaced_in(part: tuple[str, bool], old: str, new: str) -> list[tuple[str, bool]]:
    """A stretch of text, or of text that was put in already, with more put in."""
    text, settled = part
    if settled:
        return [part]
    first, *others = text.split(old)
    return [(first, False), *(each for other in others for each in ((new, True), (other, False)))]


def _from_codepoints(*values: Value) -> Value:
    exprs = [as_json(value) for value in values]
    return plain(documents.combined(exprs, _characters, pl.String()).fill_null(""), "string")


def _characters(*points: str | None) -> str:
    held = [each for text in points if text is not None for each in documents.elements(text)]
    numbers = [int(each) for each in held if each is not None and each.isdecimal()]
    return "".join(chr(each) for each in numbers if each <= 0x10FFFF and not 0xD800 <= each <= 0xDFFF)


def _to_codepoints(value: Value) -> Value:
    points = documents.mapped(as_text(value), lambda text: [*map(ord, text)], pl.List(pl.Int64))
    return listed(points, "long")


def _regex_quote(value: Value) -> Value:
    return plain(as_text(value).str.escape_regex(), "string")


def _indexof_regex(
    text: pl.Expr, pattern: str, start: pl.Expr | None = None, length: pl.Expr | None = None, occurrence: int | None = 1
) -> pl.Expr:
    """Where the match of that number starts, or -1; matches do not overlap."""
    first = pl.lit(0, dtype=pl.Int64) if start is None else start.cast(pl.Int64)
    size = pl.lit(-1, dtype=pl.Int64) if length is None else length.cast(pl.Int64)
    if occurrence is None or not 0 < occurrence <= _MOST_REPEATS:
        return pl.lit(None, dtype=pl.Int64)
    window = text.str.slice(first.clip(0), pl.when(size >= 0).then(size).otherwise(text.str.len_chars().cast(pl.Int64)))
    rest, found = window, pl.lit(value=True)
    for _ in range(occurrence - 1):
        found = found & rest.str.contains(pattern)
        rest = rest.str.replace(rf"\A[\s\S]*?(?:{pattern})", "")
    before = rest.str.extract(rf"\A([\s\S]*?)(?:{pattern})", 1).str.len_chars().cast(pl.Int64)
    skipped = window.str.len_chars().cast(pl.Int64) - rest.str.len_chars().cast(pl.Int64)
    place = pl.when(found & before.is_not_null()).then(first + skipped + before).otherwise(-1)
    return pl.when((first >= 0) & (size >= -1)).then(place)


def _has_any_index(source: pl.Expr, values: pl.Expr) -> pl.Expr:
    return distinct("long", _first_term)(source, values)


def _first_term(text: str, values: str) -> int | None:
    held = documents.read(values)
    if not isinstance(held, list):
        return None
    terms = (each if isinstance(each, str) else documents.write(each) or "" for each in held)
    return next((number for number, term in enumerate(terms) if patterns.holds_term(text, term)), -1)


def _isascii(value: Value) -> Value:
    return plain(~as_text(value).str.contains(r"[^\x00-\x7F]"), "bool", solid=True)


def _isutf8(value: Value) -> Value:
    """Text is kept as UTF-8, so it always is."""
    return plain(as_text(value).is_not_null(), "bool", solid=True)


def _to_punycode(text: str) -> str:
    return text.encode("punycode").decode()


def _from_punycode(text: str) -> str | None:
    try:
        return codecs.decode(text.encode("ascii"), "punycode")
    except (UnicodeError, ValueError, OverflowError):
        return None


def _domain_to_punycode(text: str) -> str:
    return ".".join(part if part.isascii() else _ACE + _to_punycode(part.lower()) for part in text.split("."))


def _domain_from_punycode(text: str) -> str | None:
    labels = [_from_punycode(part[len(_ACE) :]) if part.lower().startswith(_ACE) else part for part in text.split(".")]
    return None if None in labels else ".".join(label for label in labels if label is not None)


def _punycode(name: str, meaning: str, function: object) -> Function:
    assert callable(function)  # noqa: S101  one of the four above
    return Function(name, "(text:string)", "string", meaning, distinct("string", function))


FAMILY = Family(
    "Characters",
    (
        Function(
            "strcmp",
            "(first:any, second:any)",
            "long",
            "-1, 0 or 1: the first text comes before, with, or after the second.",
            _strcmp,
            raw=True,
        ),
        Function(
            "strrep",
            "(value:any, count:long, delimiter:any?)",
            "string",
            "The text so many times, at most 1,024, the delimiter between.",
            _strrep,
            raw=True,
        ),
        Function(
            "string_size", "(text:string)", "long", "Bytes of a text as UTF-8.", _string_size, named="string_size_"
        ),
        Function(
            "translate",
            "(search:string, replacement:string, text:string)",
            "string",
            "The text with each character of the first list changed to that of the second in the same place.",
            distinct("string", _translated),
        ),
        Function(
            "replace_strings",
            "(text:string, lookups:dynamic, rewrites:dynamic)",
            "string",
            "The text with every occurrence of several texts replaced; the one named first counts.",
            distinct("string", _all_replaced),
        ),
        Function(
            "unicode_codepoints_from_string",
            "(value:any)",
            "dynamic",
            "The numbers of the characters as an array.",
            _to_codepoints,
            raw=True,
            aliases=("to_utf8",),
        ),
        Function(
            "unicode_codepoints_to_string",
            "(values:any*)",
            "string",
            "The text of characters by their numbers, or arrays of such.",
            _from_codepoints,
            raw=True,
            aliases=("make_string",),
        ),
        Function(
            "regex_quote",
            "(value:any)",
            "string",
            "The text as a pattern that finds just it.",
            _regex_quote,
            raw=True,
        ),
        Function(
            "indexof_regex",
            "(text:string, pattern:regex!, start:long?, length:long?, occurrence:long?!)",
            "long",
            "Where a match of the pattern starts, counted from zero; -1 where there is none.",
            _indexof_regex,
        ),
        Function(
            "has_any_index",
            "(text:string, values:dynamic)",
            "long",
            "Which of the values stands in the text as whole terms, the first in the array; -1 for none.",
            _has_any_index,
        ),
        Function("isascii", "(value:any)", "bool", "The text is ASCII alone.", _isascii, raw=True),
        Function("isutf8", "(value:any)", "bool", "The text is UTF-8, as all text here is.", _isutf8, raw=True),
        _punycode("punycode_from_string", "The text in Punycode, without a prefix.", _to_punycode),
        _punycode("punycode_to_string", "The text that Punycode stands for.", _from_punycode),
        _punycode("punycode_domain_from_string", "The domain with its labels in Punycode.", _domain_to_punycode),
        _punycode("punycode_domain_to_string", "The domain that labels in Punycode stand for.", _domain_from_punycode),
    ),
)
