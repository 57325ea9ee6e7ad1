"""How commands end: exit statuses, and lines for people. Light, so that what needs no data answers at once."""

import typer

EXIT_FAILED, EXIT_BAD_INPUT, EXIT_INTERRUPTED = 1, 2, 130


def say(text: str) -> None:
    """A line for people, on standard error, so that standard output carries data only."""
    typer.echo(text, err=True)
