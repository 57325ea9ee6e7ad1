"""What a query may name: tables, their columns, and how their rows are fetched."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Protocol, runtime_checkable

import polars as pl

from workbench.base.span import Span
from workbench.events.lookups import SHIPPED, Feeds, Lookups
from workbench.events.lookups.feeds import FOLDER
from workbench.events.query.kql.syntax import Query
from workbench.events.query.limits import Limits
from workbench.events.query.plan import Plan, Texts
from workbench.events.query.worker import Worker
from workbench.events.store import Store
from workbench.events.store.accelerators import reading
from workbench.events.store.accelerators.lookups import Wanted
from workbench.events.store.accelerators.reading import Counted, Picked
from workbench.events.store.accelerators.sidecars import Sidecars
from workbench.events.store.paths import Way, columns
from workbench.events.store.scan import scan
from workbench.events.tables import KqlType, View, table, tables, views


class Catalog(Protocol):
    """The tables a query may ask about."""

    def names(self) -> Collection[str]:
        """All tables."""
        ...

    def types(self, name: str) -> Mapping[str, KqlType]:
        """The columns of a table that ``*`` means, in order."""
        ...

    def type_of(self, name: str, column: str) -> KqlType | None:
        """The type of a column, virtual ones included; None where the table has no such column."""
        ...

    def time(self, name: str) -> str:
        """The column that says when a row happened; empty where the table has none."""
        ...

    def scan(self, name: str, span: Span | None) -> pl.LazyFrame:
        """The rows of a window: text never null, dynamics JSON text, timespans microseconds."""
        ...


@runtime_checkable
class NewestFirst(Protocol):
    """A catalog that can hand out the same rows with the newest files first, so that a first page stops early."""

    def rows(self, name: str, span: Span | None) -> int:
        """About how many rows a window holds: those of the files it needs."""
        ...

    def scan_newest(self, name: str, span: Span | None) -> pl.LazyFrame:
        """The rows of a window, newest files first."""
        ...


@runtime_checkable
class Walked(Protocol):
    """A catalog whose scans carry members of documents in columns of their own, beside those that ``*`` means."""

    def ways(self, name: str) -> Mapping[Way, str]:
        """The ways into documents for which a scan may carry a column, to the names of these columns."""
        ...


@runtime_checkable
class Accelerated(Protocol):
    """A catalog with indexes and counts beside its rows. Where they do not help it says None, and is scanned."""

    def lookups(self, name: str) -> Collection[str]:
        """The columns by which rows of a table are looked up."""
        ...

    def find(self, name: str, span: Span | None, wanted: Wanted, *, newest: bool) -> Picked | None:
        """Rows of a window among which are all that meet a condition; ``newest`` files first where asked."""
        ...

    def counts(self, name: str, span: Span | None, columns: Collection[str]) -> Counted | None:
        """The rows of a window as counts by hour and these columns."""
        ...


@runtime_checkable
class Killable(Protocol):
    """A catalog that can have a question answered in a process of its own."""

    def run_apart(self, plan: Plan, span: Span | None, limits: Limits) -> pl.DataFrame:
        """The rows of a plan, within its limits."""
        ...

    def look_apart(self, query: Query, now: datetime, span: Span | None, limits: Limits) -> Sequence[Texts]:
        """What binding a query looks up in the data, in the order it asks."""
        ...


@runtime_checkable
class Referring(Protocol):
    """A catalog with reference data beside its rows: dated lists, and files that are pinned by their addresses."""

    lists: Lookups
    feeds: Feeds


@runtime_checkable
class Stored(Protocol):
    """A catalog whose rows are files of a store."""

    store: Store


def lists_of(catalog: Catalog) -> Lookups:
    """The dated lists within reach of a catalog, at least those that ship."""
    return catalog.lists if isinstance(catalog, Referring) else SHIPPED


def feeds_of(catalog: Catalog) -> Feeds:
    """The files that are pinned for a catalog."""
    return catalog.feeds if isinstance(catalog, Referring) else Feeds()


def served(catalog: Catalog) -> Mapping[str, View]:
    """The retired tables whose successors a catalog has, by name. Patterns such as ``union *`` do not count them."""
    return {name: view for name, view in views().items() if view.successor in catalog.names()}


class StoreCatalog:
    """The declared tables, with the rows of a store.

    Without ``walked``, documents are read for every question, also where a data file holds what is asked for beside
    them; without ``accelerators`` there are no indexes and counts. The answers are the same. ``reference`` is the
    folder of the workspace's own lists and pinned files.
    """

    def __init__(
        self, store: Store, *, walked: bool = True, accelerators: bool = True, reference: Path | None = None
    ) -> None:
        self.store, self.walked, self.accelerators = store, walked, accelerators
        self.lists, self.feeds = Lookups(reference), Feeds(reference and reference / FOLDER)
        self._worker = Worker(store.root, accelerators=accelerators, reference=reference)
        self._sidecars = Sidecars()

    def names(self) -> Collection[str]:
        """All declared tables; those without rows are empty."""
        return tables()

    def types(self, name: str) -> Mapping[str, KqlType]:
        """The declared columns."""
        return table(name).types

    def type_of(self, name: str, column: str) -> KqlType | None:
        """The type of a declared or virtual column."""
        return table(name).type_of(column)

    def time(self, name: str) -> str:
        """The declared time column."""
        return table(name).time

    def scan(self, name: str, span: Span | None) -> pl.LazyFrame:
        """The rows of the newest version."""
        return scan(table(name), self.store.snapshot(name), span, walked=self.walked)

    def ways(self, name: str) -> Mapping[Way, str]:
        """The declared ways; a scan carries them where all its files hold them."""
        return columns(table(name)) if self.walked else {}

    def rows(self, name: str, span: Span | None) -> int:
        """The rows of the files that hold the window."""
        snapshot = self.store.snapshot(name)
        return sum(file.rows for file in snapshot.within(span)) if snapshot else 0

    def scan_newest(self, name: str, span: Span | None) -> pl.LazyFrame:
        """The rows of the newest version, the files with the newest rows first."""
        snapshot = self.store.snapshot(name)
        turned = snapshot and replace(snapshot, files=snapshot.files[::-1])
        return scan(table(name), turned, span, walked=self.walked)

    def lookups(self, name: str) -> Collection[str]:
        """The declared ones."""
        return table(name).accelerators.lookups if self.accelerators else ()

    def find(self, name: str, span: Span | None, wanted: Wanted, *, newest: bool) -> Picked | None:
        """By the indexes of the newest version."""
        snapshot = self.store.snapshot(name)
        if snapshot is None:
            return None
        return reading.found(self._sidecars, table(name), snapshot, span, wanted, newest=newest)

    def counts(self, name: str, span: Span | None, columns: Collection[str]) -> Counted | None:
        """By the rollups of the newest version."""
        snapshot = self.store.snapshot(name) if self.accelerators else None
        return reading.counts(self._sidecars, table(name), snapshot, span, columns) if snapshot else None

    def give_up(self) -> None:
        """End a question that is answered apart, from another thread; who asked it is given LimitReached."""
        self._worker.give_up()

    def run_apart(self, plan: Plan, span: Span | None, limits: Limits) -> pl.DataFrame:
        """Run in a child process, which stays warm for the next question."""
        return self._worker.run(plan, span, limits)

    def look_apart(self, query: Query, now: datetime, span: Span | None, limits: Limits) -> Sequence[Texts]:
        """Look in the same process."""
        return self._worker.look(query, now, span, limits)
