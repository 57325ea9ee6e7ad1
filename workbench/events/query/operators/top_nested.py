"""``top-nested``: the first values of a column, within each of them the first of another, and so on.

Source of the rules: "top-nested operator" of the Kusto documentation. With ``others`` a level has one more row, for all
values that are not among the first; below such a row only levels with ``others`` of their own have values.
"""

from dataclasses import dataclass

from workbench.events.query.binder import Binder, Row
from workbench.events.query.binder.env import Collector
from workbench.events.query.binder.names import Namer, result_name
from workbench.events.query.kql.expressions import assigned, expression
from workbench.events.query.kql.lexer import Token
from workbench.events.query.kql.parser import Parser
from workbench.events.query.kql.printer import named_text, show
from workbench.events.query.kql.syntax import Expr, Named, Operator
from workbench.events.query.operators._declare import OperatorKind
from workbench.events.query.operators.take import rows
from workbench.events.query.operators.union import united
from workbench.events.query.plan import (
    Agg,
    Aggregate,
    Bound,
    Columns,
    Const,
    Join,
    LimitPer,
    Node,
    Ref,
    Sort,
    SortKey,
    extended,
    like,
    nothing,
    projected,
)
from workbench.events.tables import KqlType

MOST_LEVELS = 10
_KEY, _MEASURE = "\x00key", "\x00measure"


@dataclass(frozen=True, slots=True)
class Level:
    """``top-nested 3 of Sender with others="rest" by Count=count()``; without a number all values."""

    key: Named
    measure: Named
    count: Expr | None = None
    others: Expr | None = None
    ascending: bool = False


@dataclass(frozen=True, slots=True)
class TopNested(Operator):
    """``top-nested 3 of Sender by count(), top-nested 2 of Recipient by count()``: levels, the outer first."""

    levels: tuple[Level, ...]


def _parse(p: Parser, word: Token) -> TopNested:
    levels = [_level(p)]
    while p.found(","):
        if p.hyphenated().text != "top-nested":
            raise p.error("'top-nested' and the next level")
        levels.append(_level(p))
    return TopNested(tuple(levels), at=word.at)


def _level(p: Parser) -> Level:
    count = None if p.sees("of") else expression(p)
    p.expect("of", "and what to group by")
    key, others = assigned(p), None
    if p.found("with"):
        p.expect("others", "after 'with'")
        p.expect("=")
        others = expression(p)
    p.expect("by", "and an aggregate")
    measure = assigned(p)
    ascending = p.found("asc")
    if not ascending:
        p.found("desc")
    return Level(key, measure, count, others, ascending)


def _show(tree: TopNested) -> str:
    return ", ".join(map(_level_text, tree.levels))


def _level_text(level: Level) -> str:
    words = [
        "top-nested",
        show(level.count) if level.count else "",
        f"of {named_text(level.key)}",
        f"with others={show(level.others)}" if level.others else "",
        f"by {named_text(level.measure)}",
        "asc" if level.ascending else "",
    ]
    return " ".join(word for word in words if word)


@dataclass(frozen=True)
class _Bound:
    """A level over the rows of its groups; ``keys`` are those of the levels so far, its own last."""

    keys: tuple[str, ...]
    kind: KqlType
    aggs: tuple[Agg, ...]
    measure: tuple[str, Bound]
    others: Const | None
    count: int | None
    ascending: bool


@dataclass(frozen=True)
class _Rows:
    """The rows of the groups so far: those of the first values, and those of all others where they have a row."""

    usual: Node
    rest: Node | None = None


def _bind(tree: TopNested, source: Node, binder: Binder) -> Node:
    if len(tree.levels) > MOST_LEVELS:
        raise binder.error(tree, f"top-nested takes at most {MOST_LEVELS} levels")
    held, found, names = _Rows(source), None, Namer()
    outputs: list[tuple[str, str]] = []
    for number, level in enumerate(tree.levels):
        keys = tuple(f"{_KEY}{each}" for each in range(number + 1))
        bound, usual = _level_over(level, keys, held.usual, binder)
        groups, held = _grouped(bound, _Rows(usual, held.rest), tree, binder)
        found = groups if found is None else _beside(found, groups, keys[:-1])
        key = names.fresh(level.key.names[0] if level.key.names else result_name(level.key.expr) or "")
        measure = names.fresh(level.measure.names[0] if level.measure.names else f"aggregated_{key}")
        outputs += [(key, keys[-1]), (measure, bound.measure[0])]
    node = binder.checked(found or source, tree)
    return projected(node, tuple((name, Ref(held_as, type=node.types[held_as])) for name, held_as in outputs))


def _level_over(level: Level, keys: tuple[str, ...], usual: Node, binder: Binder) -> tuple[_Bound, Node]:
    """The level, and the rows with its key."""
    key = binder.solid(binder.expr(level.key.expr, Row(usual)), level.key.expr, "A dynamic cannot be a key")
    usual = extended(usual, ((keys[-1], key),))
    collector = Collector()
    expr = level.measure.expr
    measure = binder.solid(binder.expr(expr, Row(usual, collector)), expr, "A dynamic has no order")
    others = binder.constant(level.others, (key.type,), "The name of the others") if level.others else None
    count = rows(level.count, binder) if level.count else None
    named = (f"{_MEASURE}{len(keys)}", measure)
    return _Bound(keys, key.type, tuple(collector.aggs), named, others, count, level.ascending), usual


def _grouped(level: _Bound, held: _Rows, tree: TopNested, binder: Binder) -> tuple[Node, _Rows]:
    """The groups of the level, and their rows."""
    first = _first(level, _measured(level, held.usual))
    parts, rest = [first], []
    if level.others and level.count is not None:
        rest.append(_marked(_matching(held.usual, first, level.keys, "leftanti"), level))
        parts.append(_measured(level, rest[0]))
    if held.rest:
        beyond = _marked(held.rest, level)
        parts.append(_measured(level, beyond, known=level.others is not None))
        rest.append(beyond)
    usual = held.usual if level.count is None else _matching(held.usual, first, level.keys, "leftsemi")
    return _together(parts, tree, binder), _Rows(usual, _together(rest, tree, binder) if rest else None)


def _measured(level: _Bound, source: Node, *, known: bool = True) -> Node:
    """A row for each group, with its measure; null where it is not ``known``."""
    keys = tuple((key, Ref(key, type=source.types[key])) for key in level.keys)
    columns: Columns = tuple((key, bound.type) for key, bound in keys)
    aggs = level.aggs if known else ()
    outputs = tuple(output for agg in aggs for output in agg.outputs)
    node = Aggregate(source, keys, aggs, columns=(*columns, *outputs))
    name, measure = level.measure
    return projected(node, (*keys, (name, measure if known else Const(None, type=measure.type))))


def _first(level: _Bound, groups: Node) -> Node:
    """The first groups of each group of the level before."""
    name, measure = level.measure
    key = SortKey(Ref(name, type=measure.type), not level.ascending, nulls_first=level.ascending)
    ordered = Sort(groups, (key,), **like(groups, ordered=True))
    if level.count is None:
        return ordered
    return LimitPer(ordered, level.keys[:-1], level.count, **like(ordered))


def _marked(source: Node, level: _Bound) -> Node:
    """Rows of the others, under the name that the level gives them."""
    return extended(source, ((level.keys[-1], level.others or nothing(level.kind)),))


def _matching(source: Node, groups: Node, keys: tuple[str, ...], kind: str) -> Node:
    outputs = tuple((name, True, name) for name, _ in (*source.columns, *source.inner))
    return Join(source, groups, kind, tuple((key, key) for key in keys), outputs, **like(source))


def _beside(found: Node, groups: Node, keys: tuple[str, ...]) -> Node:
    """The levels so far with the columns of the next."""
    more = tuple((name, kind) for name, kind in groups.columns if name not in keys)
    columns = (*found.columns, *more)
    outputs = (*((name, True, name) for name, _ in found.columns), *((name, False, name) for name, _ in more))
    return Join(found, groups, "inner", tuple((key, key) for key in keys), outputs, columns=columns)


def _together(parts: list[Node], tree: TopNested, binder: Binder) -> Node:
    return parts[0] if len(parts) == 1 else united([(part, "") for part in parts], tree, binder)


OPERATOR = OperatorKind(
    ("top-nested",),
    TopNested,
    "The first values of a column, and within each the first of another.",
    _parse,
    _show,
    _bind,
)
