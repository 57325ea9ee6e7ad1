"""Read a whole query: let statements, functions and the expression they serve."""

from workbench.base.errors import BadQuery
from workbench.events.query.faults import bad, did_you_mean
from workbench.events.query.kql.dynamic import literal
from workbench.events.query.kql.expressions import expression, infixes, pipeline
from workbench.events.query.kql.lexer import LONGEST_TEXT
from workbench.events.query.kql.parser import Parser
from workbench.events.query.kql.syntax import Expr, Lambda, Let, Literal, Parameter, Query
from workbench.events.query.operators import kinds
from workbench.events.tables import KqlType

_REFUSED = {
    "set": "Remove it: options of the service mean nothing here.",
    "declare": "Pass the values as parameters of the question.",
    "alias": "Name the table itself.",
    "pattern": "Use let.",
    "restrict": "Remove it.",
}


def parse(text: str, *, longest: int = LONGEST_TEXT) -> Query:
    """Read KQL text into its syntax tree; text of more than ``longest`` bytes is refused unread.

    Raises:
        BadQuery: it is no KQL we know; the error carries the position, what was met and what was expected.
    """
    p = Parser(text, longest)
    lets = _lets(p)
    if p.next.kind == "end":
        raise p.error("a query")
    body, ended = pipeline(p), False
    while p.found(";"):
        ended = True
    if ended and p.next.kind != "end":
        raise bad(p.text, p.next.at, "A second question starts here", "Ask one at a time.")
    if p.next.kind != "end":
        raise _left_over(p)
    return Query(body, lets, text)


def _left_over(p: Parser) -> BadQuery:
    word = p.next
    if word.kind == "name" and word.text in kinds():
        return bad(p.text, word.at, f"The operator {word.text!r} stands here without a '|'", f"Write | {word.text}.")
    met = f"Expected an operator after '|', or the end of the query, met {word.text[:40]!r}"
    return bad(p.text, word.at, met, did_you_mean(word.text, infixes()) if word.kind == "name" else "")


def _lets(p: Parser) -> tuple[Let, ...]:
    found = []
    while p.sees("let", *_REFUSED) and p.ahead().kind in ("name", "sign") and p.ahead().text not in ("|", ";", "("):
        found.append(_let(p))
        while p.found(";"):
            pass
    return tuple(found)


def _let(p: Parser) -> Let:
    at = p.next.at
    word = p.take().text
    if word != "let":
        raise bad(p.text, at, f"The statement {word!r} is not supported", _REFUSED[word])
    name = p.name("the name of a variable")
    p.expect("=", "after the name")
    value = _lambda(p) if _is_lambda(p) else pipeline(p)
    if p.next.kind != "end":
        p.expect(";", "after the let statement")
    return Let(name, value, at)


def _is_lambda(p: Parser) -> bool:
    """Whether a parameter list and a body come next: the bracket that closes the list is followed by a brace."""
    count = 1 if p.sees("view") else 0
    if p.ahead(count).text != "(":
        return False
    depth = 0
    while (token := p.ahead(count)).kind != "end":
        depth += (token.text == "(") - (token.text == ")")
        count += 1
        if depth == 0:
            return p.ahead(count).text == "{"
    return False


def _lambda(p: Parser) -> Lambda:
    at = p.next.at
    p.found("view")
    p.expect("(")
    parameters = p.within(_parameter, ")")
    if len({each.name for each in parameters}) < len(parameters):
        raise bad(p.text, at, "Two parameters of the function have the same name")
    p.expect("{")
    with p.deeper():
        lets = _lets(p)
        body = pipeline(p)
    p.found(";")
    p.expect("}")
    return Lambda(parameters, lets, body, at=at)


def _parameter(p: Parser) -> Parameter:
    name = p.name("the name of a parameter")
    p.expect(":", "and a type after the name of a parameter")
    if p.found("("):
        return Parameter(name, columns=_columns(p))
    kind = p.type()
    default = _default(p) if p.found("=") else None
    return Parameter(name, kind, default)


def _columns(p: Parser) -> tuple[tuple[str, KqlType], ...] | None:
    if p.found("*"):
        p.expect(")")
        return None
    return p.within(typed_name, ")")


def typed_name(p: Parser) -> tuple[str, KqlType]:
    """``name:type``."""
    name = p.name("a column name")
    p.expect(":", "and a type after the name")
    return name, p.type()


def _default(p: Parser) -> Literal:
    at = p.next.at
    value: Expr = literal(p) if p.next.kind == "typed" else expression(p)
    if not isinstance(value, Literal):
        raise bad(p.text, at, "The default of a parameter is a literal")
    return value
