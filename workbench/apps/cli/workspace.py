"""Make a workspace, and say what it holds: ``init``, ``tables``."""

import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import typer

from workbench.apps.cli.output import Format, listing, reaching, say
from workbench.base.config import find_workspace, place_of, shipped
from workbench.base.errors import WorkbenchError
from workbench.events.store import Store
from workbench.events.store.snapshot import Snapshot
from workbench.events.tables import View, views
from workbench.events.tables import tables as declared

FormatOption = Annotated[Format, typer.Option("--format", help="For people (table) or programs (json).")]


def init(context: typer.Context) -> None:
    """Make a workspace: a folder with its settings and a commented profile of the organisation."""
    home = place_of(context.obj)
    make_workspace(home)
    say(f"Workspace made in {home}. Describe whom it protects in {home / 'organisation.yml'}, then import something.")


def make_workspace(home: Path) -> None:
    """Write the commented settings into an empty or new folder.

    Raises:
        WorkbenchError: the folder is a workspace already.
        BadInput: it cannot be made there.
    """
    if (home / "workbench.toml").exists():
        raise WorkbenchError(f"There is a workspace in {home} already", next_step="Name another folder with --home.")
    with reaching(home, "made a workspace"):
        home.mkdir(parents=True, exist_ok=True)
        for name in ("organisation.yml", "workbench.toml"):
            shutil.copyfile(shipped("data") / "templates" / name, home / name)


def tables(
    context: typer.Context,
    form: FormatOption = Format.table,
    every: Annotated[bool, typer.Option("--all", help="Declared tables without rows too, and retired names.")] = False,
) -> None:
    """List the tables that hold rows: how many, from when to when, how large."""
    held = Store(find_workspace(context.obj).store).held()
    rows: list[dict[str, object]] = [
        {"table": name, "rows": s.rows, "first": s.first, "newest": s.newest, "files": len(s.files), "bytes": s.size}
        for name, s in held.items()
    ]
    rows += [_empty(name) for name in declared() if every and name not in held]
    rows += [_retired(view, held) for view in views().values() if every]
    columns = ("table", "rows", "first", "newest", "files", "bytes")
    listing(rows, columns, form, empty="No table holds rows yet. Fill some: workbench import FILE_OR_FOLDER")


def _retired(view: View, held: Mapping[str, Snapshot]) -> dict[str, object]:
    """A retired name: its successor's rows, which are kept once and under that name."""
    snapshot = held.get(view.successor)
    known = {"rows": snapshot.rows, "first": snapshot.first, "newest": snapshot.newest} if snapshot else {}
    return {**_empty(view.name), **known}


def _empty(name: str) -> dict[str, object]:
    return {"table": name, "rows": 0, "first": None, "newest": None, "files": 0, "bytes": 0}
