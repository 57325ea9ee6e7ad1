"""Write a syntax tree as canonical KQL: one operator a line, brackets only where precedence needs them."""

import re
from collections.abc import Iterable
from functools import cache, singledispatch

from workbench.events.query.functions import LEVELS, functions
from workbench.events.query.kql.lexer import TYPED
from workbench.events.query.kql.literals import TRUTHS, literal_text, quoted
from workbench.events.query.kql.syntax import (
    Among,
    Between,
    Binary,
    Call,
    Expr,
    Index,
    Lambda,
    Let,
    Literal,
    Logic,
    Member,
    Method,
    Name,
    Named,
    Nothing,
    Operator,
    Option,
    Parameter,
    Pattern,
    Pipeline,
    Placeholder,
    Query,
    Sign,
    Star,
    Term,
    TypeOf,
)
from workbench.events.query.operators import kind_of, leading

_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_WORDS = frozenset({*TRUTHS, "and", "or", "in", "has", "contains", "matches", "between", "by", "on", "dynamic"})
_OR, _AND, _OPERAND, _TIGHT = -2, -1, len(LEVELS), len(LEVELS) + 1


def text_of(query: Query) -> str:
    """The canonical text of a query; reading it gives the same tree."""
    lines = [*map(_option, query.options), *map(_let, query.lets)]
    if query.parameters:
        lines.insert(0, f"declare query_parameters({', '.join(map(_parameter, query.parameters))});")
    return "\n".join([*lines, _lines(query.body)])


def show(expr: Expr) -> str:
    """An expression or nested pipeline on one line."""
    return _show(expr)


def name_text(name: str) -> str:
    """A name as it must be written where one is expected: bracketed where it is no plain word."""
    plain = _PLAIN.fullmatch(name) and name not in _reserved()
    return name if plain or name in ("$left", "$right") else f"[{quoted(name)}]"


def named_text(item: Named) -> str:
    """``x = a + 1``, or just the expression."""
    if not item.names:
        return show(item.expr)
    names = ", ".join(map(name_text, item.names))
    return f"{names if len(item.names) == 1 else f'({names})'} = {show(item.expr)}"


def joined(items: Iterable[Expr]) -> str:
    """Expressions parted by commas."""
    return ", ".join(map(show, items))


def nested(expr: Expr) -> str:
    """A table where an operator wants one: a bare name, or anything else in brackets."""
    return _show(expr) if isinstance(expr, Name | Pattern) else f"({_show(expr)})"


@cache
def _reserved() -> frozenset[str]:
    return _WORDS.union(TYPED, leading())


def _lines(body: Expr) -> str:
    return _show(body) if not isinstance(body, Pipeline) else "\n| ".join(_stages(body))


def _stages(body: Pipeline) -> list[str]:
    return [_first(body.source), *(kind_of(step).show(step) for step in body.operators)]


def _first(source: Expr | Operator) -> str:
    return _show(source) if isinstance(source, Expr) else kind_of(source).show(source)


def _option(option: Option) -> str:
    return f"set {name_text(option.name)}{f' = {option.value}' if option.value else ''};"


def _let(statement: Let) -> str:
    return f"let {name_text(statement.name)} = {_show(statement.value)};"


def _level(expr: Expr) -> int:
    """How tightly an expression holds together: the larger, the fewer brackets it needs."""
    if isinstance(expr, Logic):
        return _OR if expr.op == "or" else _AND
    if isinstance(expr, Binary | Among | Between):
        return LEVELS[functions()[expr.op].infix]
    if isinstance(expr, Term):
        return LEVELS["equality"]
    if isinstance(expr, Sign):
        return _OPERAND
    negative = isinstance(expr, Literal) and isinstance(expr.value, int | float) and str(expr.value).startswith("-")
    return _OPERAND if negative else _TIGHT


def _held(expr: Expr, floor: int) -> str:
    text = _show(expr)
    return f"({text})" if _level(expr) < floor or isinstance(expr, Pipeline | Lambda) else text


@singledispatch
def _show(expr: Expr) -> str:
    raise TypeError(f"no text for {type(expr).__name__}")


@_show.register
def _(expr: Literal) -> str:
    return literal_text(expr)


@_show.register
def _(expr: Name) -> str:
    return name_text(expr.name)


@_show.register
def _(expr: Placeholder) -> str:
    return f"{{{expr.name}}}"


@_show.register
def _(_expr: Nothing) -> str:
    return ""


@_show.register
def _(_expr: Star) -> str:
    return "*"


@_show.register
def _(expr: Pattern) -> str:
    return expr.pattern


@_show.register
def _(expr: TypeOf) -> str:
    return f"typeof({expr.type})"


@_show.register
def _(expr: Call) -> str:
    return f"{expr.name}({joined(expr.args)})"


@_show.register
def _(expr: Named) -> str:
    return named_text(expr)


@_show.register
def _(expr: Sign) -> str:
    operand = _held(expr.operand, _TIGHT)
    bare = isinstance(expr.operand, Literal) and operand[:1].isdigit()
    return f"{expr.op}({operand})" if bare else f"{expr.op}{operand}"


@_show.register
def _(expr: Binary) -> str:
    level = LEVELS[functions()[expr.op].infix]
    chains = functions()[expr.op].infix in ("sum", "product")
    return f"{_held(expr.left, level if chains else level + 1)} {expr.op} {_held(expr.right, level + 1)}"


@_show.register
def _(expr: Term) -> str:
    floor = LEVELS["equality"] + 1
    return f"{_held(expr.where, floor)}:{_held(expr.term, floor)}"


@_show.register
def _(expr: Logic) -> str:
    floor = _AND if expr.op == "or" else _AND + 1
    return f" {expr.op} ".join(_held(operand, floor) for operand in expr.operands)


@_show.register
def _(expr: Among) -> str:
    return f"{_held(expr.value, LEVELS['list'] + 1)} {expr.op} ({', '.join(_item(item) for item in expr.items)})"


@_show.register
def _(expr: Between) -> str:
    return f"{_held(expr.value, LEVELS['range'] + 1)} {expr.op} ({show(expr.low)} .. {show(expr.high)})"


@_show.register
def _(expr: Member) -> str:
    return f"{_base(expr.base)}.{name_text(expr.name)}"


@_show.register
def _(expr: Method) -> str:
    return f"{_base(expr.base)}.{show(expr.call)}"


@_show.register
def _(expr: Index) -> str:
    return f"{_base(expr.base)}[{show(expr.index)}]"


@_show.register
def _(expr: Pipeline) -> str:
    return " | ".join(_stages(expr))


@_show.register
def _(expr: Lambda) -> str:
    inner = " ".join([*(_let(each) for each in expr.lets), _show(expr.body)])
    return f"({', '.join(map(_parameter, expr.parameters))}) {{ {inner} }}"


def _base(expr: Expr) -> str:
    """What a path starts from: a number in brackets, since a point after it would be its own."""
    number = isinstance(expr, Literal) and expr.type not in ("string", "dynamic")
    return f"({show(expr)})" if number else _held(expr, _TIGHT)


def _item(expr: Expr) -> str:
    return f"({_show(expr)})" if isinstance(expr, Pipeline) else _show(expr)


def _parameter(parameter: Parameter) -> str:
    if parameter.type is None:
        columns = "*" if parameter.columns is None else ", ".join(f"{name_text(n)}:{t}" for n, t in parameter.columns)
        return f"{name_text(parameter.name)}:({columns})"
    default = f"={literal_text(parameter.default)}" if parameter.default else ""
    return f"{name_text(parameter.name)}:{parameter.type}{default}"
