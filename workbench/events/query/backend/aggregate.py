"""``summarize``: rows to groups."""

from collections.abc import Sequence

import polars as pl

from workbench.events.query.backend.expressions import evaluated
from workbench.events.query.backend.frame import Frame, Order, Runner
from workbench.events.query.backend.values import ENGINE, JSON, Form, Value
from workbench.events.query.functions import aggregates
from workbench.events.query.functions.groups import ROW
from workbench.events.query.plan import Agg, Aggregate

_WIDE = 6
"""Columns from which it pays to look for the chosen rows first and read them afterwards."""


def frame(node: Aggregate, runner: Runner) -> Frame:
    """One row for each combination of keys, in the order in which they first occur; without keys one row."""
    settled = not any(aggregates()[agg.function].ordered for agg in node.aggs)
    free = runner.order is Order.ANY
    source = runner.towards(Order.ANY if free and settled else Order.KEPT).frame(node.source)
    if source.plain and len(node.aggs) == 1 and node.keys and len(node.aggs[0].outputs) > _WIDE:
        return _chosen_rows(node, runner, source)
    lazy, arguments = _arguments(node.aggs, runner, source)
    if any(aggregates()[agg.function].chooses for agg in node.aggs):
        lazy = lazy.with_row_index(ROW)
    values = [found for agg, args in zip(node.aggs, arguments, strict=True) for found in results(agg, args)]
    named = [(name, found) for (name, _), found in zip(outputs(node.aggs), values, strict=True)]
    exprs = [cast(found).alias(name) for name, found in named]
    keys = [(name, runner.value(bound, source)) for name, bound in node.keys]
    forms = {name: found.form or JSON for name, found in (*keys, *named) if found.type == "dynamic"}
    if not keys:
        return Frame(lazy.select(exprs), forms)
    grouped = lazy.group_by([key.expr.alias(name) for name, key in keys], maintain_order=not free)
    return Frame(grouped.agg(exprs), forms)


def outputs(aggs: Sequence[Agg]) -> list[tuple[str, str]]:
    """Names and types of the columns that aggregates give."""
    return [output for agg in aggs for output in agg.outputs]


def _arguments(aggs: Sequence[Agg], runner: Runner, source: Frame) -> tuple[pl.LazyFrame, list[list[Value]]]:
    """The arguments of each aggregate; what looks at no column becomes one, so that it counts once for each row."""
    found: list[list[Value]] = []
    extra: dict[str, pl.Expr] = {}
    for agg in aggs:
        args = [runner.value(arg, source) for arg in agg.args]
        slots = [aggregates()[agg.function].signature.slot(number) for number in range(len(args))]
        for number, (arg, slot) in enumerate(zip(args, slots, strict=True)):
            if not slot.constant and (arg.known or not arg.expr.meta.root_names()):
                name = f"\x00{len(extra)}"
                extra[name] = arg.expr
                args[number] = Value(pl.col(name), arg.type, arg.form, solid=arg.solid)
        found.append(args)
    return (source.lazy.with_columns(**extra) if extra else source.lazy), found


def results(agg: Agg, args: Sequence[Value]) -> list[Value]:
    """The values of one aggregate over a group."""
    declared = aggregates()[agg.function]
    given = [evaluated(arg) if declared.signature.slot(number).constant else arg for number, arg in enumerate(args)]
    result = declared.build(*given)
    return result if isinstance(result, list) else [result]


def cast(found: Value) -> pl.Expr:
    """A value in the type it is said to have."""
    return found.expr if found.form else found.expr.cast(ENGINE[found.type])


def _chosen_rows(node: Aggregate, runner: Runner, source: Frame) -> Frame:
    """Whole rows, one for each group: find their positions, then read only those."""
    agg = node.aggs[0]
    lazy = source.lazy.with_row_index(ROW)
    keys = [(name, runner.value(bound, source)) for name, bound in node.keys]
    args = [runner.value(arg, source) for arg in agg.args]
    position = aggregates()[agg.function].build(args[0], Value(pl.col(ROW), "long"))[-1].expr
    grouped = lazy.group_by([key.expr.alias(name) for name, key in keys]).agg(position.alias(ROW))
    rows = lazy.join(grouped.select(ROW), on=ROW, how="semi", maintain_order="left")
    outputs = [*keys, *((name, arg) for (name, _), arg in zip(agg.outputs, args, strict=True))]
    forms: dict[str, Form] = {name: found.form or JSON for name, found in outputs if found.type == "dynamic"}
    return Frame(rows.select(found.expr.alias(name) for name, found in outputs), forms)
