"""From syntax tree to plan: every name resolved, every type known."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from workbench.events.query.binder.binder import Binder
from workbench.events.query.binder.env import Closure, Row
from workbench.events.query.binder.parameters import with_parameters
from workbench.events.query.kql.syntax import Query
from workbench.events.query.plan import Bound, Node, Plan, Project, Rows

if TYPE_CHECKING:
    from workbench.events.query.catalog import Catalog

__all__ = ["Binder", "Row", "bind"]


def bind(query: Query, catalog: "Catalog", *, now: datetime, params: Mapping[str, object] | None = None) -> Plan:
    """Resolve a query against a catalog. ``params`` are values bound as if by ``let``, before its own statements.

    Raises:
        BadQuery: a name is not known or types do not go together; the error carries the place and the nearest names.
    """
    whole = with_parameters(query, params or {})
    moment = now if now.tzinfo else now.replace(tzinfo=UTC)
    binder = Binder(catalog, moment, query.text)
    binder.notes += [f"The option {each.name} of the service means nothing here." for each in whole.options]
    for let in whole.lets:
        binder.define(let, let.name, binder.value(let.value))
    found = binder.value(whole.body)
    if isinstance(found, Closure):
        found = binder.table(whole.body)
    root = _as_table(found) if isinstance(found, Bound) else found
    tables = tuple((name, each) for name, each in binder.env.names.items() if isinstance(each, Node))
    return Plan(whole, root, moment, binder.render, tuple(dict.fromkeys(binder.notes)), tables)


def _as_table(bound: Bound) -> Node:
    """A query that is just a value gives one row of one column."""
    one = Rows(((True,),), columns=(("\x00", "bool"),))
    return Project(one, (("print_0", bound),), columns=(("print_0", bound.type),))
