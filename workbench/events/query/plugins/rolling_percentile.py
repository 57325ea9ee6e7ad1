"""``rolling_percentile``: a percentile over the last bins (documentation page "rolling_percentile plugin")."""

from workbench.events.query.binder import Binder
from workbench.events.query.binder.calls import applied
from workbench.events.query.functions import functions
from workbench.events.query.kql.syntax import Expr
from workbench.events.query.plan import (
    TABLE_DEPTH,
    Agg,
    Aggregate,
    Bound,
    Const,
    Expand,
    Expansion,
    Filter,
    Node,
    Ref,
    Scalar,
    apply,
    extended,
    like,
    projected,
)
from workbench.events.query.plugins._declare import Plugin, Usage, column
from workbench.events.query.types import NUMBERS, SUMMABLE
from workbench.events.tables import KqlType

MOST_BINS = 1_000
_BIN, _ENDS = "\x00bin", "\x00ends"


def _bind(use: Usage, source: Node, binder: Binder) -> Node:
    value, index = (column(use.args[name], source, binder) for name in ("ValueColumn", "IndexColumn"))
    if value.type not in NUMBERS or index.type not in SUMMABLE:
        raise binder.error(use.tree, "rolling_percentile takes a column of numbers, and one of moments or numbers")
    rank = binder.constant(use.args["Percentile"], ("long", "int", "real"), "A percentile")
    size = binder.constant(use.args["BinSize"], ("timespan", "long", "int", "real"), "The size of a bin")
    bins = _bins(use.args["BinsPerWindow"], binder)
    keys = tuple((name, Ref(name, type=source.types[name])) for name in _dimensions(use, source, binder))
    spread = _spread(source, index, size, bins, use, binder)
    by = ((index.name, Ref(_ENDS, type=index.type)), *((name, bound) for name, bound in keys if name != index.name))
    said = f"{float(str(rank.value)):g}"
    output = (f"rolling_{bins}_percentile_{value.name}_{said}", value.type)
    agg = Agg("percentile", (value, rank), (output,))
    return Aggregate(spread, by, (agg,), columns=(*((name, bound.type) for name, bound in by), output))


def _bins(tree: Expr, binder: Binder) -> int:
    held = binder.constant(tree, ("long", "int"), "The number of bins").value
    if not isinstance(held, int) or not 1 <= held <= MOST_BINS:
        raise binder.error(tree, f"A window has between 1 and {MOST_BINS:,} bins")
    return held


def _dimensions(use: Usage, source: Node, binder: Binder) -> list[str]:
    return list(dict.fromkeys(column(tree, source, binder).name for tree in use.more))


def _spread(source: Node, index: Ref, size: Const, bins: int, use: Usage, binder: Binder) -> Node:
    """Each row once for each bin whose window it lies in; no bin after the last that has rows."""
    own = applied(functions()["bin"], [index, size], use.tree, binder)
    binned = extended(source, ((_BIN, own),))
    held = Ref(_BIN, type=own.type)
    ends = [held, *(_later(held, size, number, use, binder) for number in range(1, bins))]
    packed = extended(binned, ((_ENDS, apply("pack_array", tuple(ends), "dynamic")),))
    kind: KqlType = own.type
    columns = (*((name, each) for name, each in packed.columns if name != _ENDS), (_ENDS, kind))
    rows = Expand(packed, (Expansion(_ENDS, Ref(_ENDS, type="dynamic"), kind),), False, "", None, columns=columns)
    last = Aggregate(
        projected(binned, ((_BIN, held),)), (), (Agg("max", (held,), (("last", kind),)),), columns=(("last", kind),)
    )
    until = Scalar(last, type=kind, size=1 + last.size, reach=last.depth + TABLE_DEPTH)
    within = apply("<=", (Ref(_ENDS, type=kind), until), "bool")
    return Filter(rows, within, **like(rows))


def _later(held: Ref, size: Const, number: int, use: Usage, binder: Binder) -> Bound:
    step = applied(functions()["*"], [size, Const(number, type="long")], use.tree, binder)
    return applied(functions()["+"], [held, step], use.tree, binder)


PLUGIN = Plugin(
    "rolling_percentile",
    ("ValueColumn", "Percentile", "IndexColumn", "BinSize", "BinsPerWindow", "dim*"),
    "A percentile of the values of the last bins, for each bin.",
    _bind,
)
