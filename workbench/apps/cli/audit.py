"""The audit trail: ``audit show``, ``audit verify``, ``audit export``."""

import sys
from itertools import chain
from pathlib import Path
from typing import Annotated

import typer

from workbench.apps import service
from workbench.apps.cli.asked import asked
from workbench.apps.cli.ends import EXIT_FAILED, say
from workbench.apps.cli.output import Format, counted, listing, reaching
from workbench.base.config import find_workspace
from workbench.base.render import terminal
from workbench.ledger.api import AuditAsked, AuditHeld

app = typer.Typer(help="The audit trail: show, verify, export.", no_args_is_help=True)

_COLUMNS = ("seq", "ts", "actor", "verb", "object_kind", "object_id", "reason")


@app.command()
def show(
    context: typer.Context,
    actor: Annotated[str, typer.Option(help="Only of this account.")] = "",
    verb: Annotated[str, typer.Option(help="Only this verb, such as denied or message.look.")] = "",
    kind: Annotated[str, typer.Option(help="Only of this kind of object.")] = "",
    limit: Annotated[int, typer.Option(help="Newest records to show.", min=1, max=1000)] = 50,
    form: Annotated[Format, typer.Option("--format", help="For people (table) or programs (json).")] = Format.table,
) -> None:
    """Show records, newest first."""
    wanted = asked(AuditAsked, {"actor": actor, "verb": verb, "object_kind": kind, "limit": limit})
    rows = [each.model_dump() for each in service.shown(find_workspace(context.obj), wanted)]
    columns = tuple(AuditHeld.model_fields) if form is Format.json else _COLUMNS
    listing(rows, columns, form, empty="No record matches.")


@app.command()
def verify(
    context: typer.Context,
    public: Annotated[
        Path | None, typer.Option(help="A copy of keys/anchor.pub that was kept elsewhere: it proves most.")
    ] = None,
    anchor: Annotated[
        Path | None,
        typer.Option(help="Lines of anchor.ndjson that were kept elsewhere: they show what was cut off both."),
    ] = None,
) -> None:
    """Prove that the trail is whole, or name the first record that is not what it was; exit status 1 then."""
    found = service.proved(find_workspace(context.obj), public, anchor)
    for seq in found.restored:
        say(f"An old backup was taken up again on purpose after record {seq:,}.")
    if found.back:
        say(
            f"The clock of the machine was set back before record {found.back:,}: look at its time and those before it."
        )
    if found.fault is None:
        say(f"The trail is whole: {counted(found.records, 'record')}, the anchor vouches for {found.anchored:,}.")
        return
    say(terminal(f"Record {found.fault.seq:,}: {found.fault.kind}. {found.fault.what}."))
    say(f"{counted(found.records, 'record')} before it are what they were.")
    raise typer.Exit(EXIT_FAILED)


@app.command()
def export(
    context: typer.Context,
    output: Annotated[Path | None, typer.Option("-o", "--output", help="Write to this file.", metavar="FILE")] = None,
) -> None:
    """Write the whole trail, a line of JSON a record; the last line has the head and the digest of all before."""
    pieces = service.exported(find_workspace(context.obj))
    if output is None:
        for piece in pieces:
            sys.stdout.buffer.write(piece)
        return
    first = next(pieces, b"")
    part = output.with_name(f".{output.name}.part")
    with reaching(output, "written"):
        with part.open("wb") as file:
            file.writelines(chain([first], pieces))
        part.replace(output)
    say(f"Written to {output}.")
