"""Plan nodes to lazy frames. Every step keeps the order of rows, so that one question gives one answer, row for row."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import Any, TypeGuard

import polars as pl

from workbench.base.errors import LimitReached
from workbench.base.span import Span
from workbench.events.query.backend import (
    aggregate,
    baskets,
    captures,
    expand,
    feed,
    gather,
    joins,
    lookups,
    marks,
    members,
    networks,
    pages,
    parts,
    pivot,
    rollups,
    sink,
    ways,
    window,
)
from workbench.events.query.backend.expressions import Scope, evaluated, predicate, value
from workbench.events.query.backend.frame import Frame, Order, Runner, Used
from workbench.events.query.backend.values import ENGINE, JSON, Form, Value, either, in_form
from workbench.events.query.backend.window import overlap
from workbench.events.query.catalog import Accelerated, NewestFirst, Walked
from workbench.events.query.plan import (
    Aggregate,
    Basket,
    Bound,
    Captures,
    Columns,
    Const,
    Expand,
    Extend,
    Feed,
    Filter,
    Gather,
    Join,
    Limit,
    LimitPer,
    Located,
    Node,
    Ordered,
    Pairs,
    Pivot,
    Project,
    Ref,
    Rows,
    Sampled,
    Scan,
    Series,
    Sort,
    SortKey,
    Union,
)
from workbench.events.store.paths import Way
from workbench.events.tables import KqlType

_SEED = 1
LONGEST_SERIES = 10_000_000
"""Rows that ``range`` may make."""


def build(node: Node, runner: Runner) -> Frame:
    """The frame of one node. What several steps read has one frame for all of them, which the engine makes once."""
    once = id(node) in runner.source.shared and type(node) not in _PASSING
    if once or type(node) not in _HANDED_ON[runner.order]:
        runner = runner.towards(Order.KEPT)
    return members.once(_BUILDERS[type(node)](node, runner), runner.source.soon.get(id(node), ()))


def _scan(node: Scan, runner: Runner) -> Frame:
    return _scanned(node, runner, runner.span)


def _scanned(node: Scan, runner: Runner, span: Span | None) -> Frame:
    parts = [_fetched(node, runner, each) for each in _spans(node, runner, span)]
    held = _ways(node, runner, parts)
    if len(parts) > 1:
        parts = [part.select(*(name for name, _ in node.columns), *held.values()) for part in parts]
    lazy = pl.concat(parts) if parts else _fetched(node, runner, span).limit(0)
    spans = [pl.col(name).cast(ENGINE["timespan"]) for name, kind in node.columns if kind == "timespan"]
    return Frame(lazy.with_columns(spans) if spans else lazy, plain=True, ways=held)


def _ways(node: Scan, runner: Runner, parts: Sequence[pl.LazyFrame]) -> Mapping[Way, str]:
    """The ways into documents for which all scans carry a column."""
    catalog = runner.catalog
    declared = catalog.ways(node.table) if isinstance(catalog, Walked) else {}
    present = [set(part.collect_schema().names()) for part in parts] if declared else []
    return {way: column for way, column in declared.items() if present and all(column in each for each in present)}


def _spans(node: Scan, runner: Runner, span: Span | None) -> list[Span | None]:
    """The windows to read: one, unless a page has been narrowed to some."""
    windows = runner.cut(node).windows
    if windows is None:
        return [span]
    return [each for window in windows if (each := overlap(window, span))]


def _fetched(node: Scan, runner: Runner, span: Span | None) -> pl.LazyFrame:
    catalog, wanted, newest = runner.catalog, runner.cut(node).wanted, runner.order is Order.NEWEST
    runner.source.read.add(node.table)
    if wanted is not None and isinstance(catalog, Accelerated):
        picked = catalog.find(node.table, span, wanted, newest=newest)
        if picked is not None:
            runner.source.used.append(Used(node.table, "index", picked.by, picked.files, picked.opened))
            return picked.lazy
    if newest and isinstance(catalog, NewestFirst):
        return catalog.scan_newest(node.table, span)
    return catalog.scan(node.table, span)


def _rows(node: Rows, _runner: Runner) -> Frame:
    schema = {name: ENGINE[kind] for name, kind in node.columns}
    frame = pl.DataFrame(list(node.rows), schema=schema, orient="row")
    return Frame(frame.lazy())


def _series(node: Series, runner: Runner) -> Frame:
    (name, kind) = node.columns[0]
    scope = runner.outside or Scope()
    start, stop, step = (evaluated(value(each, scope)) for each in (node.start, node.stop, node.step))
    count = window.count(start, stop, step)
    if count > LONGEST_SERIES:
        raise LimitReached(f"range makes at most {LONGEST_SERIES:,} rows", next_step="Take a larger step.")
    number = pl.int_range(count, dtype=pl.Int64)
    first, stride = (pl.lit(each, dtype=ENGINE[other.type]) for each, other in ((start, node.start), (step, node.step)))
    return Frame(pl.LazyFrame().select((first + number * stride).cast(ENGINE[kind]).alias(name)))


def _filter(node: Filter, runner: Runner) -> Frame:
    if sunk := sink.below(*sink.stacked(node), shared=runner.source.shared):
        return runner.frame(sunk)
    node, runner = lookups.narrowed(node, runner)
    source, predicates = sink.stacked(node)
    if isinstance(source, Scan):
        frame, predicates = _windowed(source, predicates, runner)
    else:
        frame = runner.frame(source)
    frame, scope = marks.marked(predicates, frame, runner)
    lazy = frame.lazy
    for each in predicates:
        lazy = lazy.filter(predicate(each, scope))
    return marks.dropped(replace(frame, lazy=lazy), scope)


def _windowed(node: Scan, predicates: list[Bound], runner: Runner) -> tuple[Frame, list[Bound]]:
    """The scan, cut to the window that the predicates leave of its time column, and the predicates still to check."""
    found, rest = window.of(node.time, predicates, runner.span, runner.outside)
    if found is window.Whole.ALL:
        return runner.frame(node), predicates
    if found is window.Whole.EMPTY:
        frame = runner.frame(node)
        return Frame(frame.lazy.limit(0), plain=True), rest
    return members.once(_scanned(node, runner, found), runner.source.soon.get(id(node), ())), rest


def _extend(node: Extend, runner: Runner) -> Frame:
    frame = runner.frame(node.source)
    beneath, items = parts.shared(node.items, runner, frame)
    values = _values(items, runner, beneath)
    lazy = beneath.lazy.with_columns(each.expr.alias(name) for name, each in values)
    held = ways.extended(frame.ways, node.items)
    return Frame(parts.dropped(lazy, beneath), {**frame.forms, **_forms(values)}, frame.plain, held)


def _project(node: Project, runner: Runner) -> Frame:
    frame, items = parts.shared(node.items, runner, runner.frame(node.source))
    values = _values(items, runner, frame)
    exprs = [each.expr.alias(name) for name, each in values]
    held = ways.projected(frame.ways, node.items)
    beside = sorted(set(held.values()))
    if any(isinstance(bound, Ref) for _, bound in node.items):
        return Frame(frame.lazy.select(*exprs, *beside), _forms(values), frame.plain, held)
    lazy = frame.lazy.with_columns(exprs).select([*(name for name, _ in values), *beside])
    return Frame(lazy, _forms(values), frame.plain, held)


def _sort(node: Sort, runner: Runner) -> Frame:
    frame = runner.towards(Order.ANY if _total(node) else Order.KEPT).frame(node.source)
    keys = [key for each in node.keys for key in _sort_keys(each, runner, frame)]
    exprs, descending, nulls_last = (list(each) for each in zip(*keys, strict=True))
    lazy = frame.lazy.sort(exprs, descending=descending, nulls_last=nulls_last, maintain_order=True)
    return Frame(lazy, frame.forms, ways=frame.ways)


def _sort_keys(key: SortKey, runner: Runner, frame: Frame) -> list[tuple[pl.Expr, bool, bool]]:
    expr = runner.value(key.expr, frame).expr
    main = (expr, key.descending, not key.nulls_first)
    if key.expr.type not in ("real", "decimal"):
        return [main]
    null, nan, number = (pl.lit(place, dtype=pl.Int8) for place in range(3))
    kind = pl.when(expr.is_null()).then(null).when(expr.is_nan()).then(nan).otherwise(number)
    return [(kind, not key.nulls_first, False), main]


def _limit(node: Limit, runner: Runner) -> Frame:
    frame = pages.source(node, runner)
    return replace(frame, lazy=frame.lazy.head(node.count))


def _limit_per(node: LimitPer, runner: Runner) -> Frame:
    frame = runner.frame(node.source)
    if not node.keys:
        return replace(frame, lazy=frame.lazy.head(node.count))
    place = pl.int_range(pl.len()).over(node.keys)
    return replace(frame, lazy=frame.lazy.filter(place < node.count))


def _sampled(node: Sampled, runner: Runner) -> Frame:
    """The rows whose numbers come first when shuffled; always in the same way, so that a question has one answer."""
    frame = runner.frame(node.source)
    return replace(frame, lazy=frame.lazy.filter(pl.int_range(pl.len()).shuffle(seed=_SEED) < node.count))


def _total(node: Sort) -> bool:
    """Whether a sort settles the order of grouped rows by itself: each key of the groups is among its own."""
    names = {key.expr.name for key in node.keys if isinstance(key.expr, Ref)}
    source = node.source
    while isinstance(source, Filter | Extend | Project) or _keeps_left(source):
        if isinstance(source, Extend | Project):
            items = dict(source.items)
            names = {item.name for name in names if isinstance(item := items.get(name, _ref(source, name)), Ref)}
        source = source.left if isinstance(source, Join) else source.source
    return isinstance(source, Aggregate) and names.issuperset(name for name, _ in source.keys)


def _keeps_left(node: Node) -> TypeGuard[Join]:
    return isinstance(node, Join) and node.kind in ("leftsemi", "leftanti")


def _ref(node: Extend | Project, name: str) -> Bound | None:
    """A column that an extend hands on; a project hands on only what it names."""
    return Ref(name, type="dynamic") if isinstance(node, Extend) else None


def _ordered(node: Ordered, runner: Runner) -> Frame:
    return runner.frame(node.source)


def _union(node: Union, runner: Runner) -> Frame:
    columns = (*node.columns, *node.inner)
    frames = [runner.frame(leg) for leg in node.legs]
    missing = value(Const(None, type="dynamic"), Scope())
    values = [_leg(items, runner, frame, missing) for items, frame in zip(node.items, frames, strict=True)]
    forms = {
        name: either([each[number] for each in values])
        for number, (name, kind) in enumerate(columns)
        if kind == "dynamic"
    }
    absent = {name: _fitted(missing, name, kind, forms) for name, kind in columns}
    parts = [_part(frame, each, columns, forms, absent) for frame, each in zip(frames, values, strict=True)]
    return Frame(pl.concat(parts), forms)


def _leg(items: Sequence[Bound | None], runner: Runner, frame: Frame, missing: Value) -> list[Value]:
    return [missing if each is None else runner.value(each, frame) for each in items]


def _part(
    frame: Frame, values: Sequence[Value], columns: Columns, forms: Mapping[str, Form], absent: Mapping[str, pl.Expr]
) -> pl.LazyFrame:
    """A leg with all columns. What it lacks is one expression for all legs: there may be a thousand such columns."""
    exprs = [
        absent[name] if each.known and each.const is None else _fitted(each, name, kind, forms)
        for each, (name, kind) in zip(values, columns, strict=True)
    ]
    return frame.lazy.with_columns(exprs).select([name for name, _ in columns])


def _fitted(found: Value, name: str, kind: KqlType, forms: Mapping[str, Form]) -> pl.Expr:
    if kind == "dynamic":
        return in_form(found, forms[name]).alias(name)
    if found.known and found.const is None:
        return pl.lit("" if kind == "string" else None, dtype=ENGINE[kind]).alias(name)
    return found.expr.cast(ENGINE[kind]).alias(name)


def _aggregate(node: Aggregate, runner: Runner) -> Frame:
    return rollups.frame(node, runner) or aggregate.frame(node, runner)


def _values(items: Sequence[tuple[str, Bound]], runner: Runner, frame: Frame) -> list[tuple[str, Value]]:
    return [(name, runner.value(bound, frame)) for name, bound in items]


def _forms(values: Sequence[tuple[str, Value]]) -> dict[str, Form]:
    return {name: each.form or JSON for name, each in values if each.type == "dynamic"}


_PASSING = frozenset({Scan, Filter, Extend, Project})
"""Nodes that hand on the order of their source."""
_FREE = frozenset({*_PASSING, Aggregate, Expand, Join, Union})
"""Nodes that are cheaper where nobody looks at the order."""
_HANDED_ON = MappingProxyType(
    {Order.KEPT: _PASSING, Order.NEWEST: frozenset({*_PASSING, Join}), Order.ANY: _FREE},
)
"""Nodes that are asked for their rows in that order; all others give them as they come."""
_BUILDERS: Mapping[type[Node], Callable[[Any, Runner], Frame]] = MappingProxyType(
    {
        Aggregate: _aggregate,
        Captures: captures.frame,
        Basket: baskets.frame,
        Expand: expand.frame,
        Extend: _extend,
        Feed: feed.frame,
        Filter: _filter,
        Gather: gather.frame,
        Join: joins.frame,
        Limit: _limit,
        LimitPer: _limit_per,
        Located: networks.frame,
        Ordered: _ordered,
        Pairs: captures.pairs,
        Pivot: pivot.frame,
        Project: _project,
        Rows: _rows,
        Sampled: _sampled,
        Scan: _scan,
        Series: _series,
        Sort: _sort,
        Union: _union,
    }
)
