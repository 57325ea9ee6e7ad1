"""The command line: ``workbench --home DIR COMMAND``."""

import sqlite3
import sys
from typing import Annotated

import typer

from workbench import __version__
from workbench.apps.cli import (
    audit,
    demo,
    intake,
    lookups,
    organisation,
    playbooks,
    quarantine,
    query,
    serve,
    service,
    store,
    upkeep,
    users,
    workspace,
)
from workbench.apps.cli.output import EXIT_BAD_INPUT, EXIT_FAILED, EXIT_INTERRUPTED, say
from workbench.base.config import HOME_VARIABLE
from workbench.base.errors import BadInput, UnknownName, WorkbenchError
from workbench.base.render import terminal

_LONGEST_ERROR = 4000
_MACHINE = "Is the workspace writable, and is there room on its disk? What was committed before is kept."

app = typer.Typer(
    name="workbench",
    help="Find, understand and remove attacks on an organisation's mail, files and accounts.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
kql = typer.Typer(help="Check KQL.", no_args_is_help=True)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(__version__)
        raise typer.Exit


@app.callback()
def _options(
    context: typer.Context,
    home: Annotated[str | None, typer.Option(help="Folder of the workspace.", envvar=HOME_VARIABLE)] = None,
    _: Annotated[
        bool, typer.Option("--version", help="Say the version and end.", callback=_version, is_eager=True)
    ] = False,
) -> None:
    context.obj = home


app.command("init")(workspace.init)
app.command("import")(intake.import_)
app.command("tables")(workspace.tables)
app.command("imports")(workspace.imports)
app.add_typer(quarantine.app, name="quarantine")
app.command("query")(query.query)
kql.command("check")(query.check)
app.add_typer(kql, name="kql")
app.add_typer(playbooks.app, name="playbook")
app.add_typer(lookups.app, name="lookups")
app.add_typer(organisation.app, name="organisation")
app.add_typer(store.app, name="store")
app.command("serve")(service.serve)
app.command("login")(service.login)
app.command("logout")(service.logout)
app.command("whoami")(service.whoami)
app.add_typer(users.app, name="users")
app.add_typer(audit.app, name="audit")
app.command("backup")(upkeep.backup)
app.command("restore")(upkeep.restore)
app.command("upgrade")(upkeep.upgrade)
app.command("doctor")(upkeep.doctor)
app.command("apps")(serve.apps)
app.command("lab")(serve.lab)
app.add_typer(demo.app, name="demo")


def main() -> None:
    """Run a command; a known error is one plain message, exit status 2 for bad input and 1 for the rest."""
    try:
        app()
    except (BadInput, UnknownName) as error:
        _fail(error, EXIT_BAD_INPUT)
    except WorkbenchError as error:
        _fail(error, EXIT_FAILED)
    except (OSError, sqlite3.DatabaseError) as error:
        _fail(_of_the_machine(error), EXIT_FAILED)
    except KeyboardInterrupt:
        say("Stopped.")
        sys.exit(EXIT_INTERRUPTED)


def _of_the_machine(error: OSError | sqlite3.DatabaseError) -> WorkbenchError:
    """A full disk, a folder that may not be written and the like: what the machine said, in one line."""
    if not isinstance(error, OSError):
        return WorkbenchError(f"The import log cannot be used: {error}", next_step=_MACHINE)
    where = str(error.filename or "")
    return WorkbenchError(f"The machine refused: {error.strerror or error}", where=where, next_step=_MACHINE)


def _fail(error: WorkbenchError, status: int) -> None:
    say(f"error: {terminal(error, _LONGEST_ERROR)}")
    sys.exit(status)
