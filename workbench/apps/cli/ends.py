"""How commands end: exit statuses, and lines for people. Light, so that what needs no data answers at once."""

import re
import shlex
from contextvars import ContextVar

import typer

from workbench.apps.cli.commands import COMMANDS

EXIT_FAILED, EXIT_BAD_INPUT, EXIT_INTERRUPTED = 1, 2, 130
HOME: ContextVar[str] = ContextVar("home", default="")
"""The workspace that was named to the command that runs; empty where none was."""
_COMMAND = re.compile(rf"\bworkbench (?=(?:{'|'.join(COMMANDS)})\b)")


def say(text: str) -> None:
    """A line for people, on standard error, so that standard output carries data only."""
    typer.echo(hinted(text), err=True)


def hinted(text: str) -> str:
    """A text whose commands are for the same workspace as the one that runs: they can be typed as they stand."""
    home = HOME.get()
    return _COMMAND.sub(lambda _: f"workbench --home {shlex.quote(home)} ", text) if home else text
