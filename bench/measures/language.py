"""Parsing and binding of the questions that the product itself asks, in time of the processor."""

import time
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from bench.filters import FILTERS
from bench.mail_questions import QUESTIONS
from bench.measure import Measure, Row, Setting, percentile
from workbench.base.span import parse_span
from workbench.events.query import StoreCatalog, bind, parse
from workbench.events.store import Store
from workbench.views.dashboard import cards
from workbench.views.explorer import Question, View, bin_of, count, histogram, rows, views

_ALL: Mapping[str, Any] = {"op": "all", "items": []}
_NOW = datetime(2025, 4, 2, tzinfo=UTC)
_VALUES: Mapping[str, object] = {
    "rcpt": "a@contoso.example", "nmid": "1", "url": "login.test", "sha": "00", "ip": "185.220.",
    "since": datetime(2025, 3, 26, tzinfo=UTC), "lastday": datetime(2025, 4, 1, tzinfo=UTC),
}  # fmt: skip


def _run(setting: Setting) -> Iterator[Row]:
    with TemporaryDirectory() as folder:
        catalog = StoreCatalog(Store(Path(folder)))
        found = [_milliseconds(*asked, catalog, setting.repeat) for asked in texts()]
    note = f"{len(found)} questions of benchmark, Explorer and dashboard; the best of {setting.repeat + 2} rounds"
    yield Row("parse and bind, median", percentile(found, 0.5), "ms", 0.5, note=note)
    yield Row("parse and bind, p95", percentile(found, 0.95), "ms", 3.0)


def _filters(view: View) -> list[Mapping[str, Any]]:
    """The filters whose properties a view has, and none."""
    return [_ALL, *(tree for tree in FILTERS.values() if _properties(tree) <= set(view.by_name))]


def _properties(tree: Mapping[str, Any]) -> set[str]:
    parts = [_properties(each) if "op" in each else {each["property"]} for each in tree["items"]]
    return set().union(*parts)


def texts() -> list[tuple[str, Mapping[str, object]]]:
    """The questions of the mail benchmark, of each Explorer view under the filters it has, and of each dashboard card.

    Each with the values it names.
    """
    span = parse_span("7d", _NOW)
    asked = [Question(view, span, tree) for view in views().values() for tree in _filters(view)]
    explorer = [
        text
        for each in asked
        for text in (
            count(each),
            histogram(each, each.view.pivots[0], bin_of(span)),
            rows(each, [column.field for column in each.view.columns]),
        )
    ]
    drawn = [text for card in cards().values() for text in (card.query(span), card.drawing(span))]
    return [*((text, _VALUES) for text in QUESTIONS.values()), *((text, {}) for text in (*explorer, *drawn))]


def _milliseconds(text: str, params: Mapping[str, object], catalog: StoreCatalog, repeat: int) -> float:
    taken = []
    for _ in range(repeat + 2):
        started = time.thread_time()
        bind(parse(text), catalog, now=_NOW, params=params)
        taken.append((time.thread_time() - started) * 1000)
    return min(taken)


LANGUAGE = Measure("The query language", _run)
