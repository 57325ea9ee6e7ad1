"""``pivot``: a column for each value of a column (documentation page "pivot plugin")."""

from workbench.events.query.binder import Binder
from workbench.events.query.binder.calls import aggregate, as_type
from workbench.events.query.binder.names import Namer
from workbench.events.query.functions import aggregates
from workbench.events.query.kql.syntax import Call, Expr
from workbench.events.query.plan import (
    Agg,
    Aggregate,
    Bound,
    Limit,
    Node,
    Pivot,
    Ref,
    Sort,
    SortKey,
    apply,
    like,
    names_in,
    nothing,
    projected,
)
from workbench.events.query.plugins._declare import MOST_COLUMNS, Plugin, Usage, column, guesses

_ON, _CELL = "\x00on", "\x00cell"
_AGGREGATES = (
    *("min", "max", "take_any", "any", "sum", "dcount", "avg", "stdev", "variance", "percentile"),
    *("make_list", "make_bag", "make_set", "count", "countif", "dcountif", "sumif"),
)
_COUNTING = frozenset({"count", "countif", "dcount", "dcountif", "sum", "sumif"})
"""Aggregates whose value for no rows is 0."""


def _bind(use: Usage, source: Node, binder: Binder) -> Node:
    on = column(use.args["pivotColumn"], source, binder)
    call = use.args.get("aggregationFunction", Call("count", ()))
    agg = _aggregate(call, source, use, binder)
    keys = tuple((name, Ref(name, type=source.types[name])) for name in _keys(use, on, agg, source, binder))
    grouped = _grouped(source, keys, on, agg)
    namer, known = Namer(), [name for name, _ in keys]
    namer.taken.update(known)
    values = [(namer.fresh(text or None), text) for text in _values(use, source, on, known, binder)]
    kind = agg.outputs[0][1]
    missing = 0 if agg.function in _COUNTING and kind in ("long", "int", "real") else nothing(kind).value
    columns = (*((name, bound.type) for name, bound in keys), *((name, kind) for name, _ in values))
    node = Pivot(grouped, tuple(known), _ON, _CELL, tuple(values), missing, columns=columns)
    return _declared(node, use, binder) if use.schema else node


def _aggregate(call: Expr, source: Node, use: Usage, binder: Binder) -> Agg:
    if not isinstance(call, Call) or call.name not in aggregates() or call.name not in _AGGREGATES:
        advice = f"It takes one of {', '.join(_AGGREGATES)}."
        raise binder.error(call, "pivot wants an aggregate for its second argument", advice)
    declared = aggregates()[call.name]
    args, kind = aggregate(call, source, binder)
    if declared.outputs == "row" and len(args) != 1:
        raise binder.error(use.tree, f"In pivot, {call.name!r} takes one column")
    return Agg(declared.name, args, ((_CELL, kind),))


def _keys(use: Usage, on: Ref, agg: Agg, source: Node, binder: Binder) -> list[str]:
    """The columns to keep: those that are named, else all that neither the pivot nor the aggregate takes."""
    if use.more:
        return list(dict.fromkeys(column(tree, source, binder).name for tree in use.more))
    taken = {on.name, *(name for arg in agg.args for name in names_in(arg))}
    return [name for name in source.types if name not in taken]


def _grouped(source: Node, keys: tuple[tuple[str, Bound], ...], on: Ref, agg: Agg) -> Aggregate:
    parts = (*keys, (_ON, apply("tostring", (on,), "string")))
    columns = (*((name, bound.type) for name, bound in parts), *agg.outputs)
    return Aggregate(source, parts, (agg,), columns=columns)


def _values(use: Usage, source: Node, on: Ref, known: list[str], binder: Binder) -> list[str]:
    """The texts that become columns: those declared, else those of the data and those that the query names."""
    if use.schema:
        return [name for name, _ in use.schema.columns if name not in known]
    binder.sight.open = True
    shown = binder.sight.rows(_listing(source, on))
    if shown is None:
        binder.note("pivot makes columns of the data: until it is asked, only those named here are known.")
    if shown and len(shown) > MOST_COLUMNS:
        what = f"The column {on.name!r} has more than {MOST_COLUMNS:,} different values"
        raise binder.error(use.tree, what, "Filter it first, or summarize by it.")
    found = [text for (text,) in shown or ()]
    return [*found, *guesses({*known, *found}, f"no row has this value of {on.name!r}", binder)]


def _listing(source: Node, on: Ref) -> Node:
    """The different values of a column, as text, in order."""
    text = ((on.name, apply("tostring", (on,), "string")),)
    once = Aggregate(source, text, (), columns=((on.name, "string"),))
    keys = (SortKey(Ref(on.name, type="string"), descending=False, nulls_first=True),)
    few = Limit(once, MOST_COLUMNS + 1, **like(once))
    return Sort(few, keys, **like(few, ordered=True))


def _declared(node: Pivot, use: Usage, binder: Binder) -> Node:
    """Exactly the declared columns; other values of the data are left out."""
    columns = use.schema.columns if use.schema else ()
    names = [*(name for name in node.keys if use.schema and use.schema.star), *(name for name, _ in columns)]
    kinds = dict(columns)
    items = []
    for name in dict.fromkeys(names):
        bound = Ref(name, type=node.types[name])
        items.append((name, as_type(bound, kinds.get(name, bound.type), use.tree, binder)))
    return projected(node, tuple(items))


PLUGIN = Plugin(
    "pivot",
    ("pivotColumn", "aggregationFunction?", "column*"),
    "A column for each value of a column, with an aggregate over the rows that have it.",
    _bind,
    declares=True,
)
