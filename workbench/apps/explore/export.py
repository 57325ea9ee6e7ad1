"""Rows taken away as a file, however many: a list slice by slice of time, and each slice is written as it comes."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from types import MappingProxyType

import polars as pl

from workbench.apps.explore.rows import Sort
from workbench.apps.explore.view_text import Shape, listing, written
from workbench.apps.session import Workbench
from workbench.apps.session.aside import apart
from workbench.apps.session.encoded import Form
from workbench.apps.session.export import Exported, Facts, Target, export, facts_of, safe_stem
from workbench.base.span import Span
from workbench.events.query import Limits, Result, ask, bind, parse, text_of
from workbench.events.query.limits import MOST_ROWS
from workbench.events.query.plan import Columns
from workbench.views.explorer import Question, questions
from workbench.views.explorer.slices import MOST, slices

APART = Limits(rows=MOST_ROWS, memory_mb=4096)
"""What one piece of a long list may take; it is asked in a process of its own, which can be ended."""
HERE = Limits(rows=MOST_ROWS)
TIME = "Timestamp"
FORMS: Mapping[Form, str] = MappingProxyType({Form.csv: "CSV", Form.ndjson: "JSON lines", Form.parquet: "Parquet"})
"""How rows are taken away, and what that is called."""

Told = Callable[[int], None]
"""Is told how many rows are written; what it raises ends the export."""


@dataclass(frozen=True)
class Listed:
    """A list as it is shown: what is asked, the choices of columns and order, and how many rows there are.

    ``rows`` are those that were picked by hand; None is all that match.
    """

    question: Question
    shape: Shape
    total: int
    rows: pl.DataFrame | None = None

    @property
    def name(self) -> str:
        """A file's name: the list and its window."""
        span, whose = self.question.span, self.shape.tab or self.shape.view
        return safe_stem(f"{whose.name}_{span.start:%Y%m%d}_{span.end:%Y%m%d}")

    @property
    def kql(self) -> str:
        """The question whole."""
        return text_of(parse(listing(self.question, self.shape)))


class ListExport:
    """One list on its way into a file. ``give_up``, from another thread, ends a question that is under way."""

    def __init__(self, workbench: Workbench, listed: Listed, *, most: int = MOST, limits: Limits = APART) -> None:
        """``most`` are the rows of a slice, ``limits`` what each of many may take."""
        self._workbench, self._listed, self._most, self._limits = workbench, listed, most, limits
        self._catalog = apart(workbench)

    @property
    def total(self) -> int:
        """Rows that there will be, as far as is known before they are read."""
        return self._listed.total if self._listed.rows is None else self._listed.rows.height

    def target(self, form: Form) -> Target:
        """A file in the workspace's folder of exports."""
        return Target(self._workbench.workspace.exports, self._listed.name, form)

    def write(self, target: Target, tell: Told = lambda _: None) -> Exported:
        """Write the file and its sidecar.

        Raises:
            WorkbenchError: the file cannot be written, or a question was not answered; no file is left.
        """
        columns = self._columns()
        return export(_told(self._pieces(columns), tell), columns, target, self._facts())

    def give_up(self) -> None:
        """End what is being asked."""
        self._catalog.give_up()

    @property
    def _sliced(self) -> bool:
        """Whether the list is long, and of rows that have a time to be cut by."""
        listed = self._listed
        return listed.rows is None and listed.shape.tab is None and listed.total > self._most

    @property
    def _shape(self) -> Shape:
        """The list as it is written: a long one in the order of time, whatever the order on the page."""
        shape = self._listed.shape
        return replace(shape, sort=None) if self._sliced and shape.sort and shape.sort.column != TIME else shape

    def _columns(self) -> Columns:
        return bind(parse(listing(self._listed.question, self._shape)), self._catalog, now=self._workbench.now).columns

    def _pieces(self, columns: Columns) -> Iterator[pl.DataFrame]:
        names = [name for name, _ in columns]
        if self._listed.rows is not None:
            yield self._listed.rows.select(names)
            return
        for span in self._spans():
            question = replace(self._listed.question, span=span)
            limits = self._limits if self._listed.total > self._most else HERE
            yield self._ask(listing(question, self._shape), limits).frame.select(names)

    def _spans(self) -> Iterator[Span]:
        """The windows that are asked one after the other, in the order of the list."""
        question, sort = self._listed.question, self._shape.sort
        if not self._sliced:
            yield question.span
            return
        parts = [each.span for each in slices(question, self._counts, most=self._most)]
        yield from parts[::-1] if sort and not sort.descending else parts

    def _counts(self, text: str) -> Iterator[tuple[datetime, int]]:
        return iter(self._ask(text, self._limits).frame.rows())

    def _ask(self, text: str, limits: Limits) -> Result:
        w = self._workbench
        return ask(self._catalog, text, now=w.now, limits=limits)

    def _facts(self) -> Facts:
        w, listed, shape = self._workbench, self._listed, self._shape
        question = listed.question
        order = shape.sort or Sort(shape.tab.order if shape.tab else TIME, descending=True)
        rows = "all that match" if listed.rows is None else f"{listed.rows.height} picked by hand of those that match"
        return {
            **facts_of(replace(listed, shape=shape).kql, w.now, w.store.newest(datetime.now(UTC))),
            "selection": rows,
            **_window(question.span),
            "order": f"{order.column} {'descending' if order.descending else 'ascending'}",
            "view": written(listed.shape, w),
        }


class AnswerExport:
    """An answer on its way into a file; where its rows were cut, the question is asked once more for all of them."""

    total = 0
    """Unknown."""

    def __init__(self, workbench: Workbench, result: Result) -> None:
        self._workbench, self._result = workbench, result
        self._catalog = apart(workbench)

    def target(self, form: Form) -> Target:
        """A file in the workspace's folder of exports."""
        return Target(self._workbench.workspace.exports, f"answer_{self._result.now:%Y%m%d_%H%M}", form)

    def write(self, target: Target, tell: Told = lambda _: None) -> Exported:
        """Write the file and its sidecar.

        Raises:
            WorkbenchError: the file cannot be written, or the question was not answered; no file is left.
        """
        w, result = self._workbench, self._result
        facts = {**facts_of(result.kql, result.now, w.store.newest(datetime.now(UTC))), **_window(result.span)}
        return export(_told(self._pieces(), tell), result.columns, target, facts)

    def give_up(self) -> None:
        """End what is being asked."""
        self._catalog.give_up()

    def _pieces(self) -> Iterator[pl.DataFrame]:
        result = self._result
        whole = result.cut is None
        yield (
            result if whole else ask(self._catalog, result.kql, now=result.now, span=result.span, limits=APART)
        ).frame


def length_of(question: Question, shape: Shape) -> str:
    """How many rows a list has, in KQL."""
    return questions.count(question) if shape.tab is None else f"{questions.listed(question, shape.tab)}\n| count"


def _window(span: Span | None) -> Facts:
    return {"window": None if span is None else {"from": span.start.isoformat(), "to": span.end.isoformat()}}


def _told(pieces: Iterator[pl.DataFrame], tell: Told) -> Iterator[pl.DataFrame]:
    rows = 0
    for piece in pieces:
        tell(rows)
        yield piece
        rows += piece.height
        tell(rows)
