"""``store``: keep the event store in order, check it, see what it takes on disk, write tables out."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated

import typer

from workbench.apps.cli.ends import EXIT_FAILED, say
from workbench.apps.cli.output import Format, FormatOption, counted, json_text, listing, reaching
from workbench.apps.session import Workbench
from workbench.base.config import find_workspace
from workbench.base.errors import NotFound, StoreError
from workbench.base.render import terminal
from workbench.base.span import parse_span
from workbench.events.store import (
    Disk,
    Fault,
    Form,
    Maintained,
    check,
    disk,
    export,
    free,
    limits,
    maintain,
    outlook,
    rebuild_index,
)
from workbench.events.store.vacuum import GRACE
from workbench.events.tables import table, tables
from workbench.intake.importing import original

app = typer.Typer(help="Keep the event store in order, check it, write tables out.", no_args_is_help=True)

Names = Annotated[list[str] | None, typer.Argument(help="Tables; all that hold rows by default.", metavar="TABLE...")]

_MIB = 2**20


@app.command("maintain")
def maintain_(
    context: typer.Context,
    names: Names = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would be done, and do nothing.")] = False,
    grace: Annotated[
        float, typer.Option(help="Minutes that replaced files stay, for readers that are in them.", min=0)
    ] = GRACE / 60,
    form: FormatOption = Format.table,
) -> None:
    """Let rows go that are older than [retention] says, make few big files of many small ones, remove leftovers."""
    workbench = Workbench(find_workspace(context.obj))
    keep, now = limits(workbench.workspace.settings.retention), workbench.now
    doing = outlook if dry_run else maintain
    rows = []
    for name in _chosen(workbench, names):
        keep_from = now - keep[name] if name in keep else None
        rows.append(_upkept(doing(workbench.store, name, keep_from=keep_from, grace=grace * 60)))
        if form is Format.table:
            say(f"{name}: {_in_words(rows[-1])}")
    if form is Format.json:
        typer.echo(json_text(rows, indent=1))
        return
    _say_disk(workbench, [_disk(workbench, name) for name in _chosen(workbench, names)])


@app.command("check")
def check_(
    context: typer.Context,
    names: Names = None,
    originals: Annotated[
        bool, typer.Option("--originals", help="Read the original of every raw mail too, which is slow.")
    ] = False,
) -> None:
    """Read every table to its last row and compare it with its log. Exits with status 1 where anything is at fault."""
    workbench = Workbench(find_workspace(context.obj))
    at_fault = 0
    for name in _chosen(workbench, names, every=True):
        found = check(workbench.store, name)
        faults = [*found.faults, *(_originals(workbench) if originals and name == "WorkbenchMailFacts" else ())]
        say_of = f"{counted(found.rows, 'row')} in {counted(found.files, 'file')}"
        typer.echo(f"{name}: {say_of}, {counted(len(faults), 'fault') if faults else 'no fault'}")
        for fault in faults:
            place = f"{fault.where}: " if fault.where else ""
            typer.echo(f"  {terminal(f'{place}{fault.what}', 1000)}\n    {terminal(fault.advice, 1000)}")
        at_fault += len(faults)
    if at_fault:
        raise typer.Exit(EXIT_FAILED)


@app.command("rebuild-index")
def rebuild_index_(
    context: typer.Context,
    names: Names = None,
    every: Annotated[bool, typer.Option("--all", help="Also those that are sound.")] = False,
) -> None:
    """Make the indexes and counts beside the data files that are missing or damaged. Answers do not depend on them."""
    workbench = Workbench(find_workspace(context.obj))
    for name in _chosen(workbench, names):
        done = rebuild_index(workbench.store, name, every=every)
        small = f"; {counted(done.small, 'file')} need none" if done.small else ""
        say(f"{name}: {done.made:,} made, {done.kept:,} kept{small}")


@app.command("disk")
def disk_(context: typer.Context, names: Names = None, form: FormatOption = Format.table) -> None:
    """Say what tables take on disk, and what they will take in 30 and 90 days if rows keep coming as they did."""
    workbench = Workbench(find_workspace(context.obj))
    found = [_disk(workbench, name) for name in _chosen(workbench, names)]
    rows = [_shown(each) for each in found if each]
    columns = list(rows[0]) if rows else []
    listing(rows, columns, form, empty="No table holds rows yet.")
    if form is Format.table:
        _say_disk(workbench, found)


@app.command("export")
def export_(
    context: typer.Context,
    tables_: Annotated[list[str], typer.Argument(help="Tables, or the word all, then the folder.", metavar="TABLE...")],
    folder: Annotated[Path, typer.Argument(help="A new folder.", metavar="FOLDER")],
    form: Annotated[Form, typer.Option("--format", help="How rows are written.")] = Form.parquet,
    span: Annotated[str | None, typer.Option(help="7d, 24h, or FROM..TO; all that is held by default.")] = None,
    skip_damaged: Annotated[
        bool, typer.Option("--skip-damaged", help="Leave out data files that cannot be read.")
    ] = False,
) -> None:
    """Write tables out as Parquet (a folder a day), NDJSON or CSV, with a manifest of rows and hashes."""
    workbench = Workbench(find_workspace(context.obj))
    names = _chosen(workbench, None if tables_ == ["all"] else tables_)
    window = parse_span(span, workbench.now) if span else None
    with reaching(folder, "written"):
        done = export(workbench.store, names, folder, form, span=window, skip_damaged=skip_damaged)
    for each in done:
        lost = f"; {counted(len(each.skipped), 'damaged file')} left out" if each.skipped else ""
        say(f"{each.table}: {counted(each.rows, 'row')} in {counted(len(each.files), 'file')}{lost}")
    if any(each.skipped for each in done):
        raise typer.Exit(EXIT_FAILED)


def _chosen(workbench: Workbench, names: Sequence[str] | None, *, every: bool = False) -> list[str]:
    """The tables named, else those there are; with ``every`` also those that cannot be opened."""
    if names:
        return [table(name).name for name in names]
    if every:
        return [name for name in tables() if (workbench.store.root / name).is_dir()]
    return [name for name in tables() if workbench.store.snapshot(name) is not None]


def _upkept(done: Maintained) -> dict[str, object]:
    return {
        "table": done.table,
        "rows_expired": done.expired.rows,
        "files_expired": done.expired.files,
        "steps": done.compacted.steps,
        "files_before": done.compacted.before,
        "files_after": done.compacted.after,
        "leftovers_removed": done.removed.files,
        "bytes_freed": done.removed.bytes,
        "indexes_made": done.indexed,
    }


def _in_words(done: dict[str, object]) -> str:
    parts = []
    if done["rows_expired"]:
        parts.append(f"{done['rows_expired']:,} rows older than it keeps")
    if done["steps"]:
        parts.append(f"{done['files_before']:,} files become {done['files_after']:,}")
    if done["leftovers_removed"]:
        parts.append(f"{done['leftovers_removed']:,} leftover files, {int(str(done['bytes_freed'])) / _MIB:,.1f} MiB")
    if done["indexes_made"]:
        parts.append(f"{done['indexes_made']:,} indexes made")
    return "; ".join(parts) or "in order"


def _disk(workbench: Workbench, name: str) -> Disk | None:
    keep = limits(workbench.workspace.settings.retention)
    return disk(workbench.store, name, workbench.now, keep.get(name))


def _shown(each: Disk) -> dict[str, object]:
    return {
        "table": each.table,
        "rows": each.rows,
        "data": each.data,
        "sidecars": each.sidecars,
        "leftovers": each.leftovers,
        "bytes a row": each.bytes_per_row,
        "rows a day": each.rows_per_day,
        "in 30 days": each.forecast[0],
        "in 90 days": each.forecast[1],
    }


def _say_disk(workbench: Workbench, found: Sequence[Disk | None]) -> None:
    tables_ = [each for each in found if each]
    now = sum(each.data + each.sidecars + each.leftovers for each in tables_)
    soon, later = (sum(each.forecast[at] for each in tables_) for at in (0, 1))
    room = free(workbench.store)
    say(f"On disk: {_mib(now)}; at the rate of the newest days {_mib(soon)} in 30 days and {_mib(later)} in 90.")
    say(f"Free: {_mib(room)}." + (" That will not do for 90 days." if later - now > room else ""))


def _mib(size: int) -> str:
    return f"{size / _MIB:,.1f} MiB"


def _originals(workbench: Workbench) -> Iterator[Fault]:
    """Raw mail whose original is gone or is not what was imported."""
    digests = workbench.store.scan("WorkbenchMailFacts").select("RawSHA256").collect(engine="streaming")["RawSHA256"]
    for digest in digests:
        try:
            original(workbench.workspace.originals, digest)
        except (NotFound, StoreError) as error:
            advice = "Restore the folder originals from a backup, or import the mail again."
            yield Fault("WorkbenchMailFacts", error.where, error.what, advice)
