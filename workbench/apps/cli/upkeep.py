"""``backup`` and ``restore`` of a whole workspace."""

from pathlib import Path
from typing import Annotated

import typer

from workbench.apps import upkeep
from workbench.apps.cli.output import counted, reaching, say
from workbench.base.config import find_workspace, place_of
from workbench.base.errors import BadInput

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
    if without_keys:
        say("NOT in it: the keys of the audit trail and passwords. Without the keys the ledger cannot be opened again.")
    else:
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
