"""What is shown of a row that was opened: its message, where it is of one that is held, else the row itself."""

from collections.abc import Mapping
from typing import Any

from workbench.apps.session import Workbench
from workbench.apps.ui.cells import sender
from workbench.apps.ui.message import sections
from workbench.apps.ui.panel import Facts, Note, Pair, Panel
from workbench.base.errors import NotFound
from workbench.views.explorer import View

NOT_HELD = "The message that this belongs to is not held, or not in the window of the workbench."


def show_row(workbench: Workbench, view: View, panel: Panel, row: Mapping[str, Any]) -> None:
    """Show an opened row of a view in the panel."""
    title = str(row.get(view.subject) or f"(no {view.field(view.subject).label.lower()})")
    if view.opens == "row":
        panel.show(title, [_facts(view, row)])
        return
    whole = view.table == "EmailEvents"
    try:
        message = workbench.message(str(row["NetworkMessageId"]), received=row["Timestamp"] if whole else None)
    except NotFound:
        panel.show(title, [_facts(view, row), Note("Message", NOT_HELD)])
        return
    about = sections(message, workbench.workspace.home)
    panel.show(title, about if whole else [_facts(view, row), *about], subtitle=_subtitle(workbench, row))


def _subtitle(workbench: Workbench, row: Mapping[str, Any]) -> str:
    if "RecipientEmailAddress" not in row:
        return ""
    by = sender(str(row.get("SenderFromAddress") or "no sender"), workbench.workspace.organisation.owns)
    return f"{by} to {row.get('RecipientEmailAddress') or 'nobody'}"


def _facts(view: View, row: Mapping[str, Any]) -> Facts:
    """The row by the labels of the view; values that it can be filtered by lead there."""
    pairs = [
        Pair(view.field(shown.field).label, row[shown.field], shown.kind, pivot=_pivot(view, shown.field, row))  # type: ignore[arg-type]
        for shown in view.columns
        if row.get(shown.field) not in (None, "")
    ]
    return Facts("Row", pairs)


def _pivot(view: View, name: str, row: Mapping[str, Any]) -> str:
    return name if view.field(name).group and isinstance(row[name], str) else ""
