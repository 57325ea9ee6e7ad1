"""Rows of a KQL question for a grid: counted once, then only the pages that are looked at."""

from collections import Counter
from collections.abc import Callable, Iterator

import polars as pl

from workbench.apps.explore.rows import Page, Sort
from workbench.apps.session import Workbench
from workbench.events.query import Limits

Ordered = Callable[[Sort | None], str]


class QuerySource:
    """Pages of a question whose text depends on the order alone.

    A row's id is made of its values, so that it is the same row in every order, and when others came before it.
    """

    def __init__(self, workbench: Workbench, text: Ordered, total: int) -> None:
        self._workbench, self._text, self._total = workbench, text, total

    def page(self, offset: int, size: int, sort: Sort | None) -> Page:
        """One page: the engine keeps no more rows than up to its end."""
        end = offset + size
        answer = self._workbench.kql(f"{self._text(sort)}\n| take {end}", limits=Limits(rows=end))
        rows = answer.frame.slice(offset, size)
        return Page(rows, tuple(_ids(rows)), self._total)


def _ids(rows: pl.DataFrame) -> Iterator[str]:
    """One id a row; rows of a page that are alike are numbered."""
    seen: Counter[int] = Counter()
    for digest in rows.hash_rows() if rows.width else ():
        yield f"{digest:016x}-{seen[digest]}" if seen[digest] else f"{digest:016x}"
        seen[digest] += 1
