"""Conditions that an index of the store can answer: a looked-up column is one of some known texts."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

import polars as pl

from workbench.events.query.backend import path, window
from workbench.events.query.backend.expressions import Members, Scope, value
from workbench.events.query.backend.frame import Runner
from workbench.events.query.backend.values import Value
from workbench.events.query.catalog import Accelerated
from workbench.events.query.functions import membership
from workbench.events.query.plan import Apply, Bound, Filter, Node, Ref, Scan, Within
from workbench.events.store.accelerators.lookups import Either, Every, Keys, Wanted, keys
from workbench.events.store.accelerators.lookups import columns as columns_of

_FOLDED = {"==": False, "in": False, "=~": True, "in~": True}
"""Functions that compare with texts, and whether case is aside."""

_Trace = Callable[[Bound], str | None]


def narrowed(node: Filter, runner: Runner) -> tuple[Filter, Runner]:
    """The filter over a scan of its own, of which only rows need be read that an index finds; else as it is."""
    scan, catalog = _scan(node), runner.catalog
    if scan is None or not isinstance(catalog, Accelerated) or not catalog.lookups(scan.table):
        return node, runner
    columns = frozenset(catalog.lookups(scan.table))
    tests = [each for predicate in _predicates(node) for each in window.conjuncts(predicate)]
    wanted = _every(tests, lambda bound: _column(bound, node.source, columns), runner)
    if wanted is None:
        return node, runner
    own = replace(scan)
    over = path.over(node, own)
    assert isinstance(over, Filter)  # noqa: S101  the same way, so the same top
    return over, runner.picking(scan, own, wanted)


def asked(node: Filter, catalog: object) -> frozenset[str]:
    """The columns by which an index would be asked for the rows that a filter keeps; nothing is read to say so."""
    scan = _scan(node)
    if scan is None or not isinstance(catalog, Accelerated) or not catalog.lookups(scan.table):
        return frozenset()
    columns = frozenset(catalog.lookups(scan.table))
    tests = [each for predicate in _predicates(node) for each in window.conjuncts(predicate)]
    return _asked(tests, lambda bound: _column(bound, node.source, columns))


def _asked(tests: Sequence[Bound], trace: _Trace) -> frozenset[str]:
    found = (_asked_by(test, trace) for test in tests)
    return frozenset(name for names in found for name in names)


def _asked_by(test: Bound, trace: _Trace) -> frozenset[str]:
    if isinstance(test, Apply) and test.function == "or":
        parts = [_asked_by(each, trace) for each in test.args]
        return frozenset().union(*parts) if all(parts) else frozenset()
    if isinstance(test, Within):
        column = trace(test.value) if test.function in _FOLDED else None
        return frozenset({column} if column else ())
    wanted = _compared(test, trace) if isinstance(test, Apply) and test.function in _FOLDED else None
    return frozenset(columns_of(wanted) if wanted is not None else ())


def _scan(node: Node) -> Scan | None:
    below: Node | None = node
    while below is not None and not isinstance(below, Scan):
        below = path.below(below)
    return below


def _predicates(node: Node) -> Iterator[Bound]:
    while isinstance(node, Filter):
        yield node.predicate
        node = node.source


def _column(bound: Bound, node: Node, columns: frozenset[str]) -> str | None:
    """The looked-up column of the scan that a value is; lower case of it counts as the column itself."""
    if isinstance(bound, Apply) and bound.function == "tolower":
        bound = bound.args[0]
    if not isinstance(bound, Ref) or bound.type != "string":
        return None
    name, below = bound.name, node
    while not isinstance(below, Scan):
        found = path.step(below, name)
        if found is None:
            return None
        below, name = found
    return name if name in columns else None


def _every(tests: Sequence[Bound], trace: _Trace, runner: Runner) -> Wanted | None:
    found = tuple(each for test in tests if (each := _wanted(test, trace, runner)) is not None)
    return Every(found) if len(found) > 1 else next(iter(found), None)


def _wanted(test: Bound, trace: _Trace, runner: Runner) -> Wanted | None:
    if isinstance(test, Within) and test.function in _FOLDED and (column := trace(test.value)):
        kind = test.source.columns[0][1]
        members = Members(pl.lit(None), kind, series=runner.members(test.source))
        return _keys(column, test.value, [members], test.function)
    if not isinstance(test, Apply):
        return None
    if test.function == "and":
        return _every(test.args, trace, runner)
    if test.function == "or":
        parts = [_wanted(each, trace, runner) for each in test.args]
        known = tuple(each for each in parts if each is not None)
        return Either(known) if len(known) == len(parts) else None
    return _compared(test, trace) if test.function in _FOLDED else None


def _compared(test: Apply, trace: _Trace) -> Wanted | None:
    looked, *others = test.args
    if test.function in ("==", "=~") and trace(looked) is None:
        looked, others = others[0], [looked]
    column = trace(looked)
    if column is None or not all(map(window.closed, others)):
        return None
    return _keys(column, looked, [value(each, Scope()) for each in others], test.function)


def _keys(column: str, looked: Bound, items: Sequence[Value], function: str) -> Keys | None:
    texts = membership.texts(items) if all(item.type in ("string", "dynamic") for item in items) else None
    folded = _FOLDED[function] or isinstance(looked, Apply)
    return keys(column, texts, folded=folded) if texts is not None else None
