"""The Explorer: a choice of views, a window and a filter; a chart to pick from, lists, and the row that is opened."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from workbench.apps.explore.export import FORMS, Listed, length_of
from workbench.apps.explore.filters import EMPTY
from workbench.apps.explore.rows import Sort
from workbench.apps.explore.view_text import ROWS, Shape, counting, kept, listing, read, written
from workbench.apps.session import Workbench
from workbench.apps.session.aside import loop_of_kernel
from workbench.apps.session.encoded import Form
from workbench.apps.ui.asking.query_box import QueryBox
from workbench.apps.ui.asking.reply import Reply
from workbench.apps.ui.explorer.counts import Counts
from workbench.apps.ui.explorer.parts import Parts, newest_of
from workbench.apps.ui.explorer.picture import Pairs, pictured
from workbench.apps.ui.explorer.saved import LONGEST as KEPT
from workbench.apps.ui.explorer.saved import Saved, asked_for, opened, refuse_long, said, saved_of, ways
from workbench.apps.ui.explorer.selection import Takeaway
from workbench.apps.ui.explorer.view_address import NAMES, arranged, parsed, state_of
from workbench.apps.ui.widgets.address import LONGEST, Address
from workbench.apps.ui.widgets.bar import Bar, Freshness, whole_minute
from workbench.apps.ui.widgets.card import Action
from workbench.apps.ui.widgets.choice import Choice, Option
from workbench.apps.ui.widgets.desk import Desk
from workbench.apps.ui.widgets.download import File, send
from workbench.apps.ui.widgets.layout import page
from workbench.apps.ui.widgets.panel import Pair
from workbench.apps.ui.widgets.part import working
from workbench.apps.ui.widgets.source import QuerySource
from workbench.apps.ui.widgets.world import WorldMap
from workbench.base.errors import UnknownName, WorkbenchError
from workbench.base.render import visible
from workbench.base.span import Span
from workbench.events.lookups import country_codes, said_of_own
from workbench.events.query import parse, text_of
from workbench.ledger.client import page_address
from workbench.views.charts.world import world
from workbench.views.explorer import Question, Tab, View, picked, questions, tabs, views

if TYPE_CHECKING:
    from ipywidgets.widgets.widget_box import Box

TEXT = "text"
EXPORTS = (
    *(Action(form, f"List as {label}, all rows") for form, label in FORMS.items()),
    Action(TEXT, "View as text, to keep or send"),
)


class Explorer:
    """The widgets of an Explorer page and what they say to each other; all state is view, window, filter and pivot."""

    def __init__(self, workbench: Workbench, view: View) -> None:
        self.workbench, self.counts = workbench, Counts(workbench)
        self.address = Address((*NAMES, "kql"), longest={"text": KEPT})
        self.views = Choice([Option(name, each.title) for name, each in views().items()], label="View")
        self.bar = Bar(
            view.title,
            view.question,
            exports=EXPORTS,
            followable=True,
            now=lambda: whole_minute(workbench.now),
        )
        self.bar.control = page_address(workbench.workspace)
        self.saved: Saved | None = None
        self.box = QueryBox(workbench)
        self.shown = page()
        self.desk = Desk(workbench.catalog) if loop_of_kernel() else None
        for part in (self.address, self.views, self.bar):
            part.desk = self.desk
        self.view, self.parts = view, Parts(workbench, view)
        self.reply = Reply(workbench, self.box, "the view", (self.views, self.bar, self.shown))
        self.takeaway = Takeaway(workbench, self.reply.line)
        self._place()
        self.span = self.bar.begin(self._fresh())
        self._listen()
        self.refresh()

    def page(self) -> "Box":
        """The page: views, head, box for questions, then filter, chart, lists with the opened row beside, and query.

        While a question of the box is answered, its answer stands in place of these.
        """
        reply = self.reply
        return page(self.address, self.views, self.bar, reply.head, reply.line, self.box, reply.answer, self.shown)

    def show(self, view: View) -> None:
        """Go to another view; the window stays, the filter does not: its properties are others. It is no saved one."""
        self.saved = None
        self._enter(view)
        self.refresh()

    def _enter(self, view: View) -> None:
        """Put the parts of a view in place of those of the one before."""
        before = self.parts
        self.view, self.parts = view, Parts(self.workbench, view)
        self._place()
        before.close()

    def _place(self) -> None:
        """Show the parts of the view and listen to them."""
        view, parts = self.view, self.parts
        self.filters, self.picture, self.grid = parts.filters, parts.picture, parts.grid
        self.pivot, self.chart = self.picture.pivot, self.picture.chart
        self.lists, self.other, self.panel, self.code = parts.lists, parts.other, parts.panel, parts.code
        for part in parts.asking:
            part.desk = self.desk
        self.shown.children = parts.page()
        self.views.update(chosen=view.name)
        self.bar.update(title=view.title, question=view.question)
        self.filters.on("preview", self._preview)
        self.filters.on("change", lambda _: self.refresh())
        self.picture.on_change(self.refresh)
        self.picture.on_pick(self._narrow)
        self.lists.on("choose", lambda _: self.refresh())
        self.other.on("open", self._pick_row)
        for grid in (self.grid, self.other):
            grid.on("arrange", lambda _: self._say())
        self.grid.on("act", lambda act: self.takeaway.act(self.grid, replace(self._listed, shape=self.shape), act))
        self.chart.on("brush", self._brush)
        self.panel.on("pivot", self._follow)
        parts.opened.filters_by(self._add)

    def _listen(self) -> None:
        self.views.on("choose", lambda name: self.show(views()[name]))
        self.bar.on("span", self._set_span)
        self.bar.on("refresh", self._renew)
        self.bar.on("tick", self._look)
        self.bar.on("export", self._export)
        self.bar.on("action", lambda _: refuse_long())
        self.address.on("arrive", self._arrive)
        self.box.on("view", lambda _: self.box.place(self._query()))
        self.box.on("run", lambda text: self.address.show(kql=text if len(text) <= LONGEST else ""))
        self.reply.head.on("action", lambda _: self._back())

    @property
    def question(self) -> Question:
        """What the page asks now."""
        return Question(self.view, self.span, self.filters.tree, self.parts.spellings)

    @property
    def tab(self) -> Tab | None:
        """The list beside that of the rows that is chosen, if one is."""
        return None if self.lists.chosen == ROWS else tabs()[self.lists.chosen]

    def refresh(self, *, calm: bool = False) -> None:
        """Ask everything again and show it; ``calm`` leaves the list as it is, because somebody is at it."""
        self._seen, self._behind = self.counts.versions(self.view), calm
        with working(self.chart, self.picture.cross, self.grid, self.other):
            total = self.counts.of(Question(self.view, self.span))
            why = self._why_empty() if not total else self._why_none(total)
            key = self.counts.key(self.question)
            matching = self.picture.draw(self.question, lambda: self.shape, why)
            self.counts.know(key, matching)
            self.filters.matches(matching, total)
            if not calm:
                self._list(matching, why)
        self._say()

    def _say(self) -> None:
        """Say in the query, in the address and to whoever saves what the page shows."""
        self._show_query()
        self.address.show(**state_of(self.shape, self.saved))

    def _show_query(self) -> None:
        shown = self._query()
        counts = text_of(parse(counting(self.question, self.shape)))
        more = {"KQL of the cross table" if self.shape.cross else "KQL of the chart": counts}
        self.code.show(shown, questions.python_line(shown), more=more)
        actions = [each.wire() for each in ways(self.shape, self.saved)]
        if (self.bar.actions, self.bar.saved) != (actions, said(self.saved)):
            self.bar.update(actions=actions, saved=said(self.saved))

    @property
    def shape(self) -> Shape:
        """All that the reader chose."""
        grid = self.other if self.tab else self.grid
        sort = Sort(grid.sort["column"], grid.sort["descending"]) if grid.sort else None
        columns = () if self.tab else tuple(self._visible())
        told = {"list": self.lists.chosen, "columns": columns, "sort": sort, **self.picture.chosen}
        return Shape(self.view, str(self.bar.span["text"]), self.filters.tree, **told)

    def restore(self, shape: Shape, saved: Saved | None = None) -> None:
        """Show what was chosen before; ``saved`` says as which saved view that is kept."""
        self.saved = saved
        if shape.view is not self.view:
            self._enter(shape.view)
        self.span = self.bar.show(shape.span)
        self.picture.take(shape)
        self.lists.update(chosen=shape.list)
        self._arrange(shape)
        self.filters.set(shape.tree)
        self._order(shape)

    def _arrange(self, shape: Shape) -> None:
        """Show the columns of a view, whatever the browser remembers of an earlier visit."""
        if shape.columns:
            self.grid.update(memory="")
            self.grid.bring(shape.columns)

    def _order(self, shape: Shape) -> None:
        if shape.sort:
            grid = self.other if self.tab else self.grid
            grid.sort_by(shape.sort.column, descending=shape.sort.descending)

    def _query(self) -> str:
        """The query of the list as it is shown."""
        return text_of(parse(listing(self.question, self.shape)))

    def _back(self) -> None:
        """Show the view again; the address then leads to it too."""
        self.reply.back()
        self.address.show(kql="")

    def _fresh(self) -> Freshness:
        return Freshness(newest_of(self.workbench, self.view), live=self.workbench.workspace.settings.now == "clock")

    def _renew(self, _event: object) -> None:
        """Ask everything again, of the window as it is by now."""
        self.span = self.bar.renew(self._fresh())
        self.refresh()

    def _look(self, _event: object) -> None:
        """Show new data, if there are any; a list that somebody reads follows once nobody does, the rest at once."""
        grid = self.grid
        at_it = self.panel.opened or bool(grid.offset or grid.selected or grid.whole or self.other.offset)
        if self._seen != self.counts.versions(self.view) or (self._behind and not at_it):
            self.span = self.bar.renew(self._fresh())
            self.refresh(calm=at_it)

    def _list(self, matching: int, why: str) -> None:
        """Show the chosen list: all its columns, in the order that its grid asks for."""
        question, tab = self.question, self.tab
        self._listed = Listed(question, self.shape, matching)
        whole = replace(self.shape, columns=tuple(column.name for column in self.parts.columns))
        total = matching if tab is None else int(self.workbench.kql(length_of(question, self.shape)).frame.item())
        source = QuerySource(self.workbench, lambda sort: listing(question, replace(whole, sort=sort)), total)
        self.parts.bring(tab, self._map(question, tab))
        if tab is None:
            self.grid.empty = why
            self.grid.show(source)
            self.panel.hide()
        else:
            self.other.empty = why if not matching else tab.empty
            self.other.show(source, self.parts.headings(tab))

    def _map(self, question: Question, tab: Tab | None) -> WorldMap | None:
        """The map of a list's countries, drawn anew; None for a list without them."""
        if tab is None or tab.mapped is None:
            return None
        name, number = tab.mapped
        asked = f"{questions.listed(question, tab)}\n| project name = {name}, count = {number}"
        lookups, drawn = self.workbench.lookups, self.parts.map(self._pick_value)
        frame, unit = self.workbench.kql(asked).frame, self.view.noun.partition(" per ")[0]
        counted = world(frame, country_codes(lookups), title=tab.title, unit=unit)
        drawn.draw(replace(counted, note=visible(said_of_own(lookups), 200)))
        return drawn

    def _why_empty(self) -> str:
        newest = newest_of(self.workbench, self.view)
        if newest is None:
            return "None are held yet. Import some: workbench import FILE_OR_FOLDER"
        return f"None in this window; the newest is of {newest:%Y-%m-%d %H:%M} UTC. Choose another window."

    def _why_none(self, total: int) -> str:
        none = f"None of {total:,} {self.view.noun} in this window match: {self.filters.sentence}."
        return f"{none} Change or clear the filter."

    def _visible(self) -> list[str]:
        return [str(each["name"]) for each in self.grid.columns if each["visible"]]

    def _set_span(self, span: Span) -> None:
        self.span = span
        self.refresh()

    def _preview(self, tree: Mapping[str, Any]) -> None:
        total = self.counts.of(Question(self.view, self.span))
        self.filters.matches(self.counts.of(self.question.where(tree)), total)

    def _pick_row(self, row: Mapping[str, Any]) -> None:
        """Filter by an opened row of a list beside the rows, and show those rows."""
        if self.tab is not None:
            self._pick_value(str(row[self.tab.picks[0]]))

    def _pick_value(self, value: str) -> None:
        """Filter by what a row of the list beside the rows, or a country on its map, is opened by."""
        if self.tab is not None:
            field = self.tab.picks[1]
            self.lists.update(chosen=ROWS)
            self._add(field, value)
            self.grid.reveal()

    def _follow(self, pair: Pair) -> None:
        self._add(pair.pivot, str(pair.value))

    def _add(self, name: str, value: str) -> None:
        self._narrow([(name, value)])

    def _narrow(self, pairs: Pairs) -> None:
        """Keep only rows that have all of these values, in one step."""
        tree = self.filters.tree
        items = tree["items"] if tree["op"] == "all" else [tree]
        more = [each for name, value in pairs for each in picked(self.view.field(name), value)]
        self.filters.set({"op": "all", "items": [*items, *more]})

    def _brush(self, marked: Span | None) -> None:
        if marked is not None:
            self.span = self.bar.show(marked)
            self.refresh()

    def _arrive(self, state: Mapping[str, str]) -> None:
        """Take over what the page's address holds; what cannot be read is said above the list and changes nothing."""
        if state.get("kql"):
            self.box.place(state["kql"])
            self.box.run(state["kql"])
        else:
            self.reply.back()
        before = self.shape, self.saved
        self.filters.update(fault="")
        try:
            self._take(state)
        except WorkbenchError as error:
            self.restore(*before)
            self.filters.update(fault=visible(error))

    def _take(self, state: Mapping[str, str]) -> None:
        """Show what an address says: view, window, pivot and list, and last its filter, which refreshes the page.

        Where it holds the text of a view, that is shown and nothing else.
        """
        if "text" in state:
            self.restore(*opened(state, self.workbench))
            return
        self.saved = saved_of(state)
        wanted = state.get("view", self.view.name)
        if wanted not in views():
            raise UnknownName("view", visible(wanted, 80), views())
        if wanted != self.view.name:
            self._enter(views()[wanted])
        self.lists.update(chosen=state["list"] if state.get("list") in self.view.tabs else ROWS)
        if "span" in state:
            self.span = self.bar.show(state["span"])
        self.picture.take(pictured(self.shape, state, self.span))
        shape = arranged(state, self.shape)
        self._arrange(shape)
        self.filters.set(parsed(state["filter"]) if "filter" in state else EMPTY)
        self._order(shape)

    def _export(self, form: str) -> None:
        if form == TEXT:
            content = written(self.shape, self.workbench).encode()
            send(self.bar, File(f"{self.view.name}.view.yml", content, "application/yaml"))
            return
        total = self.filters.answer["matches"] if self.tab is None else self.other.total
        self.takeaway.export(Listed(self.question, self.shape, total), Form(form))


def explorer(
    workbench: Workbench, view: str = "all_email", *, file: str | Path | None = None, saved: str | None = None
) -> "Box":
    """The Explorer page, opened on a view, on one that was kept as a text in a file, or on a saved one by its name.

    Example:
        >>> page = wb.explorer(w)  # in a notebook, as the last line of a cell without "page ="

    Raises:
        UnknownName: there is no such view, or none is saved under that name.
        BadInput: the file cannot be read as one.
        ServiceDown: the saved view is asked for, and no control service runs.
    """
    if view not in views():
        raise UnknownName("view", view, views())
    if file is None and saved is None:
        return Explorer(workbench, views()[view]).page()
    held, text = asked_for(workbench, saved) if saved is not None else (None, kept(Path(file or "")))
    shape = read(text, workbench)
    restored = Explorer(workbench, shape.view)
    restored.restore(shape, held)
    return restored.page()
