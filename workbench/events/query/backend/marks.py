"""Long lists on the right of ``in``: rows that are in one are marked by a join, and conditions look at the mark.

A list is otherwise made into a set for every batch of rows; beyond some thousands of texts that costs more than the
rows themselves.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

import polars as pl
from polars._typing import MaintainOrderJoin

from workbench.events.query.backend.expressions import Scope
from workbench.events.query.backend.frame import Frame, Order, Runner
from workbench.events.query.plan import Bound, Ref, Within, parts_of

MANY = 20_000
"""Texts of a list from which on it is joined."""

_MARK = "\x00in "


def marked(predicates: Sequence[Bound], frame: Frame, runner: Runner) -> tuple[Frame, Scope]:
    """The rows with a mark for each long list that conditions ask, and what the conditions then look at."""
    lazy, marks = frame.lazy, dict[int, str]()
    order: MaintainOrderJoin = "none" if runner.order is Order.ANY else "left"
    for within, name in _asked(predicates):
        texts = runner.members(within.source)
        if texts.len() < MANY:
            continue
        marks[id(within)] = mark = f"{_MARK}{len(marks)}"
        listed = pl.DataFrame({_MARK: texts, mark: pl.repeat(True, texts.len(), eager=True)}).lazy()
        lazy = lazy.join(listed, left_on=name, right_on=_MARK, how="left", maintain_order=order)
    return replace(frame, lazy=lazy), replace(runner.scope(frame), marks=marks)


def dropped(frame: Frame, scope: Scope) -> Frame:
    """The rows without their marks."""
    return replace(frame, lazy=frame.lazy.drop(scope.marks.values())) if scope.marks else frame


def _asked(bounds: Sequence[Bound]) -> Iterator[tuple[Within, str]]:
    """Each membership of a column of text in a table, case counting, and the column."""
    seen = set[int]()
    for each in (part for bound in bounds for part in parts_of(bound)):
        if isinstance(each, Within) and id(each) not in seen and each.function in ("in", "!in"):
            seen.add(id(each))
            if isinstance(each.value, Ref) and each.value.type == each.source.columns[0][1] == "string":
                yield each, each.value.name
