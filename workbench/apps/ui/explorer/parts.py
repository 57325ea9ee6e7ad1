"""The widgets of one Explorer view: filter, chart with its pivot, lists, the opened row, and the query behind."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import polars as pl

from workbench.apps.explore.view_text import ROWS, spelled, words
from workbench.apps.session import Workbench
from workbench.apps.ui.explorer.filter_bar import FilterBar
from workbench.apps.ui.explorer.picture import Picture
from workbench.apps.ui.explorer.selection import acts
from workbench.apps.ui.message.opened import Opened
from workbench.apps.ui.widgets.choice import Choice, Option
from workbench.apps.ui.widgets.code import Code
from workbench.apps.ui.widgets.grid import Column, Grid
from workbench.apps.ui.widgets.layout import beside, close, page
from workbench.apps.ui.widgets.panel import Panel
from workbench.apps.ui.widgets.part import Handler, Part
from workbench.apps.ui.widgets.world import WorldMap
from workbench.views.explorer import Shown, Tab, View, tabs

if TYPE_CHECKING:
    from ipywidgets.widgets.domwidget import DOMWidget


class Parts:
    """The widgets of one view."""

    def __init__(self, workbench: Workbench, view: View) -> None:
        vocabulary = words(workbench, view)
        self.spellings = vocabulary.spellings
        self.columns = [_column(view, shown) for shown in view.columns]
        self.filters = FilterBar(vocabulary.properties, noun=view.noun, held=spelled(workbench, view))
        self.picture = Picture(workbench, view)
        names = {ROWS: view.noun[:1].upper() + view.noun[1:], **{name: tabs()[name].title for name in view.tabs}}
        self.lists = Choice([Option(name, label) for name, label in names.items()], label="List")
        ours = workbench.workspace.organisation.owns
        told = {"noun": view.noun, "label": view.title, "memory": view.name}
        self.grid = Grid(pl.DataFrame(), self.columns, ours=ours, acts=acts(view), **told)
        self.other = Grid(pl.DataFrame(), [Column("none")], ours=ours, selectable=False)
        self.panel, self.code = Panel(), Code()
        self.opened = Opened(workbench, view, self.panel)
        self._rows = beside(self.grid, self.panel, self.opened.row)
        self._listed = page(self._rows)
        self._map: WorldMap | None = None

    @property
    def asking(self) -> tuple[Part, ...]:
        """The widgets whose messages are answered by questions."""
        return (self.filters, *self.picture.asking, self.lists, self.grid, self.other, self.panel)

    def close(self) -> None:
        """Take the widgets away, those too that are not shown now."""
        for each in (*self.page(), self._rows, self.other, *((self._map,) if self._map else ())):
            close(each)

    def page(self) -> "tuple[DOMWidget, ...]":
        """The widgets in their order on the page."""
        lists = (self.lists,) if len(self.lists.options) > 1 else ()
        picture = self.picture
        return (self.filters, picture.controls, picture.chart, picture.cross, *lists, self._listed, self.code)

    def bring(self, tab: Tab | None, over: WorldMap | None = None) -> None:
        """Show the list of the rows, or one beside it, with a map over it where there is one."""
        self._listed.children = (*((over,) if over else ()), self._rows if tab is None else self.other)
        if tab is not None:
            self.other.update(noun=tab.noun, label=tab.title, memory=f"list.{tab.name}")

    def map(self, pick: Handler) -> WorldMap:
        """The map over a list of countries, made when it is first asked for; ``pick`` is given picked names."""
        if self._map is None:
            self._map = WorldMap()
            self._map.desk = self.grid.desk
            self._map.on("pick", pick)
        return self._map

    def headings(self, tab: Tab) -> list[Column]:
        """The columns of a list; a row is opened by what it filters by, where that is shown."""
        opener = tab.picks[0]
        return [
            Column(each.name, each.label, each.kind, each.width, opens=each.name == opener)  # type: ignore[arg-type]
            for each in tab.columns
        ]


def newest_of(workbench: Workbench, view: View) -> datetime | None:
    """When the newest row of a view is of, in UTC, a day ahead of now at the most; None without rows."""
    limit = workbench.now + timedelta(days=1)
    text = f"{view.source}\n| where Timestamp < limit\n| summarize Newest = max(Timestamp)"
    newest = workbench.kql(text, limit=limit).frame.item()
    return newest if isinstance(newest, datetime) else None


def _column(view: View, shown: Shown) -> Column:
    field, kind = view.field(shown.field), shown.kind
    opens = shown.field == view.subject
    return Column(  # data of a view: its kinds are held to those of a grid by a test
        field.name, field.label, kind, shown.width, visible=shown.default, help=field.help, opens=opens  # type: ignore[arg-type]
    )  # fmt: skip
