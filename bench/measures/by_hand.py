"""Hunting questions beside the same written by hand in Polars, accelerators off: what the language costs."""

import time
from collections.abc import Callable, Iterator
from dataclasses import asdict
from datetime import datetime, timedelta

import polars as pl

from bench.by_hand import PAIRS, Pair
from bench.mail_questions import QUESTIONS, MailQuestions
from bench.measure import Measure, Row, Setting
from bench.race import comparable
from bench.rivals import PolarsRival
from bench.telemetry import Marks, generate
from workbench.events.query import Limits, ask

_MOST = 1.3
_WHOLE = Limits(rows=100_000_000)
"""Answers are compared whole: ten million mails have more senders than a question shows by itself."""


def _run(setting: Setting) -> Iterator[Row]:
    marks = generate(setting.data, setting.rows)
    asked = MailQuestions(setting.data, accelerators=False)
    try:
        by_hand = PolarsRival(setting.data)
        for name, (own, other) in _sides(asked, by_hand, marks).items():
            yield _row(name, own, other, setting.repeat)
    finally:
        asked.close()


_Side = Callable[[], pl.DataFrame]


def _sides(asked: MailQuestions, by_hand: PolarsRival, marks: Marks) -> dict[str, tuple[_Side, _Side]]:
    now = datetime.fromisoformat(f"{marks.last}T00:00:00+00:00") + timedelta(days=1)
    given = asdict(marks)

    def both(name: str) -> tuple[_Side, _Side]:
        return lambda: asked.run(name, given), lambda: by_hand.run(name, given)

    def pair(each: Pair) -> tuple[_Side, _Side]:
        return (
            lambda: ask(asked.catalog, each.kql, now=now, limits=_WHOLE).frame,
            lambda: each.by_hand(by_hand.tables, now).collect(engine="streaming"),
        )

    return {name: both(name) for name in QUESTIONS} | {name: pair(each) for name, each in PAIRS.items()}


def _row(name: str, own: _Side, other: _Side, repeat: int) -> Row:
    """Processor time of both, the best of some rounds in turns: it hardly depends on what else the machine does."""
    first, second = own(), other()
    known = second.select(first.columns) if set(first.columns) <= set(second.columns) else second
    same = "equal answers" if _bag(first) == _bag(known) else "ANSWERS DIFFER"
    rounds = [(_seconds(own), _seconds(other)) for _ in range(repeat)]
    mine, theirs = (min(each) for each in zip(*rounds, strict=True))
    note = f"{mine * 1000:.0f} ms of the processor, by hand {theirs * 1000:.0f}; {same}, {first.height:,} rows"
    return Row(name, mine / theirs, "x", _MOST, note=note)


def _bag(frame: pl.DataFrame) -> list[str]:
    return sorted(map(repr, comparable(frame.with_columns(pl.col(pl.String).fill_null("")))))


def _seconds(side: _Side) -> float:
    started = time.process_time()
    side()
    return time.process_time() - started


BY_HAND = Measure("Hunting questions beside Polars by hand", _run)
