"""The dashboard: numbers that can be questioned, threats over time, whom they target, and what got through."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from types import MappingProxyType
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import polars as pl

from workbench.apps.explore.rows import Sort
from workbench.apps.session import Workbench
from workbench.apps.ui.asking.show import guess
from workbench.apps.ui.message.message import row_facts, sections, tabs
from workbench.apps.ui.widgets.bar import Bar, Freshness, whole_minute
from workbench.apps.ui.widgets.card import OPEN_ROWS, SHOW_QUERY, Action, Card
from workbench.apps.ui.widgets.cells import Kind, sender
from workbench.apps.ui.widgets.choice import Choice, Option
from workbench.apps.ui.widgets.code import Code
from workbench.apps.ui.widgets.grid import Column, Grid
from workbench.apps.ui.widgets.layout import beside, cards, page, row
from workbench.apps.ui.widgets.panel import Panel, Tab
from workbench.apps.ui.widgets.part import working
from workbench.apps.ui.widgets.source import QuerySource
from workbench.base.errors import NotFound
from workbench.base.span import Span
from workbench.events.query import bind, parse, text_of
from workbench.views.charts.bars import bars
from workbench.views.charts.figure import Figure
from workbench.views.charts.lines import lines
from workbench.views.charts.sparkline import sparkline
from workbench.views.dashboard import Card as CardData
from workbench.views.dashboard import cards as card_data
from workbench.views.explorer import python_line, views

if TYPE_CHECKING:
    from ipywidgets.widgets.widget_box import Box

QUESTION = "What attacked us, what got through, and is it more than before?"
COLUMNS_SHOWN = 9
LABELS: Mapping[str, str] = MappingProxyType(
    {
        "AccountUpn": "Person", "AccountDisplayName": "Person", "ActionType": "Action", "ActionResult": "Result",
        "IsClickedThrough": "Clicked through", "Url": "URL", "ObjectName": "Object",
        "InInbox": "In inbox",
    }
)  # fmt: skip
"""What columns are called that no field of the Explorer shows; others keep the name of the schema."""

WIDTHS: Mapping[str, int] = MappingProxyType({"InInbox": 92})
"""Pixels of columns that no field of the Explorer shows; those of the rest follow what they hold."""

_DAILY = "| summarize count = count() by time = bin(Timestamp, 1d)\n| sort by time asc"
_FIRST = (
    "Timestamp", "Subject", "SenderFromAddress", "RecipientEmailAddress", "DeliveryAction", "LatestLocation",
    "InInbox", "ThreatTypes", "AdditionalAction", "ActionType", "AccountUpn", "AccountDisplayName", "Url", "ObjectName",
    "ActionResult", "DeliveryLocation",
)  # fmt: skip


class Dashboard:
    """The widgets of the dashboard; all state is the window and the card whose rows are open."""

    def __init__(self, workbench: Workbench) -> None:
        self.workbench = workbench
        self.data = card_data()
        self.bar = Bar("Dashboard", QUESTION, now=lambda: whole_minute(workbench.now))
        self.cards = {name: self._card(card) for name, card in self.data.items()}
        self.tabs = Choice([], label="Rows")
        self._ours = workbench.workspace.organisation.owns
        self.grid = Grid(pl.DataFrame(), [], ours=self._ours, noun="rows", label="Rows", tall=8)
        self.panel = Panel()
        self.code = Code()
        self.span = self.bar.begin(self._fresh())
        self.listed = self._home.name
        self.bar.on("span", self._set_span)
        self.bar.on("refresh", self._renew)
        self.tabs.on("choose", self.open_rows)
        self.refresh()

    def page(self) -> "Box":
        """The page: head, numbers, charts, rows with the opened one beside them, query."""
        numbers = [card for name, card in self.cards.items() if self.data[name].drawn == "number"]
        drawn = [card for name, card in self.cards.items() if self.data[name].drawn != "number"]
        listed = beside(self.grid, self.panel, self._show_row)
        charts = row(*drawn, shares=(3, 2))
        return page(self.bar, cards(*numbers, narrowest=158), charts, self.tabs, listed, self.code)

    def refresh(self) -> None:
        """Ask everything again and show it."""
        with working(self.grid, *self.cards.values()):
            for name, widget in self.cards.items():
                self._fill(self.data[name], widget)
            self.open_rows(self.listed)

    def open_rows(self, name: str) -> None:
        """List the rows behind a card."""
        card = self.data[name]
        self.listed = name
        home = self._home
        both = [home] if card is home else [home, card]
        counts = {each.name: self._count(each, self.span) for each in both}
        self.tabs.offer(
            [Option(each.name, each.title, None if self._lacks(each) else counts[each.name]) for each in both]
        )
        self.tabs.update(chosen=name)
        self._list(card, counts[name])

    @property
    def _home(self) -> CardData:
        """The card whose rows are listed at first, and stay at hand beside those of another."""
        return next(card for card in self.data.values() if card.first)

    def _card(self, card: CardData) -> Card:
        widget = Card(card.title, definition=card.definition, actions=(OPEN_ROWS, SHOW_QUERY))
        widget.on("action", lambda action: self._act(card.name, action))
        return widget

    def _act(self, name: str, action: str) -> None:
        if action == OPEN_ROWS.id:
            self.open_rows(name)
            self.grid.reveal()
        else:
            self._show_query(self.data[name], self.data[name].drawing(self.span), opened=True)

    def _fresh(self) -> Freshness:
        needed = {table for card in self.data.values() for table in card.needs}
        newest = self.workbench.store.newest(datetime.now(UTC), needed)
        return Freshness(newest, live=self.workbench.workspace.settings.now == "clock")

    def _renew(self, _event: object) -> None:
        self.span = self.bar.renew(self._fresh())
        self.refresh()

    def _set_span(self, span: Span) -> None:
        self.span = span
        self.refresh()

    def _ask(self, text: str) -> pl.DataFrame:
        return self.workbench.kql(text).frame

    def _fill(self, card: CardData, widget: Card) -> None:
        if why := self._lacks(card):
            widget.no_data(why)
            return
        if card.drawn == "number":
            self._fill_number(card, widget)
        else:
            widget.update(missing="")
            widget.draw(self._figure(card))

    def _fill_number(self, card: CardData, widget: Card) -> None:
        before = self.span.before()
        known = all(self._holds(table, before) for table in card.needs)
        previous = self._count(card, before) if known else None
        widget.show(
            self._count(card, self.span),
            card.unit,
            previous=previous,
            good=card.good,
            unknown="no earlier data to compare",
        )
        if card.sought:
            widget.update(actions=[each.wire() for each in (self._explored(card), SHOW_QUERY)])
        daily = self._ask(f"{card.query(self.span)}\n{_DAILY}")
        widget.draw(sparkline(daily, self.span, title=card.title, unit=card.unit))

    def _explored(self, card: CardData) -> Action:
        """The way to the Explorer with the same rows; where there is no such page, to the list below."""
        tree = json.dumps(card.sought, separators=(",", ":"))
        state = urlencode({"span": str(self.bar.span["text"]), "filter": tree})
        return Action(OPEN_ROWS.id, "Explore", page="explorer.ipynb", state=state)

    def _figure(self, card: CardData) -> Figure:
        answer = self._ask(card.drawing(self.span))
        if card.drawn == "lines":
            counts = answer.rename({"Time": "time", "Series": "series", "Count": "count"})
            return lines(counts, self.span, title=card.title, unit=card.unit)
        named = answer.rename({"Value": "name", "Count": "count"})
        return bars(named, title=card.title, unit=card.unit, top=max(named.height, 1))

    def _count(self, card: CardData, span: Span) -> int:
        return int(self._ask(f"{card.query(span)}\n| count").item())

    def _holds(self, table: str, span: Span) -> bool:
        return self.workbench.window(span).holds(table)

    def _lacks(self, card: CardData) -> str:
        """Why nothing can be said: a table it needs holds no rows of the window, or none at all."""
        lacking = [table for table in card.needs if not self._holds(table, self.span)]
        return _nothing(lacking, self.workbench.store.newest(datetime.now(UTC), lacking)) if lacking else ""

    def _list(self, card: CardData, total: int) -> None:
        text = card.listing(self.span)
        types = dict(bind(parse(text), self.workbench.catalog, now=self.workbench.now).columns)

        def ordered(sort: Sort | None) -> str:
            return f"{text}\n| sort by {sort.column} {'desc' if sort.descending else 'asc'}" if sort else text

        why = self._lacks(card) or "none in this window."
        self.grid.update(empty=f"{card.title}: {why}", noun=card.unit or "rows", label=card.title)
        self.grid.show(QuerySource(self.workbench, ordered, total), _columns(types))
        self.panel.hide()
        self._show_query(card, text)

    def _show_query(self, card: CardData, text: str, *, opened: bool | None = None) -> None:
        shown = text_of(parse(text))
        self.code.update(title=f"Show query of {card.title.lower()}")
        self.code.show(shown, python_line(shown), opened=opened)

    def _show_row(self, values: Mapping[str, Any]) -> None:
        """The message of a row, or, where it belongs to none, the row itself."""
        title = str(values.get("Subject") or values.get("ActionType") or "Row")
        name, home = str(values.get("NetworkMessageId") or "-"), self.workbench.workspace.home
        more: tuple[Tab, ...] = ()
        try:
            message = self.workbench.message(name, received=values.get("Timestamp"))
            shown, more = sections(message, home), tabs(message, home)
        except NotFound:
            shown = [row_facts(values)]
        by = sender(str(values.get("SenderFromAddress") or ""), self._ours)
        self.panel.show(title, shown, subtitle=by, tabs=more)


def dashboard(workbench: Workbench) -> "Box":
    """The dashboard page.

    Example:
        >>> page = wb.dashboard(w)  # in a notebook, as the last line of a cell without "page ="
    """
    return Dashboard(workbench).page()


def _nothing(tables: list[str], newest: datetime | None) -> str:
    hold = f"{' and '.join(tables)} {'hold' if len(tables) > 1 else 'holds'} no rows"
    if newest is None:
        return f"{hold} yet. Import some."
    return f"{hold} in this window; the newest is of {newest:%Y-%m-%d}."


def _columns(types: Mapping[str, str]) -> list[Column]:
    """Columns of a list, the telling ones first and shown."""
    first = [name for name in _FIRST if name in types]
    ordered = [*first, *(name for name in types if name not in first)]
    opens = next((name for name in ("Subject", "ActionType") if name in types), ordered[0])
    view = views()["all_email"]
    labels = {**LABELS, **{field.kql: field.label for field in view.fields if not field.table}}
    widths = {**WIDTHS, **{view.field(shown.field).kql: shown.width for shown in view.columns}}
    return [
        Column(
            name,
            labels.get(name, ""),
            _kind(name, types[name]),
            widths.get(name, 0),
            visible=at < COLUMNS_SHOWN and not name.endswith("Id"),
            opens=name == opens,
        )
        for at, name in enumerate(ordered)
    ]


def _kind(name: str, kind: str) -> Kind:
    if name == "Timestamp":
        return "time"
    return "bool" if kind == "bool" else guess(name, pl.String())
