"""First pages: the newest rows that fit, without reading wide columns of rows that do not.

A question for the newest N rows of a large table is answered in two passes. The first reads, newest files first, only
the times of rows that fit, and stops when it has N. The second reads whole rows, but only of the time those lie in.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import pairwise

from workbench.base.span import Span
from workbench.events.query.backend.frame import Order, Runner
from workbench.events.query.catalog import NewestFirst
from workbench.events.query.kql.literals import LAST
from workbench.events.query.plan import Extend, Filter, Limit, Project, Ref, Scan, Sort

LARGE = 300_000
"""Rows from which a table is worth two passes."""

_MOST_WINDOWS = 16
_APART = timedelta(hours=1)
_TICK = timedelta(microseconds=1)


def narrowed(node: Limit, runner: Runner) -> Runner:
    """A runner that reads only the time in which the rows of a page lie; the same runner where that does not pay."""
    if not isinstance(node.source, Sort) or not (found := _scan(node.source)):
        return runner
    scan, time = found
    catalog = runner.catalog
    if not isinstance(catalog, NewestFirst) or catalog.rows(scan.table, runner.span) < LARGE:
        return runner
    rows = runner.towards(Order.NEWEST).frame(node.source.source).lazy.select(time)
    times = rows.head(node.count).collect(engine="streaming").to_series()
    return runner if times.null_count() else runner.narrowed(scan, windows(times.to_list(), node.count))


def windows(times: Sequence[datetime], wanted: int) -> tuple[Span, ...]:
    """Windows that hold all rows of a page: from the oldest of enough rows on, else around the few there are."""
    if len(times) >= wanted > 0:
        return (Span(min(times), LAST),)
    ordered = sorted(times)
    gaps = sorted(((after - before, after) for before, after in pairwise(ordered)), reverse=True)
    starts = sorted(after for gap, after in gaps[: _MOST_WINDOWS - 1] if gap > _APART)
    begun = [*ordered[:1], *starts]
    ends = [max(each for each in ordered if each < start) for start in starts] + ordered[-1:]
    return tuple(Span(first, last + _TICK) for first, last in zip(begun, ends, strict=True))


def _scan(node: Sort) -> tuple[Scan, str] | None:
    """The scan whose time, falling, a sort goes by first, and what that column is called where the sort stands."""
    key = node.keys[0]
    if not key.descending or key.nulls_first or not isinstance(key.expr, Ref):
        return None
    name, source = key.expr.name, node.source
    while isinstance(source, Filter | Extend | Project):
        if isinstance(source, Extend | Project):
            item = dict(source.items).get(name, Ref(name, type="datetime"))
            if not isinstance(item, Ref):
                return None
            name = item.name
        source = source.source
    return (source, key.expr.name) if isinstance(source, Scan) and source.time == name else None
