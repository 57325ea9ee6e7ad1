"""``backup``, ``restore`` and ``upgrade`` of a whole workspace, and what the ``doctor`` says of it."""

from pathlib import Path
from typing import Annotated

import typer

from workbench.apps import upkeep
from workbench.apps.cli.ends import EXIT_FAILED, hinted, say
from workbench.apps.cli.output import Format, counted, json_text, reaching
from workbench.apps.cli.workspace import tell_first_password
from workbench.base.config import find_workspace, place_of
from workbench.base.errors import BadInput
from workbench.base.render import terminal

_MIB = 2**20


def backup(
    context: typer.Context,
    folder: Annotated[Path, typer.Argument(help="Folder of backups, outside the workspace.", metavar="DIR")],
    without_keys: Annotated[
        bool, typer.Option("--without-keys", help="Leave out keys and passwords; keep them elsewhere yourself.")
    ] = False,
    full: Annotated[bool, typer.Option("--full", help="Copy everything anew; link nothing to the one before.")] = False,
) -> None:
    """Back up the workspace, in use or not, into a new folder below DIR; unchanged files are shared by hard links."""
    workspace = find_workspace(context.obj)
    with reaching(folder, "written"):
        made = upkeep.backup(workspace, folder, secrets=not without_keys, full=full)
    files = counted(len(made.manifest.files), "file")
    say(f"{files}, {made.size / _MIB:,.1f} MiB, {made.linked:,} of them shared with the backup before.")
    for name in made.passed:
        say(terminal(f"NOT in it: {name}, which is a link to a folder elsewhere.", 400))
    if without_keys:
        say("NOT in it: the keys of the audit trail and passwords. Without the keys the ledger cannot be opened again.")
    elif "keys/audit.key" in made.manifest.files:
        say("It holds the keys of the audit trail: keep it as safe as the workspace itself.")
    typer.echo(str(made.folder))


def restore(
    context: typer.Context,
    folder: Annotated[Path, typer.Argument(help="A backup, or a folder of them: the newest.", metavar="DIR")],
    anchor: Annotated[
        Path | None, typer.Option(help="The newest anchor.ndjson that was kept elsewhere: it shows an old backup.")
    ] = None,
    keys: Annotated[Path | None, typer.Option(help="Folder with the keys, where the backup has none.")] = None,
    accept_old: Annotated[str, typer.Option(help="Why an old backup is taken up; the anchor keeps it.")] = "",
    check: Annotated[bool, typer.Option("--check", help="Only read the backup through.")] = False,
) -> None:
    """Make the workspace of a backup, in a new or empty folder; the backup and its audit trail are verified first."""
    if accept_old and anchor is None:
        raise BadInput("An old backup is told by the anchor kept elsewhere", next_step="Name it: --anchor FILE")
    chosen = upkeep.chosen(folder)
    if check:
        say(f"{chosen} is whole: {counted(len(upkeep.checked(chosen).files), 'file')}.")
        return
    home = place_of(context.obj)
    done = upkeep.restore(chosen, home, upkeep.Wishes(anchor, keys, accept_old))
    say(f"{chosen}, made at {done.manifest.made_at}, is restored in {home}.")
    for line in _trail(done, anchor):
        say(line)


def upgrade(
    context: typer.Context,
    check: Annotated[bool, typer.Option("--check", help="Say what would be done, and do nothing.")] = False,
) -> None:
    """Bring ledger and tables to this version, the ledger after a backup of it. Doing it again changes nothing.

    With --check the exit status is 1 where there is anything to do.
    """
    workspace = find_workspace(context.obj)
    plan = upkeep.planned(workspace)
    for line in plan.lines:
        typer.echo(terminal(line, 1000))
    if not plan.lines:
        say(f"The workspace is as version {plan.product} has it; nothing to do.")
    elif check:
        raise typer.Exit(EXIT_FAILED)
    else:
        done = upkeep.upgrade(workspace)
        if done.kept:
            say(f"The ledger as it was is in {done.kept}.")
        say(f"The workspace is as version {plan.product} has it now.")
        if done.password:
            tell_first_password(done.password)


def doctor(
    context: typer.Context,
    form: Annotated[Format, typer.Option("--format", help="For people (table) or programs (json).")] = Format.table,
) -> None:
    """Examine the workspace: a line a finding, with the command that mends it. Exits with status 1 on a fault."""
    lines = upkeep.examine(find_workspace(context.obj))
    if form is Format.json:
        typer.echo(json_text([vars(each) for each in lines], indent=1))
    else:
        for each in lines:
            typer.echo(f"{each.level:<5}  {each.about:<12}  {terminal(each.what, 400)}")
            if each.fix:
                typer.echo(f"{'':21}{hinted(terminal(each.fix, 400))}")
        say(_summary([each.level for each in lines]))
    if any(each.level is upkeep.Level.FAULT for each in lines):
        raise typer.Exit(EXIT_FAILED)


def _summary(levels: list[upkeep.Level]) -> str:
    faults, warnings = levels.count(upkeep.Level.FAULT), levels.count(upkeep.Level.WARN)
    if not faults and not warnings:
        return "All is well."
    told = f"{counted(faults, 'fault')}, {counted(warnings, 'warning')}; what mends each stands below it."
    return told if faults else f"Nothing is broken. {told}"


def _trail(done: upkeep.Restored, anchor: Path | None) -> list[str]:
    if done.manifest.ledger == "none":
        return ["It has no ledger."]
    if done.verdict is None:
        return ["Its audit trail was not verified: put the keys into the folder keys, then: workbench audit verify"]
    lines = [f"The audit trail is whole: {counted(done.verdict.records, 'record')}."]
    if done.old:
        lines.append("It is an old backup: what was recorded later is lost, and the anchor says so.")
    elif anchor is None:
        lines.append("Whether it is the newest nobody can tell without the anchor kept elsewhere (--anchor).")
    return lines
