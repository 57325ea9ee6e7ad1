"""The way from a node down to the scan whose rows it is about, as long as each row fares alone."""

from dataclasses import replace

from workbench.events.query.plan import Extend, Filter, Join, Node, Project, Ref, Scan

BY_ROW = ("leftouter", "leftsemi", "leftanti")
"""Joins in which each row of the left fares alone."""


def step(node: Node, name: str) -> tuple[Node, str] | None:
    """The node below that decides of each row by itself, and what a column is called there."""
    if isinstance(node, Join) and node.kind in BY_ROW:
        origin = {out: (from_left, source) for out, from_left, source in node.output}.get(name, (True, name))
        return (node.left, origin[1]) if origin[0] else None
    if isinstance(node, Extend | Project):
        item = dict(node.items).get(name, Ref(name, type="datetime"))
        return (node.source, item.name) if isinstance(item, Ref) else None
    return (node.source, name) if isinstance(node, Filter) else None


def below(node: Node) -> Node | None:
    """The node below whose rows a node is about, whatever its columns are called there."""
    if isinstance(node, Join):
        return node.left if node.kind in BY_ROW else None
    return node.source if isinstance(node, Filter | Extend | Project) else None


def over(node: Node, scan: Scan) -> Node:
    """The same way over another scan."""
    if isinstance(node, Join):
        return replace(node, left=over(node.left, scan))
    if isinstance(node, Filter | Extend | Project):
        return replace(node, source=over(node.source, scan))
    return scan
