"""Read a whole query: let statements, functions and the expression they serve."""

from dataclasses import dataclass, field

from workbench.base.errors import BadQuery
from workbench.events.query.faults import bad, did_you_mean
from workbench.events.query.kql.dynamic import literal
from workbench.events.query.kql.expressions import expression, infixes, pipeline
from workbench.events.query.kql.lexer import LONGEST_TEXT
from workbench.events.query.kql.parser import Parser
from workbench.events.query.kql.printer import show
from workbench.events.query.kql.syntax import Expr, Lambda, Let, Literal, Nothing, Option, Parameter, Query
from workbench.events.query.operators import kinds
from workbench.events.tables import KqlType

_REFUSED = {
    "alias": "Name the table itself.",
    "pattern": "Use let.",
    "restrict": "Remove it.",
}
_FOREIGN = {
    "like": "Write has for a whole word, contains for any part.",
    "ilike": "Write has for a whole word, contains for any part.",
    "rlike": "Write matches regex.",
    "regexp": "Write matches regex.",
    "is": "Write isnull(), isempty(), isnotnull() or isnotempty().",
    "not": "Write !in, !has or !contains, or not(...) round a condition.",
    "and": "Write and in small letters.",
    "or": "Write or in small letters.",
    "having": "Write | where after summarize.",
}
"""Words that other languages have after an operand, and what KQL has."""
_STATEMENTS = ("let", "set", "declare", *_REFUSED)


@dataclass
class _Statements:
    """The statements before a question, by kind."""

    lets: list[Let] = field(default_factory=list)
    options: list[Option] = field(default_factory=list)
    parameters: list[Parameter] = field(default_factory=list)


def parse(text: str, *, longest: int = LONGEST_TEXT) -> Query:
    """Read KQL text into its syntax tree; text of more than ``longest`` bytes is refused unread.

    Raises:
        BadQuery: it is no KQL we know; the error carries the position, what was met and what was expected.
    """
    p = Parser(text, longest)
    _check_sql(p)
    before = _statements(p)
    if p.next.kind == "end" and not before.lets:
        raise p.error("a query")
    body, ended = (Nothing(at=p.next.at) if p.next.kind == "end" else pipeline(p)), False
    while p.found(";"):
        ended = True
    if ended and p.next.kind != "end":
        raise bad(p.text, p.next.at, "A second question starts here", "Ask one at a time.")
    if p.next.kind != "end":
        raise _left_over(p)
    return Query(body, tuple(before.lets), tuple(before.options), tuple(before.parameters), text)


def _check_sql(p: Parser) -> None:
    """Refuse ``select ... from ...``, which other languages begin with.

    Raises:
        BadQuery: the text begins so.
    """
    if p.next.text.lower() != "select" or p.ahead().text in ("|", ";", "(", ".", "="):
        return
    table = next(
        (name for word, name in zip(p.tokens, p.tokens[1:], strict=False) if word.text.lower() == "from"), None
    )
    if table and table.kind == "name":
        advice = f"Start with the table: {table.text} | where ... | project ..."
        raise bad(p.text, p.next.at, "This is SQL, not KQL", advice)


def _left_over(p: Parser) -> BadQuery:
    word = p.next
    if advice := _FOREIGN.get(word.text.lower()):
        return bad(p.text, word.at, f"{word.text!r} is no operator of KQL here", advice)
    if p.tokens[p.index - 1].text == "not":
        return bad(p.text, word.at, "Expected '(' after 'not'", "Write not(...) round the condition.")
    if word.kind == "name" and word.text in kinds():
        return bad(p.text, word.at, f"The operator {word.text!r} stands here without a '|'", f"Write | {word.text}.")
    met = f"Expected an operator after '|', or the end of the query, met {word.text[:40]!r}"
    return bad(p.text, word.at, met, did_you_mean(word.text, infixes()) if word.kind == "name" else "")


def _statements(p: Parser) -> _Statements:
    found = _Statements()
    while p.sees(*_STATEMENTS) and p.ahead().kind in ("name", "sign") and p.ahead().text not in ("|", ";", "("):
        if p.sees("let"):
            found.lets.append(_let(p))
        elif p.sees("set"):
            found.options.append(_option(p))
        elif p.sees("declare") and p.ahead().text == "query_parameters":
            found.parameters += _declared(p)
        else:
            raise _refused(p)
        while p.found(";"):
            pass
    return found


def _lets(p: Parser) -> tuple[Let, ...]:
    """The let statements of a function's body."""
    found = _statements(p)
    if found.options or found.parameters:
        raise p.error("let statements only inside a function, and its result")
    return tuple(found.lets)


def _refused(p: Parser) -> BadQuery:
    word = p.ahead() if p.sees("declare") else p.next
    advice = _REFUSED.get(word.text, "Pass the values as parameters of the question.")
    return bad(p.text, word.at, f"The statement {word.text!r} is not supported", advice)


def _option(p: Parser) -> Option:
    """``set name;`` or ``set name = value;``: what stands there is kept as text."""
    at = p.take().at
    name = p.name("the name of an option")
    value = show(expression(p)) if p.found("=") else ""
    _end(p, "set")
    return Option(name, value, at)


def _declared(p: Parser) -> tuple[Parameter, ...]:
    """``declare query_parameters(name:type = default, ...);``."""
    p.take()
    p.take()
    p.expect("(", "and the parameters")
    found = p.within(_parameter, ")")
    _end(p, "declare")
    return found


def _end(p: Parser, word: str) -> None:
    if p.next.kind != "end":
        p.expect(";", f"after the {word} statement")


def _let(p: Parser) -> Let:
    at = p.take().at
    name = p.name("the name of a variable")
    p.expect("=", "after the name")
    value = _lambda(p) if _is_lambda(p) else pipeline(p)
    _end(p, "let")
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
        body = Nothing(at=p.next.at) if p.sees("}") else pipeline(p)
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
