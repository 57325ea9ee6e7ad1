"""Tables and pipelines: names to scans, operators to nodes."""

from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING

from workbench.events.query import tabular
from workbench.events.query.binder import calls, places
from workbench.events.query.binder.env import Binding, Closure, Row
from workbench.events.query.catalog import served
from workbench.events.query.functions import functions
from workbench.events.query.kql.syntax import Call, Expr, Lambda, Member, Name, Operator, Pipeline
from workbench.events.query.operators import kind_of
from workbench.events.query.plan import Bound, Const, Hidden, Node, Ref, Scan, kept, nothing
from workbench.events.tables import VIRTUAL, Twin, View, tables

if TYPE_CHECKING:
    from workbench.events.query.binder.binder import Binder


_GIVING = frozenset({"materialize"})
"""What gives a table and stands in no list of functions."""


def bind(tree: Expr | Operator, binder: "Binder") -> Node:
    """The node of a table, of a call that gives one, or of a pipeline."""
    if isinstance(tree, Operator):
        return kind_of(tree).bind(tree, None, binder)
    if isinstance(tree, Pipeline):
        return _pipeline(tree, binder)
    if isinstance(tree, Name):
        return _named(tree, binder)
    found = value(tree, binder)
    if isinstance(found, Node):
        return found
    raise binder.error(tree, "A value stands where a table is wanted")


def value(tree: Expr, binder: "Binder") -> Binding:
    """A table, a value or a function, whichever the expression is."""
    if isinstance(tree, Pipeline):
        return binder.table(tree)
    if isinstance(tree, Lambda):
        return Closure("", tree, binder.env.kept())
    if isinstance(tree, Name):
        return _by_name(tree, binder)
    if isinstance(tree, Member) and places.is_place(tree.base):
        return _named(places.within(tree, binder), binder)
    return _called(tree, binder) if isinstance(tree, Call) else binder.expr(tree, Row())


def _called(tree: Call, binder: "Binder") -> Binding:
    """What a call gives: a table or a value."""
    if tree.name == "materialize":
        if len(tree.args) != 1:
            raise binder.error(tree, "'materialize' takes 1 argument")
        return binder.table(tree.args[0])
    if isinstance(binder.env.find(tree.name), Closure):
        return calls.call_user(tree, Row(), binder)
    if tree.name in tabular.tabulars():
        return tabular.bound(tree, None, binder)
    if tree.name == "table":
        return _named(places.table_name(tree, binder), binder)
    return binder.expr(tree, Row())


def missing(tree: Expr | Operator, binder: "Binder") -> str:
    """The table, or the function that gives one, with which a pipeline begins and which nobody knows; empty otherwise.

    What follows in the pipeline is not looked at.
    """
    while isinstance(tree, Pipeline):
        tree = tree.source
    if isinstance(tree, Call) and tree.name == "table":
        tree = places.table_name(tree, binder)
    if not isinstance(tree, Name | Call) or binder.env.find(tree.name) is not None:
        return ""
    given = tree.name in tabular.tabulars() or (isinstance(tree, Call) and tree.name in _GIVING | functions().keys())
    held = tree.name in binder.catalog.names() or tree.name in served(binder.catalog)
    return "" if given or held else tree.name


def scan(name: str, binder: "Binder") -> Node:
    """All rows of a declared table, its virtual columns and twins hidden."""
    catalog = binder.catalog
    types, time = catalog.types(name), catalog.time(name)
    values = {
        "Timestamp": Ref(time, type="datetime"),
        "TimeGenerated": Ref(time, type="datetime"),
        "TenantId": Const("", type="string"),
        "Type": Const(name, type="string"),
    }
    hidden = [(each, values[each]) for each in VIRTUAL if each not in types and catalog.type_of(name, each)]
    hidden += [(each, twin) for each, twin in _twins(name) if each not in types and catalog.type_of(name, each)]
    return Scan(name, time, columns=tuple(types.items()), hidden=tuple(hidden))


def retired(view: View, binder: "Binder") -> Node:
    """The rows of a retired table: its successor's, under the old names."""
    return kept(scan(view.successor, binder), view.sources)


@cache
def _twins(name: str) -> Hidden:
    held = tables()[name].twins if name in tables() else {}
    return tuple((each, _twin(twin)) for each, twin in held.items())


def _twin(twin: Twin) -> Bound:
    return Ref(twin.source, type=twin.type) if twin.source else nothing(twin.type)


def _pipeline(tree: Pipeline, binder: "Binder") -> Node:
    return steps_over(binder.table(tree.source), tree.operators, binder)


def steps_over(node: Node, steps: Sequence[Operator], binder: "Binder") -> Node:
    """Operators over the rows of a node, one after the other."""
    for step in steps:
        node = binder.checked(kind_of(step).bind(step, node, binder), step)
    return node


def _named(tree: Name, binder: "Binder") -> Node:
    found = _by_name(tree, binder)
    if isinstance(found, Node):
        return found
    if isinstance(found, Closure):
        return binder.table(Call(tree.name, (), at=tree.at))
    raise binder.error(tree, f"{tree.name!r} is a value, not a table")


def _by_name(tree: Name, binder: "Binder") -> Binding:
    found = binder.env.find(tree.name)
    if found is not None:
        return found
    if tree.name in binder.catalog.names():
        return scan(tree.name, binder)
    if view := served(binder.catalog).get(tree.name):
        return retired(view, binder)
    if tree.name in tabular.tabulars():
        return tabular.bound(Call(tree.name, (), at=tree.at), None, binder)
    if advice := tabular.elsewhere(tree.name):
        raise binder.error(tree, f"The function {tree.name!r} is not there", advice)
    tables = [name for name in binder.env.all() if not isinstance(binder.env.find(name), Bound)]
    raise binder.unknown(tree, "table", tree.name, [*binder.catalog.names(), *served(binder.catalog), *tables])
