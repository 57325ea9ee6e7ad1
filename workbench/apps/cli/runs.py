"""``runs``: what the control service runs: ``list``, ``show``, ``cancel``; and following one run to its end."""

import time
from collections.abc import Mapping
from typing import Annotated

import typer
from pydantic import ValidationError
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
from rich.progress import Progress as Bar

from workbench.apps.cli.ends import say
from workbench.apps.cli.output import Format, json_text, listing
from workbench.base.config import Workspace, find_workspace
from workbench.base.errors import Denied, NotFound, PlaybookFailed, WorkbenchError
from workbench.base.render import terminal
from workbench.ledger.api import RunHeld, RunNew
from workbench.ledger.client import Client, connect, remembered
from workbench.operations.investigations import Findings

app = typer.Typer(help="Runs of the control service: list, show, cancel.", no_args_is_help=True)

_COLUMNS = ("id", "playbook", "state", "progress", "asked for", "by", "cause")
_LOOK_SECONDS = 0.3
_OPEN = ("queued", "running")
FormatOption = Annotated[Format, typer.Option("--format", help="For people (table) or programs (json).")]
IdArgument = Annotated[str, typer.Argument(help="Id of the run; see: workbench runs list", metavar="ID")]


@app.command("list")
def list_(
    context: typer.Context,
    state: Annotated[str, typer.Option(help="queued, running, succeeded, failed, cancelled or timed_out.")] = "",
    playbook: Annotated[str, typer.Option(help="Of one playbook.")] = "",
    limit: Annotated[int, typer.Option(min=1, max=1000, help="How many.")] = 50,
    form: FormatOption = Format.table,
) -> None:
    """List runs, newest first."""
    with connect(find_workspace(context.obj)) as client:
        held = client.runs(state=state, playbook=playbook, limit=limit)
    if form is Format.json:
        typer.echo(json_text([each.model_dump(mode="json") for each in held.items], indent=1))
        return
    listing([_row(each) for each in held.items], _COLUMNS, form, empty="No run is like this.")


@app.command()
def show(context: typer.Context, id_: IdArgument, form: FormatOption = Format.table) -> None:
    """Show one run, and what it found."""
    with connect(find_workspace(context.obj)) as client:
        _show(client, client.run(id_), form)


@app.command()
def cancel(context: typer.Context, id_: IdArgument) -> None:
    """Call a run off."""
    with connect(find_workspace(context.obj)) as client:
        say(f"Run {client.cancel_run(id_).id} is cancelled.")


def by_service(workspace: Workspace, new: RunNew, form: Format) -> None:
    """Have the service make a run, show how far it is, and what it found.

    Raises:
        PlaybookFailed: it did not succeed.
        Denied: nobody is logged in here.
    """
    if not remembered(workspace):
        what = "A control service runs for this workspace, and nobody is logged in here"
        raise Denied(what, next_step="Log in: workbench login. Or have it run here: add --foreground")
    with connect(workspace) as client:
        run = client.start_run(new)
        say(f"Run {run.id} is in the queue of {client.address}.")
        try:
            run = _followed(client, run)
        except KeyboardInterrupt:
            _left(client, run)
            raise
        if run.state.value == "succeeded":
            _show(client, run, form)
            return
        _found(client, run, form)
        what = f"The run {run.id} ended: {run.state.value.replace('_', ' ')}: {run.failure_cause}"
        raise PlaybookFailed(what, step="", executed="", next_step=run.failure_next_step)


def _followed(client: Client, run: RunHeld) -> RunHeld:
    console, last = Console(stderr=True), ""
    with progress_bar(console) as bar:
        task = bar.add_task("Waiting", total=None)
        while run.state.value in _OPEN:
            heading = terminal(run.progress_heading, 40) or run.state.value
            bar.update(task, description=heading, completed=run.progress_cell, total=run.progress_cells or None)
            if heading != last and not console.is_terminal:
                far = f"{run.progress_cell}/{run.progress_cells} " if run.progress_cells else ""
                say(f"{far}{heading}")
            last = heading
            time.sleep(_LOOK_SECONDS)
            run = client.run(run.id)
    return run


def _left(client: Client, run: RunHeld) -> None:
    """Ask whether the run goes on; where nobody can answer it does."""
    try:
        ends = typer.confirm("Cancel the run? Otherwise the service goes on with it.", default=False, err=True)
    except typer.Abort:
        ends = False
    if not ends:
        say(f"It goes on. See: workbench runs show {run.id}")
        return
    try:
        client.cancel_run(run.id)
        say("It is cancelled.")
    except WorkbenchError as error:
        say(terminal(error.what, 1000))


def _show(client: Client, run: RunHeld, form: Format) -> None:
    _found(client, run, form)
    if form is Format.json:
        return
    say(f"Run {run.id} of {terminal(run.playbook, 200)}: {run.state.value.replace('_', ' ')}")
    for line in (run.failure_cause, run.failure_next_step):
        if line:
            say(terminal(line, 1000))


def _found(client: Client, run: RunHeld, form: Format) -> None:
    """What a run found, on standard output; for programs all that is known of it."""
    try:
        found = client.findings(run.id) if run.findings_digest else None
    except NotFound:
        found = None
    if form is Format.json:
        typer.echo(json_text(run.model_dump(mode="json") | {"findings": found}, indent=1))
        return
    for line in findings_lines(found):
        typer.echo(terminal(line, 1000))


def findings_lines(found: Mapping[str, object] | None) -> list[str]:
    """What a run found, for people: in words where it is of the product's own form, else as it stands."""
    if not found:
        return []
    try:
        return Findings.model_validate(found).summary().splitlines()
    except ValidationError:
        return json_text(dict(found), indent=1).splitlines()


def _row(run: RunHeld) -> dict[str, object]:
    return {
        "id": run.id,
        "playbook": run.playbook,
        "state": run.state.value,
        "progress": f"{run.progress_cell}/{run.progress_cells}" if run.progress_cells else "",
        "asked for": run.created_at.strftime("%Y-%m-%d %H:%M"),
        "by": run.requested_by,
        "cause": run.failure_cause[:80],
    }


def progress_bar(console: Console) -> Bar:
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
