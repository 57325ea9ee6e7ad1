"""Members of documents that several expressions take: each document is read once for all of them."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import count, groupby, islice
from operator import itemgetter

import polars as pl

from workbench.events.query.backend import documents, ways
from workbench.events.query.backend.frame import Frame
from workbench.events.query.backend.values import JSON
from workbench.events.store.paths import Way

_NAME = "\x00member "
_MOST = 4
"""Cores that count: more of them are seldom idle, and many members are read for nothing on each."""


def once(frame: Frame, wanted: Iterable[Way]) -> Frame:
    """The rows with a column for each member that is wanted of a document which many are wanted of.

    The engine reads a document once for each member, on all cores; this reads it once for all, on one: it pays where
    the members are more than the cores.
    """
    for name, members in groupby(sorted(_lacking(frame, wanted), key=repr), itemgetter(0)):
        taken = list(members)
        if len(taken) > min(pl.thread_pool_size(), _MOST):
            frame = _with(frame, name, taken)
    return frame


def _lacking(frame: Frame, wanted: Iterable[Way]) -> Iterator[Way]:
    for way in wanted:
        if way[1] and frame.forms.get(way[0], JSON) == JSON and not ways.held(way, frame.ways):
            yield way


def _with(frame: Frame, name: str, taken: list[Way]) -> Frame:
    used = set(frame.ways.values())
    free = (made for number in count() if (made := f"{_NAME}{number}") not in used)
    columns = dict(zip(islice(free, len(taken)), taken, strict=True))
    whole = documents.members(pl.col(name), {column: steps for column, (_, steps) in columns.items()})
    fields = [pl.col(_NAME).struct.field(column) for column in columns]
    lazy = frame.lazy.with_columns(whole.alias(_NAME)).with_columns(fields).drop(_NAME)
    return replace(frame, lazy=lazy, ways={**frame.ways, **{way: column for column, way in columns.items()}})
