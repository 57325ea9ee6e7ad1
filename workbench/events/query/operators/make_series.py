"""``make-series``: values along an axis, gathered into arrays.

Published: Microsoft's page on the make-series operator. Where an axis has no beginning, its slots are those of bin();
with ``from`` they begin there. The old form ``in range(a, b, s)`` has bins too, and its end is in the series.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from types import MappingProxyType

from workbench.events.query.binder import Binder, Row
from workbench.events.query.binder.calls import applied
from workbench.events.query.binder.names import Namer, result_name
from workbench.events.query.functions import functions
from workbench.events.query.kql.expressions import assigned, assigned_sum, expression
from workbench.events.query.kql.lexer import Token
from workbench.events.query.kql.literals import FIRST
from workbench.events.query.kql.parser import Parser
from workbench.events.query.kql.printer import named_text, show
from workbench.events.query.kql.syntax import Expr, Named, Operator, Plain
from workbench.events.query.operators._declare import OperatorKind, options
from workbench.events.query.operators.summarize import aggregated, keys_of
from workbench.events.query.plan import Axis, Bound, Columns, Const, Filter, Gather, Node, like
from workbench.events.query.types import NUMBERS, widest
from workbench.events.tables import KqlType

SLOT = "\x00slot"
"""The column with the numbers of slots."""

_ENDS = (",", "on", "by", "|", ")", ";")


@dataclass(frozen=True, slots=True)
class MakeSeries(Operator):
    """``make-series n = count() default=0 on Timestamp from ago(7d) to now() step 1h by SenderFromDomain``."""

    items: tuple[tuple[Named, Expr | None], ...]
    axis: Named
    step: Expr
    start: Expr | None = None
    stop: Expr | None = None
    by: tuple[Named, ...] = ()
    inclusive: bool = False
    """Whether it is the old form ``in range(start, stop, step)``."""
    never_empty: bool = False


def _parse(p: Parser, word: Token) -> MakeSeries:
    kind = options(p, ("kind",), others=True).get("kind", "")
    if kind not in ("", "nonempty"):
        raise p.error("kind=nonempty")
    items = p.listed(_item, "on")
    p.expect("on", "after the aggregates")
    axis = assigned_sum(p)
    inclusive = p.found("in")
    start, stop, step = _range(p) if inclusive else _ends(p)
    by = p.listed(assigned, "|", ")", ";") if p.found("by") else ()
    return MakeSeries(items, axis, step, start, stop, by, inclusive, kind == "nonempty", at=word.at)


def _item(p: Parser) -> tuple[Named, Expr | None]:
    item = assigned(p)
    if not p.found("default"):
        return item, None
    p.expect("=", "after 'default'")
    return item, expression(p)


def _ends(p: Parser) -> tuple[Expr | None, Expr | None, Expr]:
    start = expression(p) if p.found("from") else None
    stop = expression(p) if p.found("to") else None
    p.expect("step", "after the axis")
    return start, stop, expression(p)


def _range(p: Parser) -> tuple[Expr, Expr, Expr]:
    p.expect("range", "after 'in'")
    p.expect("(")
    found = p.within(expression, ")")
    if len(found) != 3:
        raise p.error("range(start, stop, step)")
    return found[0], found[1], found[2]


def _show(tree: MakeSeries) -> str:
    items = (f"{named_text(item)}{f' default={show(value)}' if value else ''}" for item, value in tree.items)
    words = [
        "make-series",
        "kind=nonempty" if tree.never_empty else "",
        ", ".join(items),
        f"on {named_text(tree.axis)}",
        _axis_text(tree),
        f"by {', '.join(map(named_text, tree.by))}" if tree.by else "",
    ]
    return " ".join(word for word in words if word)


def _axis_text(tree: MakeSeries) -> str:
    if tree.inclusive and tree.start and tree.stop:
        return f"in range({show(tree.start)}, {show(tree.stop)}, {show(tree.step)})"
    ends = [f"{word} {show(end)}" for word, end in (("from", tree.start), ("to", tree.stop)) if end]
    return " ".join([*ends, f"step {show(tree.step)}"])


def _bind(tree: MakeSeries, source: Node, binder: Binder) -> Node:
    namer = Namer()
    axis, slot, within = _axis(tree, source, binder)
    keys = keys_of(tree.by, Row(within), namer, binder)
    items = [item for item, _ in tree.items]
    node, _, results = aggregated(items, (within, (*keys, (SLOT, slot))), namer, binder)
    pairs = zip(results, tree.items, strict=True)
    arrays = tuple(pair for columns, (item, value) in pairs for pair in _defaults(columns, item, value, binder))
    axis = replace(axis, name=binder.free(tree.axis, result_name(tree.axis.expr), namer))
    names = (*(name for name, _ in arrays), axis.name)
    visible: Columns = (*((name, bound.type) for name, bound in keys), *((name, "dynamic") for name in names))
    kept = tuple(name for name, _ in keys)
    return Gather(node, kept, arrays, axis, tree.never_empty, columns=visible)


def _axis(tree: MakeSeries, source: Node, binder: Binder) -> tuple[Axis, Bound, Node]:
    """The axis, what says in which slot a row lies, and the rows that may lie in one."""
    along = binder.expr(tree.axis.expr, Row(source))
    step = _fixed(tree.step, binder)
    start, stop = (_fixed(end, binder) if end else None for end in (tree.start, tree.stop))
    kind = _kind(along.type, [end.type for end in (start, stop) if end], step.type)
    if kind is None:
        what = f"The axis is a {along.type}: its ends and steps do not go with it"
        raise binder.error(tree.axis, what, "An axis of moments has moments for ends and timespans for steps.")
    if isinstance(step, Const) and not _positive(step):
        raise binder.error(tree.step, "The step of a series is more than nothing")
    origin = start if start and not tree.inclusive else _origin(kind)
    slot = applied(functions()["[slot]"], (along, origin, step), tree.axis.expr, binder)
    axis = Axis("", SLOT, kind, origin, step, start, stop, tree.inclusive)
    return axis, slot, _within(tree, source, (along, axis), binder)


def _fixed(tree: Expr, binder: Binder) -> Bound:
    """An end or step: the same for all rows."""
    return binder.expr(tree, Row())


def _positive(step: Const) -> bool:
    value = step.value
    return value > timedelta(0) if isinstance(value, timedelta) else isinstance(value, int | float) and value > 0


def _kind(axis: KqlType, ends: Sequence[KqlType], step: KqlType) -> KqlType | None:
    if NUMBERS.issuperset((axis, step, *ends)):
        return widest((axis, step, *ends))
    fits = axis in ("datetime", "timespan") and step == "timespan" and all(end == axis for end in ends)
    return axis if fits else None


def _origin(kind: KqlType) -> Const:
    zeros: dict[KqlType, Plain] = {"datetime": FIRST, "timespan": timedelta(0)}
    zero = zeros.get(kind, 0)
    return Const(zero, type="long" if kind in NUMBERS else kind)


def _within(tree: MakeSeries, source: Node, ranged: tuple[Bound, Axis], binder: Binder) -> Node:
    """The rows between the ends of the axis; of the old form some more, whose slots are left out later."""
    along, axis = ranged

    def compared(op: str, end: Bound) -> Bound:
        return applied(functions()[op], (along, end), tree.axis.expr, binder)

    if axis.start:
        source = Filter(source, compared(">=", axis.start), **like(source))
    if axis.stop and axis.inclusive:
        beyond = applied(functions()["+"], (axis.stop, axis.step), tree.step, binder)
        return Filter(source, compared("<=", beyond), **like(source))
    return Filter(source, compared("<", axis.stop), **like(source)) if axis.stop else source


def _defaults(columns: Columns, item: Named, value: Expr | None, binder: Binder) -> list[tuple[str, Const]]:
    """What stands where a slot has no rows, for each column of an aggregate; 0 where nothing is said."""
    given = binder.expr(value, Row()) if value else None
    if given and not isinstance(given, Const):
        raise binder.error(value, "A default is a constant")
    return [(name, _default(kind, given if isinstance(given, Const) else None, item, binder)) for name, kind in columns]


def _default(kind: KqlType, given: Const | None, item: Named, binder: Binder) -> Const:
    if given is None:
        zero = 0 if kind in NUMBERS else timedelta(0) if kind == "timespan" else None
        return Const(zero, type=kind)
    if given.value is None or given.type == kind:
        return Const(given.value, type=kind)
    if NUMBERS.issuperset((kind, given.type)):
        return Const(given.value, type=widest((kind, given.type)))
    raise binder.error(item, f"The values are of type {kind}, the default is a {given.type}")


OPERATOR = OperatorKind(
    ("make-series",),
    MakeSeries,
    "Values along an axis as arrays, one row for each combination of keys.",
    _parse,
    _show,
    _bind,
    values=MappingProxyType({"kind": ("nonempty",)}),
    after=("by", "on", "from", "to", "step", "default"),
)
