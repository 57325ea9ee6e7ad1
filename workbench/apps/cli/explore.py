"""``explore``: views of the Explorer without a page."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from workbench.apps.cli.ends import say
from workbench.apps.cli.output import Format, counted, listing
from workbench.apps.cli.progress import Lines
from workbench.apps.cli.query import Rows, by_ending, write
from workbench.apps.explore.export import Listed, ListExport, length_of
from workbench.apps.explore.view_text import Shape, counting, declared, kept, query, question, read
from workbench.apps.session import Workbench
from workbench.apps.session.encoded import Form
from workbench.apps.session.export import target_of
from workbench.apps.session.views import saved
from workbench.base.config import find_workspace
from workbench.base.errors import BadInput, Denied, NotFound, ServiceDown, UnknownName, WorkbenchError
from workbench.base.render import terminal
from workbench.events.query import Limits, ask
from workbench.ledger.client import connect
from workbench.views.explorer import views

app = typer.Typer(help="Views of the Explorer: list them, run one by its name or from its text.", no_args_is_help=True)


@app.command("run")
def run(
    context: typer.Context,
    view: Annotated[
        str,
        typer.Argument(
            help="A file of a view's text (.view.yml), or the name of a view: workbench explore views", metavar="VIEW"
        ),
    ],
    form: Annotated[
        Rows | None, typer.Option("--format", help="How rows are written; by the ending of FILE, else as a table.")
    ] = None,
    output: Annotated[
        Path | None, typer.Option("-o", "--output", "--out", help="Write to this file.", metavar="FILE")
    ] = None,
    rows: Annotated[int, typer.Option(help="Most rows that are shown; a file has all.", min=1)] = 100_000,
    counts: Annotated[
        bool, typer.Option("--counts", help="Answer with the counts over the list: its chart or cross table.")
    ] = False,
    shown: Annotated[bool, typer.Option("--kql", help="Write the query instead of its answer.")] = False,
) -> None:
    """Ask what a view asks, of its window as it is now. Rows go to standard output or a file.

    A file of CSV, JSON lines or Parquet has all rows; FILE.json beside it says what they are of, with their SHA-256.
    """
    workbench = Workbench(find_workspace(context.obj))
    shape = read(_text(workbench, view), workbench)
    wanted = form or by_ending(output)
    form_of_file = next((each for each in Form if each.value == wanted.value), None)
    if output is not None and form_of_file and not (shown or counts):
        _export(workbench, shape, output, form_of_file)
        return
    text = counting(question(shape, workbench), shape) if counts else query(shape, workbench)
    if shown:
        typer.echo("\n".join(terminal(line, len(line)) for line in text.splitlines()))
        return
    answer = ask(workbench.catalog, text, now=workbench.now, limits=Limits(rows=rows))
    write(answer, wanted, output)
    for note in answer.notes:
        say(terminal(note))


def _export(workbench: Workbench, shape: Shape, output: Path, form: Form) -> None:
    if output.exists() and not output.is_file():
        raise BadInput(f"{terminal(output)} is no file", next_step="Leave -o out to write to standard output.")
    asked = question(shape, workbench)
    total = int(workbench.kql(length_of(asked, shape)).frame.item())
    line = Lines[int](say, lambda rows, _seconds: f"{rows:,} of {counted(total, 'row')} written")
    made = ListExport(workbench, Listed(asked, shape, total)).write(target_of(output, form), line)
    say(f"{counted(made.rows, 'row')} written to {terminal(made.path)}; what they are of: {terminal(made.sidecar)}")


@app.command("views")
def list_views(
    context: typer.Context,
    form: Annotated[Format, typer.Option("--format", help="For people (table) or programs (json).")] = Format.table,
) -> None:
    """List the views of the product, and those that the control service keeps, where one runs and lets you see them."""
    shipped = [
        {"View": name, "Title": view.title, "Question": view.question, "Saved": ""} for name, view in views().items()
    ]
    listing([*shipped, *_saved(context)], ["View", "Title", "Question", "Saved"], form, empty="There is none.")


def _saved(context: typer.Context) -> list[dict[str, str]]:
    """The saved views; none, and why, where they cannot be had."""
    try:
        with connect(find_workspace(context.obj)) as client:
            return [
                {"View": each.name, "Title": _title(each.text), "Question": each.note, "Saved": f"by {each.updated_by}"}
                for each in saved(client)
            ]
    except (ServiceDown, Denied, NotFound) as error:
        say(f"Saved views are not listed: {terminal(error.what)}. {terminal(error.next_step)}".strip())
        return []


def _title(text: str) -> str:
    """What the text of a saved view shows, or that it cannot be read."""
    try:
        return declared(text, datetime.now(UTC)).view.title
    except WorkbenchError:
        return "(cannot be read)"


def _text(workbench: Workbench, name: str) -> str:
    """The text of a view that is named by its file, by the product, or by whoever saved it.

    Raises:
        BadInput: the file cannot be read, or there is no view of that name; with the nearest.
        ServiceDown: it is no file and none of the product, and no service runs.
    """
    if Path(name).is_file() or name.endswith((".yml", ".yaml")):
        return kept(Path(name))
    if name in views():
        return f"view: {name}"
    try:
        with connect(workbench.workspace) as client:
            held = {each.name: each.text for each in saved(client)}
    except ServiceDown as error:
        near = UnknownName("file or view of the product", name, views())
        raise BadInput(near.what, next_step=f"{near.next_step} Saved views: {error.next_step}".strip()) from None
    if name not in held:
        near = UnknownName("file and no view", name, [*held, *views()])
        raise BadInput(near.what, next_step=f"{near.next_step} List all: workbench explore views".strip())
    return held[name]
