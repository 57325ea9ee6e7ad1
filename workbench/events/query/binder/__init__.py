"""From syntax tree to plan: every name resolved, every type known."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from workbench.base.errors import BadQuery
from workbench.events.query.binder.binder import Binder
from workbench.events.query.binder.env import Closure, Row
from workbench.events.query.binder.parameters import with_parameters
from workbench.events.query.binder.sight import GUESSES, Look, Sight, most_guesses
from workbench.events.query.kql.syntax import Query
from workbench.events.query.plan import Bound, Node, Plan, Project, Rows, Texts
from workbench.events.tables import KqlType

if TYPE_CHECKING:
    from workbench.events.query.catalog import Catalog

__all__ = ["Binder", "Look", "Row", "bind"]


def bind(
    query: Query,
    catalog: "Catalog",
    *,
    now: datetime,
    params: Mapping[str, object] | None = None,
    look: Look | None = None,
    shown: Sequence[Texts] = (),
) -> Plan:
    """Resolve a query against a catalog. ``params`` are values bound as if by ``let``, before its own statements.

    Columns that depend on the data are found by a ``look`` at it, or are those of ``shown``, what an earlier binding
    of the same query was shown. Without either they are those that the query names, and a note says so.

    Raises:
        BadQuery: a name is not known or types do not go together; the error carries the place and the nearest names.
    """
    whole = with_parameters(query, params or {})
    moment = now if now.tzinfo else now.replace(tzinfo=UTC)
    sight = Sight(look, shown, most_guesses(query.text))
    first: BadQuery | None = None
    for kind in GUESSES:
        try:
            return _trusting(whole, catalog, moment, sight, kind)
        except BadQuery as fault:
            if not sight.guesses:
                raise
            first = first or fault
    raise first or TypeError("no kind of column to try")


def _trusting(query: Query, catalog: "Catalog", now: datetime, sight: Sight, kind: KqlType) -> Plan:
    """Bind, and again for each column that the query names and only data could have."""
    while True:
        sight.again(kind)
        try:
            return _bound(query, catalog, now, sight)
        except BadQuery:
            if not sight.trusted():
                raise


def _bound(query: Query, catalog: "Catalog", now: datetime, sight: Sight) -> Plan:
    binder = Binder(catalog, now, query.text, sight)
    binder.notes += [f"The option {each.name} of the service means nothing here." for each in query.options]
    for let in query.lets:
        binder.define(let, let.name, binder.value(let.value))
    found = binder.value(query.body)
    if isinstance(found, Closure):
        found = binder.table(query.body)
    root = _as_table(found) if isinstance(found, Bound) else found
    tables = tuple((name, each) for name, each in binder.env.names.items() if isinstance(each, Node))
    notes = tuple(dict.fromkeys(binder.notes))
    return Plan(query, root, now, binder.render, notes, tables, tuple(sight.shown))


def _as_table(bound: Bound) -> Node:
    """A query that is just a value gives one row of one column."""
    one = Rows(((True,),), columns=(("\x00", "bool"),))
    return Project(one, (("print_0", bound),), columns=(("print_0", bound.type),))
