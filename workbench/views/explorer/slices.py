"""A window cut into slices of which none holds many rows: so a list of any length is read a piece at a time."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from workbench.base.span import Span
from workbench.events.query import quote
from workbench.views.explorer.pictures import BINS
from workbench.views.explorer.questions import Question, matching

MOST = 250_000
"""Rows of a slice; more only where they are all of one microsecond."""

PARTS = 256
"""Bins that a window is counted in at a time."""

STEPS = (*(timedelta(microseconds=each) for each in (1, 10, 1_000, 100_000, 1_000_000, 10_000_000)), *BINS)

Counts = Callable[[str], Iterable[tuple[datetime, int]]]
"""Answers a question whose rows are a time and a number."""


@dataclass(frozen=True)
class Slice:
    """A part of a window, and how many rows match in it."""

    span: Span
    rows: int


def slices(question: Question, counts: Counts, *, most: int = MOST) -> Iterator[Slice]:
    """The parts of a question's window that hold rows, newest first; they do not overlap."""
    held: Slice | None = None
    for each in _bins(question, counts, most):
        if held is not None and held.rows + each.rows <= most:
            held = Slice(Span(each.span.start, held.span.end), held.rows + each.rows)
            continue
        if held is not None:
            yield held
        held = each
    if held is not None:
        yield held


def per_bin(question: Question, step: timedelta) -> str:
    """How many rows match in each bin of time, newest first: Time, Count."""
    by = f"Time = bin(Timestamp, {quote(step)})"
    return f"{matching(question)}\n| summarize Count = count() by {by}\n| sort by Time desc"


def _bins(question: Question, counts: Counts, most: int) -> Iterator[Slice]:
    """Bins that hold rows, newest first, each counted in finer ones where it holds too many."""
    span = question.span
    step = next((each for each in STEPS if span.length / each <= PARTS), STEPS[-1])
    for start, rows in counts(per_bin(question, step)):
        part = Span(max(start, span.start), start + step if step < span.end - start else span.end)
        if rows > most and part.length > STEPS[0] and step < span.length:
            yield from _bins(replace(question, span=part), counts, most)
        else:
            yield Slice(part, rows)
