"""The command line: ``workbench --home DIR COMMAND``."""

import sqlite3
import sys
from collections.abc import Callable
from typing import Annotated

import typer

from workbench import __version__
from workbench.apps.cli.commands import LateGroup
from workbench.apps.cli.ends import EXIT_BAD_INPUT, EXIT_FAILED, EXIT_INTERRUPTED, HOME, say
from workbench.base.errors import BadInput, UnknownName, WorkbenchError
from workbench.base.render import terminal

_LONGEST_ERROR = 4000
_MACHINE = "Is the workspace writable, and is there room on its disk? What was committed before is kept."

app = typer.Typer(
    name="workbench",
    cls=LateGroup,
    help="Find, understand and remove attacks on an organisation's mail, files and accounts.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(__version__)
        raise typer.Exit


@app.callback()
def _options(
    context: typer.Context,
    home: Annotated[
        str | None, typer.Option(help="Folder of the workspace; else the one that WORKBENCH_HOME names.")
    ] = None,
    _: Annotated[
        bool, typer.Option("--version", help="Say the version and end.", callback=_version, is_eager=True)
    ] = False,
) -> None:
    context.obj = home
    HOME.set(home or "")


def main() -> None:
    """Run a command."""
    ending(app)


def ending(command: Callable[[], object]) -> None:
    """Run something; a known error is one plain message, exit status 2 for bad input and 1 for the rest."""
    try:
        command()
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
