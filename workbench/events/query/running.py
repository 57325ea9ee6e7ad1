"""From question to answer: parse, bind, run."""

import time
from collections.abc import Collection, Mapping
from datetime import datetime
from functools import partial

import polars as pl

from workbench.base.errors import LimitReached, WorkbenchError
from workbench.base.span import Span
from workbench.events.query.backend.frame import Frame, Runner, Source, Used
from workbench.events.query.backend.nodes import build
from workbench.events.query.backend.values import ENGINE, Value, as_json
from workbench.events.query.binder import Look, bind
from workbench.events.query.binder.parameters import with_parameters
from workbench.events.query.catalog import Catalog, Killable, Stored
from workbench.events.query.errand import counted, within
from workbench.events.query.kql.statements import parse
from workbench.events.query.kql.syntax import Query
from workbench.events.query.limits import MOST_ROWS, Limits
from workbench.events.query.plan import Columns, Node, Plan, Texts
from workbench.events.query.result import Result
from workbench.events.store import Store, damaged, look
from workbench.events.tables import KqlType

_ALL = Limits()
_BROKEN = (
    pl.exceptions.PolarsError,
    pl.exceptions.PanicException,
    FileNotFoundError,
    ArithmeticError,
    TypeError,
    ValueError,
)
"""What the engine, and the functions of ours that it calls for each row, fail with."""
MOST_SHOWN = 100_000
"""Rows of a look at the data."""
_STORE_ONLY = "Ask a StoreCatalog, whose store a child process can open."


def ask(
    catalog: Catalog,
    question: str | Query,
    *,
    now: datetime,
    span: Span | None = None,
    params: Mapping[str, object] | None = None,
    limits: Limits = _ALL,
) -> Result:
    """Answer a question in KQL.

    Args:
        catalog: the tables.
        question: KQL text, or a syntax tree.
        now: what ``now()`` and ``ago()`` count from.
        span: a window that cuts every table on its time column.
        params: values, bound as if by ``let``; this is how values that somebody else wrote enter a question.
        limits: rows, seconds and memory.

    Raises:
        BadQuery: the text cannot be read or bound.
        LimitReached: it took too long or too much memory.
    """
    query = parse(question) if isinstance(question, str) else question
    look = looking(with_parameters(query, params or {}), catalog, now=now, span=span, limits=limits)
    return run(bind(query, catalog, now=now, params=params, look=look), catalog, span=span, limits=limits)


def looking(query: Query, catalog: Catalog, *, now: datetime, span: Span | None = None, limits: Limits = _ALL) -> Look:
    """The look at the data that ``bind`` takes: within the window and the limits, so in a child where there are any.

    A child binds the whole query at once; what it was shown is then handed out in the same order.
    """
    limits = within(limits)
    if not limits.apart:
        return partial(texts_of, catalog=catalog, span=span)
    told: list[Texts] = []

    def look(_node: Node) -> Texts:
        if not told:
            told.extend(_killable(catalog).look_apart(query, now, span, limits))
        return told.pop(0)

    return look


def texts_of(node: Node, catalog: Catalog, span: Span | None) -> Texts:
    """The rows of a node whose columns are all text."""
    frame = _fetched(node, catalog, span, MOST_SHOWN)
    return tuple(tuple(text or "" for text in row) for row in frame.iter_rows())


def run(plan: Plan, catalog: Catalog, *, span: Span | None = None, limits: Limits = _ALL) -> Result:
    """Run a bound plan.

    Raises:
        LimitReached: it took too long or too much memory.
    """
    started, limits = time.perf_counter(), within(limits)
    with counted():
        frame = (
            _killable(catalog).run_apart(plan, span, limits)
            if limits.apart
            else collected(plan, catalog, span, limits.rows)
        )
    cut = limits.rows if frame.height > limits.rows else None
    notes = plan.notes if cut is None else (*plan.notes, _cut_note(cut))
    rows = frame.head(limits.rows) if cut is not None else frame
    return Result(rows, plan, span, cut, time.perf_counter() - started, notes)


def lazy(plan: Plan, catalog: Catalog, span: Span | None = None) -> pl.LazyFrame:
    """The rows of a plan as a lazy frame, for who pages or aggregates further. Collect it with the streaming engine.

    Tables on the right of ``in`` and inside ``toscalar`` are read here.
    """
    return _lazy(plan.root, Source(catalog, span, build, plan.root))


def used(plan: Plan, catalog: Catalog, span: Span | None = None) -> tuple[Used, ...]:
    """How the rows of a plan would be had: what is not named is scanned. Tables inside conditions are read for it."""
    source = Source(catalog, span, build, plan.root, remembers=False)
    Runner(source).frame(plan.root)
    return tuple(dict.fromkeys(source.used))


def collected(plan: Plan, catalog: Catalog, span: Span | None, rows: int) -> pl.DataFrame:
    """The rows, and one more than asked for where there are more.

    Raises:
        StoreError: a data file of a table that is asked for is damaged or gone.
        WorkbenchError: the engine cannot answer the question.
    """
    return _fetched(plan.root, catalog, span, rows)


def _fetched(node: Node, catalog: Catalog, span: Span | None, rows: int) -> pl.DataFrame:
    source = Source(catalog, span, build, node)
    try:
        return _lazy(node, source).head(min(rows, MOST_ROWS) + 1).collect(engine="streaming")
    except LimitReached as error:
        raise LimitReached(str(error).partition("\n\n")[0]) from None
    except _BROKEN as error:
        if isinstance(catalog, Stored):
            _refuse_damaged(catalog.store, source.read)
        advice = "Check regular expressions and conversions; where these are right, the tables: workbench store check"
        raise WorkbenchError(f"The engine could not answer the question: {_said(error)}", next_step=advice) from error


def _killable(catalog: Catalog) -> Killable:
    if isinstance(catalog, Killable):
        return catalog
    raise WorkbenchError("These tables cannot be asked with a limit on seconds or memory", next_step=_STORE_ONLY)


def _refuse_damaged(store: Store, names: Collection[str]) -> None:
    """Whether it is a data file that there was no answer for."""
    for name in sorted(names):
        if fault := next(look(store, name), None):
            raise damaged(fault)


def _lazy(node: Node, source: Source) -> pl.LazyFrame:
    runner = Runner(source)
    runner.settle()
    return _finished(runner.frame(node), node.columns)


def _said(error: Exception) -> str:
    """What is wrong, without the picture that a faulty regular expression is shown with."""
    lines = [line.strip() for line in str(error).strip().splitlines()]
    return next((line.removeprefix("error: ") for line in lines if line.startswith("error: ")), lines[0])


def _finished(frame: Frame, columns: Columns) -> pl.LazyFrame:
    """Visible columns only, each in the type it is said to have; dynamics as JSON text."""
    return frame.lazy.select(_final(frame, name, kind) for name, kind in columns)


def _final(frame: Frame, name: str, kind: KqlType) -> pl.Expr:
    column = pl.col(name)
    if kind == "dynamic":
        return as_json(Value(column, kind, frame.forms.get(name))).alias(name) if name in frame.forms else column
    return column.cast(ENGINE[kind])


def _cut_note(rows: int) -> str:
    return f"Only the first {rows:,} rows are shown; raise Limits(rows=...) or narrow the question to see the rest."
