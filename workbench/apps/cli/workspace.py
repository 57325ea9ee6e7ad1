"""Make a workspace, and say what it holds: ``init``, ``tables``, ``imports``."""

import shutil
from collections.abc import Mapping
from dataclasses import fields
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from workbench.apps import service
from workbench.apps.cli.ends import say
from workbench.apps.cli.output import Format, FormatOption, counted, listing, reaching
from workbench.base.config import Workspace, find_workspace, place_of, shipped
from workbench.base.errors import WorkbenchError
from workbench.intake.importing import Holding, IntakeLog, holdings
from workbench.ledger.client import find_service

_KEYS = tuple(field.name for field in fields(Holding))
"""The keys of the listing as JSON, ``age`` in seconds: programs rely on these and no others."""

_COLUMNS = ("table", "rows", "first", "newest", "age", "last_import", "last_file", "faults", "bytes", "bytes_per_row")
_IMPORTS = ("started_at", "ended_at", "what", "given", "files", "rows_in", "kept", "duplicates", "quarantined")


def init(context: typer.Context) -> None:
    """Make a workspace: settings, a commented profile of the organisation, and the first administrator.

    One that is there already and has no administrator gets one; nothing else of it changes.
    """
    home = place_of(context.obj)
    known = (home / "workbench.toml").exists()
    if not known:
        make_workspace(home)
    workspace = find_workspace(home)
    password = service.first_password(workspace)
    if known and not password:
        raise _made_already(workspace)
    if known:
        say(f"The workspace in {home} had no administrator.")
    else:
        profile = home / "organisation.yml"
        say(f"Workspace made in {home}. Describe whom it protects in {profile}, then import something.")
    if password:
        tell_first_password(password)


def _made_already(workspace: Workspace) -> WorkbenchError:
    there, other = f"There is a workspace in {workspace.home} already", "Name another folder with --home."
    if find_service(workspace):
        return WorkbenchError(f"{there}, and its service runs", next_step=f"{other} To make an administrator, stop it.")
    return WorkbenchError(there, next_step=other)


def tell_first_password(password: str) -> None:
    """The only time that it is shown."""
    say("First administrator: admin. One-time password, printed this once and to be changed at the first log-in:")
    typer.echo(password)


def make_workspace(home: Path) -> None:
    """Write the commented settings into an empty or new folder.

    Raises:
        BadInput: it cannot be made there.
    """
    with reaching(home, "made a workspace"):
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
        for name in ("organisation.yml", "workbench.toml"):
            shutil.copyfile(shipped("data") / "templates" / name, home / name)


def tables(
    context: typer.Context,
    form: FormatOption = Format.table,
    every: Annotated[bool, typer.Option("--all", help="Declared tables without rows too, and retired names.")] = False,
) -> None:
    """List the tables that hold rows: how many, from when to when, last import, faults, size."""
    held = holdings(find_workspace(context.obj), datetime.now(UTC), every=every)
    columns = _COLUMNS if form is Format.table else _KEYS
    rows = [_row(each, form) for each in held]
    listing(rows, columns, form, empty="No table holds rows yet. Fill some: workbench import FILE_OR_FOLDER")
    if form is Format.table and (late := sum(each.future for each in held)):
        say(f"{counted(late, 'event')} later than now by more than a day: counted as rows, passed over for the age.")


def imports(
    context: typer.Context,
    form: FormatOption = Format.table,
    limit: Annotated[int, typer.Option(help="Newest imports to list.", min=1)] = 50,
) -> None:
    """List imports, retries and drops, newest first: when, what, and what it came to."""
    rows = [dict(vars(each)) for each in IntakeLog(find_workspace(context.obj).intake).imports(limit)]
    shown = rows if form is Format.json else [{**row, **_times(row)} for row in rows]
    listing(shown, _IMPORTS, form, empty="Nothing was imported yet. Begin: workbench import FILE_OR_FOLDER")


def _times(row: Mapping[str, str]) -> dict[str, str]:
    """To the second; what has no end runs still, or was ended from outside."""
    return {"started_at": row["started_at"][:19], "ended_at": row["ended_at"][:19] or "not ended"}


def _row(each: Holding, form: Format) -> dict[str, object]:
    seconds = None if each.age is None else round(each.age.total_seconds())
    return {**vars(each), "age": seconds if form is Format.json else _old(seconds)}


def _old(seconds: int | None) -> str:
    """An age in its largest unit, as people say it; an event that is a little ahead of the clock is 0 s old."""
    if seconds is None:
        return ""
    for unit, length in (("d", 86_400), ("h", 3_600), ("min", 60)):
        if seconds >= length:
            return f"{seconds // length:,} {unit}"
    return f"{max(0, seconds)} s"
