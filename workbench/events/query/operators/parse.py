"""``parse`` and ``parse-where``: parts of a text as columns, by what stands between them.

Source of the rules: "parse operator" and "parse-where operator" of the Kusto documentation. What it leaves open (where
a pattern must end, what a typed column takes) is as the second engine of our tests has it, whose author measured it.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from types import MappingProxyType
from typing import TypeAlias

from workbench.events.query.binder import Binder, Row
from workbench.events.query.binder.calls import as_type, check_pattern
from workbench.events.query.kql.expressions import expression
from workbench.events.query.kql.lexer import Token
from workbench.events.query.kql.literals import quoted
from workbench.events.query.kql.parser import Parser
from workbench.events.query.kql.printer import name_text, show
from workbench.events.query.kql.syntax import Expr, Operator
from workbench.events.query.operators._declare import OperatorKind, options
from workbench.events.query.plan import (
    Bound,
    Captures,
    Columns,
    Filter,
    Node,
    Ref,
    apply,
    extended,
    kept,
    like,
    nothing,
)
from workbench.events.tables import KqlType

_KINDS = ("simple", "regex", "relaxed")
_FLAGS = "imsU"
_FOUND = "\x00found"
MOST_COLUMNS = 100
"""Columns of one pattern."""
_WHOLE, _POINT = r"\s*[-+]?\d+", r"\s*[-+]?(?:\d+\.?\d*|\.\d+)"
_CLOCK = r"\d{1,2}:\d{1,2}(?::\d{1,2}(?:\.\d*)?)?"
_HEX = r"[0-9A-Fa-f]{8}-?(?:[0-9A-Fa-f]{4}-?){3}[0-9A-Fa-f]{12}"
_SHAPES: Mapping[KqlType, str] = MappingProxyType(
    {
        "int": _WHOLE,
        "long": _WHOLE,
        "real": _POINT,
        "decimal": _POINT,
        "bool": r"\s*(?:[tT][rR][uU][eE]|[fF][aA][lL][sS][eE]|[-+]?\d+)",
        "guid": rf"\s*(?:\{{{_HEX}\}}|{_HEX})",
        "datetime": rf"\s*(?:\d{{4}}-\d{{1,2}}-\d{{1,2}}|\d{{1,2}}/\d{{1,2}}/\d{{1,4}})(?:[Tt ]\s*{_CLOCK})?"
        r"(?:[Zz]|[-+]\d{1,2}(?::\d{1,2})?)?",
        "timespan": rf"\s*-?(?:\d+\.)?{_CLOCK}",
    }
)
"""What a typed column takes where nothing after it says where it ends."""
_EXACT: Mapping[KqlType, str] = MappingProxyType(
    {**_SHAPES, **dict.fromkeys(("real", "decimal"), r"\s*[-+]?\d+(?:\.\d+)?"), "bool": r"\s*(?i:true|false)"}
)
"""The same for a pattern that is a regular expression."""


@dataclass(frozen=True, slots=True)
class Gap:
    """``*``: text that is passed over."""


@dataclass(frozen=True, slots=True)
class Column:
    """``totalSlices:long``: a column of the result; text where it names no type."""

    name: str
    type: KqlType | None = None

    @property
    def held(self) -> KqlType:
        """The type it has."""
        return self.type or "string"


Piece: TypeAlias = "Gap | Column | str"
"""A part of a pattern; text stands for itself, or is a regular expression."""


@dataclass(frozen=True, slots=True)
class Parse(Operator):
    """``parse kind=regex flags=i Text with * "id=" id:long "," *``; ``only`` keeps the rows that fit."""

    text: Expr
    pattern: tuple[Piece, ...]
    kind: str = ""
    flags: str = ""
    only: bool = False


def _parse(p: Parser, word: Token) -> Parse:
    at = p.next
    found = options(p, ("kind", "flags"))
    kind = found.get("kind", "")
    if kind and kind not in _KINDS:
        raise p.unknown("kind of parse", Token("name", kind, at.at), _KINDS)
    text = expression(p)
    p.expect("with", "and a pattern")
    pattern = tuple(_pieces(p))
    if not pattern:
        raise p.error("a pattern")
    return Parse(text, pattern, kind, found.get("flags", ""), word.text == "parse-where", at=word.at)


def _pieces(p: Parser) -> Iterator[Piece]:
    while True:
        if p.found("*"):
            yield Gap()
        elif p.next.kind == "string":
            yield p.string()
        elif p.named():
            name = p.name()
            yield Column(name, p.type() if p.found(":") else None)
        else:
            return


def _show(tree: Parse) -> str:
    words = [
        "parse-where" if tree.only else "parse",
        f"kind={tree.kind}" if tree.kind else "",
        f"flags={tree.flags}" if tree.flags else "",
        show(tree.text),
        "with",
        *map(_piece_text, tree.pattern),
    ]
    return " ".join(word for word in words if word)


def _piece_text(piece: Piece) -> str:
    if isinstance(piece, Gap):
        return "*"
    if isinstance(piece, str):
        return quoted(piece)
    return f"{name_text(piece.name)}{f':{piece.type}' if piece.type else ''}"


def _bind(tree: Parse, source: Node, binder: Binder) -> Node:
    _check(tree, binder)
    columns = [piece for piece in tree.pattern if isinstance(piece, Column)]
    groups = tuple(f"kql_{number}_" for number in range(len(columns)))
    pattern = check_pattern(_regex(tree, groups), tree, binder)
    text = as_type(binder.expr(tree.text, Row(source)), "string", tree.text, binder)
    own: Columns = (*((group, "string") for group in groups), (_FOUND, "bool"))
    node: Node = Captures(
        source, text, pattern, tuple((group, group) for group in groups), _FOUND, **like(source, more=own)
    )
    texts = [Ref(group, type="string") for group in groups]
    values = [as_type(text, each.held, tree, binder) for text, each in zip(texts, columns, strict=True)]
    fits = _fits(values)
    if tree.only:
        node = Filter(node, fits, **like(node))
    elif tree.kind != "relaxed":
        node = extended(node, ((_FOUND, fits),))
        values = [_if(Ref(_FOUND, type="bool"), value) for value in values]
    node = extended(node, tuple((each.name, value) for each, value in zip(columns, values, strict=True)))
    return kept(node, {name: name for name in node.types if name not in dict(own)})


def _check(tree: Parse, binder: Binder) -> None:
    """The rules for patterns.

    Raises:
        BadQuery: one is broken.
    """
    if tree.only and tree.kind == "relaxed":
        raise binder.error(tree, "parse-where is not relaxed: a row fits or does not", "Use parse.")
    if tree.flags and (tree.kind != "regex" or not set(_FLAGS).issuperset(tree.flags)):
        raise binder.error(tree, "The flags i, m, s and U go with kind=regex")
    names = [piece.name for piece in tree.pattern if isinstance(piece, Column)]
    if len(names) > MOST_COLUMNS:
        raise binder.error(tree, f"A pattern has at most {MOST_COLUMNS} columns", "Parse the rest in a second step.")
    for name in names:
        if names.count(name) > 1:
            raise binder.error(tree, f"The pattern has two columns {name!r}", "Give one of them another name.")
    for before, after in pairwise((*tree.pattern, "end")):
        _check_pair(before, after, tree, binder)


def _check_pair(before: Piece, after: Piece, tree: Parse, binder: Binder) -> None:
    if before == "":
        raise binder.error(tree, "A text of the pattern is empty", "Leave it out.")
    if isinstance(before, Column) and isinstance(after, Column):
        raise binder.error(tree, f"Nothing parts {before.name!r} and {after.name!r}", "Put the text between them.")
    if isinstance(before, Gap) and not isinstance(after, str):
        raise binder.error(tree, "After * the pattern goes on with text in quotes")
    if isinstance(before, Column) and isinstance(after, Gap) and before.held == "string":
        advice = f"Put the text that ends it before the *, or give it a type, as {before.name}:long."
        raise binder.error(tree, f"Nothing says where {before.name!r} ends", advice)


def _regex(tree: Parse, groups: tuple[str, ...]) -> str:
    """The pattern as one regular expression. Unless it is one itself, it reaches to the end of the text."""
    names, parts = iter(groups), []
    for number, piece in enumerate(tree.pattern):
        if isinstance(piece, Gap):
            parts.append(".*?")
        elif isinstance(piece, str):
            parts.append(piece if tree.kind == "regex" else re.escape(piece))
        else:
            parts.append(f"(?P<{next(names)}>{_taken(piece, tree, number)})")
    flags = f"(?{tree.flags})" if tree.flags else ""
    return f"{flags}{''.join(parts)}{'' if tree.kind == 'regex' else '$'}"


def _taken(piece: Column, tree: Parse, number: int) -> str:
    """What a column takes: all up to the next text; a typed one before ``*`` as much as its type can be."""
    if tree.kind == "regex":
        return _EXACT.get(piece.held, ".*")
    if number + 1 < len(tree.pattern) and isinstance(tree.pattern[number + 1], Gap):
        return f"(?:{_SHAPES.get(piece.held, '.*?')})?"
    return ".*?"


def _fits(values: list[Bound]) -> Bound:
    """Whether the pattern is there and every text is a value of its type."""
    typed = [apply("isnotnull", (value,), "bool") for value in values if value.type != "string"]
    return apply("and", (Ref(_FOUND, type="bool"), *typed), "bool")


def _if(fits: Bound, value: Bound) -> Bound:
    return apply("iff", (fits, value, nothing(value.type)), value.type)


OPERATOR = OperatorKind(
    ("parse", "parse-where"),
    Parse,
    "Parts of a text as columns; parse-where keeps only the rows whose text fits.",
    _parse,
    _show,
    _bind,
    values=MappingProxyType({"kind": _KINDS, "flags": ()}),
    after=("with",),
)
