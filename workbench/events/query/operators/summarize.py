"""``summarize``: rows to groups."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from workbench.events.query.binder import Binder, Row
from workbench.events.query.binder.calls import aggregate
from workbench.events.query.binder.env import Collector
from workbench.events.query.binder.names import Namer, aggregate_name, rank_names, result_name
from workbench.events.query.functions import Aggregate, aggregates
from workbench.events.query.kql.expressions import assigned
from workbench.events.query.kql.lexer import Token
from workbench.events.query.kql.parser import Parser
from workbench.events.query.kql.printer import named_text
from workbench.events.query.kql.syntax import Call, Expr, Name, Named, Operator, Star
from workbench.events.query.operators._declare import OperatorKind, options
from workbench.events.query.plan import Agg, Bound, Columns, Hidden, Node, Ref, carried, projected
from workbench.events.query.plan import Aggregate as AggregateNode


@dataclass(frozen=True, slots=True)
class Summarize(Operator):
    """``summarize count(), make_set(Subject) by SenderFromDomain``."""

    items: tuple[Named, ...]
    by: tuple[Named, ...] = ()


def _parse(p: Parser, word: Token) -> Summarize:
    options(p, (), others=True)
    items = () if p.sees("by") else p.listed(assigned, "by", "|", ")", ";")
    by = p.listed(assigned, "|", ")", ";") if p.found("by") else ()
    return Summarize(items, by, at=word.at)


def _show(tree: Summarize) -> str:
    items, by = (", ".join(map(named_text, each)) for each in (tree.items, tree.by))
    return f"summarize {items}{' ' if items and by else ''}{f'by {by}' if by else ''}"


def _bind(tree: Summarize, source: Node, binder: Binder) -> Node:
    namer = Namer()
    keys = keys_of(tree.by, Row(source), namer, binder)
    node, collector, _ = aggregated(tree.items, (source, keys), namer, binder)
    return replace(node, hidden=_hidden(source, keys, collector)) if _whole(tree) else node


def keys_of(by: Sequence[Named], row: Row, namer: Namer, binder: Binder) -> tuple[tuple[str, Bound], ...]:
    """What rows are grouped by, each with the name of its column.

    Raises:
        BadQuery: one is a dynamic.
    """
    found = [(item, *each) for item in by for each in binder.results(item, row, namer)]
    return tuple(
        (name, binder.solid(bound, item.expr, f"The dynamic {name!r} cannot be a key")) for item, name, bound in found
    )


def _whole(tree: Summarize) -> bool:
    """Whether whole rows are handed on: ``arg_max(x, *)`` alone."""
    calls = [item.expr for item in tree.items]
    return len(calls) == 1 and isinstance(calls[0], Call) and any(isinstance(arg, Star) for arg in calls[0].args)


def _hidden(source: Node, keys: tuple[tuple[str, Bound], ...], collector: Collector) -> Hidden:
    """The hidden columns of the rows that are handed on, as far as what they are made of goes on."""
    given = [*keys, *(pair for agg in collector.aggs for pair in zip(dict(agg.outputs), agg.args, strict=False))]
    renamed = {bound.name: name for name, bound in given if isinstance(bound, Ref)}
    return tuple((name, bound) for name, bound in carried(source.hidden, renamed) if name not in dict(given))


Grouped = tuple[Node, tuple[tuple[str, Bound], ...]]


def aggregated(
    items: Sequence[Named], grouped: Grouped, namer: Namer, binder: Binder
) -> tuple[Node, Collector, list[Columns]]:
    """One row for each group with its keys and the results of all items; the aggregates; the columns of each item."""
    source, keys = grouped
    collector = Collector()
    found = [_results(item, grouped, collector, namer, binder) for item in items]
    results = [result for each in found for result in each]
    columns = tuple((name, bound.type) for name, bound in keys)
    outputs = tuple(output for agg in collector.aggs for output in agg.outputs)
    node: Node = AggregateNode(source, keys, tuple(collector.aggs), columns=(*columns, *outputs))
    if not all(isinstance(bound, Ref) and bound.name == name for name, bound in results):
        node = projected(node, (*((name, Ref(name, type=kind)) for name, kind in columns), *results))
    return node, collector, [tuple((name, bound.type) for name, bound in each) for each in found]


def _results(
    item: Named, grouped: Grouped, collector: Collector, namer: Namer, binder: Binder
) -> list[tuple[str, Bound]]:
    """The columns of one item: an aggregate's own, or that of an expression over aggregates."""
    call, source = item.expr, grouped[0]
    if isinstance(call, Call) and call.name in aggregates() and binder.env.find(call.name) is None:
        agg = _aggregate(item, call, grouped, namer, binder)
        collector.aggs.append(agg)
        return [(name, Ref(name, type=kind)) for name, kind in agg.outputs]
    return binder.results(item, Row(source, collector), namer)


def _aggregate(item: Named, call: Call, grouped: Grouped, namer: Namer, binder: Binder) -> Agg:
    source, _ = grouped
    declared = aggregates()[call.name]
    if declared.outputs == "row" or declared.chooses:
        call = Call(call.name, tuple(_spread(call, declared, grouped)), at=call.at)
    args, kind = aggregate(call, source, binder)
    if not declared.outputs:
        return Agg(declared.name, args, ((binder.free(item, aggregate_name(call), namer), kind),))
    if declared.outputs == "ranks":
        made_up = [(name, kind) for name in rank_names(call)]
    else:
        made_up = [(_output(declared, call, number), arg.type) for number, arg in enumerate(args)]
    return Agg(declared.name, args, tuple(binder.spread(item, made_up, namer)))


def _spread(call: Call, declared: Aggregate, grouped: Grouped) -> Iterator[Expr]:
    """The arguments, ``*`` written out as every column that is neither a key nor the value to compare."""
    source, keys = grouped
    taken = {bound.name for name, bound in keys if isinstance(bound, Ref) and bound.name == name}
    taken |= {arg.name for arg in call.args if isinstance(arg, Name)}
    for number, arg in enumerate(call.args):
        if isinstance(arg, Star) and (number or declared.outputs == "row"):
            yield from (Name(name, at=arg.at) for name in source.types if name not in taken)
        else:
            yield arg


def _output(declared: Aggregate, call: Call, number: int) -> str:
    """``arg_max`` hands on the names of its arguments, ``any`` with a prefix; what has none is numbered."""
    name, prefix = result_name(call.args[number]), declared.named
    if declared.outputs == "argument":
        first = f"{prefix}{result_name(call.args[0]) or ''}"
        return f"{first}_{name or f'arg{number}'}" if number else first
    if declared.outputs == "row":
        alone = prefix and len(call.args) == 1
        return f"{prefix}{name or ''}" if name or alone else f"any_arg{number}"
    return name or (f"{prefix}{result_name(call.args[0]) or ''}_arg{number}" if number else prefix)


OPERATOR = OperatorKind(
    ("summarize",),
    Summarize,
    "One row for each group, with aggregates over its rows.",
    _parse,
    _show,
    _bind,
    after=("by",),
)
