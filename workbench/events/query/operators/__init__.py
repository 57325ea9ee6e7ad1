"""The operators of a pipeline, one file each: its tree, how it is read and written, and how it is bound."""

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

from workbench.base.discover import discover
from workbench.events.query.kql.syntax import Operator
from workbench.events.query.operators._declare import OperatorKind, options

ELSEWHERE: Mapping[str, str] = MappingProxyType(
    {
        "assert": "where",
        "consume": "count",
        **dict.fromkeys(("fork", "macro-expand"), "union, or one question after the other"),
        **dict.fromkeys(("graph-match", "make-graph"), "join, once for each edge"),
        **dict.fromkeys(("facet", "reduce"), "summarize"),
        "scan": "sort with prev() and row_window_session()",
    }
)
"""Operators of KQL that are not there yet, and what is near; a query that uses one is refused by that name."""

__all__ = ["ELSEWHERE", "OperatorKind", "kind_of", "kinds", "leading", "operators", "options"]


@cache
def operators() -> tuple[OperatorKind, ...]:
    """All operators in the order of their canonical words."""
    return tuple(sorted(discover(__name__, OperatorKind).values(), key=lambda kind: kind.words[0]))


@cache
def kinds() -> Mapping[str, OperatorKind]:
    """Operators that may follow ``|``, by each of their words."""
    return MappingProxyType({word: kind for kind in operators() if kind.follows for word in kind.words})


@cache
def leading() -> Mapping[str, OperatorKind]:
    """Operators that may stand first, by each of their words."""
    return MappingProxyType({word: kind for kind in operators() if kind.leads for word in kind.words})


@cache
def _by_tree() -> Mapping[type[Operator], OperatorKind]:
    return MappingProxyType({kind.tree: kind for kind in operators()})


def kind_of(operator: Operator) -> OperatorKind:
    """The kind whose tree this is."""
    return _by_tree()[type(operator)]
