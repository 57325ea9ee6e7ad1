"""``basket``: patterns of values that often occur together."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from workbench.base.errors import LimitReached
from workbench.events.query.backend.frame import Frame, Runner
from workbench.events.query.backend.values import ENGINE, as_json
from workbench.events.query.plan import Basket

MOST_PATTERNS = 10_000
"""Patterns of one answer."""

MOST_CELLS = 2_000_000_000
"""Frequent values times different rows."""

_STEP = "Look at fewer columns (project), or ask for a larger share: evaluate basket(0.2)."
_WEIGHT = "\x00weight"


@dataclass(frozen=True, eq=False)
class _Item:
    """A value that is frequent by itself, and which of the different rows have it."""

    column: str
    value: object
    rows: NDArray[np.bool_]


def frame(node: Basket, runner: Runner) -> Frame:
    """One row for each pattern, the most frequent first. The rows are read while the frame is made.

    Raises:
        LimitReached: there are too many patterns.
    """
    source = runner.frame(node.source)
    values = [(name, runner.value(bound, source)) for name, bound in node.items]
    columns = [(as_json(each) if each.form else each.expr).alias(name) for name, each in values]
    weight = pl.col(node.weight).cast(pl.Float64).fill_null(0.0) if node.weight else pl.lit(1.0)
    rows = source.lazy.select(*columns, weight.alias(_WEIGHT)).collect(engine="streaming")
    total = float(rows[_WEIGHT].sum())
    counted = _common([name for name, _ in values], rows, node.threshold * total)
    items, weights = _items(counted)
    found = list(_patterns(items, weights, node.threshold * total, node.dimensions)) if total else []
    found.sort(key=lambda each: (-each[1], sorted(each[0])))
    schema = {name: ENGINE[kind] for name, kind in node.columns}
    empty = {name: "" if kind == "string" else None for name, kind in node.columns}
    answer = [
        {**empty, "SegmentId": number, "Count": round(count), "Percent": 100 * count / total, **_held(items, pattern)}
        for number, (pattern, count) in enumerate(found)
    ]
    return Frame(pl.DataFrame(answer, schema=schema, orient="row").lazy())


def _held(items: Sequence[_Item], pattern: frozenset[int]) -> Mapping[str, object]:
    return {items[place].column: items[place].value for place in pattern}


def _common(names: Sequence[str], rows: pl.DataFrame, least: float) -> pl.DataFrame:
    """The different rows with their weight, values that are too rare by themselves or empty left out."""
    for name in names:
        held = pl.col(name).is_not_null()
        held = held & (pl.col(name) != "") if rows.schema[name] == pl.String else held
        often = held & (pl.col(_WEIGHT).sum().over(name) >= least)
        rows = rows.with_columns(pl.when(often).then(pl.col(name)))
    return rows.group_by(names).agg(pl.col(_WEIGHT).sum()) if names else rows


def _items(rows: pl.DataFrame) -> tuple[list[_Item], NDArray[np.float64]]:
    names = [name for name in rows.columns if name != _WEIGHT]
    distinct = ((name, value) for name in names for value in rows[name].drop_nulls().unique().sort())
    items = [_Item(name, value, (rows[name] == value).fill_null(value=False).to_numpy()) for name, value in distinct]
    return items, rows[_WEIGHT].to_numpy()


def _patterns(
    items: Sequence[_Item], weights: NDArray[np.float64], least: float, most: int
) -> Iterator[tuple[frozenset[int], float]]:
    """Patterns with what they weigh, each with all values that its rows have in common, so that none says less."""
    _must_fit(len(items), len(weights))
    have = np.stack([item.rows for item in items]) if items else np.zeros((0, len(weights)), np.bool_)
    seen: set[frozenset[int]] = set()
    left: list[tuple[NDArray[np.int64], frozenset[int], int]] = [(np.arange(len(weights)), frozenset(), 0)]
    while left:
        rows, held, depth = left.pop()
        here = have[:, rows]
        shares = here @ weights[rows]
        for place in (int(each) for each in np.flatnonzero(shares >= least) if each not in held):
            both = rows[here[place]]
            pattern = frozenset(map(int, np.flatnonzero(have[:, both].all(axis=1))))
            if pattern not in seen:
                seen.add(pattern)
                _must_be_few(len(seen))
                yield pattern, float(shares[place])
                left += [(both, pattern, depth + 1)] if depth + 1 < most else []


def _must_fit(items: int, rows: int) -> None:
    if items * rows > MOST_CELLS:
        raise LimitReached(f"basket looks at {items:,} frequent values of {rows:,} different rows", next_step=_STEP)


def _must_be_few(count: int) -> None:
    if count > MOST_PATTERNS:
        raise LimitReached(f"There are more than {MOST_PATTERNS:,} patterns", next_step=_STEP)
