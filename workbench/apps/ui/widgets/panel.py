"""What is known of one thing, beside the list it was opened from."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, TypeVar

import polars as pl
from traitlets import Bool, List, Unicode

from workbench.apps.session.encoded import Form
from workbench.apps.ui.widgets import browser
from workbench.apps.ui.widgets.card import Action
from workbench.apps.ui.widgets.cells import LONGEST_RAW, NUMERIC, Cell, Kind, cell, exact, raw_text
from workbench.apps.ui.widgets.download import file_of, send, unlike
from workbench.apps.ui.widgets.part import Handler, Part, working
from workbench.base import wire
from workbench.base.errors import WorkbenchError
from workbench.base.render import visible

ROWS = 200
"""Rows of a table in a panel; more belong in a grid, and what is cut is said."""

FOLLOWED: frozenset[str] = frozenset({"address", "mailbox", "domain", "ip", "url", "hash", "device"})
"""Kinds of values that lead on to what is known of them."""

LINES = 200_000
"""Characters of a block; a longer one is cut, and the cut is said."""


@dataclass(frozen=True)
class Pair:
    """One fact: its name, its value and what kind of value that is. ``pivot`` makes the value a way to elsewhere."""

    label: str
    value: object
    kind: Kind = "text"
    pivot: str = ""


@dataclass(frozen=True)
class Facts:
    """Names with values."""

    title: str
    pairs: Sequence[Pair]


@dataclass(frozen=True)
class As:
    """A value in a listing that is of another kind than its column."""

    value: object
    kind: Kind


@dataclass(frozen=True)
class Listing:
    """A small table: columns as (label, kind), rows as sequences of values; ``empty`` is said where there is none."""

    title: str
    columns: Sequence[tuple[str, Kind]]
    rows: Sequence[Sequence[object]]
    empty: str = "None."


@dataclass(frozen=True)
class Block:
    """Text as it is, in fixed width: headers, a query. Where it is ``folded``, only its title is seen at first."""

    title: str
    text: str
    folded: bool = False


@dataclass(frozen=True)
class Note:
    """A plain sentence: what was not evaluated, or why something is missing."""

    title: str
    text: str


@dataclass(frozen=True)
class Way:
    """A button to a page of our own control service, opened beside this one: never to an address of the data."""

    title: str
    label: str
    address: str


Item = TypeVar("Item")
Section = Facts | Listing | Block | Note | Way


@dataclass(frozen=True)
class Tab:
    """Sections that are made when the tab is opened; ``count`` None shows no number, and 0 shows 0."""

    id: str
    label: str
    sections: Callable[[], Sequence[Section]]
    count: int | None = None


class Panel(Part):
    """Sections about one thing, tabs below or beside them, and the way to the previous and the next thing."""

    _esm = browser.module("chart_head", "panel_values", "panel_tabs", "panel")
    _css = browser.style("plot", "choice", "panel")

    MESSAGES: ClassVar[Mapping[str, str]] = {
        "step": "go `by` one thing back or on (-1 or 1)",
        "close": "close the panel",
        "widen": "give the panel more room than the list, or as much as before",
        "action": "the action with this `id` was pressed",
        "tab": "show the tab with this `id`",
        "pivot": "follow the value of pair `pair` in section `section`, both counted from 0",
        "open": "show what is known of the value in `row` and `column` of section `section`, all counted from 0; of a "
        "pair only the row counts. Sections of the tab count on from those that stay",
        "take": "the listing `section`, counted as above, is to be saved as a CSV file, all rows of it",
    }
    LATEST: ClassVar[frozenset[str]] = frozenset({"open", "tab"})
    EVENTS: ClassVar[Mapping[str, str]] = {
        "step": "-1 or 1",
        "close": "None",
        "action": "the id of the action",
        "pivot": "the Pair that was followed, its value as Python has it",
        "open": "kind and value, as Python has it, of what is to be shown: address, mailbox, domain, ip, url, hash or "
        "device",
    }

    title = Unicode("", help="the name of the thing").tag(sync=True)
    subtitle = Unicode("", help="a second line").tag(sync=True)
    sections: Any = List(help="facts, listings, blocks, notes and ways that stay, as cells").tag(sync=True)
    tabs: Any = List(help="id, label and count of each tab").tag(sync=True)
    tab = Unicode("", help="id of the tab that is shown").tag(sync=True)
    inside: Any = List(help="the sections of that tab").tag(sync=True)
    made = Bool(True, help="whether the sections of that tab are here; else the page asks for them").tag(sync=True)
    actions: Any = List(help="id, label, icon and primary of each action").tag(sync=True)
    place = Unicode("", help='where it stands in its list: "3 of 214"').tag(sync=True)
    opened = Bool(False, help="whether the panel is shown").tag(sync=True)
    wide = Bool(False, help="whether the panel has more room than the list").tag(sync=True)
    openable = Bool(False, help="whether what is known of a value can be shown").tag(sync=True)

    def __init__(self, **traits: Any) -> None:
        super().__init__(**traits)
        self._sections: tuple[Section, ...] = ()
        self._tabs: dict[str, Tab] = {}
        self._made: dict[str, tuple[Section, ...]] = {}

    def on(self, event: str, handler: Handler) -> Handler:
        """Have ``handler`` called with the value of each ``event``; values lead on once somebody hears "open".

        Raises:
            UnknownName: the widget has no such event.
        """
        found = super().on(event, handler)
        self.openable = self.openable or event == "open"
        return found

    def show(
        self,
        title: str,
        sections: Sequence[Section],
        *,
        subtitle: str = "",
        actions: Sequence[Action] = (),
        tabs: Sequence[Tab] = (),
    ) -> None:
        """Open the panel on something. The tab that was open stays open; its sections are made when the page asks."""
        self._sections, self._made = tuple(sections), {}
        self._tabs = {tab.id: tab for tab in tabs}
        self.update(
            title=visible(title),
            subtitle=visible(subtitle),
            sections=[_wire(section) for section in sections],
            tabs=[{"id": tab.id, "label": visible(tab.label), "count": _count(tab)} for tab in tabs],
            tab=self.tab if self.tab in self._tabs else next(iter(self._tabs), ""),
            inside=[],
            made=not tabs,
            actions=[action.wire() for action in actions],
            place="",
            opened=True,
        )

    def show_tab(self, name: str) -> None:
        """Show a tab; its sections are made the first time. What cannot be told is said in their place."""
        with working(self):
            if name not in self._made:
                self._made[name] = _told(self._tabs[name])
            inside = [_wire(section) for section in self._made[name]]
            self.update(tab=name, inside=inside, made=True)

    def hide(self) -> None:
        """Close the panel."""
        self.update(opened=False)

    @property
    def _seen(self) -> tuple[Section, ...]:
        return (*self._sections, *self._made.get(self.tab, ()))

    def _got_step(self, message: Mapping[str, Any]) -> None:
        self.tell("step", 1 if wire.integer(message, "by", -1, 1, 1) > 0 else -1)

    def _got_close(self, _message: Mapping[str, Any]) -> None:
        self.hide()
        self.tell("close", None)

    def _got_widen(self, _message: Mapping[str, Any]) -> None:
        self.update(wide=not self.wide)

    def _got_action(self, message: Mapping[str, Any]) -> None:
        if action := wire.choice(message, "id", [each["id"] for each in self.actions]):
            self.tell("action", action)

    def _got_tab(self, message: Mapping[str, Any]) -> None:
        if name := wire.choice(message, "id", self._tabs):
            self.show_tab(name)

    def _got_pivot(self, message: Mapping[str, Any]) -> None:
        section = _at(self._seen, message, "section")
        pair = _at(section.pairs, message, "pair") if isinstance(section, Facts) else None
        if pair and pair.pivot:
            self.tell("pivot", pair)

    def _got_open(self, message: Mapping[str, Any]) -> None:
        section = _at(self._seen, message, "section")
        kind, value = _value(section, message)
        if kind in FOLLOWED and isinstance(value, str) and value:
            self.tell("open", (kind, value))

    def _got_take(self, message: Mapping[str, Any]) -> None:
        section = _at(self._seen, message, "section")
        if isinstance(section, Listing):
            send(self, file_of(_taken(section), _stem(self.title, _name(section)), Form.csv))


def _at(items: Sequence[Item], message: Mapping[str, Any], key: str) -> Item | None:
    at = wire.integer(message, key, -1, len(items), -1)
    return items[at] if 0 <= at < len(items) else None


def _value(section: Section | None, message: Mapping[str, Any]) -> tuple[str, object]:
    """The kind and value that a message points at; of no kind where it points at nothing."""
    if isinstance(section, Facts):
        pair = _at(section.pairs, message, "row")
        return (pair.kind, pair.value) if pair else ("", None)
    if isinstance(section, Listing):
        row, at = _at(section.rows[:ROWS], message, "row"), wire.integer(message, "column", -1, ROWS, -1)
        if row is not None and 0 <= at < len(section.columns):
            found = _as(row[at], section.columns[at][1])
            return found.kind, found.value
    return "", None


def _taken(section: Listing) -> pl.DataFrame:
    """A listing as it is taken away: values as the data have them."""
    heads = unlike([visible(label) for label, _ in section.columns])
    values = [[_as(row[at], kind).value for row in section.rows] for at, (_, kind) in enumerate(section.columns)]
    return pl.DataFrame(dict(zip(heads, map(_column, values), strict=True)))


def _stem(*titles: str) -> str:
    """The name of a file: words of titles, and nothing that a folder or a shell would read otherwise."""
    return "_".join(re.findall(r"[^\W_]+", " ".join(titles)))[:80] or "table"


def _name(section: Listing) -> str:
    """What a listing holds, without how many."""
    return re.sub(r" \([\d, of]+\)$", "", section.title)


def _column(values: Sequence[object]) -> pl.Series:
    """Numbers as they are, all else as text."""
    if all(value is None or (isinstance(value, int | float) and not isinstance(value, bool)) for value in values):
        return pl.Series(values, strict=False)
    return pl.Series([None if value is None else raw_text(value) for value in values], dtype=pl.String)


def _count(tab: Tab) -> str:
    return "" if tab.count is None else exact(tab.count)


def _told(tab: Tab) -> tuple[Section, ...]:
    try:
        return tuple(tab.sections())
    except WorkbenchError as error:
        return (Note("This could not be told", str(error)),)


def _wire(section: Section) -> dict[str, object]:
    match section:
        case Facts(title, pairs):
            return {"what": "facts", "title": title, "pairs": [_pair(pair) for pair in pairs]}
        case Listing(title, columns, rows, empty):
            heads = [
                {"label": visible(label), "kind": kind, "right": kind in NUMERIC, "opens": kind in FOLLOWED}
                for label, kind in columns
            ]
            cells = [[_cell(value, kind) for value, (_, kind) in zip(row, columns, strict=True)] for row in rows[:ROWS]]
            cut = f"The first {ROWS:,} of {len(rows):,} are shown." if len(rows) > ROWS else ""
            told = {"title": title, "name": visible(_name(section)), "empty": empty, "cut": cut}
            return {"what": "listing", **told, "columns": heads, "rows": cells}
        case Block(title, text, folded):
            cut = f"Cut after {LINES:,} of {len(text):,} characters." if len(text) > LINES else ""
            lines = "\n".join(visible(line, LONGEST_RAW) for line in text[:LINES].splitlines())
            return {"what": "block", "title": title, "text": lines, "cut": cut, "folded": folded}
        case Way(title, label, address):
            safe = address if address.startswith(("http://", "https://")) else ""
            return {"what": "way", "title": title, "label": label, "address": safe}
        case Note(title, text):
            return {"what": "note", "title": title, "text": visible(text, LONGEST_RAW)}


def _as(value: object, kind: Kind) -> As:
    return value if isinstance(value, As) else As(value, kind)


def _cell(value: object, kind: Kind) -> Cell | dict[str, object]:
    if not isinstance(value, As) or value.kind == kind:
        found = _as(value, kind)
        return cell(found.value, kind)
    shown = cell(value.value, value.kind)
    return None if shown is None else {"cell": shown, "kind": value.kind, "opens": value.kind in FOLLOWED}


def _pair(pair: Pair) -> dict[str, object]:
    shown = cell(pair.value, pair.kind)
    opens = pair.kind in FOLLOWED and isinstance(pair.value, str)
    return {"label": visible(pair.label), "kind": pair.kind, "cell": shown, "pivot": pair.pivot, "opens": opens}
