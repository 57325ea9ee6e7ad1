"""The Explorer: one view, a window and a filter; a chart to pick from, a list, and the message that is opened."""

import json
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import polars as pl

from workbench.apps.session import Workbench
from workbench.apps.ui.address import LONGEST, Address
from workbench.apps.ui.bar import Bar, Freshness, whole_minute
from workbench.apps.ui.card import Action
from workbench.apps.ui.cells import sender
from workbench.apps.ui.chart import Chart
from workbench.apps.ui.choice import Choice, Option
from workbench.apps.ui.code import Code
from workbench.apps.ui.download import csv, parquet, send
from workbench.apps.ui.filter_bar import FilterBar
from workbench.apps.ui.filters import EMPTY, Property
from workbench.apps.ui.grid import Column, Grid
from workbench.apps.ui.layout import beside, page
from workbench.apps.ui.message import sections, tabs
from workbench.apps.ui.panel import Pair, Panel
from workbench.apps.ui.part import working
from workbench.apps.ui.query_box import QueryBox
from workbench.apps.ui.reply import Reply
from workbench.apps.ui.rows import Sort
from workbench.apps.ui.source import QuerySource
from workbench.base.errors import BadInput, UnknownName, WorkbenchError
from workbench.base.render import visible
from workbench.base.span import Span
from workbench.events.query import Limits, parse, text_of
from workbench.views.charts.histogram import histogram
from workbench.views.explorer import Question, View, bin_of, picked, questions, spellings_of, views, vocabulary

if TYPE_CHECKING:
    from ipywidgets.widgets.widget_box import Box

MOST_EXPORTED = 1_000_000
DEFINITION = "A message to three people counts three times: what becomes of it may differ for each of them."

_EXPORTS: Mapping[str, Callable[[pl.DataFrame, str], Any]] = {"csv": csv, "parquet": parquet}


class Explorer:
    """The widgets of an Explorer page and what they say to each other; all state is the window, filter and pivot."""

    def __init__(self, workbench: Workbench, view: View) -> None:
        self.workbench, self.view = workbench, view
        found, self._spellings = _spellings(workbench, view)
        self._columns = [_column(view, shown.field, shown.kind, shown.default, shown.width) for shown in view.columns]
        self.address = Address(("span", "filter", "by", "kql"))
        self.bar = Bar(view.title, view.question, exports=EXPORTS, now=lambda: whole_minute(workbench.now))
        self.filters = FilterBar(_properties(view, found), noun=view.noun)
        self.pivot = Choice(
            [Option(name, view.field(name).label) for name in view.pivots], label="Chart by", look="segments"
        )
        self.chart = Chart(definition=DEFINITION)
        self._ours = workbench.workspace.organisation.owns
        self.grid = Grid(
            pl.DataFrame(), self._columns, ours=self._ours, noun=view.noun, label=view.title, memory=view.name
        )
        self.panel = Panel()
        self.code = Code()
        self.box = QueryBox(workbench)
        listed = beside(self.grid, self.panel, self._show_message)
        self.shown = page(self.filters, self.pivot, self.chart, listed, self.code)
        self.reply = Reply(workbench, self.box, view.title, (self.bar, self.shown))
        self.span = self.bar.begin(self._fresh())
        self._listen()
        self.refresh()

    def page(self) -> "Box":
        """The page: head, box for questions, then filter, chart, list with the opened message beside it and query.

        While a question of the box is answered, its answer stands in place of these.
        """
        return page(self.address, self.bar, self.reply.head, self.box, self.reply.answer, self.shown)

    @property
    def question(self) -> Question:
        """What the page asks now."""
        return Question(self.view, self.span, self.filters.tree, self._spellings)

    def refresh(self) -> None:
        """Ask everything again and show it."""
        with working(self.chart, self.grid):
            everything = Question(self.view, self.span)
            total = self._count(everything)
            matching = self._count(self.question) if self.filters.tree["items"] else total
            self.filters.matches(matching, total)
            self._draw(self._why_empty() if not total else self._why_none(total))
            self._list(matching, total)
        shown = self._query()
        self.code.show(shown, questions.python_line(shown))
        self.address.show(span=str(self.bar.span["text"]), filter=self._kept_filter(), by=self.pivot.chosen)

    def _query(self) -> str:
        """The query of the list as it is shown."""
        return text_of(parse(questions.rows(self.question, self._visible())))

    def _back(self) -> None:
        """Show the view again; the address then leads to it too."""
        self.reply.back()
        self.address.show(kql="")

    def _fresh(self) -> Freshness:
        return Freshness(_newest(self.workbench, self.view), live=self.workbench.workspace.settings.now == "clock")

    def _renew(self, _event: object) -> None:
        """Ask everything again, of the window as it is by now."""
        self.span = self.bar.renew(self._fresh())
        self.refresh()

    def _listen(self) -> None:
        self.bar.on("span", self._set_span)
        self.bar.on("refresh", self._renew)
        self.bar.on("export", self._export)
        self.filters.on("preview", self._preview)
        self.filters.on("change", lambda _: self.refresh())
        self.pivot.on("choose", lambda _: self.refresh())
        self.chart.on("pick", self._pick)
        self.chart.on("brush", self._brush)
        self.panel.on("pivot", self._follow)
        self.address.on("arrive", self._arrive)
        self.box.on("view", lambda _: self.box.place(self._query()))
        self.box.on("run", lambda text: self.address.show(kql=text if len(text) <= LONGEST else ""))
        self.reply.head.on("action", lambda _: self._back())

    def _count(self, question: Question) -> int:
        return int(self.workbench.kql(questions.count(question)).frame.item())

    def _draw(self, why: str) -> None:
        step = bin_of(self.span)
        answer = self.workbench.kql(questions.histogram(self.question, self.pivot.chosen, step)).frame
        counts = answer.rename({"Time": "time", "Series": "series", "Count": "count"})
        label = self.view.field(self.pivot.chosen).label
        title = f"{self.view.title} by {label.lower()}"
        figure = histogram(counts, self.span, step, title=title, unit=self.view.noun)
        self.chart.draw(figure, empty=why)

    def _list(self, matching: int, total: int) -> None:
        names = [column.name for column in self._columns]
        question = self.question

        def text(sort: Sort | None) -> str:
            if sort is None:
                return questions.rows(question, names)
            return questions.rows(question, names, order=sort.column, descending=sort.descending)

        self.grid.update(empty=self._why_empty() if not total else self._why_none(total))
        self.grid.show(QuerySource(self.workbench, text, matching))
        self.panel.hide()

    def _why_empty(self) -> str:
        newest = _newest(self.workbench, self.view)
        if newest is None:
            return "None are held yet. Import some: workbench import FILE_OR_FOLDER"
        return f"None in this window; the newest is of {newest:%Y-%m-%d %H:%M} UTC. Choose another window."

    def _why_none(self, total: int) -> str:
        none = f"None of {total:,} {self.view.noun} in this window match: {self.filters.sentence}."
        return f"{none} Change or clear the filter."

    def _visible(self) -> list[str]:
        return [str(each["name"]) for each in self.grid.columns if each["visible"]]

    def _kept_filter(self) -> str:
        return json.dumps(self.filters.tree, separators=(",", ":")) if self.filters.tree["items"] else ""

    def _set_span(self, span: Span) -> None:
        self.span = span
        self.refresh()

    def _preview(self, tree: Mapping[str, Any]) -> None:
        total = self._count(Question(self.view, self.span))
        self.filters.matches(self._count(self.question.where(tree)), total)

    def _pick(self, value: str) -> None:
        """Filter by what was picked out of the chart."""
        if value == questions.OTHER:
            raise BadInput(f"“{value}” stands for many values", next_step="Pick one that is named, or add a filter.")
        self._add(self.pivot.chosen, value)

    def _follow(self, pair: Pair) -> None:
        self._add(pair.pivot, str(pair.value))

    def _add(self, name: str, value: str) -> None:
        tree = self.filters.tree
        items = tree["items"] if tree["op"] == "all" else [tree]
        self.filters.set({"op": "all", "items": [*items, *picked(self.view.field(name), value)]})

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
        if state.get("by") in self.view.pivots:
            self.pivot.update(chosen=state["by"])
        try:
            if "span" in state:
                self.span = self.bar.show(state["span"])
            self.filters.set(_parsed(state["filter"]) if "filter" in state else EMPTY)
        except WorkbenchError as error:
            self.refresh()
            self.filters.update(fault=visible(error))

    def _export(self, form: str) -> None:
        limits = Limits(rows=MOST_EXPORTED)
        answer = self.workbench.kql(questions.rows(self.question, self._visible()), limits=limits)
        if answer.cut is not None:
            raise BadInput(f"More than {MOST_EXPORTED:,} rows match", next_step="Filter or narrow the window first.")
        send(
            self.bar, _EXPORTS[form](answer.frame, f"{self.view.name}_{self.span.start:%Y%m%d}_{self.span.end:%Y%m%d}")
        )

    def _show_message(self, row: Mapping[str, Any]) -> None:
        message = self.workbench.message(str(row["NetworkMessageId"]), received=row["Timestamp"])
        by = sender(str(row.get("SenderFromAddress") or "no sender"), self._ours)
        subtitle = f"{by} to {row.get('RecipientEmailAddress') or 'nobody'}"
        self.panel.show(
            str(row.get("Subject") or "(no subject)"),
            sections(message, self.workbench.workspace.home),
            subtitle=subtitle,
            tabs=tabs(message, self.workbench.workspace.home),
        )


EXPORTS = (Action("csv", "List as CSV"), Action("parquet", "List as Parquet"))


def explorer(workbench: Workbench, view: str = "all_email") -> "Box":
    """The Explorer page of a view.

    Example:
        >>> page = wb.explorer(w)  # in a notebook, as the last line of a cell without "page ="

    Raises:
        UnknownName: there is no such view.
    """
    if view not in views():
        raise UnknownName("view", view, views())
    return Explorer(workbench, views()[view]).page()


def _properties(view: View, found: Mapping[str, list[str]]) -> list[Property]:
    return [
        Property(
            field.name,
            field.label,
            field.kind,
            field.group,
            tuple(dict.fromkeys([*field.values, *found.get(field.name, ())])),
            field.help,
            first="contains" if field.name == "Subject" else "",
        )
        for field in view.fields
        if field.group
    ]


def _column(view: View, name: str, kind: Any, default: bool, width: int) -> Column:  # noqa: FBT001  data of a view
    field = view.field(name)
    return Column(name, field.label, kind, width, visible=default, help=field.help, opens=name == "Subject")


def _spellings(workbench: Workbench, view: View) -> tuple[dict[str, list[str]], Any]:
    """The values that lists have in the data, and how they group under the known ones."""
    raw: dict[str, list[str]] = {}
    for name, value in workbench.kql(vocabulary(view)).frame.select("Field", "Value").sort("Field", "Value").rows():
        raw.setdefault(name, []).append(value)
    grouped = spellings_of(raw, {field.name: field.values for field in view.fields})
    return {name: list(values) for name, values in grouped.items()}, grouped


def _newest(workbench: Workbench, view: View) -> datetime | None:
    limit = workbench.now + timedelta(days=1)
    text = f"{view.table}\n| where Timestamp < limit\n| summarize Newest = max(Timestamp)"
    newest = workbench.kql(text, limit=limit).frame.item()
    return newest if isinstance(newest, datetime) else None


def _parsed(text: str) -> Mapping[str, Any]:
    try:
        tree = json.loads(text)
    except ValueError:
        raise BadInput("The filter in the address cannot be read", next_step="Remove what follows # in it.") from None
    return tree if isinstance(tree, dict) else {}
