"""What is shown of a row that was opened: its message, where it is of one that is held, else the row itself."""

import json
from collections.abc import Mapping
from typing import Any

from workbench.apps.session import Workbench
from workbench.apps.ui.cells import sender
from workbench.apps.ui.message import sections, tabs
from workbench.apps.ui.panel import Block, Facts, Note, Pair, Panel, Section
from workbench.base.errors import NotFound
from workbench.views.explorer import View

NOT_HELD = "The message that this belongs to is not held, or not in the window of the workbench."
LINE = 90
"""Characters of a value that stand in a line; longer ones stand below, whole."""


def show_row(workbench: Workbench, view: View, panel: Panel, row: Mapping[str, Any]) -> None:
    """Show an opened row of a view in the panel."""
    title = str(row.get(view.subject) or f"(no {view.field(view.subject).label.lower()})")
    if view.opens == "row":
        panel.show(title, _row(view, row))
        return
    whole = view.table == "EmailEvents"
    try:
        message = workbench.message(str(row["NetworkMessageId"]), received=row["Timestamp"] if whole else None)
    except NotFound:
        panel.show(title, [*_row(view, row), Note("Message", NOT_HELD)])
        return
    home = workbench.workspace.home
    about = sections(message, home)
    told = about if whole else [*_row(view, row), *about]
    panel.show(title, told, subtitle=_subtitle(workbench, row), tabs=tabs(message, home))


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
