"""Functions that look at names or tables instead of values."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING

from workbench.events.query.binder import rows
from workbench.events.query.binder.env import Row
from workbench.events.query.kql.syntax import Call, Plain
from workbench.events.query.plan import TABLE_DEPTH, Bound, Const, Node, Ref, Scalar
from workbench.events.tables import KqlType

if TYPE_CHECKING:
    from workbench.events.query.binder.binder import Binder


def _toscalar(tree: Call, _row: Row, binder: "Binder") -> Bound:
    if len(tree.args) != 1:
        raise binder.error(tree, "'toscalar' takes 1 argument")
    found = binder.value(tree.args[0])
    if isinstance(found, Bound):
        return found
    if not isinstance(found, Node) or not found.columns:
        raise binder.error(tree, "'toscalar' wants a table with a column")
    return Scalar(found, type=found.columns[0][1], size=1 + found.size, reach=found.depth + TABLE_DEPTH)


def _column_ifexists(tree: Call, row: Row, binder: "Binder") -> Bound:
    if len(tree.args) != 2:
        raise binder.error(tree, f"{tree.name!r} takes the name of a column in quotes, and a default")
    default = binder.expr(tree.args[1], row)
    name = str(binder.constant(tree.args[0], ("string",), "The name of the column").value)
    hidden = row.node.concealed if row.node else {}
    if row.node and name in row.node.types:
        return Ref(name, type=row.node.types[name])
    return hidden.get(name, default)


def _ingestion_time(tree: Call, row: Row, binder: "Binder") -> Bound:
    """The time of the event: the store does not keep for each row when it came in."""
    if tree.args:
        raise binder.error(tree, "'ingestion_time' takes no arguments")
    binder.note("ingestion_time() is the time of the event here: when a row came in is not kept.")
    for name in ("Timestamp", "TimeGenerated"):
        kind = row.node.types.get(name) if row.node else None
        if kind == "datetime":
            return Ref(name, type=kind)
    hidden = row.node.concealed if row.node else {}
    return hidden.get("TimeGenerated", Const(None, type="datetime"))


def _known_here(value: Plain, kind: KqlType) -> "Callable[[Call, Row, Binder], Bound]":
    """A function about who asks, or where: the same for every question."""

    def bind(tree: Call, row: Row, binder: "Binder") -> Bound:
        for arg in tree.args:
            binder.expr(arg, row)
        return Const(value, type=kind)

    return bind


Special = tuple[str, Callable[[Call, Row, "Binder"], Bound]]
SPECIAL: Mapping[str, Special] = MappingProxyType(
    {
        "toscalar": ("The first value of the first row of a table, known before any row is read.", _toscalar),
        "column_ifexists": ("The column of that name, or a default where there is none.", _column_ifexists),
        "columnifexists": ("The old form of column_ifexists.", _column_ifexists),
        "ingestion_time": (
            "When the row came in; here the time of the event, since that is not kept.",
            _ingestion_time,
        ),
        "current_principal": ("Who asks; empty here, where nobody logs in.", _known_here("", "string")),
        "current_principal_details": ("Who asks, as a bag; null here.", _known_here(None, "dynamic")),
        "current_principal_is_member_of": (
            "Whether who asks is of a group; never here.",
            _known_here(value=False, kind="bool"),
        ),
        "current_database": ("The name of the database; always 'workbench'.", _known_here("workbench", "string")),
        "current_cluster_endpoint": ("The address of the service; empty here.", _known_here("", "string")),
        **rows.SPECIAL,
    }
)
"""Meaning, and how they are bound."""
