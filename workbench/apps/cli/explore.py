"""``explore``: views of the Explorer without a page."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from workbench.apps.cli.ends import say
from workbench.apps.cli.output import Format, listing
from workbench.apps.cli.query import Rows, by_ending, write
from workbench.apps.session import Workbench
from workbench.apps.session.views import saved
from workbench.apps.ui.view_text import declared, kept, query, read
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
    output: Annotated[Path | None, typer.Option("-o", "--output", help="Write to this file.", metavar="FILE")] = None,
    rows: Annotated[int, typer.Option(help="Most rows of an answer.", min=1)] = 100_000,
    shown: Annotated[bool, typer.Option("--kql", help="Write the query instead of its answer.")] = False,
) -> None:
    """Ask what a view asks, of its window as it is now. Rows go to standard output or a file."""
    workbench = Workbench(find_workspace(context.obj))
    text = query(read(_text(workbench, view), workbench), workbench)
    if shown:
        typer.echo("\n".join(terminal(line, len(line)) for line in text.splitlines()))
        return
    answer = ask(workbench.catalog, text, now=workbench.now, limits=Limits(rows=rows))
    write(answer, form or by_ending(output), output)
    for note in answer.notes:
        say(terminal(note))


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
