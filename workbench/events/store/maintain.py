"""The upkeep of one table: let old rows go, bring files into order, remove what nobody needs, shorten the log."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from workbench.base.errors import StoreError
from workbench.events.store import evolve
from workbench.events.store.accelerators import Counts, rebuild
from workbench.events.store.compact import Compacted, compact, is_crowded, plan, settle
from workbench.events.store.lease import PATIENCE_SECONDS
from workbench.events.store.retain import Expired, expired, retain
from workbench.events.store.rewrite import upkeep
from workbench.events.store.store import Store
from workbench.events.store.vacuum import GRACE, Leftovers, leftovers, vacuum, weighed
from workbench.events.tables import table


@dataclass(frozen=True)
class Maintained:
    """What upkeep did to one table, or would do."""

    table: str
    expired: Expired
    compacted: Compacted
    removed: Leftovers
    indexed: int = 0
    """Data files that got the sidecar they lacked."""


def maintain(store: Store, name: str, *, keep_from: datetime | None = None, grace: float = GRACE) -> Maintained:
    """Keep one table in order. Rows older than ``keep_from`` go; files that nobody names go after ``grace`` seconds.

    Doing it again changes nothing. Readers and writers work meanwhile; killed at any moment it leaves a whole table.

    Raises:
        StoreBusy: another process is at it, or a writer holds the table, and did not finish in two minutes.
        StoreError: a file cannot be read or written; the table is whole.
    """
    with upkeep(store, name, PATIENCE_SECONDS):
        gone = retain(store, name, keep_from) if keep_from else Expired()
        compacted = compact(store, name)
        removed = vacuum(store, name, grace)
        return Maintained(name, gone, compacted, removed, rebuild(store, name).made)


def columns_behind(store: Store, name: str) -> tuple[str, ...]:
    """The columns of a table whose declaration is ahead of what is on disk; none where it never had rows.

    Raises:
        StoreError: a column changed to a type that the files there cannot be read as.
    """
    return evolve.behind(table(name), store.delta(name)) if store.snapshot(name) else ()


def follow_declaration(store: Store, name: str) -> tuple[str, ...]:
    """Bring the schema of a table on disk to its declaration, as the next write would; the columns that changed.

    Raises:
        StoreBusy: a writer held the table for two minutes.
        StoreError: a column changed to a type that the files there cannot be read as.
    """
    if not columns_behind(store, name):
        return ()
    with store.lease(name):
        changed = columns_behind(store, name)
        evolve.fit(table(name), store.delta(name), store.root / name)
    return changed


def rebuild_index(store: Store, name: str, *, every: bool = False) -> Counts:
    """Make the sidecars of one table that are missing or damaged; with ``every`` all of them.

    Raises:
        StoreBusy: another process keeps the table, and did not finish in two minutes.
        StoreError: there is no room for one, or its data file cannot be read.
    """
    with upkeep(store, name, PATIENCE_SECONDS):
        return rebuild(store, name, every=every)


def outlook(store: Store, name: str, *, keep_from: datetime | None = None, grace: float = GRACE) -> Maintained:
    """What ``maintain`` would do next, without doing it; rows that go are counted exactly, later steps are not."""
    gone = expired(store, name, keep_from) if keep_from else Expired()
    steps = plan(store, name)
    files = sum(len(step.files) for step in steps)
    return Maintained(name, gone, Compacted(len(steps), files, len(steps)), weighed(leftovers(store, name, grace)))


def settle_if_crowded(store: Store, name: str) -> Compacted:
    """Gather the small files of a table if they are many and nobody else is at it; what a writer ends with.

    It is a favour to readers, so what hinders it is no error of the writer.
    """
    snapshot = store.snapshot(name)
    if snapshot is None or not is_crowded(snapshot):
        return Compacted()
    with suppress(StoreError), upkeep(store, name, 0):
        return settle(store, name)
    return Compacted()
