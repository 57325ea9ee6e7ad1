"""What the command line writes: tables for people, JSON for programs. Untrusted text is escaped for the terminal."""

import json
import sys
from collections.abc import Iterable, Sequence
from datetime import datetime
from enum import StrEnum

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from workbench.base.render import terminal

WIDEST_CELL = 60
WIDEST_LINE = 400
"""Columns of a table that is not written to a terminal."""


class Format(StrEnum):
    """How a listing is written."""

    table = "table"
    json = "json"


def say(text: str) -> None:
    """A line for people, on standard error, so that standard output carries data only."""
    typer.echo(text, err=True)


def listing(rows: Sequence[dict[str, object]], columns: Iterable[str], form: Format, *, empty: str) -> None:
    """Write rows as a table, or as one JSON array; ``empty`` is what people read where there are none."""
    if form is Format.json:
        typer.echo(json.dumps([dict(row) for row in rows], default=_json, ensure_ascii=False, indent=1))
    elif rows:
        table(rows, list(columns))
    else:
        say(empty)


def table(rows: Sequence[dict[str, object]], columns: list[str]) -> None:
    """Write rows for people: numbers right, long text cut, nothing in it read as mark-up."""
    drawn = Table(box=None, header_style="bold", pad_edge=False, show_edge=False)
    for name in columns:
        numeric = all(isinstance(row[name], int | float) and not isinstance(row[name], bool) for row in rows)
        drawn.add_column(Text(terminal(name)), justify="right" if numeric else "left", overflow="fold")
    for row in rows:
        drawn.add_row(*(Text(_cell(row[name])) for name in columns))
    width = None if sys.stdout.isatty() else WIDEST_LINE
    Console(file=sys.stdout, markup=False, highlight=False, width=width).print(drawn)


def _cell(value: object) -> str:
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M:%S")
    if isinstance(value, int) and not isinstance(value, bool):
        return f"{value:,}"
    return terminal("" if value is None else value, WIDEST_CELL)


def _json(value: object) -> object:
    return value.isoformat().replace("+00:00", "Z") if isinstance(value, datetime) else str(value)
