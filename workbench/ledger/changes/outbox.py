"""The outbox: changes on their way to the event store, each at least once, in order."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select

from workbench.ledger.models import Database, Outgoing

_AT_ONCE = 500


@dataclass(frozen=True)
class Change:
    """The latest state of one object among those that wait.

    ``covers`` are the numbers of all its waiting states, the latest last: settle them together.
    """

    kind: str
    """``run``, ``note``, ``saved_view``, ``tracked_query``, ``schedule``, or ``audit``."""
    object_id: str
    version: int
    row: dict[str, Any]
    """All columns but secret ones; times as text in UTC. A removed row has ``deleted_at``."""
    at: datetime
    covers: tuple[int, ...]


def send(connection: Connection, rows: list[dict[str, object]]) -> None:
    """Add changes, in the transaction that makes them."""
    if rows:
        connection.execute(insert(Outgoing), rows)


def pending(database: Database, limit: int = 1_000) -> list[Change]:
    """The oldest changes that wait, folded to the latest state of each object, in the order of that state."""
    with database.reading() as session:
        rows = list(session.scalars(select(Outgoing).order_by(Outgoing.seq).limit(limit)))
    folded: dict[tuple[str, str], list[Outgoing]] = {}
    for row in rows:
        folded.setdefault((row.kind, row.object_id), []).append(row)
    changes = [_change(states) for states in folded.values()]
    return sorted(changes, key=lambda change: change.covers[-1])


def settle(connection: Connection, numbers: Collection[int]) -> int:
    """Let go of changes that are in the store for good; gives how many there were."""
    gone = 0
    ordered = sorted(numbers)
    for at in range(0, len(ordered), _AT_ONCE):
        part = ordered[at : at + _AT_ONCE]
        gone += connection.execute(delete(Outgoing).where(Outgoing.seq.in_(part))).rowcount
    return gone


def waiting(database: Database) -> int:
    """How many changes wait."""
    with database.reading() as session:
        return session.scalar(select(func.count()).select_from(Outgoing)) or 0


def _change(states: list[Outgoing]) -> Change:
    last = states[-1]
    covers = tuple(state.seq for state in states)
    return Change(last.kind, last.object_id, last.version, last.row, last.at, covers)
