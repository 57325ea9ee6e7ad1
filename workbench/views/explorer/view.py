"""What an Explorer view is made of: one table with its filters, pivots and columns, as data."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType
from typing import Literal

from workbench.base.discover import discover
from workbench.base.errors import UnknownName

FieldKind = Literal["text", "ip", "list", "integer", "boolean", "time"]
Opens = Literal["message", "row"]
Match = Literal["whole", "term"]
Form = Literal["", "url", "path"]

_NO_SCHEME = r'trim_end("/+", replace_regex({}, @"^[A-Za-z][A-Za-z0-9+.\-]*://", ""))'

EMPTY = "(none)"
"""How a missing value is called, in charts as in filters."""


@dataclass(frozen=True)
class Field:
    """One property of the rows: the KQL expression that gives it, how it is filtered, shown and pivoted.

    ``table`` names another table that is joined by the view's ``key`` (URLs, attachments, clicks). ``match`` says
    whether values of a list are the whole cell or one of several terms in it. ``moved`` marks fields that need the
    moves after delivery. ``form`` says what does not count in a typed value: the scheme and the last slash of a URL,
    the slashes around a path. ``spoken`` is the value as a chart says it, where the cell is not fit to be read.
    ``held`` names the columns, as Table.Column, out of which the values of a list are computed. ``first`` is the
    operator that a new filter starts with, where it is not the usual one of its kind. ``prose`` is text of people: what
    is typed to be compared with it is taken as it stands. ``indicators`` are the kinds of pasted indicators
    (``base.text.indicators``) that are compared with it. ``within`` is a column of ``table`` whose text holds whatever
    the value holds, so that rows are dropped by it before the value is made.
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
    first: str = ""
    prose: bool = False
    indicators: tuple[str, ...] = ()
    within: str = ""

    @property
    def compared(self) -> str:
        """The expression that values are compared with: of a URL, without its scheme and last slash."""
        return _NO_SCHEME.format(self.kql) if self.form == "url" else self.kql


@dataclass(frozen=True)
class Shown:
    """A column of the list: a field, what kind of values it holds for the grid, and whether it is shown at first."""

    field: str
    kind: str
    default: bool = False
    width: int = 0


@dataclass(frozen=True)
class View:
    """One Explorer view: rows of one table, and of those named in ``also``.

    ``where`` is what all its rows meet, in KQL; ``key`` the column by which rows of other tables belong to them;
    ``ties`` what tells rows apart that are equal in the order asked for, as names of fields. ``pivots`` are the fields
    the chart is stacked by, ``noun`` what is counted, in the plural, ``counted`` what is to be known of that number.
    ``subject`` is the field that opens a row and names it; ``opens`` whether the row's message is shown or the row
    itself. ``tabs`` are lists beside that of the rows, by name; ``place`` is where it stands among the views. ``along``
    are tables whose rows have the time of the row that they belong to, ``later`` those whose rows come after it.
    """

    name: str
    title: str
    question: str
    table: str
    noun: str
    fields: tuple[Field, ...]
    columns: tuple[Shown, ...]
    pivots: tuple[str, ...]
    place: int
    also: tuple[str, ...] = ()
    where: str = ""
    key: str = "NetworkMessageId"
    ties: tuple[str, ...] = ("NetworkMessageId", "RecipientEmailAddress", "InternetMessageId")
    counted: str = ""
    subject: str = "Subject"
    opens: Opens = "message"
    tabs: tuple[str, ...] = ()
    along: tuple[str, ...] = ()
    later: tuple[str, ...] = ()

    @property
    def source(self) -> str:
        """The rows of its tables, in KQL."""
        return f"union {', '.join((self.table, *self.also))}" if self.also else self.table

    @cached_property
    def tables(self) -> tuple[str, ...]:
        """All tables that its rows and filters are of, each once, its own first."""
        others = {name for field in self.fields for name in (field.table, *(held.split(".")[0] for held in field.held))}
        return tuple(dict.fromkeys((self.table, *self.also, *self.later, *sorted(filter(None, others)))))

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
    """Every Explorer view by name, in the order of the menu."""
    found = discover("workbench.views.explorer.shipped", View)
    return MappingProxyType(dict(sorted(found.items(), key=lambda item: item[1].place)))
