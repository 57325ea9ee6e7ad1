"""``playbook``: list playbooks, and run one in the foreground."""

from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
from rich.progress import Progress as Bar

from workbench.apps.cli.ends import say
from workbench.apps.cli.output import Format, json_text, listing
from workbench.base.config import find_workspace
from workbench.base.errors import BadParameter
from workbench.base.render import terminal
from workbench.operations.investigations import Findings
from workbench.operations.runs import Progress, Run, playbook, playbooks, run_playbook

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
            else ", ".join(f"{p.name}: {p.type}" for p in each.parameters),
        }
        for each in playbooks(find_workspace(context.obj)).values()
    ]
    listing(rows, ("playbook", "title", "parameters"), form, empty="There are no playbooks.")


@app.command("run")
def run(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="A playbook; see: workbench playbook list")],
    parameter: Annotated[
        list[str] | None, typer.Option("-p", "--parameter", help="NAME=VALUE; may be repeated.")
    ] = None,
    form: Annotated[Format, typer.Option("--format", help="For people (table) or programs (json).")] = Format.table,
) -> None:
    """Run a playbook and show what it found. It only reads; the executed copy is kept in the workspace."""
    workspace = find_workspace(context.obj)
    chosen = playbook(name, workspace)
    console = Console(stderr=True)
    with _progress(console) as bar:
        task = bar.add_task("Starting", total=None)
        last = ""

        def tell(step: Progress) -> None:
            nonlocal last
            heading = terminal(step.heading, 40) or chosen.title
            bar.update(task, description=heading, completed=step.cell, total=step.cells)
            if heading != last and not console.is_terminal:
                say(f"{step.cell}/{step.cells} {heading}")
            last = heading

        done = run_playbook(workspace, chosen, _values(parameter or []), tell)
    _show(done, form)


def _show(done: Run, form: Format) -> None:
    if form is Format.json:
        values = {"id": done.id, "playbook": done.playbook, "folder": str(done.folder), "findings": done.findings}
        typer.echo(json_text(values, indent=1))
        return
    if done.findings:
        for line in Findings.model_validate(done.findings).summary().splitlines():
            typer.echo(terminal(line, 1000))
    say(f"Executed copy {done.folder / 'executed.ipynb'} (SHA-256 {done.executed_sha256[:16]}…)")


def _values(given: list[str]) -> dict[str, object]:
    pairs = [each.partition("=") for each in given]
    for name, equals, _ in pairs:
        if not equals or not name:
            raise BadParameter(f"{name!r} is not NAME=VALUE", next_step="Write for instance -p message=<id>.")
    return {name.strip(): value for name, _, value in pairs}


def _progress(console: Console) -> Bar:
    """A bar for people at a terminal; elsewhere a line for each heading stands in for it."""
    return Bar(
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=console,
        transient=True,
        disable=not console.is_terminal,
    )
