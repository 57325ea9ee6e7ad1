"""What each table holds, how old it is, where it came from last, and how much of it could not be read."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import polars as pl

from workbench.base.config import Workspace
from workbench.events.store import Snapshot, Store
from workbench.events.tables import View, successor, table, tables, views
from workbench.intake.importing.log import Filled, IntakeLog

AHEAD = timedelta(days=1)
"""Events later than now by more than this are counted as of the future, and do not make a table look fresh."""

_NEVER = Filled("", "")


@dataclass(frozen=True)
class Holding:
    """One table. ``first`` and ``newest`` are its span; ``age`` is that of the newest event that is not of the future.

    ``faults`` are quarantined records that were meant for it; ``last_import`` (None before imports were noted) and
    ``last_file`` tell which import last wrote rows of it. Sizes are bytes on disk.
    """

    table: str
    rows: int = 0
    first: datetime | None = None
    newest: datetime | None = None
    files: int = 0
    bytes: int = 0
    age: timedelta | None = None
    future: int = 0
    faults: int = 0
    last_import: datetime | None = None
    last_file: str = ""
    bytes_per_row: float | None = None


def holdings(workspace: Workspace, now: datetime, *, every: bool = False) -> list[Holding]:
    """The tables that hold rows or are meant by quarantined records.

    With ``every`` all that are declared, and the retired ones with the rows of their successors, where these are kept.
    """
    store, log = Store(workspace.store), IntakeLog(workspace.intake)
    held, faults, filled = store.held(), _faults(log), log.filled()
    rows = [_holding(store, held[name], name, now) for name in tables() if name in held]
    rows += [Holding(name) for name in tables() if name not in held and (every or name in faults)]
    known = {each.table: _with_imports(each, faults, filled) for each in rows}
    return [*known.values(), *(_retired(view, known) for view in views().values() if every)]


def _faults(log: IntakeLog) -> Mapping[str, int]:
    """Quarantined records by the table they were meant for; a retired name stands for its successor."""
    found: Counter[str] = Counter()
    for name, count in log.quarantined_of().items():
        meant = successor(name)
        found[meant.name if meant else name] += count
    return found


def _retired(view: View, known: Mapping[str, Holding]) -> Holding:
    return replace(known[view.successor], table=view.name, files=0, bytes=0, faults=0, bytes_per_row=None)


def _holding(store: Store, snapshot: Snapshot, name: str, now: datetime) -> Holding:
    newest, future = _present(store, snapshot, name, now + AHEAD)
    age = now - newest if newest else None
    whole = (snapshot.rows, snapshot.first, snapshot.newest, len(snapshot.files), snapshot.size)
    return Holding(name, *whole, age, future, bytes_per_row=round(snapshot.size / snapshot.rows, 1))


def _present(store: Store, snapshot: Snapshot, name: str, limit: datetime) -> tuple[datetime | None, int]:
    """The newest event up to a limit, and how many are later; rows are read only where there are later ones."""
    if snapshot.newest is None or snapshot.newest <= limit:
        return snapshot.newest, 0
    time = pl.col(table(name).time)
    asked = store.scan(name).select(
        time.filter(time <= limit).max().alias("newest"), (time > limit).sum().alias("late")
    )
    newest, late = asked.collect(engine="streaming").row(0)
    return newest, int(late)


def _with_imports(each: Holding, faults: Mapping[str, int], filled: Mapping[str, Filled]) -> Holding:
    last = filled.get(each.table, _NEVER)
    moment = datetime.fromisoformat(last.at) if last.at else None
    return replace(each, faults=faults.get(each.table, 0), last_import=moment, last_file=last.file)
