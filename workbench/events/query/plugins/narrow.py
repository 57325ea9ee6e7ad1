"""``narrow``: a row for each cell (documentation page "narrow plugin")."""

from workbench.events.query.binder import Binder
from workbench.events.query.binder.calls import as_type
from workbench.events.query.kql.literals import json_text
from workbench.events.query.plan import (
    Bound,
    Columns,
    Const,
    Expand,
    Expansion,
    Node,
    Ordered,
    Ref,
    apply,
    extended,
    kept,
    like,
)
from workbench.events.query.plugins._declare import Plugin, Usage

_NUMBER, _NAME, _TEXT = "\x00row", "\x00column", "\x00value"


def _bind(use: Usage, source: Node, binder: Binder) -> Node:
    if not source.types:
        raise binder.error(use.tree, "The table has no columns")
    rows = Ordered(source, **like(source, ordered=True))
    cells = tuple(as_type(Ref(name, type=kind), "string", use.tree, binder) for name, kind in source.columns)
    names = Const(json_text(list(source.types)), type="dynamic")
    parts: tuple[tuple[str, Bound], ...] = (
        (_NUMBER, apply("row_number", (Const(0, type="long"),), "long")),
        (_NAME, names),
        (_TEXT, apply("pack_array", cells, "dynamic")),
    )
    packed = kept(extended(rows, parts), {name: name for name, _ in parts})
    items = tuple(Expansion(name, Ref(name, type="dynamic"), "string") for name in (_NAME, _TEXT))
    columns: Columns = ((_NUMBER, "long"), (_NAME, "string"), (_TEXT, "string"))
    cellwise = Expand(packed, items, False, "", None, columns=columns)
    return kept(cellwise, {"Row": _NUMBER, "Column": _NAME, "Value": _TEXT})


PLUGIN = Plugin("narrow", (), "A row for each cell: the number of its row, the name of its column, its text.", _bind)
