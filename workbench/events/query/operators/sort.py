"""``sort``: the rows in order."""

from dataclasses import dataclass

from workbench.events.query.binder import Binder, Row
from workbench.events.query.kql.expressions import expression
from workbench.events.query.kql.lexer import Token
from workbench.events.query.kql.parser import Parser
from workbench.events.query.kql.printer import show
from workbench.events.query.kql.syntax import Expr, Operator
from workbench.events.query.operators._declare import OperatorKind
from workbench.events.query.plan import Node, Sort, SortKey, like


@dataclass(frozen=True, slots=True)
class By:
    """What to sort by. Without words: falling, and nulls where they come last falling and first rising."""

    expr: Expr
    direction: str = ""
    nulls: str = ""


@dataclass(frozen=True, slots=True)
class SortBy(Operator):
    """``sort by Timestamp desc, Subject asc``."""

    keys: tuple[By, ...]


def by(p: Parser) -> By:
    """One key of a sort: an expression, its direction, and where nulls go."""
    tree = expression(p)
    direction = p.take().text if p.sees("asc", "desc") else ""
    nulls = ""
    if p.found("nulls"):
        nulls = p.one_of("place of nulls", ("first", "last"))
    return By(tree, direction, nulls)


def by_text(key: By) -> str:
    """A key of a sort as text."""
    words = [show(key.expr), key.direction, f"nulls {key.nulls}" if key.nulls else ""]
    return " ".join(word for word in words if word)


def bound_key(key: By, source: Node, binder: Binder) -> SortKey:
    """A key of a sort over a node."""
    bound = binder.expr(key.expr, Row(source))
    binder.solid(bound, key.expr, "A dynamic has no order")
    descending = key.direction != "asc"
    return SortKey(bound, descending, key.nulls == "first" if key.nulls else not descending)


def _parse(p: Parser, word: Token) -> SortBy:
    p.expect("by", f"after {word.text!r}")
    return SortBy(p.listed(by, "|", ")", ";"), at=word.at)


def _show(tree: SortBy) -> str:
    return f"sort by {', '.join(map(by_text, tree.keys))}"


def _bind(tree: SortBy, source: Node, binder: Binder) -> Sort:
    keys = tuple(bound_key(key, source, binder) for key in tree.keys)
    return Sort(source, keys, **like(source, ordered=True))


OPERATOR = OperatorKind(
    ("sort", "order"),
    SortBy,
    "The rows in order, falling where nothing else is said.",
    _parse,
    _show,
    _bind,
    after=("by", "asc", "desc"),
)
