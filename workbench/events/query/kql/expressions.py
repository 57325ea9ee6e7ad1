"""Read expressions and pipelines: precedence climbing over whatever infix operators and steps are declared."""

from functools import cache
from typing import NamedTuple

from workbench.base.errors import BadQuery
from workbench.events.query.faults import bad, unknown
from workbench.events.query.functions import LEVELS, functions
from workbench.events.query.kql.dynamic import dynamic, literal, typed
from workbench.events.query.kql.lexer import Token
from workbench.events.query.kql.literals import TRUTHS
from workbench.events.query.kql.parser import DEEPEST, Parser
from workbench.events.query.kql.syntax import (
    Among,
    Between,
    Binary,
    Call,
    Expr,
    Index,
    Literal,
    Logic,
    Member,
    Method,
    Name,
    Named,
    Operator,
    Pattern,
    Pipeline,
    Placeholder,
    Sign,
    Star,
    Term,
    TypeOf,
)
from workbench.events.query.operators import ELSEWHERE, kinds, leading

LONGEST_PIPELINE = 100
"""Operators one pipeline may have."""

_CLOSERS = frozenset({"|", ";", ")", "]", "}", ",", "=", "", "."})


class Infix(NamedTuple):
    """An infix operator as it stands in the text: its canonical name, level, shape, and the tokens it takes."""

    name: str
    level: int
    shape: str
    length: int = 1


_TERM = Infix(":", LEVELS["equality"], "term")


@cache
def infixes() -> dict[str, Infix]:
    """Every spelling of an infix operator; ``and`` and ``or`` are not among them."""
    found = {}
    for function in functions().values():
        if function.infix:
            entry = Infix(function.name, LEVELS[function.infix], function.infix)
            found.update(dict.fromkeys((function.name, *function.aliases), entry))
    return found


def expression(p: Parser) -> Expr:
    """A scalar expression."""
    with p.deeper():
        first = _conjunction(p)
        if not p.sees("or"):
            return first
        return _chain(p, "or", first)


def pipeline(p: Parser) -> Expr:
    """A source and its operators; just the source's expression where no operator follows."""
    with p.deeper():
        at = p.next.at
        source = _source(p)
        steps: list[Operator] = []
        while p.found("|"):
            steps.append(_step(p))
            if len(steps) > LONGEST_PIPELINE:
                raise bad(p.text, p.next.at, f"A pipeline has at most {LONGEST_PIPELINE} operators", "Split with let.")
        if isinstance(source, Expr) and not steps:
            return source
        if isinstance(source, Pipeline):
            return Pipeline(source.source, (*source.operators, *steps), at=at)
        return Pipeline(source, tuple(steps), at=at)


def assigned(p: Parser) -> Named:
    """An expression that may be named: ``x = a + 1``, ``(x, y) = f(a)`` or just ``a + 1``."""
    at = p.next.at
    names = _names(p)
    return Named(expression(p), names, at=at)


def assigned_sum(p: Parser) -> Named:
    """The same where words such as ``in`` may follow, which are no part of it."""
    at = p.next.at
    names = _names(p)
    return Named(_climb(p, LEVELS["sum"]), names, at=at)


def steps(p: Parser) -> tuple[Operator, ...]:
    """The operators of a pipeline whose source stands elsewhere: ``where x > 1 | project x``."""
    found = [_step(p)]
    while p.found("|"):
        found.append(_step(p))
        if len(found) > LONGEST_PIPELINE:
            raise bad(p.text, p.next.at, f"A pipeline has at most {LONGEST_PIPELINE} operators", "Split with let.")
    return tuple(found)


def column(p: Parser) -> Name:
    """The name of a column."""
    at = p.next.at
    return Name(p.name("a column name"), at=at)


def column_or_pattern(p: Parser) -> Name | Pattern:
    """A column, or a pattern such as ``Sender*``."""
    at = p.next.at
    if not p.sees("*") and p.named() and not _touches_star(p):
        return column(p)
    text = ""
    while p.next.kind == "name" or p.sees("*") or (text and p.next.text.isdigit()):
        if text and p.next.at != at + len(text):
            break
        text += p.take().text
    if not text:
        raise p.error("a column name or a pattern")
    return Pattern(text, at=at)


def argument(p: Parser) -> Expr:
    """What a function is given: an expression, a table, ``*``, or a value for a named parameter."""
    at = p.next.at
    names = _name(p)
    return Named(pipeline(p), names, at=at) if names else pipeline(p)


def _conjunction(p: Parser) -> Expr:
    first = _climb(p, 0)
    return _chain(p, "and", first) if p.sees("and") else first


def _chain(p: Parser, word: str, first: Expr) -> Logic:
    operands = [first]
    while p.found(word):
        operands.append(_climb(p, 0) if word == "and" else _conjunction(p))
    flat = [each for part in operands for each in _parts(word, part)]
    return Logic(word, tuple(flat), at=first.at)


def _parts(word: str, part: Expr) -> tuple[Expr, ...]:
    return part.operands if isinstance(part, Logic) and part.op == word else (part,)


def _climb(p: Parser, floor: int) -> Expr:
    """Operands joined by operators of at least this level; comparisons do not chain."""
    left, ceiling, links = _signed(p), len(LEVELS), 0
    while (infix := _infix(p)) and floor <= infix.level <= ceiling:
        at = p.next.at
        for _ in range(infix.length):
            p.take()
        left = _applied(p, infix, left, at)
        ceiling = infix.level if infix.shape in ("sum", "product") else infix.level - 1
        links += 1
        if p.depth + links > DEEPEST:
            long = f"A chain of operators has at most {DEEPEST} links"
            what = long if links > p.depth else f"The query nests deeper than {DEEPEST} levels"
            raise bad(p.text, at, what, "Split it with let.")
    return left


def _infix(p: Parser) -> Infix | None:
    token = p.next
    if token.kind not in ("name", "sign"):
        return None
    if token.kind == "name":
        if p.ahead().text == "~" and p.ahead().at == token.at + len(token.text):
            return _longer(f"{token.text}~")
        if token.text == "matches" and p.ahead().text == "regex":
            return _longer("matches regex")
    if token.text == "=" and p.loose:
        return infixes()["=="]
    if token.text == ":" and p.searching:
        return _TERM
    return infixes().get(token.text)


def _longer(text: str) -> Infix | None:
    found = infixes().get(text)
    return found._replace(length=2) if found else None


def _applied(p: Parser, infix: Infix, left: Expr, at: int) -> Expr:
    if infix.shape == "list":
        p.expect("(", f"after {infix.name!r}")
        return Among(infix.name, left, p.within(pipeline, ")"), at=at)
    if infix.shape == "range":
        p.expect("(", f"after {infix.name!r}")
        low = expression(p)
        p.expect("..", "between the two ends")
        high = expression(p)
        p.expect(")")
        return Between(infix.name, left, low, high, at=at)
    right = _climb(p, infix.level + 1)
    return Term(left, right, at=at) if infix is _TERM else Binary(infix.name, left, right, at=at)


def _signed(p: Parser) -> Expr:
    if not p.sees("-", "+"):
        return _postfix(p)
    sign = p.take()
    with p.deeper():
        if p.next.kind in ("number", "timespan"):
            value = literal(p)
            return _negated(value, sign) if sign.text == "-" else value
        return Sign(sign.text, _signed(p), at=sign.at)


def _negated(value: Literal, sign: Token) -> Literal:
    return Literal(-value.value, value.type, at=sign.at)  # type: ignore[operator]  # numbers and timespans only


def _postfix(p: Parser) -> Expr:
    base, links = _primary(p), 0
    while p.sees(".", "["):
        base = _member(p, base) if p.take().text == "." else _index(p, base)
        links += 1
        if p.depth + links > DEEPEST:
            what = f"A path has at most {DEEPEST} steps"
            raise bad(p.text, p.next.at, what if links > p.depth else f"The query nests deeper than {DEEPEST} levels")
    return base


def _member(p: Parser, base: Expr) -> Expr:
    at = p.next.at
    if p.sees("[") and not p.named():
        p.take()
        return _index(p, base)
    if p.next.kind == "name" and p.ahead().text == "(":
        name = p.take().text
        p.take()
        return Method(base, Call(name, p.within(argument, ")"), at=at), at=at)
    return Member(base, p.name("a name after '.'"), at=at)


def _index(p: Parser, base: Expr) -> Index:
    at = p.next.at
    key = expression(p)
    p.expect("]")
    return Index(base, key, at=at)


def _primary(p: Parser) -> Expr:
    token = p.next
    if token.kind == "name":
        return _word(p)
    if token.kind == "string":
        return Literal(p.string(), "string", at=token.at)
    if token.kind in ("number", "timespan", "typed"):
        return typed(p)
    if p.sees("{"):
        return _placeholder(p)
    if p.found("("):
        return _enclosed(p, token)
    if p.found("*"):
        return Star(at=token.at)
    if p.named():
        return Name(p.name(), at=token.at)
    raise _nothing(p)


def _enclosed(p: Parser, opened: Token) -> Expr:
    inner = pipeline(p)
    if p.sees(","):
        advice = "A list stands after in, !in, in~, has_any or has_all."
        raise bad(p.text, p.next.at, "A list stands where one value is wanted", advice)
    p.closed(")", opened, _bar(p, inner))
    return inner


def _nothing(p: Parser) -> BadQuery:
    if p.sees("!"):
        return bad(p.text, p.next.at, "Nothing is turned round by '!' in KQL", "Write not(...) round the condition.")
    return p.error("an expression")


def _bar(p: Parser, inner: Expr) -> int:
    """Where the first ``|`` stands after what can be no table; -1 where there is none."""
    if not isinstance(inner, Pipeline) or isinstance(inner.source, Name | Call | Pipeline | Member | Operator):
        return -1
    first = inner.operators[0].at
    return next((token.at for token in reversed(p.tokens) if token.text == "|" and token.at < first), -1)


def _placeholder(p: Parser) -> Placeholder:
    """``{start}``, without blanks."""
    at, name, close = p.next.at, p.ahead(), p.ahead(2)
    if name.kind != "name" or name.at != at + 1 or close.text != "}" or close.at != name.at + len(name.text):
        raise p.error("an expression")
    for _ in range(3):
        p.take()
    return Placeholder(name.text, at=at)


def _word(p: Parser) -> Expr:
    token = p.next
    if p.ahead().text == "(" and p.ahead().kind == "sign":
        return _call(p)
    p.take()
    if token.text in TRUTHS:
        return Literal(TRUTHS[token.text], "bool", at=token.at)
    return Name(token.text, at=token.at)


def _call(p: Parser) -> Expr:
    token = p.take()
    if token.text == "dynamic":
        return dynamic(p)
    p.take()
    if token.text == "typeof":
        kind = p.type()
        p.expect(")")
        return TypeOf(kind, at=token.at)
    return Call(token.text, p.within(argument, ")"), at=token.at)


def _names(p: Parser) -> tuple[str, ...]:
    """What stands before ``=``: a name, several in brackets, or nothing."""
    return _several(p) if p.sees("(") and _is_assignment(p) else _name(p)


def _name(p: Parser) -> tuple[str, ...]:
    if not p.named():
        return ()
    width = 1 if p.next.kind == "name" else 3
    if p.ahead(width).text != "=" or p.ahead(width).kind != "sign":
        return ()
    name = p.name()
    p.take()
    return (name,)


def _is_assignment(p: Parser) -> bool:
    """Whether ``(a, b) =`` comes next."""
    count = 1
    while p.ahead(count).kind == "name" and p.ahead(count + 1).text == ",":
        count += 2
    return p.ahead(count).kind == "name" and p.ahead(count + 1).text == ")" and p.ahead(count + 2).text == "="


def _several(p: Parser) -> tuple[str, ...]:
    p.take()
    names = p.within(lambda inner: inner.name(), ")")
    p.expect("=")
    return names


def _touches_star(p: Parser) -> bool:
    return p.ahead().text == "*" and p.ahead().at == p.next.at + len(p.next.text)


def _source(p: Parser) -> Expr | Operator:
    if p.next.text in ELSEWHERE and p.ahead().text not in _CLOSERS - {"."} and p.ahead().kind != "end":
        raise _unsupported(p, p.next)
    kind = leading().get(p.next.text) if p.next.kind == "name" else None
    called = p.ahead().text == "(" and p.next.text in functions()
    if kind and p.ahead().text not in _CLOSERS and not called:
        return kind.parse(p, p.take())
    return expression(p)


def _unsupported(p: Parser, word: Token) -> Exception:
    near = ELSEWHERE[word.text]
    return bad(
        p.text, word.at, f"The operator {word.text!r} is not supported", f"The nearest is {near}." if near else ""
    )


def _step(p: Parser) -> Operator:
    if p.next.kind != "name":
        raise p.error("an operator")
    word = p.hyphenated()
    if word.text in ELSEWHERE:
        raise _unsupported(p, word)
    if word.text not in kinds():
        raise unknown(p.text, word.at, "operator", word.text, sorted(kinds()))
    kind = kinds()[word.text]
    return kind.parse(p, word)
