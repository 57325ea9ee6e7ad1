"""A column of a million rows enriched, beside one group-by of the same frame in the same run."""

import random
import time
from collections.abc import Callable, Iterator
from functools import partial

import polars as pl

from bench.measure import Measure, Row, Setting
from workbench.analysis.entities import Reach, enriched

DISTINCT = 2_000
MOST = 6.0
"""Times one group-by."""

ASKED = ("geo", "domain", "lists")


def _run(setting: Setting) -> Iterator[Row]:
    for name, frame in _frames(setting.rows).items():
        for asked in (*((each,) for each in ASKED), ASKED):
            ask = partial(enriched, frame["value"], asked, Reach())
            budget = MOST if len(asked) == 1 else None
            yield _row(f"{name}: {', '.join(asked)}", frame, ask, budget, setting.repeat)


def _frames(rows: int) -> dict[str, pl.DataFrame]:
    draw = random.Random(7)
    addresses = [
        f"{draw.randrange(1, 224)}.{draw.randrange(256)}.{draw.randrange(256)}.{n % 256}" for n in range(DISTINCT)
    ]
    hosts = [f"h{n}.site{n % 97}.example" for n in range(DISTINCT)]
    picked = [draw.randrange(DISTINCT) for _ in range(rows)]
    return {
        name: pl.DataFrame({"value": pl.Series(values).gather(picked), "other": picked})
        for name, values in (("addresses", addresses), ("hosts", hosts))
    }


def _row(what: str, frame: pl.DataFrame, ask: Callable[[], object], budget: float | None, repeat: int) -> Row:
    """Seconds of the clock, the best of some rounds in turns: both sides use all processors there are."""
    ask()
    rounds = [(_seconds(ask), _seconds(lambda: frame.group_by("value").len())) for _ in range(max(repeat, 3))]
    mine, base = (min(each) for each in zip(*rounds, strict=True))
    note = f"{mine * 1000:.0f} ms, one group-by {base * 1000:.0f} ms; {frame.height:,} rows, {DISTINCT:,} values"
    return Row(what, mine / base, "x", budget, note=note)


def _seconds(ask: Callable[[], object]) -> float:
    started = time.perf_counter()
    ask()
    return time.perf_counter() - started


ENRICH = Measure("A column enriched beside one group-by", _run)
