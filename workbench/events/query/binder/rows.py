"""Functions that the binder writes out: over all columns of a row, or by where they stand in the question."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, TypeAlias

from workbench.events.query.binder.env import Row
from workbench.events.query.kql.syntax import Call, Name, Star
from workbench.events.query.plan import Bound, Const, Node, Ref, apply

if TYPE_CHECKING:
    from workbench.events.query.binder.binder import Binder

Pair: TypeAlias = tuple[str, Bound]
"""A column by its name."""


def _pack_all(tree: Call, row: Row, binder: "Binder") -> Bound:
    if len(tree.args) > 1 or row.node is None:
        raise binder.error(tree, "'pack_all' packs the columns of a table, and takes at most 1 argument")
    present = bool(tree.args) and bool(binder.constant(tree.args[0], ("bool",), "Whether to leave out nulls").value)
    return _packed(_all(row.node), "{}" if present else "bag_pack")


def _pack_columns(tree: Call, row: Row, binder: "Binder") -> Bound:
    return _packed(_columns(tree, row, binder), "bag_pack")


def _all(node: Node) -> list[Pair]:
    return [(name, Ref(name, type=kind)) for name, kind in node.columns]


def _packed(columns: list[Pair], function: str) -> Bound:
    if not columns:
        return Const("{}", type="dynamic")
    args = tuple(each for name, bound in columns for each in (Const(name, type="string"), bound))
    return apply(function, args, "dynamic")


def _columns(tree: Call, row: Row, binder: "Binder") -> list[Pair]:
    """The columns that the arguments name; a star names them all that are in plain sight."""
    found: list[Pair] = []
    for arg in tree.args:
        if isinstance(arg, Star) and row.node:
            found += _all(row.node)
            continue
        bound = binder.expr(arg, row) if isinstance(arg, Name) else None
        hidden = row.node.concealed if row.node else {}
        if not isinstance(arg, Name) or bound is None or not (isinstance(bound, Ref) or arg.name in hidden):
            raise binder.error(arg, f"{tree.name!r} takes names of columns")
        found.append((arg.name, bound))
    if not found:
        raise binder.error(tree, f"{tree.name!r} takes 1 argument or more, got 0")
    return found


def _estimate(tree: Call, row: Row, binder: "Binder") -> Bound:
    return apply("size of", tuple(bound for _, bound in _columns(tree, row, binder)), "long")


def _is_column(tree: Call, row: Row, binder: "Binder") -> Bound:
    if len(tree.args) != 1:
        raise binder.error(tree, "'iscolumnexists' takes the name of a column in quotes")
    name = binder.constant(tree.args[0], ("string",), "The name of the column").value
    return Const(row.node is not None and name in row.node.types, type="bool")


def _rand(tree: Call, row: Row, binder: "Binder") -> Bound:
    """Random by the row and by where the call stands, so that two calls differ and the same question does not."""
    if len(tree.args) > 1:
        raise binder.error(tree, f"'rand' takes 0 to 1 arguments, got {len(tree.args)}")
    size = [binder.expr(arg, row) for arg in tree.args]
    if size and size[0].type not in ("int", "long"):
        raise binder.error(tree, f"'rand' wants a whole number, this is a {size[0].type}")
    return apply("random number", (Const(max(tree.at, 0), type="long"), *size), "real")


def _new_guid(tree: Call, _row: Row, binder: "Binder") -> Bound:
    if tree.args:
        raise binder.error(tree, f"'new_guid' takes 0 arguments, got {len(tree.args)}")
    return apply("random guid", (Const(max(tree.at, 0), type="long"),), "guid")


SPECIAL: Mapping[str, tuple[str, Callable[[Call, Row, "Binder"], Bound]]] = MappingProxyType(
    {
        "pack_all": ("A bag of all columns of the row; with true, without those that are null or empty.", _pack_all),
        "bag_pack_columns": ("A bag of the columns named.", _pack_columns),
        "estimate_data_size": ("Bytes that columns, or all of them (*), take in a row; an estimate.", _estimate),
        "iscolumnexists": ("Whether there is a column of that name.", _is_column),
        "rand": ("A random number from 0 to below 1, or a whole one below the size; the same each time.", _rand),
        "new_guid": ("A random guid for each row; the same each time the question is asked.", _new_guid),
    }
)
"""Meaning, and how they are bound."""
