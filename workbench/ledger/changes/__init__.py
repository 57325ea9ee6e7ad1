"""The only way to change the ledger: one write queue, compare-and-swap, audit and outbox in the same transaction."""

from workbench.ledger.changes.hold import sole
from workbench.ledger.changes.ledger import (
    PASSWORD_VARIABLE,
    Ledger,
    ledger_as_it_stands,
    ledger_database,
    ledger_password,
    ledger_standing,
    open_ledger,
    require_ledger,
)
from workbench.ledger.changes.outbox import Change, pending, waiting
from workbench.ledger.changes.reads import Above, Below, Other, Search, find
from workbench.ledger.changes.unit import SECRET, Unit

__all__ = [
    "PASSWORD_VARIABLE",
    "SECRET",
    "Above",
    "Below",
    "Change",
    "Ledger",
    "Other",
    "Search",
    "Unit",
    "find",
    "ledger_as_it_stands",
    "ledger_database",
    "ledger_password",
    "ledger_standing",
    "open_ledger",
    "pending",
    "require_ledger",
    "sole",
    "waiting",
]
