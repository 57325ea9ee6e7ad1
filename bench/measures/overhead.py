"""What the product adds to its own engine: time of the processor for an answer, less what collecting took of it.

Only the thread that asks is counted, since the engine works in others.
"""

import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from typing import Any
from unittest.mock import patch

import polars as pl

from bench.mail_questions import QUESTIONS, MailQuestions
from bench.measure import Measure, Row, Setting, middle, percentile
from bench.telemetry import generate
from workbench.events.query import ask

_BUDGET = 5.0


def _run(setting: Setting) -> Iterator[Row]:
    marks = generate(setting.data, setting.rows)
    store = MailQuestions(setting.data)
    params = {**vars(marks), "since": _midnight(marks.d7), "lastday": _midnight(marks.last)}
    found: dict[str, float] = {}
    with closing(store):
        for name, text in QUESTIONS.items():
            taken = [_beside_engine(store, text, params) for _ in range(setting.repeat + 1)][1:]
            found[name] = middle(taken)
    worst = max(found, key=found.__getitem__)
    yield Row("time beside the engine, median", percentile(found.values(), 0.5), "ms", _BUDGET, note="14 questions")
    yield Row("time beside the engine, worst", found[worst], "ms", _BUDGET, note=worst)


def _beside_engine(store: MailQuestions, text: str, params: dict[str, object]) -> float:
    with _engine_clock() as engine:
        started = time.thread_time()
        ask(store.catalog, text, now=datetime(2025, 4, 2, tzinfo=UTC), params=params)
        whole = time.thread_time() - started
    return (whole - sum(engine)) * 1000


@contextmanager
def _engine_clock() -> Iterator[list[float]]:
    """Seconds of every collection while this is open."""
    seconds: list[float] = []
    collect = pl.LazyFrame.collect

    def timed(frame: pl.LazyFrame, *args: Any, **options: Any) -> Any:
        started = time.thread_time()
        try:
            return collect(frame, *args, **options)
        finally:
            seconds.append(time.thread_time() - started)

    with patch.object(pl.LazyFrame, "collect", timed):
        yield seconds


def _midnight(day: str) -> datetime:
    return datetime.fromisoformat(day).replace(tzinfo=UTC)


OVERHEAD = Measure("The product over its own engine", _run)
