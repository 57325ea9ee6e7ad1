"""Text: joined, cut, searched, replaced."""

from collections.abc import Callable, Sequence

import polars as pl

from workbench.base.errors import BadQuery
from workbench.events.query.backend import documents
from workbench.events.query.backend.patterns import compiled
from workbench.events.query.backend.values import JSON, Value, as_json, as_text, listed, plain
from workbench.events.query.functions._declare import Family, Function
from workbench.events.query.kql.literals import json_text
from workbench.events.query.plan import Bound, Const

_MOST_GROUPS = 16
"""Groups that a pattern of ``extract_all`` may have (page extract_all())."""


def _strcat(*parts: Value) -> Value:
    return plain(pl.concat_str([as_text(part) for part in parts]), "string")


def _strcat_delim(delimiter: Value, *parts: Value) -> Value:
    texts = [as_text(part) for part in parts]
    between = [each for text in texts for each in (as_text(delimiter), text)]
    return plain(pl.concat_str(between[1:]), "string")


def _strcat_array(array: Value, delimiter: Value) -> Value:
    by = as_text(delimiter)
    if array.form and array.form.kind == "list":
        texts = array.expr.list.eval(as_text(_element(array)))
        return plain(texts.list.join(by).fill_null(""), "string")
    joined = documents.combined([as_json(array), by], _joined, pl.String())
    return plain(joined.fill_null(""), "string")


def _element(array: Value) -> Value:
    of = array.form.of if array.form else "dynamic"
    return Value(pl.element(), of, JSON if of == "dynamic" else None)


def _joined(array: str | None, delimiter: str | None) -> str | None:
    held = documents.read(array or "")
    if not isinstance(held, list) or delimiter is None:
        return None
    return delimiter.join(each if isinstance(each, str) else documents.write(each) or "" for each in held)


def _strlen(text: pl.Expr) -> pl.Expr:
    return text.str.len_chars().cast(pl.Int64)


def _substring(text: Value, start: Value, length: Value | None = None) -> Value:
    part = as_text(text).str.slice(start.expr, length if length is None else length.expr.clip(0))
    return plain(part.fill_null(""), "string")


def _split(text: Value, delimiter: Value, index: Value | None = None) -> Value:
    held = as_text(text)
    uncut = (delimiter.expr == "") | (held == "")
    parts = pl.when(uncut).then(pl.concat_list(held)).otherwise(held.str.split(delimiter.expr))
    return listed(parts if index is None else parts.list.slice(index.expr, 1), "string")


def _extract(pattern: str, group: int | None, text: pl.Expr) -> pl.Expr:
    return pl.lit("") if group is None or group < 0 else text.str.extract(pattern, group).fill_null("")


def _extract_all(pattern: Value, middle: Value, text: Value | None = None) -> Value:
    """One group gives the list of its matches, several a list of lists; no match gives null."""
    regex, source = str(pattern.const), as_text(middle if text is None else text)
    wanted = _wanted(regex, "" if text is None else middle.const)
    found = source.str.extract_all(regex)
    found = pl.when(found.list.len() > 0).then(found)
    if len(wanted) == 1:
        return listed(found.list.eval(_group(regex, wanted[0])), "string")
    row = pl.concat_list([_group(regex, group) for group in wanted])
    return listed(found.list.eval(as_json(listed(row, "string"))), "dynamic")


def _check_groups(args: Sequence[Bound]) -> None:
    pattern, middle = args[:2]
    if isinstance(pattern, Const) and (len(args) == 2 or isinstance(middle, Const)):
        _wanted(compiled(str(pattern.value)), middle.value if len(args) > 2 and isinstance(middle, Const) else "")


def _wanted(regex: str, groups: object) -> list[int]:
    """The groups to extract: those of a JSON array of numbers from 1 and names, all where there is no such text."""
    fields = pl.select(pl.lit("").str.extract_groups(regex).alias("v")).schema["v"]
    names = [field.name for field in fields.fields] if isinstance(fields, pl.Struct) else []
    if not 1 <= len(names) <= _MOST_GROUPS:
        raise BadQuery(
            f"extract_all wants a pattern with 1 to {_MOST_GROUPS} groups, this one has {len(names)}",
            next_step="Put ( ) round what to extract."
            if not names
            else "Write (?: ) for groups that only hold together.",
        )
    if groups == "":
        return list(range(1, len(names) + 1))
    held = documents.read(str(groups))
    if not isinstance(held, list) or not held:
        raise BadQuery("extract_all takes the groups as a constant array of numbers or names")
    return [_place(each, names) for each in held]


def _place(group: object, names: Sequence[str]) -> int:
    if isinstance(group, str) and group in names:
        return names.index(group) + 1
    if isinstance(group, int) and not isinstance(group, bool) and 1 <= group <= _MOST_GROUPS:
        return group
    named = [name for name in names if not name.isdigit()]
    advice = f", or one of the names {', '.join(named)}" if named else ""
    raise BadQuery(f"The pattern has no group {json_text(group)}", next_step=f"Write a number from 1{advice}.")


def _group(regex: str, group: int) -> pl.Expr:
    return pl.element().str.extract(regex, group).fill_null("")


def _replace_string(text: Value, lookup: Value, rewrite: Value) -> Value:
    if lookup.known and rewrite.known:
        plainly = text.expr.str.replace_all(str(lookup.const), str(rewrite.const), literal=True)
        return text if lookup.const == "" else plain(plainly, "string")
    parts = [text.expr, lookup.expr, rewrite.expr]
    return plain(documents.combined(parts, _replaced, pl.String()), "string")


def _replaced(text: str | None, lookup: str | None, rewrite: str | None) -> str | None:
    if text is None or not lookup or rewrite is None:
        return text
    return text.replace(lookup, rewrite)


def _replace_regex(text: pl.Expr, pattern: str, rewrite: str) -> pl.Expr:
    return text.str.replace_all(pattern, _rewrite(rewrite))


def _replace(pattern: str, rewrite: str, text: pl.Expr) -> pl.Expr:
    return _replace_regex(text, pattern, rewrite)


def _rewrite(text: str) -> str:
    r"""KQL's ``\1`` as the engine's ``${1}``."""
    found, at = "", 0
    while at < len(text):
        pair = text[at : at + 2]
        if pair[0] == "\\" and pair[1:].isdigit():
            found, at = f"{found}${{{pair[1]}}}", at + 2
        else:
            found, at = found + ("$$" if pair[0] == "$" else pair[0]), at + 1
    return found


def _trimmed(*, start: bool, end: bool) -> Callable[[str, pl.Expr], pl.Expr]:
    def build(pattern: str, text: pl.Expr) -> pl.Expr:
        if start:
            text = text.str.replace(rf"\A(?:{pattern})", "")
        return text.str.replace(rf"(?:{pattern})\z", "") if end else text

    return build


def _indexof(text: Value, match: Value, *window: Value) -> Value:
    if not window and match.known and match.const not in ("", None):
        before = as_text(text).str.split(as_text(match)).list.first().str.len_chars().cast(pl.Int64)
        absent = ~as_text(text).str.contains(as_text(match), literal=True)
        return plain(pl.when(absent).then(-1).otherwise(before), "long", solid=True)
    exprs = [as_text(text), as_text(match), *(each.expr for each in window)]
    return plain(documents.combined(exprs, _position, pl.Int64()), "long")


def _position(text: str | None, match: str | None, *window: int | None) -> int | None:
    """Where the match of that number starts, or -1; a negative start counts from the end.

    The length limits the search for each occurrence anew, as the samples of the reference have it.
    """
    given: list[int | None] = [0, -1, 1]
    given[: len(window)] = window
    start, length, occurrence = given
    if text is None or match is None or start is None or length is None or occurrence is None:
        return None
    if occurrence < 1 or length < -1:
        return None
    at = (max(0, len(text) + start) if start < 0 else start) - 1
    for _ in range(occurrence):
        end = len(text) if length == -1 else at + 1 + length
        at = text.find(match, at + 1, end)
        if at < 0:
            return -1
    return at


def _countof(text: pl.Expr, search: str, kind: str = "normal") -> pl.Expr:
    """Plain matches may overlap, regular expressions' do not."""
    if kind == "regex":
        return text.str.count_matches(search).cast(pl.Int64)
    if not any(search.startswith(search[cut:]) for cut in range(1, len(search))):
        return text.str.count_matches(search, literal=True).cast(pl.Int64)
    return documents.mapped(text, lambda held: _overlapping(held, search), pl.Int64())


def _overlapping(text: str, search: str) -> int:
    return sum(text.startswith(search, at) for at in range(len(text)))


def _lower(value: Value) -> Value:
    return plain(as_text(value).str.to_lowercase(), "string")


def _upper(value: Value) -> Value:
    return plain(as_text(value).str.to_uppercase(), "string")


def _reverse(value: Value) -> Value:
    return plain(as_text(value).str.reverse(), "string")


FAMILY = Family(
    "Text",
    (
        Function("strcat", "(parts:any*)", "string", "The parts as one text.", _strcat, raw=True),
        Function(
            "strcat_delim",
            "(delimiter:any, first:any, parts:any*)",
            "string",
            "The parts as one text, the delimiter between them.",
            _strcat_delim,
            raw=True,
        ),
        Function(
            "strcat_array",
            "(array:dynamic, delimiter:any)",
            "string",
            "The elements of an array as one text, the delimiter between them.",
            _strcat_array,
            raw=True,
            aliases=("array_strcat",),
        ),
        Function("strlen", "(text:string)", "long", "Characters of a text.", _strlen, named="strlen_"),
        Function(
            "substring",
            "(text:any, start:long, length:long?)",
            "string",
            "A part of a text, counted from zero; a negative start counts from the end.",
            _substring,
            raw=True,
        ),
        Function(
            "split",
            "(text:any, delimiter:string, index:long?)",
            "dynamic",
            "The parts between delimiters as an array, or an array of the one part asked for.",
            _split,
            raw=True,
            named="first",
        ),
        Function(
            "extract",
            "(pattern:regex!, group:long!, text:string, type:type?)",
            "string",
            "What a group of the pattern matches first; empty where nothing does.",
            _extract,
        ),
        Function(
            "extract_all",
            "(pattern:regex!, groups:any, text:string?)",
            "dynamic",
            "All that the groups of the pattern match, as an array; null where nothing does.",
            _extract_all,
            raw=True,
            aliases=("extractall",),
            check=_check_groups,
        ),
        Function(
            "replace_string",
            "(text:string, lookup:string, rewrite:string)",
            "string",
            "The text with every occurrence replaced.",
            _replace_string,
            raw=True,
        ),
        Function(
            "replace_regex",
            "(text:string, pattern:regex!, rewrite:string!)",
            "string",
            r"The text with every match replaced; \1 stands for a group.",
            _replace_regex,
        ),
        Function(
            "replace",
            "(pattern:regex!, rewrite:string!, text:string)",
            "string",
            "The old form of replace_regex.",
            _replace,
        ),
        Function(
            "trim",
            "(pattern:regex!, text:string)",
            "string",
            "The text without the match at its start and at its end.",
            _trimmed(start=True, end=True),
        ),
        Function(
            "trim_start",
            "(pattern:regex!, text:string)",
            "string",
            "The text without the match at its start.",
            _trimmed(start=True, end=False),
        ),
        Function(
            "trim_end",
            "(pattern:regex!, text:string)",
            "string",
            "The text without the match at its end.",
            _trimmed(start=False, end=True),
        ),
        Function("tolower", "(value:any)", "string", "Lower case.", _lower, raw=True),
        Function("toupper", "(value:any)", "string", "Upper case.", _upper, raw=True),
        Function("reverse", "(value:any)", "string", "The characters from last to first.", _reverse, raw=True),
        Function(
            "indexof",
            "(text:any, match:any, start:long?, length:long?, occurrence:long?)",
            "long",
            "Where a match starts, counted from zero; -1 where there is none.",
            _indexof,
            raw=True,
        ),
        Function(
            "countof",
            "(text:string, search:string!, kind:string?!)",
            "long",
            "How often a text, or with kind 'regex' a pattern, occurs.",
            _countof,
        ),
    ),
)
