"""What an Explorer view is made of: one table with its filters, pivots and columns, as data."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType
from typing import Literal

from workbench.base.discover import discover
from workbench.base.errors import UnknownName

FieldKind = Literal["text", "ip", "list", "integer", "boolean", "time"]
Match = Literal["whole", "term"]
Form = Literal["", "url", "path"]

EMPTY = "(none)"
"""How a missing value is called, in charts as in filters."""


@dataclass(frozen=True)
class Field:
    """One property of the rows: the KQL expression that gives it, how it is filtered, shown and pivoted.

    ``table`` names another table that is joined by the network message id (URLs, attachments, clicks). ``match`` says
    whether values of a list are the whole cell or one of several terms in it. ``moved`` marks fields that need the
    moves after delivery. ``form`` says what does not count in a typed value: a missing ``http://`` and the last slash
    of a URL, the slashes around a path. ``spoken`` is the value as a chart says it, where the cell is not fit to be
    read. ``held`` names the columns, as Table.Column, out of which the values of a list are computed.
    ``prose`` is text of people: what is typed to be compared with it is taken as it stands. ``indicators`` are the
    kinds of pasted indicators (``base.text.indicators``) that are compared with it.
    """

    name: str
    label: str
    kql: str
    kind: FieldKind = "text"
    group: str = "Basic"
    table: str = ""
    match: Match = "whole"
    values: tuple[str, ...] = ()
    moved: bool = False
    help: str = ""
    form: Form = ""
    spoken: str = ""
    held: tuple[str, ...] = ()
    prose: bool = False
    indicators: tuple[str, ...] = ()


@dataclass(frozen=True)
class Shown:
    """A column of the list: a field, what kind of values it holds for the grid, and whether it is shown at first."""

    field: str
    kind: str
    default: bool = False
    width: int = 0


@dataclass(frozen=True)
class View:
    """One Explorer view. ``pivots`` are fields the chart is stacked by, ``noun`` what is counted, in the plural."""

    name: str
    title: str
    question: str
    table: str
    noun: str
    fields: tuple[Field, ...]
    columns: tuple[Shown, ...]
    pivots: tuple[str, ...]

    @cached_property
    def by_name(self) -> Mapping[str, Field]:
        """The fields by name."""
        return MappingProxyType({field.name: field for field in self.fields})

    def field(self, name: str) -> Field:
        """One field.

        Raises:
            UnknownName: the view has no such field; the error carries the nearest.
        """
        if name not in self.by_name:
            raise UnknownName("field", name, self.by_name, where=self.title)
        return self.by_name[name]


def views() -> Mapping[str, View]:
    """Every Explorer view by name."""
    return discover("workbench.views.explorer.shipped", View)
