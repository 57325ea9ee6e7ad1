"""An answer as text: for terminals, and for whoever reads a notebook without its widgets."""

from datetime import datetime, timedelta

import polars as pl

from workbench.base.render import terminal
from workbench.base.span import clock_text
from workbench.events.query import Result
from workbench.events.query.limits import as_options

PLAIN_ROWS, PLAIN_CELL, PLAIN_WIDTH, NAMED = 20, 40, 160, 8
"""Rows, characters of a cell, characters of a line, and columns named as left out, where an answer is text."""


def facts(result: Result) -> tuple[str, ...]:
    """How many rows, how long it took, and over which window, in words."""
    rows = f"{result.frame.height:,} row{'' if result.frame.height == 1 else 's'}"
    took = f"{result.seconds:,.1f} s" if result.seconds >= 1 else f"{result.seconds * 1000:,.0f} ms"
    return (
        (rows, took, f"{moment_text(result.span.start)} to {moment_text(result.span.end)}")
        if result.span
        else (rows, took)
    )


def emptiness(result: Result) -> str:
    """Why there may be no rows: the window, and the moment that ``ago`` counts from."""
    within = (
        f"between {moment_text(result.span.start)} and {moment_text(result.span.end)}" if result.span else "of all held"
    )
    return f"No row {within} fits. now() is {moment_text(result.now)} here; loosen a condition or widen the window."


def as_text(result: Result) -> str:
    """The answer for a terminal: the first rows, then the facts and notes; nothing in it moves a cursor."""
    lines = list(_lines(result.frame.head(PLAIN_ROWS)))
    more = result.frame.height - PLAIN_ROWS
    lines += [f"... {more:,} more rows"] if more > 0 else []
    lines += [emptiness(result)] if not result.frame.height else []
    return "\n".join([*lines, " · ".join(facts(result)), *(terminal(as_options(note)) for note in result.notes)])


def _lines(frame: pl.DataFrame) -> list[str]:
    """The rows as columns of text, as many as a line holds; what is cut is said."""
    names = [terminal(name, PLAIN_CELL) for name in frame.columns]
    table = [names, *([_cell(value) for value in row] for row in frame.iter_rows())]
    widths = [max(len(row[at]) for row in table) for at in range(len(names))]
    fit = max(sum(sum(widths[: at + 1]) + 2 * at <= PLAIN_WIDTH for at in range(len(widths))), min(1, len(widths)))
    lines = ["  ".join(f"{row[at]:<{widths[at]}}" for at in range(fit)).rstrip() for row in table] if names else []
    rule = "-" * min(sum(widths[:fit]) + 2 * (fit - 1), PLAIN_WIDTH)
    return [*lines[:1], *([rule] if lines else []), *lines[1:], *_left_out(names[fit:])]


def _left_out(names: list[str]) -> list[str]:
    """The columns that the line does not hold."""
    shown = ", ".join(names[:NAMED]) + (", ..." if len(names) > NAMED else "")
    return [f"({len(names):,} more column{'' if len(names) == 1 else 's'}: {shown})"] if names else []


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M:%S}"
    if isinstance(value, timedelta):
        return f"-{clock_text(-value)}" if value < timedelta(0) else clock_text(value)
    return terminal(value, PLAIN_CELL)


def moment_text(moment: datetime) -> str:
    """An instant to the minute, in UTC."""
    return f"{moment:%Y-%m-%d %H:%M} UTC"
