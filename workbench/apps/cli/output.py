"""What the command line writes: tables for people, JSON for programs. Untrusted text is escaped for the terminal."""

import json
import re
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Annotated, TextIO

import typer
from rich.cells import cell_len
from rich.console import Console
from rich.table import Table
from rich.text import Text

from workbench.apps.cli.ends import say
from workbench.base.errors import BadInput
from workbench.base.render import terminal, visible
from workbench.base.span import length_text

WIDEST_CELL = 60
NARROWEST_COLUMN = 14
"""Characters a column needs to be read; where a terminal has less for each, rows are written one below the other."""

_UNLIMITED = 1_000_000
_HIDDEN = re.compile(
    "[\x7f-\x9f\u00ad\u0600-\u0605\u061c\u06dd\u070f\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ud800-\udfff"
    "\ufeff\ufff9-\ufffb\U000e0001-\U000e007f]"
)

Row = Mapping[str, object]


class Format(StrEnum):
    """How a listing is written."""

    table = "table"
    json = "json"


FormatOption = Annotated[Format, typer.Option("--format", help="For people (table) or programs (json).")]


def counted(number: int, noun: str) -> str:
    """A number with its noun, for instance ``1 record`` or ``2,000 records``."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


@contextmanager
def reaching(path: Path, doing: str) -> Iterator[None]:
    """Turn a refusal of the file system into one plain message.

    Raises:
        BadInput: the file or folder cannot be reached; ``doing`` says for what.
    """
    try:
        yield
    except OSError as error:
        raise BadInput(f"{path} cannot be {doing}: {error.strerror or error}") from error


def json_text(value: object, *, indent: int | None = None) -> str:
    """JSON in which characters that a terminal would obey, or that hide text, are written as escapes: equal values."""
    text = json.dumps(value, default=_json, ensure_ascii=False, indent=indent)
    return _HIDDEN.sub(lambda found: json.dumps(found[0])[1:-1], text)


def listing(rows: Sequence[Row], columns: Iterable[str], form: Format, *, empty: str) -> None:
    """Write rows as a table, or as one JSON array; ``empty`` is what people read where there are none."""
    if form is Format.json:
        typer.echo(json_text([dict(row) for row in rows], indent=1))
    elif rows:
        table([{name: _grouped(row[name]) for name in row} for row in rows], list(columns))
    else:
        say(empty)


def table(rows: Sequence[Row], columns: Sequence[str], *, to: TextIO | None = None) -> None:
    """Write rows for people: numbers right, long text cut, nothing in it read as mark-up.

    Rows that are too wide for the terminal are written one below the other, without their empty cells; what is not
    written to a terminal is one line a row, however long.
    """
    file = to or sys.stdout
    width = Console(file=file).width if file.isatty() else _UNLIMITED
    if len(columns) * NARROWEST_COLUMN > width and _natural(rows, columns) > width:
        _records(rows, columns, Console(file=file, markup=False, highlight=False))
    else:
        Console(file=file, markup=False, highlight=False, width=width).print(_drawn(rows, columns))


def _drawn(rows: Sequence[Row], columns: Sequence[str]) -> Table:
    drawn = Table(box=None, header_style="bold", pad_edge=False, show_edge=False)
    for name in columns:
        numeric = all(isinstance(row[name], int | float | _Number) and not isinstance(row[name], bool) for row in rows)
        drawn.add_column(Text(terminal(name)), justify="right" if numeric else "left", overflow="fold")
    for row in rows:
        drawn.add_row(*(Text(_cell(row[name])) for name in columns))
    return drawn


def _natural(rows: Sequence[Row], columns: Sequence[str]) -> int:
    return sum(2 + max(map(cell_len, [terminal(name), *(_cell(row[name]) for row in rows)])) for name in columns)


def _records(rows: Sequence[Row], columns: Sequence[str], console: Console) -> None:
    wide = max(map(len, columns))
    for number, row in enumerate(rows, start=1):
        filled = [(terminal(name), _cell(row[name])) for name in columns if _cell(row[name])]
        lines = [f"  {name:<{wide}}  {value}" for name, value in filled]
        console.print(Text("\n".join([f"row {number}", *lines])), soft_wrap=True)


def _cell(value: object) -> str:
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M:%S")
    if isinstance(value, timedelta):
        return length_text(value)
    return visible("" if value is None else value, WIDEST_CELL)


class _Number(str):
    """A number as it is shown."""

    __slots__ = ()


def _grouped(value: object) -> object:
    """Counts and sizes are read, so their thousands are parted; numbers of events are copied, so theirs are not."""
    return _Number(f"{value:,}") if isinstance(value, int) and not isinstance(value, bool) else value


def _json(value: object) -> object:
    if isinstance(value, timedelta):
        return length_text(value)
    return value.isoformat().replace("+00:00", "Z") if isinstance(value, datetime) else str(value)
