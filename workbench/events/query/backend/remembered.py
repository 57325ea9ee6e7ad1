"""Values on the right of ``in``, kept for the next questions while the tables they are of stay as they are.

Who looks at a page asks the same table of messages several times: how many, when, which first.
"""

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeAlias

import polars as pl

from workbench.base.span import Span
from workbench.events.query.catalog import Stored
from workbench.events.query.functions import functions
from workbench.events.query.plan import Apply, Bound, Node, Rows, Scan, Series, parts_of
from workbench.events.query.plan.walk import from_below

if TYPE_CHECKING:
    from workbench.events.query.catalog import Catalog

KEPT_BYTES = 256 * 2**20
"""Bytes of all lists that are kept; the ones that were asked for last."""

LARGEST_NODE = 50
"""Nodes of a table that is looked up; more would take longer to compare than is saved."""

Key: TypeAlias = tuple[object, ...]

_lock = threading.Lock()
_kept: dict[Key, pl.Series] = {}


def values_of(node: Node, catalog: "Catalog", span: Span | None, make: Callable[[], pl.Series]) -> pl.Series:
    """The values of a node's first column: as they were made before, else made now."""
    key = _key(node, catalog, span)
    with _lock:
        if key is not None and key in _kept:
            _kept[key] = _kept.pop(key)
            return _kept[key]
    found = make()
    if key is not None and found.estimated_size() <= KEPT_BYTES:
        _keep(key, found)
    return found


def _keep(key: Key, found: pl.Series) -> None:
    with _lock:
        _kept[key] = found
        total = sum(each.estimated_size() for each in _kept.values())
        while total > KEPT_BYTES:
            total -= _kept.pop(next(iter(_kept))).estimated_size()


def _key(node: Node, catalog: "Catalog", span: Span | None) -> Key | None:
    """What the values depend on; None where that is more than the rows of a store."""
    if not isinstance(catalog, Stored) or node.size > LARGEST_NODE:
        return None
    tables = set()
    for each in from_below(node):
        if isinstance(each, Scan):
            tables.add(each.table)
        elif not each.below() and not isinstance(each, Rows | Series):
            return None
        if not all(map(_settled, each.exprs())):
            return None
    held = ((name, catalog.store.snapshot(name)) for name in sorted(tables))
    versions = tuple((name, found and (found.version, found.files[-1:])) for name, found in held)
    return str(catalog.store.root), node, span, versions


def _settled(bound: Bound) -> bool:
    """Whether an expression gives the same for the same rows, whatever the lists of a workspace hold."""
    return not any(isinstance(each, Apply) and functions()[each.function].asks_lists for each in parts_of(bound))
