"""``join`` and ``lookup``."""

from collections.abc import Mapping
from types import MappingProxyType

import polars as pl
from polars._typing import JoinStrategy, MaintainOrderJoin

from workbench.events.query.backend.frame import Frame, Order, Runner, plain_keys
from workbench.events.query.backend.values import Form
from workbench.events.query.plan import Join
from workbench.events.query.types import INTEGERS

_HOW: Mapping[str, JoinStrategy] = MappingProxyType(
    {
        "innerunique": "inner",
        "inner": "inner",
        "leftouter": "left",
        "rightouter": "right",
        "fullouter": "full",
        "leftsemi": "semi",
        "leftanti": "anti",
        "rightsemi": "semi",
        "rightanti": "anti",
    }
)
_RIGHT = "\x00right "
_ORDER: Mapping[JoinStrategy, MaintainOrderJoin] = MappingProxyType({"right": "right_left", "full": "left_right"})


def frame(node: Join, runner: Runner) -> Frame:
    """Rows side by side; a null key matches a null key."""
    if node.kind.endswith(("semi", "anti")):
        return _filtered(node, runner)
    free = runner.order is Order.ANY
    left = runner.towards(Order.KEPT if node.kind == "innerunique" else runner.order).frame(node.left)
    right = runner.towards(Order.KEPT if runner.order is Order.NEWEST else runner.order).frame(node.right)
    names = [name for name, _ in node.on]
    first = left.lazy.unique(names, keep="first", maintain_order=True) if node.kind == "innerunique" else left.lazy
    second = right.lazy.select(
        pl.col(name).alias(f"{_RIGHT}{name}") for name, _ in (*node.right.columns, *node.right.inner)
    )
    joined = first.join(
        second,
        left_on=[_key(node, name, name) for name, _ in node.on],
        right_on=[_key(node, left_name, f"{_RIGHT}{name}") for left_name, name in node.on],
        how=_HOW[node.kind],
        nulls_equal=_nullable(node),
        coalesce=False,
        maintain_order="none" if free else _ORDER.get(_HOW[node.kind], "left_right"),
    )
    return Frame(joined.select(_outputs(node)), _forms(node, left, right))


def _filtered(node: Join, runner: Runner) -> Frame:
    """Semi and anti joins: the rows of one side."""
    first, second, side = (node.left, node.right, 0) if node.kind.startswith("left") else (node.right, node.left, 1)
    kept, other = runner.frame(first), runner.towards(Order.ANY).frame(plain_keys(second))
    others = [pair[1 - side] for pair in node.on]
    lazy = kept.lazy.join(
        other.lazy.select(list(dict.fromkeys(others))),
        left_on=[_key(node, pair[0], pair[side]) for pair in node.on],
        right_on=[_key(node, pair[0], pair[1 - side]) for pair in node.on],
        how=_HOW[node.kind],
        nulls_equal=_nullable(node),
        maintain_order="none" if runner.order is Order.ANY else "left",
    )
    return Frame(lazy, kept.forms)


def _outputs(node: Join) -> list[pl.Expr]:
    """The columns of both sides; text that an outer join left without a row is empty, not null."""
    empty = {"leftouter": {False}, "rightouter": {True}, "fullouter": {True, False}}.get(node.kind, set())
    kinds = dict((*node.columns, *node.inner))
    found = []
    for name, from_left, source in node.output:
        column = pl.col(source if from_left else f"{_RIGHT}{source}")
        unmatched = kinds[name] == "string" and from_left in empty
        found.append((column.fill_null("") if unmatched else column).alias(name))
    return found


def _forms(node: Join, left: Frame, right: Frame) -> dict[str, Form]:
    sides = ((name, (left if from_left else right).forms.get(source)) for name, from_left, source in node.output)
    return {name: form for name, form in sides if form}


def _key(node: Join, left_name: str, name: str) -> pl.Expr:
    """A key column; whole numbers of both sizes are matched as long."""
    whole = node.left.types.get(left_name) in INTEGERS
    return pl.col(name).cast(pl.Int64) if whole else pl.col(name)


def _nullable(node: Join) -> bool:
    return any(node.left.types.get(name) != "string" for name, _ in node.on)
