"""Rows of a KQL question for a grid: counted once, then only the pages that are looked at."""

from collections.abc import Callable

from workbench.apps.session import Workbench
from workbench.apps.ui.rows import Page, Sort
from workbench.events.query import Limits

Ordered = Callable[[Sort | None], str]


class QuerySource:
    """Pages of a question whose text depends on the order alone."""

    def __init__(self, workbench: Workbench, text: Ordered, total: int) -> None:
        self._workbench, self._text, self._total = workbench, text, total

    def page(self, offset: int, size: int, sort: Sort | None) -> Page:
        """One page: the engine keeps no more rows than up to its end."""
        end = offset + size
        answer = self._workbench.kql(f"{self._text(sort)}\n| take {end}", limits=Limits(rows=end))
        rows = answer.frame.slice(offset, size)
        return Page(rows, tuple(str(offset + at) for at in range(rows.height)), self._total)
