"""What every pivot asks through: a catalog, a fixed now, a window, and values that are never query text."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import polars as pl

from workbench.base.span import Span
from workbench.events.query import Catalog, Limits, Result, ask

MOST_ROWS = 200_000
"""Rows of one pivot; a cut says so in the result."""


@dataclass(frozen=True)
class Window:
    """The events of one workspace, cut to a span; None is all that is held."""

    catalog: Catalog
    now: datetime
    span: Span | None = None

    def ask(self, text: str, **values: object) -> Result:
        """Ask in KQL; values are bound as data, never as text."""
        limits = Limits(rows=MOST_ROWS)
        return ask(self.catalog, text, now=self.now, span=self.span, params=values, limits=limits)

    def rows(self, text: str, **values: object) -> pl.DataFrame:
        """The rows of an answer."""
        return self.ask(text, **values).frame

    def holds(self, table: str) -> bool:
        """Whether the window holds any row of a table: where it holds none, nothing can be told from it."""
        first = self.catalog.scan(table, self.span).head(1).select(pl.len())
        return bool(first.collect(engine="streaming").item())

    def silent(self, tables: Collection[str], since: datetime) -> tuple[str, ...]:
        """Those tables that hold nothing from a moment on."""
        end = self.span.end if self.span else datetime(9999, 1, 1, tzinfo=UTC)
        later = replace(self, span=Span(since, end)) if since < end else self
        return tuple(table for table in tables if not later.holds(table))


def untold(silent: Collection[str], tables: Mapping[str, str], when: str) -> str:
    """A sentence on tables that hold nothing, with what each would tell; empty where all hold something."""
    if not silent:
        return ""
    told = ", ".join(tables[table] for table in silent)
    return f"{told[0].upper()}{told[1:]}: {', '.join(silent)} {'holds' if len(silent) == 1 else 'hold'} nothing {when}."
