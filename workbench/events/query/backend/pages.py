"""First pages: the newest rows that fit, without reading wide columns of rows that do not.

A question for the newest N rows of a large table is answered in passes. The first reads, newest files first, only the
times of rows that fit, and stops when it has N; where these lie in a file or two, the next looks through them for the
very newest. The last reads whole rows, but only of the time those lie in.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import pairwise

import polars as pl

from workbench.base.span import Span
from workbench.events.query.backend import path
from workbench.events.query.backend.frame import Frame, Order, Runner
from workbench.events.query.backend.window import overlap
from workbench.events.query.catalog import NewestFirst
from workbench.events.query.kql.literals import LAST
from workbench.events.query.plan import Limit, Ref, Scan, Sort

LARGE = 300_000
"""Rows from which a table is worth two passes."""

NEAR = 600_000
"""Rows up to which it pays to look through the newest files once more for the very newest rows."""

_MOST_WINDOWS = 16
_APART = timedelta(hours=1)
_TICK = timedelta(microseconds=1)


def source(node: Limit, runner: Runner) -> Frame:
    """The rows that a limit takes the first of, read only in the time in which these lie where that pays."""
    found, catalog = _paged(node, runner), runner.catalog
    if not found or not isinstance(catalog, NewestFirst):
        return runner.frame(node.source)
    times = _times(found, runner.towards(Order.NEWEST)).head(node.count).collect(engine="streaming").to_series()
    if times.null_count():
        return runner.frame(node.source)
    narrowed = runner.narrowed(found.scan, windows(times, node.count))
    if len(times) >= node.count > 0 and catalog.rows(found.scan.table, _latest(times, runner.span)) <= NEAR:
        narrowed = runner.narrowed(found.scan, windows(_newest(found, narrowed, node.count), node.count))
    return narrowed.frame(found.sort)


def applies(node: Limit, runner: Runner) -> bool:
    """Whether the rows are had newest first, stopping early."""
    return _paged(node, runner) is not None


def _paged(node: Limit, runner: Runner) -> "_Path | None":
    catalog = runner.catalog
    found = _path(node.source) if isinstance(node.source, Sort) else None
    if not found or not isinstance(catalog, NewestFirst) or catalog.rows(found.scan.table, runner.span) < LARGE:
        return None
    return found


def _times(found: "_Path", runner: Runner) -> pl.LazyFrame:
    return runner.frame(found.sort.source).lazy.select(found.time)


def _newest(found: "_Path", runner: Runner, count: int) -> pl.Series:
    """Files come newest first but hold their oldest rows first: of the first rows that fit, few are the newest."""
    times = _times(found, runner.towards(Order.ANY)).sort(found.time, descending=True).head(count)
    return times.collect(engine="streaming").to_series()


def _latest(times: pl.Series, outer: Span | None) -> Span | None:
    return overlap(Span(_moment(times.min()), LAST), outer)


def windows(times: pl.Series, wanted: int) -> tuple[Span, ...]:
    """Windows that hold all rows of a page: from the oldest of enough rows on, else around the few there are."""
    if len(times) >= wanted > 0:
        return (Span(_moment(times.min()), LAST),)
    ordered = times.sort().to_list()
    gaps = sorted(((after - before, after) for before, after in pairwise(ordered)), reverse=True)
    starts = sorted(after for gap, after in gaps[: _MOST_WINDOWS - 1] if gap > _APART)
    begun = [*ordered[:1], *starts]
    ends = [max(each for each in ordered if each < start) for start in starts] + ordered[-1:]
    return tuple(Span(first, last + _TICK) for first, last in zip(begun, ends, strict=True))


def _moment(value: object) -> datetime:
    if not isinstance(value, datetime):
        raise TypeError(f"a time was expected, not {value!r}")
    return value


@dataclass(frozen=True)
class _Path:
    """A sort down to the scan whose time it goes by.

    All nodes on the way are its own, so that the same table elsewhere in the question keeps all its rows.
    """

    sort: Sort
    scan: Scan
    time: str
    """What the column is called where the sort stands."""


def _path(node: Sort) -> _Path | None:
    """The way to the scan whose time, falling, a sort goes by first; None where there is none or it loses the rows."""
    key = node.keys[0]
    if not key.descending or key.nulls_first or not isinstance(key.expr, Ref):
        return None
    below, name = node.source, key.expr.name
    while not isinstance(below, Scan):
        step = path.step(below, name)
        if step is None:
            return None
        below, name = step
    if below.time != name:
        return None
    scan = replace(below)
    return _Path(replace(node, source=path.over(node.source, scan)), scan, key.expr.name)
