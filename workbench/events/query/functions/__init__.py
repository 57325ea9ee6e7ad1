"""Functions, aggregates and infix operators, one file per family."""

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

from workbench.base.discover import discover
from workbench.events.query.functions._declare import LEVELS, Aggregate, Family, Function

__all__ = ["LEVELS", "Aggregate", "Family", "Function", "aggregates", "families", "functions"]


def families() -> Mapping[str, Family]:
    """All families by file name."""
    return discover(__name__, Family)


@cache
def functions() -> Mapping[str, Function]:
    """Scalar functions and infix operators by name, aliases included."""
    every = [each for family in families().values() for each in family.functions]
    return MappingProxyType({name: each for each in every for name in (each.name, *each.aliases)})


@cache
def aggregates() -> Mapping[str, Aggregate]:
    """Aggregate functions by name, aliases included."""
    every = [each for family in families().values() for each in family.aggregates]
    return MappingProxyType({name: each for each in every for name in (each.name, *each.aliases)})
