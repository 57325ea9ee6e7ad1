"""A list beside the rows of a view: what else can be told of the rows that match, as data."""

from collections.abc import Mapping
from dataclasses import dataclass

from workbench.base.discover import discover


@dataclass(frozen=True)
class Heading:
    """A column of the list: its name in the answer, what people read, and what kind of values it holds."""

    name: str
    label: str
    kind: str
    width: int = 0


@dataclass(frozen=True)
class Tab:
    """One list. ``kql`` are the steps that follow the rows of the view that match; they give its columns.

    ``noun`` is what a row is, in the plural; ``order`` the column it is sorted by, the greatest first, and ``ties``
    columns that tell equal ones apart. ``picks`` are a column and the field of the view that an opened row filters by
    with its value; ``empty`` says why there may be none. ``mapped`` are columns with names of countries and with
    numbers, where a map over the list shows them.
    """

    name: str
    title: str
    noun: str
    kql: str
    columns: tuple[Heading, ...]
    order: str
    ties: tuple[str, ...]
    empty: str
    picks: tuple[str, str]
    mapped: tuple[str, str] | None = None


def tabs() -> Mapping[str, Tab]:
    """Every list by name."""
    return discover("workbench.views.explorer.lists", Tab)
