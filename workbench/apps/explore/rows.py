"""Where a grid gets its rows: a frame in memory, a query plan, or anything else that can give one page."""

from dataclasses import dataclass
from typing import Protocol

import polars as pl

ORDERS = 4
"""Sort orders of one frame that are kept."""


@dataclass(frozen=True)
class Sort:
    """One column to sort by."""

    column: str
    descending: bool = False


@dataclass(frozen=True)
class Page:
    """Rows in order with the id of each, and how many rows there are in all."""

    rows: pl.DataFrame
    ids: tuple[str, ...]
    total: int


class Source(Protocol):
    """Gives a grid its pages. Ids are unique within the source and stay the same from call to call."""

    def page(self, offset: int, size: int, sort: Sort | None) -> Page:
        """The rows from ``offset`` on, ``size`` at most; an offset past the end gives no rows and the true total."""
        ...


class FrameSource:
    """Pages of a frame in memory. A row's id is its position in the frame; sort orders are computed once."""

    def __init__(self, frame: pl.DataFrame) -> None:
        self.frame = frame
        self._orders: dict[Sort, pl.Series] = {}

    def page(self, offset: int, size: int, sort: Sort | None) -> Page:
        """One page; rows that compare equal keep the order of the frame, missing values stand last."""
        if sort is None or sort.column not in self.frame.columns:
            rows = self.frame.slice(offset, size)
            return Page(rows, tuple(str(at) for at in range(offset, offset + rows.height)), self.frame.height)
        positions = self._order(sort).slice(offset, size)
        return Page(self.frame[positions], tuple(str(at) for at in positions), self.frame.height)

    def _order(self, sort: Sort) -> pl.Series:
        if sort not in self._orders:
            while len(self._orders) >= ORDERS:
                del self._orders[next(iter(self._orders))]
            self._orders[sort] = self._sorted(sort)
        return self._orders[sort]

    def _sorted(self, sort: Sort) -> pl.Series:
        position = pl.int_range(pl.len(), dtype=pl.UInt32)
        by = pl.col(sort.column)
        if self.frame.schema[sort.column].is_nested():
            by = by.list.join(", ") if self.frame.schema[sort.column] == pl.List(pl.String) else by.hash()
        keyed = self.frame.select(by=by, at=position)
        return keyed.sort("by", descending=sort.descending, nulls_last=True, maintain_order=True)["at"]
