"""``summarize`` over counts that the store keeps, in place of rows.

It applies where the question looks at nothing of a row but some columns with few values and the hour: then a count
stands for its rows on the whole way from the scan to the groups, only that it weighs as much as they do.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import TypeAlias

import polars as pl

from workbench.base.span import Span
from workbench.events.query.backend import expand, window
from workbench.events.query.backend.aggregate import cast, outputs, results
from workbench.events.query.backend.expressions import Scope, value
from workbench.events.query.backend.frame import Frame, Order, Runner, Used
from workbench.events.query.backend.values import JSON, Value, plain
from workbench.events.query.catalog import Accelerated
from workbench.events.query.functions import functions
from workbench.events.query.plan import (
    Agg,
    Aggregate,
    Apply,
    Bound,
    Const,
    Expand,
    Extend,
    Filter,
    Node,
    Path,
    Project,
    Ref,
    Scalar,
    Scan,
    Within,
    inside,
    names_in,
)
from workbench.events.store.accelerators.reading import Counted
from workbench.events.store.accelerators.rollups import COUNT, FIRST, LAST

_Step: TypeAlias = Filter | Extend | Project | Expand

_HOUR = timedelta(hours=1)
_PERIODS = ("day", "week", "month", "year")
_OF_HOUR = frozenset(
    {"dayofweek", "getyear", "getmonth", "monthofyear", "dayofmonth", "dayofyear", "hourofday", "week_of_year"}
    | {f"{end}of{period}" for end in ("start", "end") for period in _PERIODS}
)
"""Functions of a moment that give the same for all of an hour."""
_COARSE_PARTS = frozenset({"year", "quarter", "month", "week_of_year", "day", "dayofyear", "hour"})

_WEIGHED = frozenset({"count", "countif", "sum", "sumif"})
_EXTREMES = {"min": FIRST, "minif": FIRST, "max": LAST, "maxif": LAST}
_UNWEIGHED = frozenset({*_EXTREMES, "dcount", "dcountif", "make_set", "make_set_if"})
"""Aggregates to which it is the same how often a value occurs."""


@dataclass(frozen=True)
class _Way:
    """From the scan to the groups: its window, the conditions right above it, and the steps after, lowest first."""

    scan: Scan
    span: Span | None
    tests: tuple[Bound, ...]
    steps: tuple[_Step, ...]


def frame(node: Aggregate, runner: Runner) -> Frame | None:
    """The groups of an aggregation, from counts; None where it asks for more than counts say."""
    found = _counted(node, runner)
    if found is None:
        return None
    way, counted, times = found
    runner.source.read.add(way.scan.table)
    runner.source.used.append(Used(way.scan.table, "counts", counted.by, counted.files, counted.opened))
    return _groups(node, _walked(way, counted.lazy, node, runner), runner, times)


def used(node: Aggregate, runner: Runner) -> Used | None:
    """The counts that an aggregation is answered from; None where rows are read."""
    found = _counted(node, runner)
    if found is None:
        return None
    way, counted, _ = found
    return Used(way.scan.table, "counts", counted.by, counted.files, counted.opened)


def _counted(node: Aggregate, runner: Runner) -> tuple[_Way, Counted, set[str]] | None:
    catalog = runner.catalog
    if not isinstance(catalog, Accelerated) or not all(map(_fits, node.aggs)):
        return None
    way = _way(node, runner)
    times = _times(node, way) if way else None
    if way is None or times is None:
        return None
    counted = catalog.counts(way.scan.table, way.span, _wanted(node, way)[0] - {way.scan.time})
    return None if counted is None else (way, counted, times)


def _fits(agg: Agg) -> bool:
    if agg.function in ("sum", "sumif") and agg.args[0].type not in ("int", "long"):
        return False
    return agg.function in _WEIGHED or (agg.function in _UNWEIGHED and any(names_in(agg.args[0])))


def _way(node: Aggregate, runner: Runner) -> _Way | None:
    steps: list[_Step] = []
    below = node.source
    while isinstance(below, Filter | Extend | Project | Expand):
        steps.append(below)
        below = below.source
    if not isinstance(below, Scan) or runner.cut(below).windows is not None:
        return None
    steps.reverse()
    first = next((at for at, step in enumerate(steps) if not isinstance(step, Filter)), len(steps))
    tests = [step.predicate for step in steps[:first] if isinstance(step, Filter)]
    span, rest = window.of(below.time, tests, runner.span, runner.outside)
    if span is window.Whole.EMPTY:
        return None
    return _Way(below, span if isinstance(span, Span) else runner.span, tuple(rest), tuple(steps[first:]))


def _times(node: Aggregate, way: _Way) -> set[str] | None:
    """The columns that bear the time of rows where the groups are; None where it is looked at beyond the hour."""
    times = {way.scan.time}
    if not all(_by_hour(test, times) for test in way.tests):
        return None
    for step, names in zip(way.steps, _wanted(node, way)[1:], strict=True):
        passed = _passed(step, names, times)
        if passed is None:
            return None
        times = passed
    keys = all(_by_hour(bound, times) for _, bound in node.keys)
    return times if keys and all(_aggregated(agg, times) for agg in node.aggs) else None


def _passed(step: _Step, names: set[str], times: set[str]) -> set[str] | None:
    """The same after a step that makes columns of these names, or has a condition."""
    if isinstance(step, Filter):
        return times if _by_hour(step.predicate, times) else None
    every = isinstance(step, Expand)
    items = [(name, bound) for name, bound in _items(step) if every or name in names]
    moments = set() if every else {name for name, bound in items if isinstance(bound, Ref) and bound.name in times}
    if not all(name in moments or _by_hour(bound, times) for name, bound in items):
        return None
    return moments if isinstance(step, Project) else (times - {name for name, _ in _items(step)}) | moments


def _wanted(node: Aggregate, way: _Way) -> list[set[str]]:
    """The names that are needed of the scan, and of each step."""
    names = {name for bound in node.exprs() for name in names_in(bound)}
    found = [names]
    for step in reversed(way.steps):
        items = _items(step)
        made = {name for name, _ in items}
        inner = {name for item, bound in items if item in names or isinstance(step, Expand) for name in names_in(bound)}
        tests = set(names_in(step.predicate)) if isinstance(step, Filter) else set()
        names = (names - made) | inner | tests
        found.append(names)
    found[-1] = names | {name for test in way.tests for name in names_in(test)}
    return found[::-1]


def _items(step: Node) -> list[tuple[str, Bound]]:
    if isinstance(step, Expand):
        return [(item.name, item.expr) for item in step.items]
    return list(step.items) if isinstance(step, Extend | Project) else []


def _by_hour(bound: Bound, times: set[str]) -> bool:
    """Whether an expression is the same for all moments of an hour."""
    if isinstance(bound, Ref):
        return bound.name not in times
    if isinstance(bound, Apply) and any(isinstance(arg, Ref) and arg.name in times for arg in bound.args):
        return _floors(bound, times)
    if isinstance(bound, Apply) and functions()[bound.function].ordered:
        return False
    known = isinstance(bound, Const | Scalar | Apply | Path | Within)
    return known and all(_by_hour(part, times) for part in inside(bound))


def _floors(bound: Apply, times: set[str]) -> bool:
    """Whether a function of the time itself cuts it to hours or coarser."""
    moment = bound.args[-1] if bound.function == "datetime_part" else bound.args[0]
    others = [arg for arg in bound.args if arg is not moment]
    if not (isinstance(moment, Ref) and moment.name in times and all(map(window.closed, others))):
        return False
    if bound.function in _OF_HOUR:
        return True
    held = value(others[0], Scope()).const if others else None
    if bound.function == "bin":
        return isinstance(held, timedelta) and held > timedelta() and not held % _HOUR
    return bound.function == "datetime_part" and isinstance(held, str) and held.lower() in _COARSE_PARTS


def _aggregated(agg: Agg, times: set[str]) -> bool:
    first = agg.args[:1]
    extreme = agg.function in _EXTREMES and isinstance(first[0], Ref) and first[0].name in times
    return all(_by_hour(arg, times) for arg in (agg.args[1:] if extreme else agg.args))


def _walked(way: _Way, lazy: pl.LazyFrame, node: Aggregate, runner: Runner) -> Frame:
    """The counts after all steps. Columns that nobody needs are not made; a moment handed on stands for the hour."""
    found = Frame(lazy)
    for test in way.tests:
        found = _filtered(test, found, runner)
    for step, names in zip(way.steps, _wanted(node, way)[1:], strict=True):
        if isinstance(step, Filter):
            found = _filtered(step.predicate, found, runner)
        elif isinstance(step, Expand):
            found = expand.expanded(step, found, runner)
        else:
            found = _extended([item for item in step.items if item[0] in names], found, runner)
    return found


def _filtered(test: Bound, found: Frame, runner: Runner) -> Frame:
    return Frame(found.lazy.filter(runner.predicate(test, found)), found.forms)


def _extended(items: Sequence[tuple[str, Bound]], found: Frame, runner: Runner) -> Frame:
    values = [(name, runner.value(bound, found)) for name, bound in items]
    forms = {name: each.form or JSON for name, each in values if each.type == "dynamic"}
    kept = {name: form for name, form in found.forms.items() if name not in dict(items)}
    return Frame(found.lazy.with_columns(each.expr.alias(name) for name, each in values), kept | forms)


def _groups(node: Aggregate, source: Frame, runner: Runner, times: set[str]) -> Frame:
    values = [each for agg in node.aggs for each in _results(agg, source, runner, times)]
    named = [(name, each) for (name, _), each in zip(outputs(node.aggs), values, strict=True)]
    exprs = [cast(each).alias(name) for name, each in named]
    forms = {name: each.form or JSON for name, each in named if each.type == "dynamic"}
    keys = [(name, runner.value(bound, source)) for name, bound in node.keys]
    if not keys:
        return Frame(source.lazy.select(exprs), forms)
    by = [key.expr.alias(name) for name, key in keys]
    return Frame(source.lazy.group_by(by, maintain_order=runner.order is not Order.ANY).agg(exprs), forms)


def _results(agg: Agg, source: Frame, runner: Runner, times: set[str]) -> list[Value]:
    args = [runner.value(arg, source) for arg in agg.args]
    if agg.function not in _WEIGHED:
        if isinstance(agg.args[0], Ref) and agg.args[0].name in times:
            args[0] = plain(pl.col(_EXTREMES[agg.function]), "datetime")
        return results(agg, args)
    return [_weighed(agg.function, args)]


def _weighed(function: str, args: Sequence[Value]) -> Value:
    count = pl.col(COUNT)
    number = args[0].expr.cast(pl.Int64) * count if function in ("sum", "sumif") else count
    tested = bool(args) and function != "sum"
    weighed = pl.when(args[-1].expr).then(number).otherwise(0) if tested else number
    return plain(weighed.sum(), "long", solid=True)
