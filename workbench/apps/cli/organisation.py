"""Whom the workspace protects: ``organisation show``, ``organisation check``."""

from typing import Annotated

import typer

from workbench.apps.cli.ends import EXIT_BAD_INPUT, EXIT_FAILED, say
from workbench.apps.cli.output import Format, counted, json_text, table
from workbench.base.config import Organisation, find_workspace
from workbench.base.errors import BadSetting
from workbench.base.render import terminal
from workbench.events.lookups import Lookups
from workbench.events.lookups.profile import doubts

app = typer.Typer(help="The profile of the organisation (organisation.yml): show, check.", no_args_is_help=True)

_SHOWN = 200


@app.command()
def show(
    context: typer.Context,
    form: Annotated[Format, typer.Option("--format", help="For people (table) or programs (json).")] = Format.table,
) -> None:
    """Show what organisation.yml declares."""
    organisation = find_workspace(context.obj).organisation
    if form is Format.json:
        typer.echo(json_text(organisation.model_dump(mode="json"), indent=1))
    else:
        table(_rows(organisation), ("key", "declared"))


def _rows(organisation: Organisation) -> list[dict[str, object]]:
    told = organisation.model_dump(mode="json")
    groups = {f"tags.{name}": addresses for name, addresses in told.pop("tags").items()}
    return [{"key": key, "declared": _shown(value)} for key, value in {**told, **groups}.items()]


def _shown(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return ", ".join(map(str, value)) or "-" if isinstance(value, list | tuple) else str(value) or "-"


@app.command()
def check(context: typer.Context) -> None:
    """Say what looks wrong in organisation.yml; exit status 1 where something does, 2 where it cannot be read."""
    workspace = find_workspace(context.obj)
    try:
        found = doubts(workspace.organisation, Lookups(workspace.lookups))
    except BadSetting as error:
        _list(list(error.mistakes))
        say(f"{counted(len(error.mistakes), 'mistake')} in {terminal(error.where)}")
        raise typer.Exit(EXIT_BAD_INPUT) from None
    _list(found)
    say(f"{counted(len(found), 'doubt')} about the profile" if found else "Nothing looks wrong.")
    if found:
        raise typer.Exit(EXIT_FAILED)


def _list(found: list[str]) -> None:
    for each in found[:_SHOWN]:
        typer.echo(terminal(each, 300))
    if len(found) > _SHOWN:
        say(f"and {len(found) - _SHOWN:,} more")
