"""Counts of one field by another as a table: who stands where, its sums, and how dark each cell is."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import polars as pl

from workbench.views.charts.figure import needs

SHADES = 5
"""Shades of a cell, from few to many; a cell without rows has none."""

REST = ""
"""What a question calls all values beyond those that have a row or column of their own."""


@dataclass(frozen=True)
class Crossed:
    """A table of counts. ``rows`` and ``columns`` are values as the data have them, the greatest first, REST last.

    ``counts`` holds a line for each row; all of them together are the rows that were counted.
    """

    rows: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    counts: tuple[tuple[int, ...], ...] = ()

    @property
    def row_totals(self) -> tuple[int, ...]:
        """The sum of each row."""
        return tuple(map(sum, self.counts))

    @property
    def column_totals(self) -> tuple[int, ...]:
        """The sum of each column."""
        return tuple(map(sum, zip(*self.counts, strict=True)))

    @property
    def total(self) -> int:
        """The sum of all cells."""
        return sum(self.row_totals)

    @property
    def most(self) -> int:
        """The greatest cell among those of named values: what stands for many is in no shade."""
        named = [
            count
            for row, line in zip(self.rows, self.counts, strict=True)
            for column, count in zip(self.columns, line, strict=True)
            if REST not in (row, column)
        ]
        return max(named, default=0)

    def shade(self, row: int, column: int) -> int:
        """How dark a cell is, 0 to ``SHADES``: by the logarithm of its count, so that few are seen beside very many."""
        count = self.counts[row][column]
        if not count or REST in (self.rows[row], self.columns[column]):
            return 0
        return next(at for at, (_, high) in enumerate(self.shades(), start=1) if count <= high)

    def shades(self) -> tuple[tuple[int, int], ...]:
        """The least and the greatest count of each shade; one that no whole number falls into ends before it begins."""
        ends = [int((1 + self.most) ** (at / SHADES) - 1 + 1e-9) for at in range(SHADES)] + [self.most]
        return tuple((low + 1, high) for low, high in pairwise(ends))


def crossed(frame: pl.DataFrame) -> Crossed:
    """The table of a frame with ``Row``, ``Column`` and ``Count``.

    Raises:
        UnknownName: a column is missing.
    """
    needs(frame, "Row", "Column", "Count")
    rows, columns = _ordered(frame, "Row"), _ordered(frame, "Column")
    held = {(row, column): count for row, column, count in frame.select("Row", "Column", "Count").rows()}
    counts = tuple(tuple(int(held.get((row, column), 0)) for column in columns) for row in rows)
    return Crossed(rows, columns, counts)


def _ordered(frame: pl.DataFrame, side: str) -> tuple[str, ...]:
    """The values of one side by their sums, the greatest first, and the rest last."""
    sums = frame.group_by(side).agg(pl.col("Count").sum())
    ordered: Sequence[str] = sums.sort("Count", side, descending=[True, False])[side].to_list()
    return (*(each for each in ordered if each != REST), *(each for each in ordered if each == REST))
