"""``explore``: views of the Explorer without a page."""

from pathlib import Path
from typing import Annotated

import typer

from workbench.apps.cli.ends import say
from workbench.apps.cli.output import Format, listing
from workbench.apps.cli.query import Rows, by_ending, write
from workbench.apps.session import Workbench
from workbench.apps.ui.view_text import counting, kept, query, question, read
from workbench.base.config import find_workspace
from workbench.base.render import terminal
from workbench.events.query import Limits, ask
from workbench.views.explorer import views

app = typer.Typer(help="Views of the Explorer: list them, run one that was kept as a text.", no_args_is_help=True)


@app.command("run")
def run(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="A view that was kept as a text (.view.yml).")],
    form: Annotated[
        Rows | None, typer.Option("--format", help="How rows are written; by the ending of FILE, else as a table.")
    ] = None,
    output: Annotated[Path | None, typer.Option("-o", "--output", help="Write to this file.", metavar="FILE")] = None,
    rows: Annotated[int, typer.Option(help="Most rows of an answer.", min=1)] = 100_000,
    counts: Annotated[
        bool, typer.Option("--counts", help="Answer with the counts over the list: its chart or cross table.")
    ] = False,
    shown: Annotated[bool, typer.Option("--kql", help="Write the query instead of its answer.")] = False,
) -> None:
    """Ask what a view asks, of its window as it is now. Rows go to standard output or a file."""
    workbench = Workbench(find_workspace(context.obj))
    shape = read(kept(file), workbench)
    text = counting(question(shape, workbench), shape) if counts else query(shape, workbench)
    if shown:
        typer.echo("\n".join(terminal(line, len(line)) for line in text.splitlines()))
        return
    answer = ask(workbench.catalog, text, now=workbench.now, limits=Limits(rows=rows))
    write(answer, form or by_ending(output), output)
    for note in answer.notes:
        say(terminal(note))


@app.command("views")
def list_views(
    form: Annotated[Format, typer.Option("--format", help="For people (table) or programs (json).")] = Format.table,
) -> None:
    """List the views there are."""
    rows = [{"View": name, "Title": view.title, "Question": view.question} for name, view in views().items()]
    listing(rows, ["View", "Title", "Question"], form, empty="There is none.")
