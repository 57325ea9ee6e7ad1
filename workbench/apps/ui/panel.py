"""What is known of one thing, beside the list it was opened from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from traitlets import Bool, List, Unicode

from workbench.apps.ui import browser, wire
from workbench.apps.ui.card import Action
from workbench.apps.ui.cells import LONGEST_RAW, NUMERIC, Kind, cell
from workbench.apps.ui.part import Part
from workbench.base.render import visible

ROWS = 200
"""Rows of a table in a panel; more belong in a grid, and what is cut is said."""

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
class Listing:
    """A small table: columns as (label, kind), rows as sequences of values; ``empty`` is said where there is none."""

    title: str
    columns: Sequence[tuple[str, Kind]]
    rows: Sequence[Sequence[object]]
    empty: str = "None."


@dataclass(frozen=True)
class Block:
    """Text as it is, in fixed width: headers, a query, a body."""

    title: str
    text: str


@dataclass(frozen=True)
class Note:
    """A plain sentence: what was not evaluated, or why something is missing."""

    title: str
    text: str


Section = Facts | Listing | Block | Note


class Panel(Part):
    """Sections about one thing, with the way to the previous and the next one."""

    _esm = browser.module("chart_head", "panel")
    _css = browser.style("plot", "panel")

    MESSAGES: ClassVar[Mapping[str, str]] = {
        "step": "go `by` one thing back or on (-1 or 1)",
        "close": "close the panel",
        "action": "the action with this `id` was pressed",
        "pivot": "follow the value of pair `pair` in section `section`, both counted from 0",
    }
    EVENTS: ClassVar[Mapping[str, str]] = {
        "step": "-1 or 1",
        "close": "None",
        "action": "the id of the action",
        "pivot": "the Pair that was followed, its value as Python has it",
    }

    title = Unicode("", help="the name of the thing").tag(sync=True)
    subtitle = Unicode("", help="a second line").tag(sync=True)
    sections: Any = List(help="facts, listings, blocks and notes, as cells").tag(sync=True)
    actions: Any = List(help="id, label, icon and primary of each action").tag(sync=True)
    place = Unicode("", help='where it stands in its list: "3 of 214"').tag(sync=True)
    opened = Bool(False, help="whether the panel is shown").tag(sync=True)

    def __init__(self, **traits: Any) -> None:
        super().__init__(**traits)
        self._sections: tuple[Section, ...] = ()

    def show(
        self,
        title: str,
        sections: Sequence[Section],
        *,
        subtitle: str = "",
        actions: Sequence[Action] = (),
        place: str = "",
    ) -> None:
        """Open the panel on something."""
        self._sections = tuple(sections)
        self.update(
            title=visible(title),
            subtitle=visible(subtitle),
            sections=[_wire(section) for section in sections],
            actions=[action.wire() for action in actions],
            place=place,
            opened=True,
        )

    def hide(self) -> None:
        """Close the panel."""
        self.update(opened=False)

    def _got_step(self, message: Mapping[str, Any]) -> None:
        self.tell("step", 1 if wire.integer(message, "by", -1, 1, 1) > 0 else -1)

    def _got_close(self, _message: Mapping[str, Any]) -> None:
        self.hide()
        self.tell("close", None)

    def _got_action(self, message: Mapping[str, Any]) -> None:
        if action := wire.choice(message, "id", [each["id"] for each in self.actions]):
            self.tell("action", action)

    def _got_pivot(self, message: Mapping[str, Any]) -> None:
        at = wire.integer(message, "section", -1, len(self._sections), -1)
        section = self._sections[at] if 0 <= at < len(self._sections) else None
        pairs = section.pairs if isinstance(section, Facts) else ()
        at = wire.integer(message, "pair", -1, len(pairs), -1)
        if 0 <= at < len(pairs) and pairs[at].pivot:
            self.tell("pivot", pairs[at])


def _wire(section: Section) -> dict[str, object]:
    match section:
        case Facts(title, pairs):
            return {"what": "facts", "title": title, "pairs": [_pair(pair) for pair in pairs]}
        case Listing(title, columns, rows, empty):
            heads = [{"label": label, "kind": kind, "right": kind in NUMERIC} for label, kind in columns]
            cells = [[cell(value, kind) for value, (_, kind) in zip(row, columns, strict=True)] for row in rows[:ROWS]]
            cut = f"The first {ROWS:,} of {len(rows):,} are shown." if len(rows) > ROWS else ""
            return {"what": "listing", "title": title, "columns": heads, "rows": cells, "empty": empty, "cut": cut}
        case Block(title, text):
            cut = f"Cut after {LINES:,} of {len(text):,} characters." if len(text) > LINES else ""
            lines = "\n".join(visible(line, LONGEST_RAW) for line in text[:LINES].splitlines())
            return {"what": "block", "title": title, "text": lines, "cut": cut}
        case Note(title, text):
            return {"what": "note", "title": title, "text": visible(text, LONGEST_RAW)}


def _pair(pair: Pair) -> dict[str, object]:
    return {"label": visible(pair.label), "kind": pair.kind, "cell": cell(pair.value, pair.kind), "pivot": pair.pivot}
