"""``import``: read files and folders into the store, with progress and an exact account."""

import json
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from workbench.apps.cli.ends import EXIT_INTERRUPTED, say
from workbench.apps.cli.output import counted, reaching
from workbench.apps.cli.progress import progress
from workbench.apps.cli.watch import watch_folder
from workbench.base.config import Workspace, find_workspace
from workbench.base.errors import BadInput
from workbench.base.render import terminal
from workbench.intake.importing import EVERY_SECONDS, STANDARD_INPUT, Import, IntakeLog, Report, import_paths, spooled
from workbench.intake.importing.log import now

_STANDARD_INPUT = Path("-")
_TOP_REASONS = 8
_PARTS = ("column ", "part ", "body")
"""Places whose first word is the subject of the reason."""

_HEADER = "header "
"""Places that are subjects as a whole: there are few names of headers, and a reason says little without them."""

_REPORTED = ("files", "rows_in", "kept", "duplicates", "quarantined", "by_table", "faults")
"""The keys of ``--report``: programs rely on these and no others."""


def import_(
    context: typer.Context,
    paths: Annotated[
        list[Path] | None, typer.Argument(help="Files, folders, archives, mailboxes, exports; - reads standard input.")
    ] = None,
    report: Annotated[Path | None, typer.Option("--report", help="Write the account as JSON to this file.")] = None,
    again: Annotated[bool, typer.Option("--again", help="Read files again that were read before.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would be kept; write nothing.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", help="Show no progress.")] = False,
    name: Annotated[str, typer.Option(help="Name of standard input: it tells the table.")] = "",
    folder: Annotated[
        Path | None, typer.Option("--watch", metavar="DIR", help="Take files from this folder as they arrive.")
    ] = None,
    every: Annotated[float, typer.Option(help="Seconds between looks at it.", min=0.1, max=3600)] = EVERY_SECONDS,
) -> None:
    """Read raw mail and hunting exports into the store. Importing the same file again adds nothing."""
    workspace = find_workspace(context.obj)
    if folder:
        _alone(paths, report, name, dry_run=dry_run)
        watch_folder(workspace, folder, every, quiet=quiet)
        return
    if not paths:
        raise BadInput("Nothing to import was named", next_step="Name files or folders, - or --watch DIR.")
    if report:
        with reaching(report, "written"):
            report.touch()
    run = partial(import_paths, again=again, dry_run=dry_run)
    account = _imported(workspace, paths, name, run, quiet=quiet)
    for line in summary(account):
        say(line)
    if dry_run:
        say("This was a dry run: nothing was written.")
    if report:
        told = {name: value for name, value in account.as_json().items() if name in _REPORTED}
        report.write_text(json.dumps(told, ensure_ascii=False, indent=1), "utf-8")


def _alone(paths: list[Path] | None, report: Path | None, name: str, *, dry_run: bool) -> None:
    """Refuse what says nothing beside ``--watch``.

    Raises:
        BadInput: files, a report, a name or a dry run were named beside it.
    """
    if paths or report or name or dry_run:
        what = "files" if paths else "--report" if report else "--name" if name else "--dry-run"
        raise BadInput(f"--watch goes without {what}", next_step="Run two commands; they may run at once.")


def _imported(workspace: Workspace, paths: list[Path], name: str, run: "partial[Report]", *, quiet: bool) -> Report:
    started = now()
    try:
        with _files(paths, name) as (files, what), progress(quiet=quiet) as tell:
            return run(workspace, files, tell, what=what)
    except KeyboardInterrupt:
        say(_stopped(IntakeLog(workspace.intake).mine(started)))
        raise typer.Exit(EXIT_INTERRUPTED) from None


@contextmanager
def _files(paths: list[Path], name: str) -> Iterator[tuple[list[Path], str]]:
    """The files to read and what the import log calls it: standard input becomes a file of the given name.

    Raises:
        BadInput: standard input was named beside files or is a terminal, or files were given another name.
    """
    if _STANDARD_INPUT not in paths:
        if name:
            raise BadInput(
                "--name names standard input, and files have names",
                next_step="Write: ... | workbench import - --name NAME",
            )
        yield paths, "import"
        return
    if len(paths) > 1:
        raise BadInput("- stands for standard input and goes alone", next_step="Import the files by another command.")
    if sys.stdin.isatty():
        raise BadInput("Standard input is the keyboard", next_step="Write: ... | workbench import -")
    with spooled(sys.stdin.buffer, name or STANDARD_INPUT) as path:
        yield [path], "standard input"


def _stopped(done: Import | None) -> str:
    """What people read after Ctrl-C: what is kept, and that nothing else was."""
    if done is None or not done.rows_in:
        return "Stopped before anything was kept; the same command begins again."
    return (
        f"Stopped. Kept so far, of {counted(done.rows_in, 'record')}: {done.kept:,} kept, "
        f"{counted(done.duplicates, 'duplicate')}, {done.quarantined:,} quarantined. "
        "The same command goes on where this one ended."
    )


def _subject(where: str) -> str:
    """What a reason is said of, where its place tells that."""
    if where.startswith(_HEADER):
        return f"{where}: "
    return f"{where.split(' ')[0]} " if where.startswith(_PARTS) else ""


def summary(account: Report) -> list[str]:
    """The account in a few lines."""
    rate = f" in {account.seconds:.1f} s" if account.seconds >= 1 else ""
    lines = [
        f"{counted(account.rows_in, 'record')} in {counted(account.files, 'file')}{rate}: {account.kept:,} kept, "
        f"{counted(account.duplicates, 'duplicate')}, {account.quarantined:,} quarantined"
    ]
    if account.by_table:
        lines.append(
            "Rows written: " + ", ".join(f"{name} {count:,}" for name, count in sorted(account.by_table.items()))
        )
    reasons: Counter[str] = Counter()
    for (_, where, reason), count in account.faults.items():
        reasons[terminal(f"{_subject(where)}{reason}", 100)] += count
    lines += [f"  {count:,} × {reason}" for reason, count in reasons.most_common(_TOP_REASONS)]
    if len(reasons) > _TOP_REASONS:
        lines.append(f"  and {len(reasons) - _TOP_REASONS} more kinds of fault; --report FILE lists all")
    if account.quarantined:
        lines.append("What was set aside, and why: workbench quarantine")
    if account.skipped:
        lines.append(f"Not data, so passed over: {', '.join(terminal(name, 40) for name in account.skipped[:5])}")
    return lines
