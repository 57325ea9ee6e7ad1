"""A table of any number of rows that sends a page at a time: sorted, paged and selected by Python, read by people."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any, ClassVar

import polars as pl
from traitlets import Bool, Dict, Float, Int, List, Unicode

from workbench.apps.explore.rows import FrameSource, Page, Sort, Source
from workbench.apps.ui.widgets import browser
from workbench.apps.ui.widgets.cells import NUMERIC, Kind, Ours, cell, nobodys
from workbench.apps.ui.widgets.part import Part
from workbench.base import wire
from workbench.base.errors import LimitReached, UnknownName

SIZES = (25, 50, 100, 200)
"""Rows a page may have."""

SELECTED = 1_000
"""Rows that can be selected at a time."""

WIDTHS: Mapping[str, int] = MappingProxyType(
    {"text": 180, "subject": 280, "address": 220, "mailbox": 220, "domain": 160, "ip": 160, "url": 300, "hash": 150,
     "device": 140, "id": 160, "number": 80, "bytes": 88, "share": 80, "duration": 100, "time": 152, "bool": 70,
     "list": 180, "verdict": 140, "severity": 116, "delivery": 128}
)  # fmt: skip
"""Pixels of a column, by what it holds, where the column does not say."""


@dataclass(frozen=True)
class Column:
    """One column of a grid: the ``name`` in the frame, the ``label`` people read, and what kind of values it holds."""

    name: str
    label: str = ""
    kind: Kind = "text"
    width: int = 0
    visible: bool = True
    help: str = ""
    sortable: bool = True
    opens: bool = False
    """Whether its text is a link that opens the row; where no column says so, the first one."""
    grows: bool = False
    """Whether it takes the room that is left over: its values are longer than ``width``."""

    def wire(self) -> dict[str, object]:
        """The column as the browser is told of it."""
        return {
            "name": self.name,
            "label": self.label or self.name,
            "kind": self.kind,
            "width": self.width or WIDTHS[self.kind],
            "visible": self.visible,
            "help": self.help,
            "sortable": self.sortable,
            "opens": self.opens,
            "grows": self.grows,
            "right": self.kind in NUMERIC,
        }


@dataclass(frozen=True)
class Act:
    """Something that is done with the selected rows: the ``id`` handlers are given, and the words on the button.

    Those of one ``menu`` stand together in it. What ``copies`` is answered by ``Grid.give``, with a text to copy.
    """

    id: str
    label: str
    menu: str = ""
    copies: bool = False


class Grid(Part):
    """A page of rows with sorting, paging, selection by row id or of all rows there are, and a choice of columns.

    The first column is frozen and always visible. ``noun`` is what a row is, in the plural; ``empty`` says why there
    may be no rows and what to do; ``tall`` is how many rows are seen before the table scrolls. Senders that are
    ``ours`` are written as they are, all others defanged.
    """

    _esm = browser.module("grid_cells", "grid_columns", "grid_selection", "grid")
    _css = browser.style("grid")

    MESSAGES: ClassVar[Mapping[str, str]] = {
        "page": "show another page: `offset` (forced into the rows there are), `size` (one of 25, 50, 100, 200)",
        "sort": "sort by `column` (a known, sortable one), `descending` true or false; an empty column undoes sorting",
        "select": "select (`on` true) or deselect the rows of the current page whose ids are in `ids`",
        "whole": "select all rows there are, on all pages; they are not named, and none of them is sent",
        "clear": "deselect all rows, those on other pages too",
        "act": "do what has this `id` with the selected rows",
        "open": "open the row of the current page with this `id`",
        "columns": "show the columns named in `visible`, in the order of the table",
    }
    LATEST: ClassVar[frozenset[str]] = frozenset({"open", "page", "sort"})
    EVENTS: ClassVar[Mapping[str, str]] = {
        "open": "the opened row: a mapping of column names to values",
        "select": "the ids of all selected rows, in the order of selection",
        "act": "the id of what is to be done with the selected rows",
        "page": "the offset of the page now shown",
        "arrange": "None: the order or the choice of columns is another one",
    }

    columns: Any = List(help="all columns: name, label, kind, width, visible, help, sortable, opens, grows, right").tag(
        sync=True
    )
    total = Int(0, help="rows in all").tag(sync=True)
    offset = Int(0, help="position of the first row of the page").tag(sync=True)
    size = Int(50, help="rows a page has at most").tag(sync=True)
    sizes: Any = List(list(SIZES), help="page sizes to choose from").tag(sync=True)
    sort = Dict(help="column and descending; empty when unsorted").tag(sync=True)
    selected: Any = List(help="ids of the selected rows").tag(sync=True)
    whole = Bool(False, help="whether all rows there are are selected, whatever `selected` names").tag(sync=True)
    acts: Any = List(help="what can be done with selected rows: id, label, menu, copies").tag(sync=True)
    opened = Unicode("", help="id of the row that is open beside the grid").tag(sync=True)
    page = Dict(help="columns, ids, and rows of cells: text, [text, raw value], or null").tag(sync=True)
    noun = Unicode("rows", help="what a row is, in the plural").tag(sync=True)
    label = Unicode("", help="what the table shows, for people who do not see it").tag(sync=True)
    empty = Unicode("", help="what is said when there are no rows").tag(sync=True)
    tall = Int(16, help="rows seen before the table scrolls").tag(sync=True)
    memory = Unicode("", help="name under which the browser remembers the choice of columns").tag(sync=True)
    openable = Bool(True, help="whether a row can be opened").tag(sync=True)
    selectable = Bool(True, help="whether rows can be selected").tag(sync=True)
    reveals = Int(0, help="grows when the page is to bring the grid into sight and focus its first row").tag(sync=True)
    revealed = Int(0, help="how much of `reveals` the page has followed").tag(sync=True)
    now = Float(0, help="epoch milliseconds that relative times count from").tag(sync=True)

    def __init__(
        self,
        source: Source | pl.DataFrame,
        columns: Sequence[Column],
        *,
        ours: Ours = nobodys,
        acts: Sequence[Act] = (),
        **traits: Any,
    ) -> None:
        super().__init__(
            **{"now": datetime.now(UTC).timestamp() * 1000, "acts": [asdict(each) for each in acts], **traits}
        )
        self._ours = ours
        self._by_name: dict[str, Column] = {}
        self._source: Source = FrameSource(pl.DataFrame())
        self._page = Page(pl.DataFrame(), (), 0)
        self._chosen: dict[str, pl.DataFrame] = {}
        self.show(source, columns)

    def show(self, source: Source | pl.DataFrame, columns: Sequence[Column] | None = None) -> None:
        """Show other rows from the first page on; selection is dropped, sorting kept while its column is there."""
        self._source = FrameSource(source) if isinstance(source, pl.DataFrame) else source
        if columns is not None:
            self._by_name = {column.name: column for column in columns}
            self.columns = [column.wire() for column in columns]
        if self.sort and self.sort["column"] not in self._by_name:
            self.sort = {}
        self._chosen.clear()
        self._turn(0, self.size, selected=[], whole=False, opened="")

    def refresh(self) -> None:
        """Ask the source for the current page again."""
        self._turn(self.offset, self.size)

    def reveal(self) -> None:
        """Have the page bring the grid into sight, its first row in focus: an answer to something asked elsewhere."""
        self.update(reveals=self.reveals + 1)

    def step(self, by: int) -> None:
        """Open the row so many places further (or back), turning the page where needed; nothing at either end."""
        if self.opened not in self._page.ids:
            return
        place = self.offset + self._page.ids.index(self.opened) + by
        if not 0 <= place < self.total:
            return
        if not self.offset <= place < self.offset + len(self._page.ids):
            self._turn(place // self.size * self.size, self.size)
        self._open(self._page.ids[place - self.offset])

    def sort_by(self, column: str, *, descending: bool = False) -> None:
        """Sort by a column and show the first page.

        Raises:
            UnknownName: there is no such column.
        """
        if column not in self._by_name:
            raise UnknownName("column", column, self._by_name, where="grid")
        self._turn(0, self.size, sort={"column": column, "descending": descending})
        self.tell("arrange", None)

    def bring(self, columns: Sequence[str]) -> None:
        """Show these columns and no others, but the first, which is always shown."""
        shown = set(columns)
        self.columns = [{**each, "visible": at == 0 or each["name"] in shown} for at, each in enumerate(self.columns)]
        self.refresh()
        self.tell("arrange", None)

    @property
    def place(self) -> str:
        """Where the opened row stands: "3 of 214"; empty when none is open."""
        if self.opened not in self._page.ids:
            return ""
        return f"{self.offset + self._page.ids.index(self.opened) + 1:,} of {self.total:,}"

    @property
    def chosen(self) -> pl.DataFrame:
        """The selected rows, in the order of selection; an empty frame when none is."""
        if self.whole:
            return self._source.page(0, self.total, self._order()).rows
        return pl.concat(self._chosen.values(), how="vertical_relaxed") if self._chosen else self._page.rows.clear()

    def give(self, text: str, said: str) -> None:
        """Have the page put a text on the clipboard and say so: the answer to an act that copies."""
        self.send({"kind": "clip", "text": text, "said": said})

    def _got_page(self, message: Mapping[str, Any]) -> None:
        asked = wire.integer(message, "size", 1, SIZES[-1], self.size)
        size = asked if asked in SIZES else self.size
        self._turn(wire.integer(message, "offset", 0, self.total, self.offset), size)
        self.tell("page", self.offset)

    def _got_sort(self, message: Mapping[str, Any]) -> None:
        name = wire.choice(message, "column", self._by_name)
        if name and self._by_name[name].sortable:
            self.sort_by(name, descending=wire.flag(message, "descending"))
        elif message.get("column") == "":
            self._turn(0, self.size, sort={})
            self.tell("arrange", None)

    def _got_select(self, message: Mapping[str, Any]) -> None:
        ids = [each for each in wire.texts(message, "ids") if each in self._page.ids]
        on = wire.flag(message, "on")
        if self.whole and not on:
            self.whole = False
            self._choose(each for each in self._page.ids if each not in ids)
        elif on and not self.whole:
            self._choose(ids)
        else:
            self._drop(ids)
        self._selection()

    def _got_whole(self, _message: Mapping[str, Any]) -> None:
        if self.selectable:
            self._chosen.clear()
            self.whole = self.total > 0
            self._selection()

    def _got_clear(self, _message: Mapping[str, Any]) -> None:
        self._chosen.clear()
        self.whole = False
        self._selection()

    def _got_act(self, message: Mapping[str, Any]) -> None:
        act = wire.choice(message, "id", [each["id"] for each in self.acts])
        if act and (self.whole or self._chosen):
            self.tell("act", act)

    def _got_open(self, message: Mapping[str, Any]) -> None:
        if row := wire.choice(message, "id", self._page.ids):
            self._open(row)

    def _got_columns(self, message: Mapping[str, Any]) -> None:
        if self.memory or not wire.flag(message, "remembered"):
            self.bring(wire.texts(message, "visible"))

    def _open(self, row: str) -> None:
        self.update(opened=row)
        self.tell("open", MappingProxyType(self._page.rows.row(self._page.ids.index(row), named=True)))

    def _choose(self, ids: Iterable[str]) -> None:
        for each in ids:
            if len(self._chosen) >= SELECTED and each not in self._chosen:
                self._selection()
                raise LimitReached(
                    f"{SELECTED:,} {self.noun} are selected, and no more can be",
                    next_step="Select all that match, or filter until fewer remain.",
                )
            self._chosen[each] = self._page.rows.slice(self._page.ids.index(each), 1)

    def _drop(self, ids: Iterable[str]) -> None:
        for each in ids:
            self._chosen.pop(each, None)

    def _selection(self) -> None:
        self.update(selected=list(self._chosen))
        self.tell("select", tuple(self._chosen))

    def _turn(self, offset: int, size: int, **traits: Any) -> None:
        """Show the page that holds ``offset``; past the end, the last one."""
        order = self._order(traits.get("sort"))
        start = offset // size * size
        page = self._source.page(start, size, order)
        if start and start >= page.total:
            start = max(0, (page.total - 1) // size * size)
            page = self._source.page(start, size, order)
        self._page = page
        self.update(offset=start, size=size, total=page.total, page=self._wire(page), **traits)

    def _order(self, sort: Mapping[str, Any] | None = None) -> Sort | None:
        wanted = self.sort if sort is None else sort
        return Sort(wanted["column"], wanted["descending"]) if wanted else None

    def _wire(self, page: Page) -> dict[str, object]:
        shown = [self._by_name[each["name"]] for each in self.columns if each["visible"]]
        present = [column for column in shown if column.name in page.rows.columns]
        values = [
            [cell(value, column.kind, self._ours) for value in page.rows[column.name].to_list()] for column in present
        ]
        rows = [list(row) for row in zip(*values, strict=True)]
        return {"columns": [column.name for column in present], "ids": list(page.ids), "rows": rows}
