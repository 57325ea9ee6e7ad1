"""``playbook``: list playbooks, and run one: by the control service where one runs, else in the foreground."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from workbench.apps import service
from workbench.apps.cli import runs
from workbench.apps.cli.ends import say
from workbench.apps.cli.output import Format, json_text, listing
from workbench.base.config import Workspace, find_workspace
from workbench.base.errors import BadParameter, PlaybookFailed, WorkbenchError
from workbench.base.render import terminal
from workbench.ledger.api import RunNew
from workbench.ledger.client import find_service
from workbench.operations.runs import Progress, Run, playbook, playbooks, run_playbook, unreadable

app = typer.Typer(help="List playbooks and run them.", no_args_is_help=True)


@app.command("list")
def list_(
    context: typer.Context,
    form: Annotated[Format, typer.Option("--format", help="For people (table) or programs (json).")] = Format.table,
) -> None:
    """List the playbooks of the product and of this workspace, with their parameters."""
    rows: list[dict[str, object]] = [
        {
            "playbook": each.name,
            "title": each.title,
            "parameters": [dict(vars(p)) for p in each.parameters]
            if form is Format.json
            else ", ".join(f"{p.name}: {p.plain}" for p in each.parameters),
        }
        for each in playbooks(find_workspace(context.obj)).values()
    ]
    listing(rows, ("playbook", "title", "parameters"), form, empty="There are no playbooks.")
    for broken in unreadable(find_workspace(context.obj)).values():
        say(terminal(str(broken), 1000))


@app.command("run")
def run(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="A playbook; see: workbench playbook list")],
    parameter: Annotated[
        list[str] | None, typer.Option("-p", "--parameter", help="NAME=VALUE; may be repeated.")
    ] = None,
    form: Annotated[Format, typer.Option("--format", help="For people (table) or programs (json).")] = Format.table,
    foreground: Annotated[bool, typer.Option("--foreground", help="Run it here, also where a service runs.")] = False,
    priority: Annotated[int, typer.Option(min=1, max=9, help="1 is first; for the service.")] = 5,
) -> None:
    """Run a playbook and show what it found. It only reads; the executed copy is kept in the workspace.

    Where a control service runs, it makes the run; on Ctrl-C you are asked whether it goes on without you.
    """
    workspace = find_workspace(context.obj)
    if not foreground and find_service(workspace):
        runs.by_service(workspace, RunNew(playbook=name, parameters=_values(parameter or []), priority=priority), form)
        return
    chosen = playbook(name, workspace)
    console = Console(stderr=True)
    with runs.progress_bar(console) as bar:
        task = bar.add_task("Starting", total=None)
        last = ""

        def tell(step: Progress) -> None:
            nonlocal last
            heading = terminal(step.heading, 40) or chosen.title
            bar.update(task, description=heading, completed=step.cell, total=step.cells)
            if heading != last and not console.is_terminal:
                say(f"{step.cell}/{step.cells} {heading}")
            last = heading

        try:
            done = run_playbook(workspace, chosen, _values(parameter or []), tell)
        except PlaybookFailed as error:
            _recorded(workspace, Path(error.executed).parent)
            raise
    _show(done, form)
    _recorded(workspace, done.folder)


def _recorded(workspace: Workspace, folder: Path) -> None:
    """Have the run among those of the ledger, where there is one; that it cannot be is no failure of the run."""
    try:
        service.record_run(workspace, folder)
    except WorkbenchError as error:
        say(terminal(f"The page of runs will not show this run: {error.what}.", 1000))


def _show(done: Run, form: Format) -> None:
    if form is Format.json:
        values = {"id": done.id, "playbook": done.playbook, "folder": str(done.folder), "findings": done.findings}
        typer.echo(json_text(values, indent=1))
        return
    for line in runs.findings_lines(done.findings):
        typer.echo(terminal(line, 1000))
    say(f"Executed copy {done.folder / 'executed.ipynb'} (SHA-256 {done.executed_sha256[:16]}…)")


def _values(given: list[str]) -> dict[str, object]:
    pairs = [each.partition("=") for each in given]
    for name, equals, _ in pairs:
        if not equals or not name:
            raise BadParameter(f"{name!r} is not NAME=VALUE", next_step="Write for instance -p message=<id>.")
    return {name.strip(): value for name, _, value in pairs}
