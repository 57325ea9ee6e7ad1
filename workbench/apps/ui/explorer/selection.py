"""What is done with the selected rows of a view: their indicators as text for a ticket, their ids, a file of them.

Rows that were picked by hand are held here. All that match are a question: none of their ids goes anywhere.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

import polars as pl

from workbench.analysis.entities import indicators
from workbench.apps.explore.export import FORMS, Listed, ListExport
from workbench.apps.session import Workbench
from workbench.apps.session.aside import apart, aside
from workbench.apps.session.encoded import Form
from workbench.apps.ui.widgets.export_line import ExportLine
from workbench.apps.ui.widgets.grid import Act, Grid
from workbench.base.errors import Refused, WorkbenchError
from workbench.base.render import visible
from workbench.events.query import Limits, ask
from workbench.views.explorer import Field, View
from workbench.views.explorer.values import values

MOST = 10_000
"""Values that are copied at a time: as many as a filter takes."""
LONGEST = 10_000
"""Characters of a value; what hides in it is made visible."""
ALL, IOC, IDS, EXPORT = "all", "ioc", "ids", "export"
_TYPES: Mapping[str, str] = MappingProxyType(
    {"address": "sender", "domain": "domain", "ipv4": "ip", "ipv6": "ip", "url": "url", "sha256": "sha256"}
)
"""Kinds that properties of a view are of to the types of indicators."""


@dataclass(frozen=True)
class Copied:
    """A text for the clipboard, and what is said of it."""

    text: str
    said: str


class Takeaway:
    """The ways out of a page: files, of which a line tells, and texts for the clipboard."""

    def __init__(self, workbench: Workbench, line: ExportLine) -> None:
        self._workbench, self._line = workbench, line
        self._reading = False

    def export(self, listed: Listed, form: Form) -> None:
        """Begin to write a list into a file.

        Raises:
            Refused: another one is being written.
        """
        self._line.begin(ListExport(self._workbench, listed), form)

    def act(self, grid: Grid, listed: Listed, act: str) -> None:
        """Do what was asked for with the selected rows of a grid whose list is given.

        Raises:
            Refused: the same is still under way.
        """
        selected = listed if grid.whole else replace(listed, rows=grid.chosen)
        kind, _, form = act.partition(".")
        if kind == EXPORT:
            self.export(selected, Form(form))
            return
        if self._reading:
            raise Refused("Values are being gathered", next_step="Wait until they are copied.")
        self._reading = grid.busy = True
        aside(lambda: copied(self._workbench, selected, act), lambda found: self._give(grid, found))

    def _give(self, grid: Grid, found: "Copied | WorkbenchError") -> None:
        self._reading = grid.busy = False
        if isinstance(found, WorkbenchError):
            grid.fault = visible(found)
        else:
            grid.give(found.text, found.said)


def acts(view: View) -> list[Act]:
    """What can be done with selected rows of a view."""
    named = [Act(f"{IOC}.{field.name}", field.label, "Copy as IOC", copies=True) for field in _fields(view)]
    every = [Act(f"{IOC}.{ALL}", "All indicators", "Copy as IOC", copies=True)] if named else []
    files = [Act(f"{EXPORT}.{form}", label, "Export") for form, label in FORMS.items()]
    return [*every, *named, Act(IDS, "Copy IDs", copies=True), *files]


def copied(workbench: Workbench, listed: Listed, act: str) -> Copied:
    """The text of an act that copies."""
    return _ids(workbench, listed) if act == IDS else _iocs(workbench, listed, act.partition(".")[2])


def _iocs(workbench: Workbench, listed: Listed, name: str) -> Copied:
    """Indicators, defanged, one a line and each once; what is ours is left out, and said."""
    view = listed.question.view
    fields = [field for field in _fields(view) if name in (ALL, field.name)]
    columns = [(_TYPES[field.indicators[0]], _values(workbench, listed, field)) for field in fields]
    found = indicators(((kind, values.head(MOST)) for kind, values in columns), workbench.workspace.organisation)
    lines = [visible(each, LONGEST) for each in found.defanged()["Value"]]
    more = len(lines) > MOST or any(len(values) > MOST for _, values in columns)
    return Copied("\n".join([*lines[:MOST], *(f"# {note}" for note in found.notes)]), _said(lines, "indicator", more))


def _ids(workbench: Workbench, listed: Listed) -> Copied:
    """The ids of the rows, one a line and each once."""
    view = listed.question.view
    lines = [visible(each, LONGEST) for each in _values(workbench, listed, view.field(_key(view)))]
    return Copied("\n".join(lines[:MOST]), _said(lines, "ID", len(lines) > MOST))


def _said(lines: list[str], noun: str, more: bool) -> str:  # noqa: FBT001
    shown = min(len(lines), MOST)
    words = f"{shown:,} {noun}{'' if shown == 1 else 's'} copied"
    if not shown:
        return f"No {noun} in the selected rows"
    return f"{words}, the most frequent; there are more: export the rows for all" if more else words


def _fields(view: View) -> Iterator[Field]:
    return (field for field in view.fields if field.indicators and field.indicators[0] in _TYPES)


def _key(view: View) -> str:
    """The field that names a row: the first of those that tell rows apart which is an id."""
    return next((name for name in view.ties if name.endswith("Id")), view.ties[0])


def _values(workbench: Workbench, listed: Listed, field: Field) -> pl.Series:
    """The values of a property in the selected rows, each once, the most frequent first; one more than are copied."""
    rows, view = listed.rows, listed.question.view
    if rows is not None and field.name in rows.columns:
        held = rows[field.name].cast(pl.String).drop_nulls()
        counts = held.filter(held != "").value_counts(sort=True, name="Rows")
        return counts[field.name].head(MOST + 1)
    keys = None if rows is None else rows[view.key].unique().to_list()
    text = values(listed.question, field.name, MOST + 1, keys=keys)
    return ask(apart(workbench), text, now=workbench.now, limits=Limits(rows=MOST + 1)).frame["Value"]
