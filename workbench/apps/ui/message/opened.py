"""What is shown of a row that was opened: its message, where it is of one that is held, else the row itself."""

import json
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from workbench.analysis.entities import Entity
from workbench.apps.session import Workbench
from workbench.apps.ui.message.entity import OPENED
from workbench.apps.ui.message.entity import sections as about
from workbench.apps.ui.message.message import sections, tabs
from workbench.apps.ui.widgets.card import Action
from workbench.apps.ui.widgets.cells import sender
from workbench.apps.ui.widgets.panel import Block, Facts, Note, Pair, Panel, Section
from workbench.base.errors import NotFound
from workbench.views.explorer import View

NOT_HELD = "The message that this belongs to is not held, or not in the window of the workbench."
BACK, FILTER = "back", "filter"
ELSEWHERE: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {"url": ("Url",), "hash": ("AttachmentSHA256", "SHA256"), "domain": ("UrlDomain",)}
)
"""Fields of other tables that hold values of a kind, where no column of the view does."""
LINE = 90
"""Characters of a value that stand in a line; longer ones stand below, whole."""


class Opened:
    """What a panel shows of a view: an opened row, then whatever its values lead to, and the way back."""

    def __init__(self, workbench: Workbench, view: View, panel: Panel) -> None:
        self.workbench, self.view, self.panel = workbench, view, panel
        self._way: list[Callable[[], None]] = []
        panel.on("open", lambda told: self.lead(*told))
        panel.on("action", self._act)
        self._chosen: tuple[str, str] = ("", "")
        self._filter: Callable[[str, str], object] | None = None

    def filters_by(self, handler: Callable[[str, str], object]) -> None:
        """Have ``handler`` called with a field and a value when the reader wants the rows that have it."""
        self._filter = handler

    def row(self, row: Mapping[str, Any]) -> None:
        """Show an opened row."""
        self._way = [lambda: self._row(row)]
        self._way[-1]()

    def lead(self, kind: str, value: object) -> None:
        """Show what is known of a value; what was shown before is a step back."""
        held = self.workbench.entity(OPENED[kind], str(value))
        self._go(lambda: self._entity(kind, held))

    def _go(self, step: Callable[[], None]) -> None:
        step()
        self._way.append(step)

    def _act(self, action: str) -> None:
        if action == BACK and len(self._way) > 1:
            self._way.pop()
            self._way[-1]()
        if action == FILTER and self._filter is not None:
            self._filter(*self._chosen)

    def _entity(self, kind: str, held: Entity) -> None:
        field = field_of(self.view, kind)
        self._chosen = (field, held.value)
        ways = [Action(BACK, "Back", "left")]
        ways += [Action(FILTER, "Filter the list by it", "filter")] if field and self._filter else []
        self.panel.show(held.defanged, about(held, self.workbench), subtitle=held.kind.title, actions=ways)

    def _row(self, row: Mapping[str, Any]) -> None:
        title = str(row.get(self.view.subject) or f"(no {self.view.field(self.view.subject).label.lower()})")
        if self.view.opens == "row":
            self.panel.show(title, _row(self.view, row))
            return
        whole = self.view.table == "EmailEvents"
        received = row["Timestamp"] if whole else None
        try:
            message = self.workbench.message(str(row["NetworkMessageId"]), received=received)
        except NotFound:
            self.panel.show(title, [*_row(self.view, row), Note("Message", NOT_HELD)])
            return
        home = self.workbench.workspace.home
        stays = sections(message, home)
        told = stays if whole else [*_row(self.view, row), *stays]
        self.panel.show(title, told, subtitle=_subtitle(self.workbench, row), tabs=tabs(message, home))


def field_of(view: View, kind: str) -> str:
    """The field of a view by which rows with a value of a kind are found; empty where it has none."""
    columns = [shown.field for shown in view.columns if shown.kind == kind and view.field(shown.field).group]
    named = [name for name in ELSEWHERE.get(kind, ()) if name in view.by_name]
    return next(iter([*columns, *named]), "")


def _subtitle(workbench: Workbench, row: Mapping[str, Any]) -> str:
    if "RecipientEmailAddress" not in row:
        return ""
    by = sender(str(row.get("SenderFromAddress") or "no sender"), workbench.workspace.organisation.owns)
    return f"{by} to {row.get('RecipientEmailAddress') or 'nobody'}"


def _row(view: View, row: Mapping[str, Any]) -> list[Section]:
    """The row by the labels of the view, what is too long for a line below; what it can be filtered by leads on."""
    told = [shown for shown in view.columns if row.get(shown.field) not in (None, "")]
    long = [shown for shown in told if len(str(row[shown.field])) > LINE and shown.kind in ("text", "subject")]
    pairs = [
        Pair(view.field(each.field).label, row[each.field], each.kind, pivot=_pivot(view, each.field, row))  # type: ignore[arg-type]
        for each in told
        if each not in long
    ]
    blocks = [Block(view.field(each.field).label, _laid_out(str(row[each.field]))) for each in long]
    return [Facts("Row", pairs), *blocks]


def _laid_out(text: str) -> str:
    """JSON with a line for each member; other text as it is."""
    try:
        return json.dumps(json.loads(text), indent=1, ensure_ascii=False)
    except (ValueError, RecursionError):
        return text


def _pivot(view: View, name: str, row: Mapping[str, Any]) -> str:
    return name if view.field(name).group and isinstance(row[name], str) else ""
