"""``mv-apply``: a pipeline for the elements of each row apart. Published: Microsoft's page on the mv-apply operator."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import NamedTuple

from workbench.events.query.binder import Binder
from workbench.events.query.binder.tables import steps_over
from workbench.events.query.kql.expressions import expression
from workbench.events.query.kql.lexer import Token
from workbench.events.query.kql.parser import Parser
from workbench.events.query.kql.printer import name_text, named_text, show
from workbench.events.query.kql.syntax import Expr, Name, Named, Operator
from workbench.events.query.operators._declare import OperatorKind, options
from workbench.events.query.operators._inner import (
    for_each_group,
    looks_at_order,
    numbered,
    steps_inside,
    steps_text,
)
from workbench.events.query.operators.mv_expand import MvExpand, expanded, item_of
from workbench.events.query.plan import Bound, Columns, Extend, Hidden, Node, Project, Ref, projected
from workbench.events.query.plan.grouped import Groups
from workbench.events.tables import KqlType


@dataclass(frozen=True, slots=True)
class MvApply(Operator):
    """``mv-apply url = parse_json(Urls) to typeof(string) on (where url has "login" | summarize n = count())``."""

    items: tuple[tuple[Named, KqlType | None], ...]
    steps: tuple[Operator, ...]
    index: str = ""
    limit: Expr | None = None


def _parse(p: Parser, word: Token) -> MvApply:
    index = options(p, ("with_itemindex",), others=True).get("with_itemindex", "")
    items = p.listed(item_of, "on", "limit")
    limit = expression(p) if p.found("limit") else None
    p.expect("on", "after the arrays")
    return MvApply(items, steps_inside(p, "after 'on'"), index, limit, at=word.at)


def _show(tree: MvApply) -> str:
    words = [
        "mv-apply",
        f"with_itemindex={name_text(tree.index)}" if tree.index else "",
        ", ".join(f"{named_text(item)}{f' to typeof({kind})' if kind else ''}" for item, kind in tree.items),
        f"limit {show(tree.limit)}" if tree.limit else "",
        f"on ({steps_text(tree.steps)})",
    ]
    return " ".join(word for word in words if word)


def _bind(tree: MvApply, source: Node, binder: Binder) -> Node:
    source = binder.checked(source, tree)
    elements = expanded(MvExpand(tree.items, index=tree.index, limit=tree.limit, at=tree.at), source, binder)
    node = steps_over(elements, tree.steps, binder)
    row, outer = binder.fresh("row"), binder.fresh("outer ")
    kept = (*source.columns, *source.inner)
    carried = ((row, "long"), *((f"{outer}{name}", kind) for name, kind in kept))
    rows = _with_outer(numbered(source, row, carried[:1]), kept, carried[1:])
    start = replace(elements, source=rows, inner=(*elements.inner, *carried))
    every = projected(rows, tuple((name, Ref(name, type=kind)) for name, kind in carried))
    found = for_each_group(tree, node, Groups(elements, start, carried, every, looks_at_order), binder)
    return _finished(found, node, Outer(source, outer, _replaced(tree, source.types)))


def _with_outer(rows: Extend, kept: Columns, carried: Columns) -> Extend:
    pairs = zip(carried, kept, strict=True)
    items = tuple((new, Ref(name, type=kind)) for (new, _), (name, kind) in pairs)
    return Extend(rows, items, columns=rows.columns, hidden=rows.hidden, inner=(*rows.inner, *carried))


def _replaced(tree: MvApply, columns: Collection[str]) -> set[str]:
    """The columns that are expanded themselves: after it, only what the pipeline gives stands for them."""
    exprs = [item.expr for item, _ in tree.items if not item.names]
    return {expr.name for expr in exprs if isinstance(expr, Name) and expr.name in columns}


class Outer(NamedTuple):
    """What a row was before its elements were worked on: ``mark`` stands before the names of its columns meanwhile."""

    source: Node
    mark: str
    replaced: set[str]

    def column(self, name: str, kind: KqlType) -> Ref:
        """A column as the row had it."""
        return Ref(f"{self.mark}{name}", type=kind)


def _finished(found: Node, node: Node, outer: Outer) -> Node:
    """The row's own columns, each as the pipeline gives it where it does, and then what else the pipeline gives."""
    items: dict[str, Bound] = {}
    source = outer.source
    for name, kind in source.columns:
        if name not in outer.replaced:
            items[name] = Ref(name, type=node.types[name]) if name in node.types else outer.column(name, kind)
    items |= {name: Ref(name, type=kind) for name, kind in node.columns if name not in items}
    inner = tuple((name, outer.column(name, kind)) for name, kind in source.inner)
    columns = tuple((name, bound.type) for name, bound in items.items())
    return Project(
        found,
        (*items.items(), *inner),
        columns=columns,
        hidden=_hidden(outer, node, items),
        inner=source.inner,
        ordered=node.ordered,
    )


def _hidden(outer: Outer, node: Node, items: dict[str, Bound]) -> Hidden:
    """Hidden columns that still are what they were."""
    same = {name for name, bound in items.items() if bound == outer.column(name, bound.type)}
    same |= {name for name, _ in outer.source.inner}
    return tuple(
        (name, bound)
        for name, bound in outer.source.hidden
        if name not in items and ((name, bound) in node.hidden or not isinstance(bound, Ref) or bound.name in same)
    )


OPERATOR = OperatorKind(
    ("mv-apply",),
    MvApply,
    "A pipeline for the elements of arrays and bags, for each row apart.",
    _parse,
    _show,
    _bind,
    values=MappingProxyType({"with_itemindex": ()}),
    after=("on", "to typeof("),
)
