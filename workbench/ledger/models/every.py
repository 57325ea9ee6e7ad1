"""All tables of the ledger: a new noun's module is named here, so that the database knows it."""

from workbench.ledger.models import (
    accounts,
    notes,
    outbox,
    runs,
    schedules,
    sessions,
    tracked,
    trail,
    views,
    workers,
)
from workbench.ledger.models.row import Base, Row

MODULES = (accounts, notes, outbox, runs, schedules, sessions, tracked, trail, views, workers)

ROWS: tuple[type[Row], ...] = tuple(sorted(Row.__subclasses__(), key=lambda each: each.kind.name))
"""Everything that is changed by compare-and-swap."""

METADATA = Base.metadata
