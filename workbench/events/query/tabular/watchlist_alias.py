"""``_GetWatchlistAlias``: the names of the pinned watchlists."""

from typing import TYPE_CHECKING

from workbench.events.query.catalog import feeds_of
from workbench.events.query.kql.syntax import Call
from workbench.events.query.plan import Node, Rows
from workbench.events.query.tabular._declare import Tabular, arguments

if TYPE_CHECKING:
    from workbench.events.query.binder.binder import Binder


def _bind(call: Call, _source: Node | None, binder: "Binder") -> Node:
    arguments(call, 0, 0, "_GetWatchlistAlias()", binder)
    rows = tuple((name,) for name in feeds_of(binder.catalog).watchlists())
    return Rows(rows, columns=(("WatchlistAlias", "string"),))


TABULAR = Tabular("_GetWatchlistAlias", "()", "The names of the watchlists that are pinned.", _bind)
