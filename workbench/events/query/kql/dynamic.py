"""Read what stands in ``dynamic(...)``: JSON, with KQL's own quotes and literals allowed as values."""

import re
from datetime import datetime, timedelta

from workbench.base.errors import BadQuery
from workbench.events.query.faults import bad
from workbench.events.query.kql import literals
from workbench.events.query.kql.parser import Parser
from workbench.events.query.kql.syntax import Call, Expr, Literal, Placeholder

_STRINGS = re.compile(r'"([^"]*)"')
_WORDS = {**literals.TRUTHS, "null": None}


def dynamic(p: Parser) -> Literal:
    """The literal whose opening bracket comes next."""
    at = p.expect("(").at
    value = _value(p)
    p.expect(")")
    try:
        return Literal(None if value is None else literals.json_text(value), "dynamic", at=at)
    except TypeError:
        raise bad(p.text, at, "A dynamic literal holds a number that is too large", "Write it as text.") from None


def _value(p: Parser) -> object:
    with p.deeper():
        if p.next.kind == "strings":
            return _STRINGS.findall(p.take().text)
        if p.found("["):
            return list(p.within(_value, "]"))
        if p.found("{"):
            return dict(p.within(_slot, "}"))
        return _scalar(p)


def _slot(p: Parser) -> tuple[str, object]:
    key = p.string("a key in quotes")
    p.expect(":", "after the key")
    return key, _value(p)


def _scalar(p: Parser) -> object:
    if p.next.kind == "string":
        return p.string()
    if p.next.text in _WORDS:
        return _WORDS[p.take().text]
    if p.next.text == "dynamic":
        p.take()
        p.expect("(")
        inner = _value(p)
        p.expect(")")
        return inner
    return _literal(p)


def _literal(p: Parser) -> object:
    negative = p.found("-")
    if p.next.kind not in ("number", "timespan", "typed") or (negative and p.next.kind == "typed"):
        raise p.error("a JSON value")
    if negative and p.next.text.isdigit():
        return _negative(p)
    value = literal(p).value
    if negative and isinstance(value, int | float | timedelta):
        value = -value
    return _as_json(value)


def _negative(p: Parser) -> object:
    """A whole number with its sign: the least long is further from zero than the greatest."""
    token = p.take()
    try:
        return literals.typed("long", f"-{token.text}").value
    except literals.NotALiteral:
        raise bad(p.text, token.at, f"'-{token.text[:60]}' is not a value of its type") from None


def _as_json(value: object) -> object:
    if isinstance(value, datetime):
        return literals.instant_text(value)
    return literals.duration_text(value) if isinstance(value, timedelta) else value


def typed(p: Parser) -> Expr:
    """A literal; a call of its type where what stands in a typed one is text that is no value, or a placeholder.

    Templates hold such, as ``datetime("{start}")``; the binder says so.
    """
    if p.next.kind != "typed":
        return literal(p)
    word, _, inner = p.next.text.partition("(")
    at, inner = p.next.at, inner[:-1].strip()
    if re.match(r"\{[^-]+$", inner):
        p.take()
        return Call(word.strip(), (Placeholder(inner[1:-1], at=at),), at=at)
    try:
        return literal(p)
    except BadQuery:
        if inner[:1] not in ("'", '"'):
            raise
        return Call(word.strip(), (Literal(literals.string_value(inner), "string", at=at),), at=at)


def literal(p: Parser) -> Literal:
    """The number, timespan or typed literal that comes next.

    Raises:
        BadQuery: it has the form of one and no value, as ``datetime(2026-13-01)``.
    """
    token = p.take()
    try:
        if token.kind == "number":
            found = literals.number(token.text)
            return Literal(found.value, found.type, at=token.at)
        if token.kind == "timespan":
            return Literal(literals.timespan(token.text), "timespan", at=token.at)
        word, _, inner = token.text.partition("(")
        found = literals.typed(word.strip(), inner[:-1])
        return Literal(found.value, found.type, at=token.at)
    except literals.NotALiteral:
        raise bad(p.text, token.at, f"{token.text[:60]!r} is not a value of its type") from None
