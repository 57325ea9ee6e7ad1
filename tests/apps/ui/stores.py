"""Workspaces that pages are opened on: a few rows, written straight into the store."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl

from workbench.apps.session import Workbench
from workbench.apps.ui.widgets.part import Part
from workbench.base.config import Workspace
from workbench.events.store import Store
from workbench.events.store.schema import declared
from workbench.events.store.write import Batch
from workbench.events.tables import table

Rows = Sequence[dict[str, Any]]

NEWEST = datetime(2026, 9, 18, 11, 30, 20, tzinfo=UTC)


def opened(home: Path, settings: str = "", **rows: Rows) -> Workbench:
    """A workspace that holds the given rows."""
    home.mkdir(parents=True, exist_ok=True)
    (home / "workbench.toml").write_text(settings)
    workbench = Workbench(Workspace(home))
    put(workbench, "test", **rows)
    return workbench


def beside(shared: Workspace, home: Path) -> Workspace:
    """A workspace that holds what a shared one does, and whose own files lie elsewhere."""
    for each in shared.home.iterdir():
        (home / each.name).symlink_to(each)
    return Workspace(home)


def put(workbench: Workbench, batch: str, **rows: Rows) -> None:
    """Write rows into the store of a workspace."""
    for number, (name, each) in enumerate(rows.items(), start=1):
        schema = declared(table(name))
        frame = pl.DataFrame([{**dict.fromkeys(schema), **row} for row in each], schema=schema, orient="row")
        Store(workbench.workspace.store).write(name, frame, Batch(batch, number))


def mail(number: int, **more: Any) -> dict[str, Any]:
    """A row of mail, each an hour older than the one before."""
    return {
        "Timestamp": NEWEST - timedelta(hours=number),
        "NetworkMessageId": f"m{number}",
        "RecipientEmailAddress": "anna@northgate.example",
        "SenderFromAddress": f"s{number}@out.example",
        "SenderFromDomain": "out.example",
        "Subject": f"mail {number}",
        "DeliveryAction": "Delivered",
        "UrlCount": number,
        **more,
    }


def wire(*parts: Part) -> str:
    """All that the browser is told of widgets, as JSON."""
    states = [{name: part.get_state(name)[name] for name in part.keys if not name.startswith("_")} for part in parts]
    return json.dumps(states, ensure_ascii=False, default=str)
